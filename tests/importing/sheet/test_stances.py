"""What a cell for a stance says: the stance, and the condition beside it."""

from __future__ import annotations

import pytest

from matrix.importing.sheet.stances import STANCE_WORDS, STRENGTHS, StanceWords
from tests.importing.sheet.test_read import mapping_of, problems, tables_of
from tests.importing.sheet.triples import scores, triples


@pytest.mark.parametrize(
    ("cell", "condition"),
    [
        ("conditional: others do", "others do"),
        ("有条件支持（其他国家也这样做）", "其他国家也这样做"),
        ("有条件：其他国家也这样做", "其他国家也这样做"),
        ("bedingt, alle machen mit", "alle machen mit"),
        ("with conditions – all do; and soon", "all do; and soon"),
        ("yes, if others do", "if others do"),
        ("Yes if others do", "if others do"),
        ("for (if others)", "if others"),
        ("dafür (Bedingung: alle machen mit)", "alle machen mit"),
        ("ja, aber nur wenn alle mitmachen", "aber nur wenn alle mitmachen"),
        ("支持，前提是公开", "前提是公开"),
        ("支持，如果公开", "如果公开"),
    ],
)
def test_a_condition_in_the_cell(cell: str, condition: str) -> None:
    assert StanceWords.of({}, None).meaning(cell) == ("conditional", condition)


@pytest.mark.parametrize(
    "cell",
    [
        "for, maybe",
        "no, if others do",
        "yes (strongly)",
        "ja, wenn auch ungern",
        "if others do",
        "yes, iffy",
        "hm: if so",
    ],
)
def test_what_is_no_certain_condition_is_asked(cell: str) -> None:
    assert StanceWords.of({}, None).meaning(cell) == ("", "")


def test_the_condition_of_a_word_that_the_user_calls_conditional() -> None:
    text = 'Actor,Proposal,Stance\nA,P,"rather, with all others"\n'
    assert "is not a stance for certain" in problems(text)[0]
    stances = {"rather, with all others": "conditional"}
    assert tables_of(text, stances=stances).frames["statements"]["condition"].tolist() == ["with all others"]
    assert (
        "no condition is given" in problems("Actor,Proposal,Stance\nA,P,rather\n", stances={"rather": "conditional"})[0]
    )


def test_the_split_is_shown() -> None:
    text = str(mapping_of('Actor,Proposal,Stance\nA,P,"yes, if others do"\n')[1])
    assert "  yes, if others do        1 time   -> conditional, on the condition 'if others do'" in text


def column(*words: str) -> str:
    """A sheet with these words as the stances of A0, A1 and so on."""
    return "\n".join(["Actor;Proposal;Stance", *(f"A{i};P;{w}" for i, w in enumerate(words))]) + "\n"


def stances(*words: str, **options: dict[str, str]) -> list[str]:
    return tables_of(column(*words), **options).frames["statements"]["stance"].tolist()


# ---- negations and doubt


@pytest.mark.parametrize(
    "word",
    [
        "stimme nicht zu",
        "do not support",
        "does not support",
        "not in favour",
        "lehne ab",
        "不支持该提案",
        "pas d'accord",
        "no apoya",
    ],
)
def test_a_negation_is_oppose(word: str) -> None:
    assert stances(word) == ["oppose"]


NEGATIONS = ["no support", "unsupportive", "not opposed", "does not oppose", "nicht dagegen", "keine Unterstützung nötig", "不反对",
             "No position", "keine Position", "unconditional support", "won't support", "refuses to support", "no objection"]  # fmt: skip


@pytest.mark.parametrize("word", NEGATIONS)
def test_a_negation_that_is_not_known_is_asked_without_a_hint(word: str) -> None:
    (found,) = problems(column(word))
    assert "did you mean" not in found
    assert f"say --stance '{word}=…'" in found


MARKS = [
    "yes*",
    "support†",
    "oppose?",
    "(support)",
    "~support",
    "support (?)",
    "支持？",
    "[ja]",
    "support¹",
    "yes…",
    "?no",
]


@pytest.mark.parametrize("word", MARKS)
def test_a_mark_of_doubt_is_asked_about_and_never_certain(word: str) -> None:
    (found,) = problems(column(word, "support"))
    assert "has a mark of doubt" in found
    assert "did you mean" not in found
    assert not StanceWords.of({"support": "support"}, None).certain(word)


