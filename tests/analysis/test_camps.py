"""Two camps: hand-counted cases, every split compared, what is said about certainty, chance and who is in no camp."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matrix.analysis import best_split
from matrix.analysis import camps as module
from matrix.analysis.best_split import Bools, Floats, searched
from matrix.analysis.camps import camps
from matrix.analysis.measures import NORMALISATIONS
from matrix.analysis.overlap import overlap, overlaps
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import SelectionError
from matrix.dataset.selection import Selection
from matrix.store.folder import load
from tests.analysis import random_data
from tests.analysis.over_time import said
from tests.analysis.worked_example import worked
from tests.tiny import dataset, partly_known, table

# ann and bob back the talks, cem and dee oppose them.
DIVIDED = ("ann talk support early", "bob talk support early", "cem talk oppose late", "dee talk oppose late")


def chosen(*positions: str) -> Dataset:
    """Actors a0, a1, ... on proposals p0, p1, ...: a word for each actor, a letter (+ - 0 or .) for each proposal."""
    stances = {"+": "agree", "-": "disagree", "0": "neutral"}
    lines = [(a, p, stances[s], "") for a, word in enumerate(positions) for p, s in enumerate(word) if s in stances]
    return random_data.build("election", lines, actors=len(positions), proposals=max(map(len, positions)))


def test_two_pairs_that_agree_and_oppose_each_other() -> None:
    found = camps(dataset(*DIVIDED))
    assert found.camps == (("ann", "bob"), ("cem", "dee"))
    assert (found.frustration, found.frustration_unsplit) == (0, pytest.approx(8 / 12))
    assert found.polarisation == found.bound == pytest.approx(8 / 12)
    assert (found.exact, found.method, found.n, found.sentence) == (True, "enumeration", 6, "")
    assert found.wedges == ("talk",)
    assert found.bridges == ()
    assert found.frame["margin"].tolist() == pytest.approx([3 * 2 / 12] * 4)


# The sample that comes with the DNA software (Leifeld; `rDNA/inst/extdata/sample.dna` of github.com/leifeld/dna): for each
# organization, how many of its 40 statements agree (or not) with each of six concepts, in the concepts' own order.
DNA_SAMPLE = {
    "Alliance to Save Energy": ("001021", "000000"),
    "Energy and Environmental Analysis": ("000010", "200010"),
    "Environmental Protection Agency": ("00000a", "100000"),
    "National Petrochemical & Refiners Association": ("000000", "200002"),
    "Senate": ("000002", "200010"),
    "Sierra Club": ("201111", "000000"),
    "U.S. Public Interest Research Group": ("111210", "000000"),
}


def test_the_dna_software_s_own_sample_by_its_figures() -> None:
    """The figures are those of its file, organizations by concepts, duplicates kept, average (measures.md)."""
    stated = [
        (actor, proposal, stance, "")
        for actor, row in enumerate(DNA_SAMPLE.values())
        for stance, counts in zip(("agree", "disagree"), row, strict=True)
        for proposal, times in enumerate(counts)
        for _ in range(int(times, 16))
    ]
    data = random_data.build("election", stated, actors=len(DNA_SAMPLE), proposals=6)
    sums = [
        float(np.nansum(overlap(data, measure=m, count="statements", normalize="average").frame))
        for m in ("congruence", "conflict")
    ]
    assert sums == pytest.approx([25.8024, 20.4594], abs=5e-5)
    found = camps(data, draws=0, count="statements", normalize="average")
    assert (found.frustration_unsplit, found.frustration, found.polarisation) == pytest.approx(
        (0.4423, 0.2458, 0.1965), abs=5e-5
    )
    assert found.exact
    assert found.camps[1] == ("a1", "a3")


def test_who_all_agree_are_not_divided() -> None:
    found = camps(dataset(*(f"{who} talk support early" for who in ("ann", "bob", "cem", "dee"))))
    assert found.camps == (("ann", "bob", "cem", "dee"), ())
    assert (found.polarisation, found.frustration, found.exact) == (0, 0, True)
    assert found.headline == (
        "4 actors do not fall into camps: no split puts more conflict than agreement between two camps."
    )
    assert (found.wedges, found.bridges) == ((), ())


def test_the_findings_come_as_sentences_first_who_what_divides_and_what_joins() -> None:
    joined = [f"{who} test support early" for who in ("ann", "cem", "dee")]
    found = camps(dataset(*DIVIDED, *joined), draws=5)
    first, second, third, *rest = found.findings
    assert first.startswith("Two camps")
    assert first.endswith(": Ann and Bob against Cem and Dee.")
    assert second == "What divides them: “Keep talking” (backed by 2 of 2 in camp 1, 0 of 2 in camp 2)."
    assert third == "What somebody of each backs: “Test models” (backed by 1 of 1 in camp 1, 2 of 2 in camp 2)."
    assert "No split is better, and no other as good: every one was compared." in rest
    assert any("by one and the same local search" in line and "5 draws" in line for line in rest)


@pytest.mark.parametrize("order", [1, -1])
def test_splits_that_are_as_good_are_counted_and_one_is_named_whatever_the_order_of_the_actors(order: int) -> None:
    """Three pairs, each of which alone backs one proposal: any of them stands against the other two."""
    found = camps(chosen(*["+--", "+--", "-+-", "-+-", "--+", "--+"][::order]), draws=0)
    assert found.as_good == (2,)
    said = next(f for f in found.findings if "as good" in f)
    assert said.startswith("2 other splits are as good; one of them: ")
    assert len(found.another[1]) == 2
    assert found.another != found.camps
    assert camps(chosen("++", "++", "--"), draws=0).as_good == (0,)
    (only,) = [f for f in camps(chosen("++", "++", "--"), draws=0).findings if "as good" in f]
    assert only == "No split is better, and no other as good: every one was compared."


def test_of_a_group_apart_the_splits_that_are_as_good_are_counted_by_themselves() -> None:
    """Three against each other, and apart from them three more on another proposal."""
    data = chosen("+-.....", "-.+....", ".+-....", "...+...", "...-...", "......+")
    found = camps(data, draws=0)
    assert found.as_good == (2, 0)
    assert found.another
    assert any("among themselves" in f and "as good" not in f for f in found.findings)


def test_a_proposal_backed_in_both_camps_is_a_bridge_and_the_unopposed_come_first() -> None:
    found = camps(chosen("++.+", "++++", "--+-", "--++"))
    assert found.camps == (("a0", "a1"), ("a2", "a3"))
    assert found.wedges[:2] == ("p0", "p1")
    assert found.bridges == ("p2", "p3"), "one opposes p3"
    line = found.proposals.loc["p3"]
    assert (line["backing_1"], line["opposed_1"], line["speakers_1"]) == (2, 0, 2)
    assert (line["backing_2"], line["opposed_2"], line["speakers_2"]) == (1, 1, 2)


def test_the_proposals_add_up_to_the_whole() -> None:
    for normalize in NORMALISATIONS:
        found = camps(chosen("++.+0", "+++.+", "-.+--", "-0+-+"), normalize=normalize, draws=0)
        sums = found.proposals.iloc[:, :4].sum()
        assert sums.sum() == pytest.approx(1)
        assert sums["conflict_across"] - sums["congruence_across"] == pytest.approx(found.polarisation)
        assert sums["congruence_across"] + sums["conflict_within"] == pytest.approx(found.frustration)


def test_who_shares_no_proposal_is_in_no_camp_and_is_named() -> None:
    found = camps(dataset("ann talk support early", "bob talk oppose early", "dee ban support early"))
    assert found.camps == (("ann",), ("bob",))
    assert found.unlinked == ("cem", "dee")
    assert "In no camp, for nobody else took a stance on a proposal of theirs: Cem and Dee." in found.findings


def test_parts_that_nothing_links_are_said_not_matched() -> None:
    found = camps(chosen("+.", "+.", "-.", ".+", ".-"))
    assert found.camps == (("a0", "a1"), ("a2",))
    assert found.apart == (("a3", "a4"),)
    assert found.frame["part"].tolist() == [1, 1, 1, 2, 2]
    assert (
        "In neither camp, for nothing puts them with or against these: A3 and A4; among themselves A3 against A4."
        in found.findings
    )
    many = camps(
        chosen("+....", "+....", ".+...", ".+...", "..+..", "..+..", "...+.", "...+.", "....+", "....+"), draws=0
    )
    assert many.headline.startswith("2 actors do not fall into camps"), "so nobody else is in neither of them"
    assert [line for line in many.findings if "nothing puts" in line or "likewise" in line] == [
        *(
            f"Apart from these actors, for nothing puts them with or against them: A{i} and A{i + 1}."
            for i in (2, 4, 6)
        ),
        "1 more group stands apart likewise.",
    ]
    assert found.polarisation == pytest.approx((2 * 2 + 2) / 8), "what divides them counts all the same"


def test_what_divides_those_in_neither_camp_is_not_the_camps_own() -> None:
    """Two against two on p0, and two others against each other on p1."""
    found = camps(chosen("+.", "+.", "-.", "-.", ".+", ".-"))
    assert found.camps == (("a0", "a1"), ("a2", "a3"))
    assert found.frame["camp"].tolist() == [1, 1, 2, 2, 0, 0]
    assert found.frame["half"].tolist() == [1, 1, 2, 2, 1, 2]
    assert (found.wedges, found.proposals["divides"].tolist()) == (("p0",), pytest.approx([8 / 14, 0]))
    assert "What divides them: “P0” (backed by 2 of 2 in camp 1, 0 of 2 in camp 2)." in found.findings
    assert (found.polarisation, found.n) == (pytest.approx(10 / 14), 7), "of all, as the formula has it"
    assert (found.polarisation_between, found.n_between) == (pytest.approx(8 / 12), 6)
    (numbers,) = (line for line in found.findings if line.startswith("Polarisation"))
    assert "71.4% is conflict across the split and 0.0% agreement across it (n = 7 pairs on 2 proposals)" in numbers
    assert numbers.endswith(
        " That is with those in neither camp, each group of them split by itself; of the two camps alone polarisation "
        "is 0.667 (n = 6 pairs)."
    )
    alone = camps(chosen("+.", "+.", "-.", "-."))
    assert alone.polarisation == alone.polarisation_between
    assert not [line for line in alone.findings if "neither camp" in line]
    apart = camps(chosen("+.", "+.", "+.", ".+", ".-"))
    assert (apart.wedges, apart.polarisation_between) == ((), 0)
    assert any(
        line.endswith(" All of it lies among those who stand apart, each group split by itself.")
        for line in apart.findings
    )


def test_as_much_agreement_as_conflict_puts_nobody_in_a_camp() -> None:
    found = camps(chosen("++", "+-", "+.", "-."))
    assert found.camps == (("a0", "a1", "a2"), ("a3",))
    assert found.undecided == ()
    level = camps(chosen("++", "+-"), draws=0)
    assert level.camps == ((), ())
    assert level.apart == (("a0",), ("a1",))
    assert level.headline.startswith("No camps: no two of these actors have more agreement than conflict")
    assert not [line for line in level.findings if "neither camp" in line], "the headline says it of all"
    assert not [line for line in level.findings if "mixed" in line]
    both = [f"{who} talk {stance} early" for who in ("ann", "bob") for stance in ("support", "oppose")]
    word = "2 positions are mixed and count half for, half against: in a shorter time there may be camps."
    assert word in camps(dataset(*both), draws=0).findings
    assert word not in camps(dataset(*both), draws=0, count="statements").findings
    torn = camps(chosen("++++", "++++", "----", "++--"))
    assert torn.camps == (("a0", "a1"), ("a2",))
    assert torn.apart == (("a3",),)


def test_who_could_stand_in_either_camp_is_named() -> None:
    found = camps(chosen("+++.", "--.+", "..++"))
    assert found.undecided == ("a2",), "agrees once with each of two who oppose each other twice"
    assert found.polarisation == pytest.approx((2 - 1) / 4)
    assert "Could as well stand in the other camp: A2." in found.findings
    assert camps(dataset(*DIVIDED)).undecided == ()


def test_who_opposed_each_other_at_a_time_and_stands_in_one_camp_is_named() -> None:
    swap = ("ann talk support 2019-03-01", "bob talk oppose 2019-05-01", "ann talk oppose 2026-01-01")
    swapped = said(*swap, "bob talk support 2026-02-01")
    word = (
        "Ann and Bob opposed each other on “Keep talking” in 2019 and 2026; over all time both are mixed on it, which "
        "counts as agreement in part."
    )
    assert word in camps(swapped, draws=0).findings, "without camps whoever it is"
    beside = ("ann ban support", "bob ban support", "cem ban oppose")
    together = camps(said(*swap, "bob talk support 2026-02-01", *beside), draws=0)
    assert together.camps == (("ann", "bob"), ("cem",))
    assert f"Within one camp: {word}" in together.findings
    beside = ("ann ban support", "bob ban oppose", "cem ban oppose")
    across = camps(said(*swap, "bob talk support 2026-02-01", *beside), draws=0)
    assert across.camps == (("bob", "cem"), ("ann",))
    assert across.opposed == (), "they stand in two camps"
    latest = camps(said(*swap), Selection(rule="latest"), draws=0)
    assert [(o.one, o.other, o.now, o.counts_as) for o in latest.opposed] == [
        ("ann", "bob", "both oppose it", "agreement")
    ]
    assert camps(swapped, count="statements", draws=0).opposed == (), "each statement counts against each other's"


def test_many_who_opposed_each_other_are_counted() -> None:
    everyone = ("ann", "bob", "cem", "dee")
    stances = [("support", 2001), ("oppose", 2003)]
    data = said(
        *(
            f"{who} {what} {stance} {year + k % 2}-01-01"
            for what in ("talk", "test")
            for k, who in enumerate(everyone)
            for stance, year in (stances if k % 2 else [(stances[1][0], 2001), (stances[0][0], 2003)])
        )
    )
    found = camps(data, draws=0)
    assert len(found.opposed) == 8, "each of two against each of two, on two proposals"
    (line,) = (line for line in found.findings if "opposed each other" in line)
    assert line.count("opposed each other") == 3
    assert line.endswith(" And 5 more such cases, of 4 pairs in all.")


def test_nothing_to_divide_is_a_sentence() -> None:
    alone = camps(dataset("ann talk support early"))
    assert alone.sentence.startswith("Nothing to compare: for no pair of these 4 actors")
    assert alone.findings == (alone.sentence,)
    assert (alone.camps, alone.polarisation, alone.frustration, alone.n, alone.null) == (((), ()), 0, 0, 0, None)
    nobody = camps(dataset(*DIVIDED), Selection(proposal="ban"))
    assert (nobody.n, nobody.proposals.empty) == (0, True)


@settings(max_examples=40)
@given(random_data.datasets(), st.sampled_from(NORMALISATIONS), st.sampled_from(("positions", "statements")))
def test_no_split_of_the_overlap_s_own_numbers_is_better(
    made: tuple[str, list[tuple[int, int, str, str]], Dataset], normalize: str, count: str
) -> None:
    data = made[2]
    found = camps(data, normalize=normalize, count=count, draws=0)
    both = overlaps(data, measures=("congruence", "conflict"), normalize=normalize, count=count)
    c, d = (both[m].frame.to_numpy() for m in ("congruence", "conflict"))
    total = (c + d).sum()

    def frustration(part: NDArray[np.int64]) -> float:
        across = part[:, None] != part[None, :]
        return float(c[across].sum() + d[~across].sum()) / (total or 1)

    every = [frustration(np.array(part)) for part in product((0, 1), repeat=len(c))]
    assert found.frustration == pytest.approx(min(every), abs=1e-9)
    assert found.frustration_unsplit == pytest.approx(every[0])
    assert found.polarisation == pytest.approx(every[0] - min(every), abs=1e-9)
    # The camps that are told are that split, whichever way the parts are turned that nothing links.
    assert frustration(found.frame["half"].to_numpy()) == pytest.approx(min(every), abs=1e-9)


def test_the_selection_chooses_proposals_actors_and_evidence() -> None:
    data = dataset(*DIVIDED, "ann test oppose late", "bob test support early", "dee test support late")
    assert camps(data, Selection(side="north", proposal="talk")).camps == (("ann", "bob"), ())
    assert camps(data, Selection(proposal="test")).camps == (("bob", "dee"), ("ann",))
    assert camps(data, Selection(source="early")).camps == (("ann", "bob"), ())
    among = camps(data, Selection(authority="expert"))
    assert set(among.frame.index) == {"bob", "dee"}
    assert among.headline.startswith("Among experts: ")


def test_chance_keeps_who_speaks_and_how_often_each_stance_is_taken() -> None:
    found = camps(dataset(*DIVIDED), draws=30)
    assert found.null is not None
    # Two for and two against: dealt out in any way they are two pairs again.
    assert (found.null.mean, found.null.p95, found.null.observed) == pytest.approx((8 / 12,) * 3)
    assert not found.null.is_exceeded
    assert "but no more so than chance would divide them" in found.headline
    aligned = camps(chosen(*["+" * 8] * 5, *["-" * 8] * 5), draws=30)
    assert aligned.null is not None
    assert aligned.null.is_exceeded
    assert aligned.null.observed == pytest.approx(aligned.polarisation)
    assert "chance" not in aligned.headline


@pytest.mark.parametrize("count", ["positions", "statements"])
@pytest.mark.parametrize("normalize", NORMALISATIONS)
def test_the_search_that_draws_are_compared_by_finds_the_best_of_a_few(normalize: str, count: str) -> None:
    mixed = dataset(*DIVIDED, "ann test support early", "ann test oppose late", "dee test support early")
    for data in (chosen("++.+0", "+++.+", "-.+--", "-0+-+"), mixed, partly_known()):
        found = camps(data, normalize=normalize, count=count, draws=1)
        assert found.null is not None
        assert found.null.observed == pytest.approx(found.polarisation)


def test_the_same_seed_draws_the_same_and_none_are_drawn_where_none_are_asked_for() -> None:
    data = chosen("++-0+", "+0--+", "-+0+-", "--+0.", "0++-+")
    for count in ("positions", "statements"):
        one, same, other = (camps(data, draws=20, seed=s, count=count).null for s in (1, 1, 2))
        assert one == same != other
    assert camps(data, draws=0).null is None


def test_a_mixed_position_is_dealt_out_whole() -> None:
    data = dataset(*DIVIDED, "ann test support early", "ann test oppose late", "bob test support early")
    found = camps(data, draws=10)
    assert found.null is not None
    assert found.null.mean <= found.frustration_unsplit


def test_statements_are_dealt_out_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[float] = set()

    def watched(weights: Floats, *, seed: int) -> Bools:
        seen.add(float(weights[0, 1]))
        return searched(weights, seed=seed)

    monkeypatch.setattr(module, "searched", watched)
    camps(worked(), count="statements", draws=40)
    # On p1 two no meet two yes: 4 in conflict, or after an exchange of one 2 and 2; p2 adds 1, p3 takes 2.
    assert seen == {4 + 1 - 2, 2 - 2 + 1 - 2}
    seen.clear()
    camps(worked(), draws=40)
    assert seen == {1 + 1 - 1}, "a position is one, whoever has it"


def test_the_answer_says_what_it_rests_on(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(3)
    words = ["".join(random.choice(list("+-.0"), 12)) for _ in range(24)]
    data = chosen(*words)
    proved = camps(data, draws=0, seconds=60)
    assert (proved.exact, proved.method) == (True, "milp")
    assert (
        "No split is better: mixed-integer programming proves it. Whether another one is as good was not looked for."
        in proved.findings
    )
    assert (proved.as_good, proved.another) == (None, ())
    monkeypatch.setattr(best_split, "MOST_PAIRS", 0)
    found = camps(data, draws=0)
    assert (found.exact, found.method) == (False, "search")
    assert found.polarisation < found.bound
    assert any(f"a polarisation of at most {found.bound:.3f}" in line for line in found.findings)


def test_formula_and_wrong_use() -> None:
    assert camps(dataset(*DIVIDED), normalize="average", draws=0).formula.endswith(
        "each divided by (n_i + n_i')/2 [Leifeld 2017]"
    )
    for wrong in ({"normalize": "avrage"}, {"count": "words"}, {"duplicates": "year"}, {"draws": -1}):
        with pytest.raises(SelectionError):
            camps(dataset(*DIVIDED), **wrong)


def test_a_side_s_names_stand_beside_the_numbers_where_the_dataset_has_sides() -> None:
    found = camps(
        dataset(*DIVIDED, actors=table("id|name|side", "ann|Ann|north", "bob|Bob|", "cem|Cem|south", "dee|Dee|south"))
    )
    assert found.in_words == ("2 actors (1 of North and 1 other)", "2 actors (2 of South)")
    assert camps(worked(), draws=0).in_words == ("1 actor", "1 actor")


def test_the_main_sides_are_told_first_however_few_they_are_of() -> None:
    sides = table("id|name|main", "big|Big|", "mid|Mid|", "low|Low|", "odd|Odd|", "main|Main|true")
    of = [*["big"] * 5, *["mid"] * 4, *["low"] * 3, *["odd"] * 2, "main"]
    actors = table("id|name|side", *(f"a{i}|A{i}|{side}" for i, side in enumerate(of)))
    found = camps(dataset(*(f"a{i} talk support early" for i in range(15)), sides=sides, actors=actors), draws=0)
    assert found.in_words[0] == "15 actors (1 of Main, 5 of Big, 4 of Mid, 3 of Low and 2 others)"


@pytest.mark.slow
def test_the_219_actors_of_the_second_dataset(root: Path) -> None:
    found = camps(load(root / "data" / "ai-governance-instruments"), draws=0)
    assert found.camps[1] == ("blr", "prk", "rus")
    assert found.headline == (
        "Two camps: 192 actors (1 of the United States, 1 of China, 137 of Other states, 28 of EU and its members, 15 of "
        "Other OECD members and 10 others) against Belarus, North Korea and Russia."
    )
    assert found.exact
    assert len(found.apart[0]) == 20, "companies speak on no proposal on which a state does"
    assert found.wedges[0].startswith("unga")
