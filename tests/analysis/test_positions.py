"""Statements fold into positions: a hand-counted table, the laws, and an independent recount of the shipped dataset."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matrix import Dataset, Selection, SelectionError, evidence, load, positions, select, sides
from matrix.analysis.empty_cells import HIDDEN, NEVER, OUTSIDE, STATED, SUPERSEDED
from matrix.analysis.evidence import why_empty
from matrix.analysis.positions import fold, view
from matrix.dataset.problems import DatasetError
from tests.tiny import dataset, frames, minimal, stated, table

# ---- one cell


def cell(*stances: str, rule: str = "cautious") -> str:
    """The position of ann on talk after these statements, each `stance` or `stance key=value ...`."""
    made = dataset(*(f"ann talk {s.split()[0]} late {' '.join(s.split()[1:])}" for s in stances))
    value: Any = positions(made, Selection(rule=rule)).loc["talk", "ann"]
    return "" if pd.isna(value) else str(value)


@pytest.mark.parametrize(
    ("stances", "position"),
    [
        ((), ""),
        (("support",), "support"),
        (("support", "support"), "support"),
        (("support", "conditional"), "conditional"),  # a condition once stated holds
        (("support", "concern"), "support"),
        (("conditional", "concern"), "conditional"),
        (("concern", "oppose"), "oppose"),
        (("support", "oppose"), "mixed"),
        (("conditional", "oppose"), "mixed"),
        (("support", "conditional", "concern", "oppose"), "mixed"),
    ],
)
def test_the_cautious_rule(stances: tuple[str, ...], position: str) -> None:
    assert cell(*stances) == position
    assert cell(*reversed(stances)) == position


@pytest.mark.parametrize(
    ("stances", "position"),
    [
        (
            ("support date_start=2026-01-01 date_end=2026-01-01", "oppose date_start=2026-02-01 date_end=2026-02-01"),
            "oppose",
        ),
        (("oppose date_start=2026-01 date_end=2026-02", "support date_start=2026-02-28 date_end=2026-02-28"), "mixed"),
        (
            ("oppose date_end=2026-03-01", "support date_start=2026-02-01 date_end=2026-02-01"),
            "oppose",
        ),  # the last day decides
        (("oppose", "support date_start=2020 date_end=2020"), "support"),  # undated ones only where nothing is dated
        (("oppose", "support"), "mixed"),
        (("oppose date_start=2026-03", "support date_end=2026-02"), "oppose"),  # an open end is taken at its start
    ],
)
def test_the_latest_rule(stances: tuple[str, ...], position: str) -> None:
    assert cell(*stances, rule="latest") == position


def test_several_of_a_kind_give_the_lowest_score_then_the_order_of_the_scale() -> None:
    scale = table(
        "id|name|score|conditional",
        "b|B|-1|",
        "a|A|-1|",
        "z|Z|0|",
        "y|Y|0|",
        "d|D|1|false",
        "c|C|1|false",
        "e|E|2|",
        "f|F|2|true",
    )

    def folded(*stances: str) -> str:
        rows = [f"x{i}|a|p|{s}|s|{'if so' * (s == 'f')}" for i, s in enumerate(stances)]
        tables = minimal()
        tables["statements"] = table("id|actor|proposal|stance|source|condition", *rows)
        return str(positions(Dataset.from_frames({**tables, "stances": scale})).loc["p", "a"])

    assert folded("a", "b") == "b"
    assert folded("y", "z") == "z"
    assert folded("e", "c", "d") == "d"
    assert folded("f", "c") == "f"  # conditional wins, though its score is higher
    assert folded("f", "y") == "f"


# ---- evidence: what counts


CHAIN = (
    "ann talk conditional early date_end=2026-01-10 superseded_by=s2",
    "ann talk oppose late date_start=2026-02-01 date_end=2026-02-01 superseded_by=s3",
    "bob talk support late date_start=2026-03-01 date_end=2026-03-01",
)


def test_a_superseded_statement_does_not_count_while_what_supersedes_it_does() -> None:
    made = dataset(*CHAIN)
    assert positions(made).loc["talk"].dropna().to_dict() == {"bob": "support"}


def test_without_the_later_source_or_back_in_time_the_earlier_statement_counts_again() -> None:
    made = dataset(*CHAIN)
    assert positions(made, Selection(source=("early",))).loc["talk"].dropna().to_dict() == {"ann": "conditional"}
    assert positions(made, Selection(as_of="2026-01-31")).loc["talk"].dropna().to_dict() == {"ann": "conditional"}
    assert positions(made, Selection(as_of="2026-02")).loc["talk"].dropna().to_dict() == {"ann": "oppose"}
    assert positions(made, Selection(as_of="2026")).loc["talk"].dropna().to_dict() == {"bob": "support"}


def test_a_chain_holds_over_a_link_that_the_filter_removes() -> None:
    made = dataset(
        "ann talk conditional early confidence=high superseded_by=s2",
        "ann talk oppose late confidence=low superseded_by=s3",
        "ann talk support late confidence=high",
    )
    chosen = Selection(confidence=("high",))
    assert positions(made, chosen).loc["talk", "ann"] == "support"
    kept = select(made, chosen)
    assert kept.statements["id"].tolist() == ["s1", "s3"]
    assert kept.statements["superseded_by"].tolist() == ["s3", ""]


def test_as_of_counts_what_was_certainly_said_and_marks_what_only_may_have_been() -> None:
    made = dataset(
        "ann talk support late date_start=2026-01-05 date_end=2026-01-20",  # certainly by the 20th
        "bob talk support late date_start=2026-01-05",  # open end, source undated: may be later
        "cem talk support early date_start=2026-01-05",  # open end, but its source is of January
        "dee talk support late",  # undated
        "dee ban support early",  # undated, but its source is of January
    )
    on = {day: fold(made, Selection(as_of=day)) for day in ("2026-01-04", "2026-01-10", "2026-01-20", "2026-01-31")}
    names = made.actors["id"].tolist()

    def heard(day: str) -> set[str]:
        return {names[j] for j in (on[day].codes[0] >= 0).nonzero()[0]}

    assert heard("2026-01-04") == set()
    assert heard("2026-01-10") == {"bob"}
    assert heard("2026-01-20") == {"ann", "bob"}
    assert heard("2026-01-31") == {"ann", "bob", "cem"}
    assert [names[j] for j in on["2026-01-31"].uncertain[0].nonzero()[0]] == ["bob"]
    assert [f.evidence.undated for f in on.values()] == [1, 1, 1, 1]
    assert on["2026-01-31"].codes[2, 3] >= 0


def test_since_counts_what_may_have_been_said_since_then_and_marks_what_may_be_older() -> None:
    made = dataset(
        "ann talk support late date_start=2026-01-05 date_end=2026-01-20",  # perhaps before the 10th
        "bob talk support late date_start=2026-01-05",  # open end, source undated: perhaps later
        "cem talk support early",  # not after its source, 2026-01-31
        "dee talk support late",  # undated
        "dee ban support late date_start=2026-01-15 date_end=2026-01-15",
    )
    names = made.actors["id"].tolist()

    def heard(**when: str) -> tuple[set[str], set[str]]:
        folded = fold(made, Selection(**when))
        stated = {names[j] for j in (folded.codes[0] >= 0).nonzero()[0]}
        return stated, {names[j] for j in folded.uncertain[0].nonzero()[0]}

    assert heard(since="2026-01-10") == ({"ann", "bob", "cem"}, {"ann", "bob", "cem"})
    assert heard(since="2026-01") == ({"ann", "bob", "cem"}, {"cem"}), "a month begins with its first day"
    assert heard(since="2026-01-21") == ({"bob", "cem"}, {"bob", "cem"})
    assert heard(since="2026-02") == ({"bob"}, {"bob"})
    assert heard(since="2026-01-10", as_of="2026-01-20") == ({"ann", "bob"}, {"ann", "bob"}), "both are a window"
    assert [view(fold(made, Selection(since=since))).unsure for since in ("", "2026-01-10", "2026-02")] == [0, 3, 1]
    assert view(fold(made, Selection(since="2026-01-10", side="south"))).unsure == 1, "of what is looked at"
    window = fold(made, Selection(since="2026-01-15", as_of="2026-01-15"))
    assert (window.codes[2, 3] >= 0, window.uncertain[2, 3]) == (True, False)
    assert fold(made, Selection(since="2026")).evidence.undated == 1
    assert fold(made, Selection(since="2026", as_of="2026")).evidence.undated == 1


def test_an_earlier_statement_counts_where_a_window_leaves_out_what_took_its_place() -> None:
    made = dataset(
        "ann talk conditional early date_start=2025-01-01 date_end=2025-01-01 superseded_by=s2",
        "ann talk oppose late date_start=2025-06-01 date_end=2025-06-01 superseded_by=s3",
        "ann talk support late date_start=2026-01-01 date_end=2026-01-01",
    )
    assert positions(made, Selection(since="2025", as_of="2025")).loc["talk", "ann"] == "oppose"
    assert positions(made, Selection(since="2025-02", as_of="2025-05")).loc["talk"].isna().all()
    assert positions(made, Selection(as_of="2025-05")).loc["talk", "ann"] == "conditional"
    assert positions(made, Selection(since="2025")).loc["talk", "ann"] == "support"


def test_a_selection_comes_back_from_what_it_says_of_itself() -> None:
    chosen = Selection(side=("us", "china"), since="2025", as_of="2026-05", search="test", rule="latest")
    assert Selection.of(chosen.chosen()) == chosen
    assert Selection.of({name: list(values) for name, values in chosen.chosen().items()}) == chosen
    assert Selection(since="2026", as_of="2026-05").empty_window() == ""
    wrong = Selection(since="2026-06", as_of="2026-05").empty_window()
    assert wrong == "since: 2026-06 is later than as-of 2026-05: no day lies between them"
    with pytest.raises(SelectionError, match="since: '2026-13' is not a date: there is no month 13"):
        Selection(since="2026-13")


def test_the_three_kinds_of_empty_and_the_hidden_cell() -> None:
    made = dataset(*CHAIN, "cem ban oppose late", "dee ban support late")
    folded = fold(made, Selection(source=("late",), stance=("oppose",)))
    seen = view(folded)
    kinds = folded.why
    ann, bob, cem = 0, 1, 2
    assert kinds[0, ann] == SUPERSEDED
    assert kinds[0, bob] == STATED
    assert kinds[0, cem] == NEVER
    assert fold(made, Selection(source=("early",))).why[0, bob] == OUTSIDE
    assert seen.proposals["id"].tolist() == ["ban"]
    assert seen.actors["id"].tolist() == ["cem"]
    both = view(fold(made, Selection(stance=("oppose", "support"))))
    assert HIDDEN not in both.why
    mixed_row = view(
        fold(
            dataset("ann ban oppose late", "bob ban support late", "bob talk oppose late"),
            Selection(stance=("oppose",)),
        )
    )
    assert mixed_row.why[mixed_row.proposals["id"].tolist().index("ban"), 1] == HIDDEN


# ---- view: what is looked at never changes a position

AREAS = table("id|name|parent", "harm|Harm|", "nc3|NC3|harm", "cyber|Cyber|harm")
PROPOSALS = table(
    "id|title|title_zh|theme|risk_areas",
    "talk|Keep talking||process|cyber",
    "test|Test models||process|",
    "ban|Ban it all|禁止|arms|nc3;cyber",
)
WIDE = dataset(
    "ann talk support late quote=hotline",
    "cem ban oppose late",
    "dee test concern late",
    risk_areas=AREAS,
    proposals=PROPOSALS,
)


@pytest.mark.parametrize(
    ("selection", "rows", "columns"),
    [
        (Selection(), ["talk", "test", "ban"], ["ann", "bob", "cem", "dee"]),
        (Selection(risk_area=("nc3",)), ["ban"], ["ann", "bob", "cem", "dee"]),
        (
            Selection(risk_area=("harm",)),
            ["talk", "ban"],
            ["ann", "bob", "cem", "dee"],
        ),  # an area means all below it too
        (Selection(theme=("process",), proposal=("test", "ban")), ["test"], ["ann", "bob", "cem", "dee"]),
        (Selection(side=("south",)), ["talk", "test", "ban"], ["cem", "dee"]),
        (Selection(side=("south",), authority=("official",)), ["talk", "test", "ban"], ["cem"]),
        (Selection(stance=("oppose", "concern")), ["test", "ban"], ["cem", "dee"]),
        (Selection(search="HOTLINE"), ["talk"], ["ann"]),
        (Selection(search="杰姆"), ["ban"], ["cem"]),  # the actor's own name, and the rows he speaks on
        (Selection(search="禁止"), ["ban"], ["cem"]),
        (Selection(search="ｔｅｓｔ"), ["test"], ["dee"]),  # full-width letters
        (Selection(search="bob"), [], ["bob"]),
        (Selection(search="nowhere"), [], []),
    ],
)
def test_rows_and_columns(selection: Selection, rows: list[str], columns: list[str]) -> None:
    shown = positions(WIDE, selection)
    assert shown.index.tolist() == rows
    assert shown.columns.tolist() == columns
    whole: Any = positions(WIDE)
    for r in rows:
        for c in columns:
            assert shown.loc[r, c] is whole.loc[r, c] or shown.loc[r, c] == whole.loc[r, c] or pd.isna(whole.loc[r, c])


def test_cells_are_categorical_with_every_state_and_all_rows_and_columns_stay() -> None:
    shown = positions(dataset())
    assert shown.shape == (3, 4)
    assert shown.isna().all().all()
    assert shown["ann"].cat.categories.tolist() == ["support", "conditional", "concern", "oppose", "mixed"]


def test_a_filter_that_names_nothing_is_refused_with_the_near_miss() -> None:
    with pytest.raises(SelectionError, match=r"actor: 'an' is not one of ann, bob, cem, dee; did you mean 'ann'\?"):
        positions(WIDE, Selection(actor=("an",)))
    with pytest.raises(SelectionError, match="as-of: '2026-13' is not a date: there is no month 13"):
        Selection(as_of="2026-13")
    with pytest.raises(SelectionError, match="rule: 'later' is not one of cautious, latest"):
        Selection(rule="later")


# ---- laws

STANCE = st.sampled_from(["support", "conditional", "concern", "oppose"])
DAY = st.sampled_from(["", "2026-01-01", "2026-01-02", "2026-02", "2026"])
ROW = st.tuples(
    st.sampled_from(["ann", "bob", "cem", "dee"]),
    st.sampled_from(["talk", "test", "ban"]),
    STANCE,
    st.sampled_from(["early", "late"]),
    DAY,
)
ROWS = st.lists(ROW, max_size=12)
SELECTION = st.builds(
    Selection,
    source=st.sampled_from([(), ("early",), ("late",)]),
    since=st.sampled_from(["", "2026-01-02", "2026-02"]),
    as_of=st.sampled_from(["", "2026-01-01", "2026-01", "2026-12-31"]),
    rule=st.sampled_from(["cautious", "latest"]),
)


def built(rows: list[tuple[str, ...]]) -> Dataset:
    """The statements of these rows; one supersedes the next of its actor and proposal where time allows."""
    lines = [f"{a} {p} {s} {o} date_start={d} date_end={d}" for a, p, s, o, d in rows]
    made = stated(*lines)
    last: dict[tuple[str, str], int] = {}
    for i, (a, p, *_) in enumerate(rows):
        if (a, p) in last and i % 2:
            made.loc[last[a, p], "superseded_by"] = f"s{i + 1}"
        last[a, p] = i
    try:
        return Dataset.from_frames(frames(made))
    except DatasetError:  # a chain that would go back in time
        return Dataset.from_frames(frames(stated(*lines)))


@pytest.mark.slow
@settings(max_examples=50)
@given(rows=ROWS, selection=SELECTION)
def test_selecting_first_and_folding_then_is_folding_with_the_selection(
    rows: list[tuple[str, ...]], selection: Selection
) -> None:
    made = built(rows)
    rule = Selection(rule=selection.rule)
    pd.testing.assert_frame_equal(positions(select(made, selection), rule), positions(made, selection))


@pytest.mark.slow
@settings(max_examples=50)
@given(rows=ROWS, selection=SELECTION, order=st.randoms())
def test_the_order_of_statements_changes_nothing(
    rows: list[tuple[str, ...]], selection: Selection, order: object
) -> None:
    made = built(rows)
    shuffled = made.statements.sample(frac=1, random_state=order.randrange(1000)).reset_index(drop=True)  # type: ignore[attr-defined]
    again = Dataset.from_frames({**{n: made.table(n) for n in made.columns}, "statements": shuffled})
    pd.testing.assert_frame_equal(positions(again, selection), positions(made, selection))


@pytest.mark.slow
@settings(max_examples=50)
@given(rows=ROWS, selection=SELECTION)
def test_an_actor_who_says_nothing_changes_nothing_for_the_others(
    rows: list[tuple[str, ...]], selection: Selection
) -> None:
    made = built(rows)
    actors = pd.concat([made.actors, made.actors.tail(1).assign(id="eve", name="Eve")], ignore_index=True)
    more = Dataset.from_frames({**{n: made.table(n) for n in made.columns}, "actors": actors})
    pd.testing.assert_frame_equal(positions(more, selection).drop(columns="eve"), positions(made, selection))


@pytest.mark.slow
@settings(max_examples=50)
@given(rows=ROWS, selection=SELECTION)
def test_parts_add_up(rows: list[tuple[str, ...]], selection: Selection) -> None:
    made = built(rows)
    folded = fold(made, selection)
    assert ((folded.codes >= 0) == (folded.n > 0)).all(), "a position rests on statements, an empty cell on none"
    assert ((folded.why == STATED) == (folded.codes >= 0)).all()
    if selection.rule == "cautious":
        assert folded.n.sum() == len(evidence(made, selection))
    counts = sides(made, selection)
    for side in ("north", "south"):
        c = {
            k: counts[f"{side}_{k}"]
            for k in ("members", "speakers", "silent", "backing", "neutral", "opposed", "mixed", "conditional")
        }
        assert (c["members"] == c["speakers"] + c["silent"]).all()
        assert (c["speakers"] == c["backing"] + c["neutral"] + c["opposed"] + c["mixed"]).all()
        assert (c["conditional"] <= c["backing"]).all()


# ---- the shipped dataset, counted again without our code


def recount(folder: Path) -> dict[tuple[str, str], str]:
    """Positions from the CSV files with nothing but the standard library, by the cautious rule."""
    with (folder / "statements.csv").open(encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    cells: dict[tuple[str, str], set[str]] = {}
    for r in rows:
        if not r["superseded_by"]:  # without a filter every successor counts
            cells.setdefault((r["proposal"], r["actor"]), set()).add(r["stance"])
    rank = ["oppose", "conditional", "support", "concern"]
    return {
        at: "mixed" if "oppose" in s and s & {"support", "conditional"} else next(x for x in rank if x in s)
        for at, s in cells.items()
    }


def test_the_shipped_matrix_equals_an_independent_recount_cell_by_cell(shipped: Path) -> None:
    stacked: Any = positions(load(shipped)).astype(object).stack()
    assert stacked[stacked.notna()].to_dict() == recount(shipped)


def test_the_shipped_dataset_says_what_its_sources_say(shipped: Path) -> None:
    made = load(shipped)
    nc3 = positions(made, Selection(risk_area=("nc3",)))
    assert nc3.index.tolist() == [
        "human-control-nuclear",
        "human-control-other-powers",
        "human-control-un",
        "nuclear-control-frameworks",
        "nc3-red-lines",
        "nc3-ban",
    ]
    assert nc3.loc["nc3-ban", "sun-chenghao"] == "oppose"
    assert nc3.loc["nc3-red-lines", "sun-chenghao"] == "support"
    assert positions(made).loc["evaluation-exchange", "cai-cuihong"] == "conditional"
    behind = evidence(made, proposal="evaluation-exchange", actor="cai-cuihong")
    assert behind["condition"].tolist() == ["exchange is mutual and not under rules set by the US alone"]
    empty = why_empty(made, proposal="intergovernmental-dialogue", actor="us-government")
    assert empty is not None
    assert empty.words == "superseded by Donald Trump's statement s002"
    early = positions(made, Selection(source=("krasa-2026-05-08",)))
    assert early.loc["intergovernmental-dialogue", "us-government"] == "conditional"