def test_the_doubt_is_kept_when_the_word_is_taken() -> None:
    chosen = {"support?": "support", "yes*": "support"}
    tables = tables_of("Actor,Proposal,Stance,Note\nA,P,support?,hm\nB,P,yes*,\nC,P,support,ok\n", stances=chosen)
    kept = tables.frames["statements"][["stance", "confidence", "note"]].values.tolist()
    assert kept == [
        ["support", "low", "hm; written as support?"],
        ["support", "", "written as yes*"],
        ["support", "", "ok"],
    ]


def test_what_is_said_of_a_marked_word_says_nothing_of_the_plain_one() -> None:
    assert stances("support?", "support", stances={"support?": "concern"}) == ["concern", "support"]


def test_all_other_words_have_one_answer() -> None:
    assert stances("yes", "hm", "support?", "no", stances={"*": "skip"}) == ["support", "oppose"]
    assert stances("yes", "hm", "no", stances={"*": "concern"}) == ["support", "concern", "oppose"]
    (found,) = problems(column("hm"), stances={"*": "suport"})
    assert found.startswith("mine.csv: --stance *=suport: 'suport' is not one of")


# ---- votes, and scales of more steps


@pytest.mark.parametrize(
    ("yes", "no", "neither"),
    [("aye", "nay", "present"), ("Yea", "Nay", "abstain"), ("stimme zu", "stimme nicht zu", "neutral"), ("Ja", "Nein", "Enthaltung"),
     ("赞成", "反对", "弃权"), ("pour", "contre", "abstention"), ("a favor", "en contra", "abstención")],
)  # fmt: skip
def test_a_vote_without_a_side_is_neutral(yes: str, no: str, neither: str) -> None:
    tables = tables_of(column(yes, no, neither))
    assert tables.frames["statements"]["stance"].tolist() == ["support", "oppose", "neutral"]
    assert scores(tables)["neutral"] == "0"
    assert not scores(tables_of(column(yes, no)))


@pytest.mark.parametrize(
    ("words", "made"),
    [
        (("Ja", "Eher ja", "Eher nein", "Nein"), [1, 0.5, -0.5, -1]),
        (("Completely agree", "Tend to agree", "Neutral", "Tend to disagree", "Completely disagree"), [1, 0.5, 0, -0.5, -1]),
        (("Strongly agree", "Agree", "Neither agree nor disagree", "Disagree", "Strongly disagree"), [1, 0.5, 0, -0.5, -1]),
        (("完全同意", "同意", "中立", "不同意", "完全不同意"), [1, 0.5, 0, -0.5, -1]),
        (("2", "1", "0", "-1", "-2"), [1, 0.5, 0, -0.5, -1]),
        (("strongly agree", "agree", "somewhat agree", "neutral", "somewhat disagree", "disagree", "strongly disagree"),
         [1, 0.6667, 0.3333, 0, -0.3333, -0.6667, -1]),
    ],
)  # fmt: skip
def test_words_of_strength_make_a_scale_of_their_own(words: tuple[str, ...], made: list[float]) -> None:
    tables = tables_of(column(*words))
    scale = scores(tables)
    assert [float(scale[s]) for s in tables.frames["statements"]["stance"]] == made
    assert sorted(map(float, scale.values()), reverse=True) == made
    assert any("make a scale of" in n for n in tables.notes)


def test_a_strong_word_alone_is_a_plain_one() -> None:
    assert stances("strongly supports", "supports", "opposes") == ["support", "support", "oppose"]


def test_numbers_of_an_unknown_scale_are_asked_and_can_be_steps() -> None:
    (question,) = problems(column("5", "3", "1"))
    assert "the numbers 1, 3, 5 (3 cells) are not stances for certain" in question
    assert "--stance '1..5=oppose..support' if 5 is most for it, or --stance '1..5=support..oppose' if 1 is" in question
    assert stances("5", "3", "1", stances={"1..5": "oppose..support"}) == [
        "strongly-agrees",
        "neutral",
        "strongly-disagrees",
    ]
    assert stances("1", "2", "3", stances={"1..3": "support..oppose"}) == ["support", "neutral", "oppose"]
    assert "of 2 to 7 steps" in problems(column("1", "2"), stances={"1..9": "oppose..support"})[0]
    steps = {"5": "strongly-agrees", "4": "agrees", "3": "neutral", "1": "strongly-disagrees"}
    tables = tables_of(column("5", "4", "3", "1"), stances=steps)
    assert [scores(tables)[s] for s in tables.frames["statements"]["stance"]] == ["1", "0.5", "0", "-1"]


