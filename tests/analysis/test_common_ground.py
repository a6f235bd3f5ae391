"""How far the sides meet: every tier by hand, what is missing in words, and the shipped dataset's answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from matrix.analysis.common_ground import OFFICIAL, TIERS, common_ground, share_words, shown_sides, terms
from matrix.analysis.positions import fold, view
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import SelectionError
from matrix.dataset.selection import Selection
from matrix.store.folder import load
from tests.analysis import random_data
from tests.tiny import dataset, table

# north: ann (official), bob; south: cem (official), dee
CASES = {
    "official": ["ann talk support early", "cem talk conditional early"],
    "official+expert": ["ann talk support early", "dee talk support early"],
    "expert": ["bob talk support early", "dee talk support early"],
    "contested": ["ann talk support early", "cem talk support early", "dee talk oppose early"],
    "one-sided": ["ann talk support early", "cem talk concern early"],
    "rejected": ["ann talk oppose early", "cem talk concern early"],
    "raised": ["cem talk concern early"],
    "unheard": [],
}


@pytest.mark.parametrize("tier", CASES)
def test_every_tier(tier: str) -> None:
    found = common_ground(dataset(*CASES[tier]))
    assert found.frame.loc["talk", "tier"] == tier
    assert found.sides == ("north", "south")
    assert found.n["talk"] == len(CASES[tier])


def test_mixed_voices_are_contested_whatever_the_rest() -> None:
    lines = ["ann talk support early", "ann talk oppose early", "cem talk support early"]
    assert common_ground(dataset(*lines)).frame.loc["talk", "tier"] == "contested"
    alone = common_ground(dataset(*lines[:2]))
    assert alone.frame.loc["talk", "tier"] == "contested"
    assert alone.frame.loc["talk", "north_mixed"] == 1


def test_score_is_the_group_aware_consensus() -> None:
    found = common_ground(dataset("ann talk support early", "bob talk oppose early", "cem talk support early"))
    assert found.frame.loc["talk", "score"] == pytest.approx((1 + 1) / (2 + 2) * (1 + 1) / (1 + 2))
    assert found.frame.loc["ban", "score"] == 1 / 4  # nothing stated: (0 + 1)/(0 + 2) twice, and n = 0 says so
    assert found.n["ban"] == 0


def test_missing_voices_in_words() -> None:
    data = dataset("ann talk support early", "cem talk concern late", "ann ban support early")
    found = common_ground(data)
    assert found.missing.to_dict() == {
        "talk": "heard without backing it: South",
        "test": "no North voice in these sources; no South voice in these sources",
        "ban": "no South voice in these sources",
    }
    early = common_ground(data, Selection(source=("early",)))
    assert early.missing["talk"] == "no South voice in the chosen evidence"
    assert early.frame.loc["ban", "missing"] == "south"


def test_columns_are_those_of_the_command_line() -> None:
    columns = list(common_ground(dataset()).frame)
    assert columns[:5] == ["tier", "score", "missing", "north_members", "north_speakers"]
    assert columns[-1] == "south_official_backing"
    assert len(columns) == 3 + 2 * 9


def test_a_tier_carries_the_weakest_evidence_it_rests_on() -> None:
    data = dataset(
        "ann talk support early attribution=quoted confidence=high",
        "cem talk support early attribution=announced_by_other_side confidence=medium",
        "dee talk support early attribution=unattributed confidence=low",
        "ann ban support early attribution=quoted confidence=high",
        "bob ban support early attribution=quoted",
    )
    basis = common_ground(data).basis
    assert basis.loc["talk"].tolist() == ["announced_by_other_side", "medium"]  # the tier rests on officials alone
    assert basis.loc["ban"].tolist() == ["quoted", ""]  # a blank is the weakest
    assert basis.loc["test"].tolist() == ["", ""]


def test_column_filters_choose_who_counts() -> None:
    data = dataset(*CASES["official"])
    found = common_ground(data, Selection(actor=("ann",)))
    assert found.frame["tier"]["talk"] == "one-sided"
    assert found.frame.loc["talk", ["north_members", "south_members", "south_silent"]].tolist() == [1, 0, 0]
    assert found.who["actor"].tolist() == ["ann"]
    assert found.asks("talk") == "North asks"  # nobody of South is chosen: nothing is said of it
    assert found.missing["talk"] == "no actor of South is chosen"
    assert found.headline == "Counting only Ann: no actor of South is chosen, so nothing is backed by both sides."
    assert found.who["conditions"].tolist() == [""]
    assert common_ground(data).who["conditions"].tolist() == ["", "it is mutual"]


@pytest.mark.parametrize(
    ("sides", "named"),
    [(["north"], "only North"), ([], "none")],
)
def test_fewer_than_two_sides_is_a_sentence(sides: list[str], named: str) -> None:
    found = common_ground(dataset(*CASES["official"]), sides=sides)
    assert named in found.sentence
    assert set(found.frame["tier"]) == {""}
    assert found.frame["score"].isna().all()
    assert set(found.missing) == {""}
    assert found.groups()[list(TIERS)].to_numpy().sum() == 0


def test_no_sides_at_all_is_a_sentence() -> None:
    found = common_ground(random_data.build("election", [(0, 0, "agree", "")]), sides=[])
    assert "two sides" in found.sentence
    bare = Dataset.from_frames(
        {
            "sources": table("id|title", "s|S"),
            "actors": table("id|name", "red|Red party", "blue|Blue party"),
            "proposals": table("id|title", "t1|A thesis"),
            "statements": table("id|actor|proposal|stance|source", "x|red|t1|support|s"),
        }
    )
    assert common_ground(bare).sentence.startswith("No common ground to tell: the dataset has no sides")


@pytest.mark.parametrize(
    ("sides", "wrong"), [(["north", "souht"], "did you mean 'south'"), (["north", "rumour"], "never counted")]
)
def test_sides_that_cannot_be_compared_are_refused(sides: list[str], wrong: str) -> None:
    more = table("id|name|main|counted", "north|North|true|true", "south|South|true|true", "rumour|R|false|false")
    with pytest.raises(SelectionError, match=wrong):
        common_ground(dataset(*CASES["official"], sides=more), sides=sides)


def test_without_main_all_counted_sides_that_say_something() -> None:
    three = table("id|name|counted", "north|N|true", "south|S|", "west|W|true")
    found = common_ground(dataset("ann talk support early", "cem ban support late", sides=three))
    assert found.sides == ("north", "south")
    rows = common_ground(
        dataset("ann talk support early", "cem ban support late", sides=three), Selection(proposal=("talk",))
    )
    assert rows.sides == ("north", "south")  # the rows do not choose the sides
    early = dataset("ann talk support early", "cem ban support late", sides=three)
    assert common_ground(early, Selection(source=("early",))).sentence


def test_groups_count_tiers() -> None:
    found = common_ground(dataset(*CASES["official"]))
    assert found.groups().loc["process"].to_dict() == dict.fromkeys(TIERS, 0) | {"n": 2, "official": 1, "unheard": 1}
    with pytest.raises(SelectionError):
        found.groups("colour")


@pytest.mark.slow
@settings(max_examples=40)
@given(random_data.datasets(scale="shipped"))
def test_tiers_again_slowly(made: Any) -> None:
    _, statements, data = made
    found = common_ground(data).frame
    score = dict(random_data.SHIPPED)
    official = {0: True, 1: True, 2: True, 3: False, 4: False}
    for p in range(4):
        cells = {a: {score[s] for i, q, s, _ in statements if (i, q) == (a, p)} for a in (0, 1, 3, 4)}
        state = {
            a: "mixed" if max(k) > 0 > min(k) else "no" if min(k) < 0 else "yes" if max(k) > 0 else "-"
            for a, k in cells.items()
            if k
        }
        us, china = ({a: s for a, s in state.items() if a % 3 == side} for side in (0, 1))
        backs = [any(s == "yes" for s in x.values()) for x in (us, china)]
        officially = [any(s == "yes" and official[a] for a, s in x.items()) for x in (us, china)]
        against, mixed = "no" in state.values(), "mixed" in state.values()
        if not against and not mixed and all(backs):
            tier = "official" if all(officially) else "official+expert" if any(officially) else "expert"
        elif mixed or (against and any(backs)):
            tier = "contested"
        elif any(backs):
            tier = "one-sided"
        else:
            tier = "rejected" if against else "raised" if state else "unheard"
        assert found["tier"].iloc[p] == tier


# ---- the shipped dataset


@pytest.fixture(scope="module")
def shipped_data(shipped: Path) -> Dataset:
    return load(shipped)


def official(data: Dataset, **selection: Any) -> list[str]:
    found = common_ground(data, Selection(**selection)).frame
    return found.index[found["tier"] == "official"].tolist()


def test_officials_of_both_sides_meet_on_two_proposals(shipped_data: Dataset) -> None:
    assert official(shipped_data) == ["intergovernmental-dialogue", "human-control-nuclear"]
    assert official(shipped_data, as_of="2024-12-31") == ["human-control-nuclear"]


def test_without_the_newsletter_only_the_dialogue_is_left(shipped_data: Dataset) -> None:
    found = common_ground(shipped_data, Selection(source=("krasa-2026-05-08",)))
    met = found.frame[found.frame["tier"].isin(TIERS[:3])]
    assert met.index.tolist() == ["intergovernmental-dialogue"]
    assert met["us_conditional"].tolist() == met["us_backing"].tolist() == [1]
    assert found.basis.loc["intergovernmental-dialogue"].tolist() == ["unattributed", "low"]
    who = found.who[found.who["proposal"] == "intergovernmental-dialogue"]
    assert who["conditions"].tolist() == ["both leaders agree to it at the summit"] * 2


def test_conditions_rest_on_who_is_chosen() -> None:
    data = dataset("ann talk conditional early", "cem talk support early", "dee talk conditional late")
    found = common_ground(data)
    assert found.conditions.loc["talk"].tolist() == [("it is mutual",), False], "Cem states none"
    assert found.conditions.loc["ban"].tolist() == [(), False], "nobody backs it: nothing is conditional"
    experts = common_ground(data, Selection(authority=("expert",)))
    assert experts.conditions.loc["talk"].tolist() == [("it is mutual",), True], "of the experts only Dee speaks"


NOBODY_S_RANK = table("id|name|side", "ann|Ann|north", "bob|Bob|north", "cem|Cem|south", "dee|Dee|south")
ONE_EXPERT = table("id|name|side|authority", "ann|Ann|north|expert", "cem|Cem|south|official")


def test_without_officials_among_who_counts_no_word_about_officials() -> None:
    data = dataset(
        "ann talk support early", "bob test support early", "dee test conditional late", "dee ban oppose late"
    )
    experts = common_ground(data, Selection(authority="expert"))
    assert experts.frame["tier"].tolist() == ["unheard", "expert", "rejected"]
    assert experts.headline == "Among experts: both sides back 1 of 3 proposals."
    assert experts.tiers["expert"].words == "Both sides back it"
    assert "official" not in str(experts.tiers).replace("Tier(", "")
    everyone = common_ground(data)
    assert everyone.tiers["expert"].words == "Both sides back it, experts only"
    assert everyone.headline.startswith("None of 3 proposals is backed by officials of both sides")
    plain = dataset("ann talk support early", "cem talk support early", actors=NOBODY_S_RANK)
    assert common_ground(plain).headline == "Both sides back 1 of 3 proposals."


def test_a_side_of_which_nobody_is_chosen_keeps_its_columns_and_is_named() -> None:
    data = dataset("ann talk support early", "cem talk support early", actors=ONE_EXPERT)
    found = common_ground(data, Selection(authority="expert"))
    assert found.sides == ("north", "south")
    assert found.frame[["south_members", "south_speakers", "south_silent"]].to_numpy().sum() == 0
    assert found.absent == ("no expert of South is in this dataset",)
    others = common_ground(data, Selection(authority="official", side="north"))
    assert others.absent == ("no official of North is in this dataset", "no official of South is chosen")
    assert "official" not in set(others.frame["tier"])


def test_a_share_is_of_all_members_and_of_none_where_the_list_is_known_in_part() -> None:
    counts = {"speakers": 26, "backing": 25, "neutral": 0, "opposed": 1, "mixed": 0, "silent": 2, "members": 28}
    assert share_words(counts) == "25 of 28 back, 1 opposes"
    assert share_words({**counts, "silent": 0}) == "25 back, 1 opposes, others not known"
    assert share_words({**counts, "backing": 0, "opposed": 26}) == "none of 28 backs, 26 oppose"


def test_the_words_of_a_share_are_those_that_the_matrix_on_the_screen_is_tested_with() -> None:
    table = Path(__file__).parent.parent / "dashboard/scripts/share_words.json"
    for row in json.loads(table.read_text(encoding="utf-8")):
        assert share_words(row["counts"], *row["neutral"]) == row["words"]


def test_a_headline_says_that_all_it_finds_is_on_a_condition(shipped: Path) -> None:
    data = load(shipped)
    assert common_ground(data).headline == "Officials of both sides back 2 of 50 proposals."
    assert common_ground(data, Selection(confidence="low")).headline.endswith("1 of 50 proposals, only on a condition.")
    before = common_ground(data, Selection(as_of="2026-05-12")).headline
    assert before.endswith("2 of 50 proposals, 1 of them only on a condition.")


def test_shares_of_speakers_and_tiers_by_majority() -> None:
    many = table(
        "id|name|side|authority",
        *(f"n{i}|N{i}|north|{'official' if i == 1 else 'expert'}" for i in range(1, 4)),
        *(f"s{i}|S{i}|south|official" for i in range(1, 4)),
    )
    rows = [f"n{i} talk support early" for i in (1, 2)] + ["n3 talk oppose early"]
    rows += ["s1 talk support early", "s2 talk support early", "s3 talk concern early"]
    rows += ["n1 ban support early", "n2 ban oppose early", "s1 ban oppose early", "s2 ban oppose early"]
    data = dataset(*rows, actors=many)
    found = common_ground(data)
    assert found.shares.loc["talk"].to_dict() == {
        "north": "2 of 3 back, 1 opposes",
        "south": "2 of 3 back, 1 raises a concern",
    }
    assert found.shares.loc["test"].to_dict() == {"north": "", "south": ""}
    assert found.frame["tier"].to_dict() == {"talk": "contested", "test": "unheard", "ban": "contested"}
    by_most = common_ground(data, tier_rule="majority")
    # On `ban` one of two of North backs: no majority; South opposes it.
    assert by_most.frame["tier"].to_dict() == {"talk": "official", "test": "unheard", "ban": "rejected"}
    assert by_most.frame["missing"]["ban"] == "north;south"
    assert by_most.missing["ban"].startswith("not more than half of those of North who speak on it back it")
    assert ("tier rule all" in found.formula, "tier rule majority" in by_most.formula) == (True, True)
    with pytest.raises(SelectionError, match="tier-rule: 'most' is not one of all, majority"):
        common_ground(data, tier_rule="most")
    both = common_ground(dataset("ann talk conditional early", "cem talk conditional early"))
    assert both.conditions.loc["talk", "all"]
    assert terms(both).loc["talk", "conditions"] == "only on a condition: it is mutual"


def test_the_result_names_formula_and_n() -> None:
    found = common_ground(dataset(*CASES["official"]))
    assert found.formula.startswith("product over the sides of (backing + 1)/(speakers + 2)")
    assert found.n["talk"] == found.frame.loc["talk", ["north_speakers", "south_speakers"]].sum()


def test_the_sides_with_a_column_are_the_compared_ones_and_whoever_else_speaks_or_those_that_were_chosen() -> None:
    sides = table(
        "id|name|main|counted", "north|North|true|true", "south|South|true|true", "east|East||true", "x|X||false"
    )
    actors = table(
        "id|name|side|authority",
        *("ann|Ann|north|official", "bob|Bob|north|expert", "cem|Cem|south|official"),
        *("eve|Eve|east|expert", "moe|Moe|x|expert", "zed|Zed||expert"),
    )
    made = dataset(
        "ann talk support early", "eve ban support early", "zed ban support early", sides=sides, actors=actors
    )

    def shown(**selection: str) -> tuple[str, ...]:
        return shown_sides(view(fold(made, Selection(**selection))))

    assert shown() == ("north", "south", "east", "")
    assert shown(proposal="talk") == ("north", "south"), "nobody else speaks on it"
    assert shown(authority="expert") == ("north", "south", "east", ""), "a compared side keeps its column"
    assert shown(side="x") == ("x",)


def test_one_proposal_and_none_make_sentences_too() -> None:
    made = dataset("ann talk support early", "cem talk support early", "bob ban support early", "dee ban support early")

    def headline(proposal: str, of: Dataset = made) -> str:
        return common_ground(of, Selection(proposal=proposal)).headline.partition(": ")[2]

    assert headline("talk") == "officials of both sides back the one proposal."
    assert headline("ban") == (
        "the one proposal is not backed by officials of both sides; both sides back it, not by officials of each."
    )
    assert headline("test") == "the one proposal is not backed by officials of both sides."
    assert common_ground(made, Selection(search="nowhere")).headline.endswith("no proposal is chosen.")


def test_the_proposals_of_a_tier_and_those_that_officials_refuse() -> None:
    data = dataset(
        "ann talk support early",
        "cem talk support early",
        "ann test support early",
        "bob test support early",
        "cem test support early",
        "dee ban oppose early",
    )
    found = common_ground(data)
    assert found.first_tier == OFFICIAL
    assert found.of_tier(OFFICIAL) == ["test", "talk"], "the best backed first"
    assert found.refused_by_officials == frozenset()
    refused = common_ground(dataset("cem ban oppose early", "dee talk oppose early"))
    assert refused.refused_by_officials == {"ban"}