def test_ticks_and_crosses_mean_something_together() -> None:
    assert stances("✓", "✗", "✔️") == ["support", "oppose", "support"]
    assert "'✓' (1 cell) is not a stance for certain" in problems(column("✓", "yes"))[0]


def test_a_roll_call() -> None:
    tables = tables_of("Senator,Motion,Vote\nAdams,Registry,yea\nCruz,Registry,nay\n")
    assert triples(tables) == ["Adams / Registry / support", "Cruz / Registry / oppose"]
    assert "'Not Voting' (1 cell) is not a stance" in problems("Senator,Motion,Vote\nAdams,Registry,Not Voting\n")[0]


@pytest.mark.parametrize(
    "legend",
    ["1 = strongly disagree, 5 = strongly agree", "Scale: 1 (strongly disagree) to 5 (strongly agree)",
     "1 = strongly disagree; 2 = disagree; 3 = neutral; 4 = agree; 5 = strongly agree"],
)  # fmt: skip
def test_a_legend_in_the_sheet_says_what_its_numbers_mean(legend: str) -> None:
    steps = ["strongly-agrees", "agrees", "neutral", "disagrees", "strongly-disagrees"]
    rows = "Bill,Ann,Bo,Cy,Di,Em\nBan,5,4,3,2,1\nTax,5,4,3,2,1\n"
    for text in (f'"{legend}",,,,,\n{rows}', f'{rows}"{legend}",,,,,\n'):
        tables = tables_of(text)
        assert tables.frames["statements"]["stance"].tolist() == [*steps, *steps]
        assert tables.frames["proposals"]["title"].tolist() == ["Ban", "Tax"]
    letters = tables_of('Bill,Ann,Bo\nBan,J,N\n"J = ja, N = nein",,\n')
    assert letters.frames["statements"]["stance"].tolist() == ["support", "oppose"]
    assert "'J = ja', 'N = nein': as a legend in the sheet says." in letters.notes


def test_a_legend_of_one_key_a_row_below_the_table_is_no_proposal() -> None:
    tables = tables_of("Bill,Ann,Bo\nBan,Y,N\nTax,N,Y\n,,\nY = supports,,\nN = opposes,,\nLight green = in part,,\n")
    assert tables.frames["proposals"]["title"].tolist() == ["Ban", "Tax"]
    assert tables.frames["statements"]["stance"].tolist() == ["support", "oppose", "oppose", "support"]
    assert any("'Y = supports'" in n and "left out as remarks" in n and "--map" in n for n in tables.notes)


@pytest.mark.parametrize(
    "words",
    [
        "полностью согласен; скорее согласен; нейтрально; скорее не согласен; совершенно не согласен",
        "強く賛成; やや賛成; どちらともいえない; やや反対; 強く反対",
        "zdecydowanie się zgadzam; raczej się zgadzam; trudno powiedzieć; raczej się nie zgadzam; zdecydowanie nie",
        "totalmente a favor; algo a favor; neutral; algo en contra; totalmente en contra",
        "tout à fait d'accord; plutôt d'accord; neutre; plutôt pas d'accord; pas du tout d'accord",
        "stimme voll zu; stimme eher zu; neutral; stimme eher nicht zu; stimme gar nicht zu",
    ],
)
def test_scales_of_several_languages(words: str) -> None:
    assert stances(*words.split("; ")) == [
        "strongly-agrees",
        "rather-agrees",
        "neutral",
        "rather-disagrees",
        "strongly-disagrees",
    ]


_OPPOSITES = """
agree=disagree; agrees=disagrees; approve=disapprove; support=oppose; for=against; yes=no; favourable=unfavourable
stimme zu=stimme nicht zu; ja=nein; dafür=dagegen; einverstanden=nicht einverstanden; trifft zu=trifft nicht zu
eens=oneens; mee eens=mee oneens; voor=tegen; d accord=pas d accord; favorable=défavorable; pour=contre; oui=non
de acuerdo=en desacuerdo; a favor=en contra; d accordo=in disaccordo; favorevole=contrario; concordo=discordo
concorda=discorda; enig=uenig; håller med=håller inte med; katılıyorum=katılmıyorum; zgadzam się=nie zgadzam się
souhlasím=nesouhlasím; egyetértek=nem értek egyet; popieram=nie popieram; za=przeciw; согласен=не согласен; за=против
поддерживаю=не поддерживаю; згоден=не згоден; підтримую=не підтримую; أوافق=لا أوافق; موافق=غير موافق
同意=不同意; 赞成=反对; 支持=反对; 賛成=反対; そう思う=そう思わない; 찬성=반대; 동의=부동의; 그렇다=그렇지 않다
"""


def step(word: str) -> int:
    return STRENGTHS.get(word) or {"support": 2, "oppose": -2}.get(STANCE_WORDS.get(word, ""), 0)


def test_a_word_and_its_opposite_are_as_strong() -> None:
    """The plain words are plain, and so is each longer one that has its opposite in the lists."""
    pairs = [pair.strip().split("=") for line in _OPPOSITES.strip().splitlines() for pair in line.split(";")]
    assert [(a, b) for a, b in pairs if (step(a), step(b)) != (2, -2)] == []
    words = {w for w in (*STRENGTHS, *STANCE_WORDS) if step(w) > 0}
    lopsided = []
    for word in words:
        for one, other in pairs:
            bare = not one.isascii() and len(word.split()) == 1  # a script whose words no blank divides
            opposite = word.replace(one, other) if bare else f" {word} ".replace(f" {one} ", f" {other} ").strip()
            if opposite != word and step(opposite) and step(opposite) != -step(word):
                lopsided.append((word, opposite))
    assert lopsided == []


@pytest.mark.parametrize("word", ["mee oneens", "helemaal mee oneens", "لا أوافق", "lidt uenig"])
def test_a_known_opposite_is_taken_as_such(word: str) -> None:
    assert step(word) < 0


@pytest.mark.parametrize(
    ("word", "near"), [("suport", "support"), ("helemal mee eens", "helemaal mee eens"), ("geheel mee oneens", "")]
)
def test_a_hint_is_a_misspelling_and_never_the_opposite_or_another_step(word: str, near: str) -> None:
    (problem,) = problems(f"Speaker,Proposal,Stance\nAnn,Ban,{word}\n")
    assert problem.partition("did you mean ")[2].partition("'")[2].partition("'")[0] == near


@pytest.mark.parametrize("word", ["katılmıyorum ben", "schwach dafür", "mee oneen", "لا أوافق أبدا"])
def test_no_hint_points_the_other_way(word: str) -> None:
    (problem,) = problems(f"Speaker,Proposal,Stance\nAnn,Ban,{word}\n")
    assert "(support)" not in problem


def test_plain_words_beside_strong_ones_are_on_the_same_step() -> None:
    sheet = "Stelling,CDA,SP\nA,mee eens,mee oneens\nB,helemaal mee eens,helemaal mee oneens\n"
    assert triples(tables_of(sheet))[:2] == ["CDA / A / agrees", "SP / A / disagrees"]
    plain = triples(tables_of("Stelling,CDA,SP\nA,mee eens,mee oneens\nB,mee oneens,mee eens\n"))
    assert plain[:2] == ["CDA / A / support", "SP / A / oppose"]


def test_the_hundred_points_of_smartvote_are_a_scale() -> None:
    text = "Partei,Rente,EU\nSP,0,75\nSVP,100,0\nMitte,50,25\n"
    (asked,) = problems(text)
    assert "say --stance '0..100=oppose..support' if 100 is most for it" in asked
    tables = tables_of(text, stances={"0..100": "oppose..support"})
    assert triples(tables)[:2] == ["SP / Rente / strongly-disagrees", "SP / EU / agrees"]
    assert scores(tables) == {
        "strongly-agrees": "1",
        "agrees": "0.5",
        "neutral": "0",
        "disagrees": "-0.5",
        "strongly-disagrees": "-1",
    }
    each = {"0": "oppose", "25": "oppose", "50": "skip", "75": "support", "100": "support"}
    assert triples(tables_of(text, stances=each))[:2] == ["SP / Rente / oppose", "SP / EU / support"]


@pytest.mark.parametrize("word", ["prota", "prol", "nope", "yesterday", "antik"])
def test_another_ending_of_a_short_word_is_no_misspelling(word: str) -> None:
    (asked,) = problems(f"Actor,Proposal,Stance\nAnn,Ban,{word}\n")
    assert ("did you mean 'pro'" in asked) == (word == "prol")
    assert "did you mean 'no'" not in asked


def test_against_in_czech_is_no_pro() -> None:
    assert triples(tables_of("Strana,Registr,Zákaz\nA,pro,proti\nB,proti,pro\n"))[:2] == [
        "A / Registr / support",
        "A / Zákaz / oppose",
    ]
