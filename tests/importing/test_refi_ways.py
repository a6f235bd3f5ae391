"""Projects as other programs write them: each comes in with the right speaker, proposal, stance, words and coder."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import DatasetError
from matrix.dataset.quotes import verify
from matrix.importing import ImportOptions, read_file
from matrix.importing.refi import read_refi
from matrix.importing.result import ImportedTables
from tests.importing.made_qdpx import LETTER, PROPOSALS, CodedWords, Codes, E, R, placed, refi

FOR, AGAINST = ("Register of models", "support"), ("Export ban", "oppose")
UNION = {"Union": ["Letter"]}
BOTH = [CodedWords("Letter", R, FOR), CodedWords("Letter", E, AGAINST)]


def said(tables: ImportedTables) -> list[tuple[str, ...]]:
    """Actor, proposal, stance and words of each statement; every quote is where it is said to be."""
    frames = Dataset.from_frames(tables.frames).frames
    hashes = dict(zip(tables.frames["sources"]["sha256"], tables.frames["sources"]["id"], strict=True))
    assert verify(dict(frames), {h: tables.texts[s] for h, s in hashes.items() if h}).failed == 0
    names = dict(zip(frames["actors"]["id"], frames["actors"]["name"], strict=True))
    titles = dict(zip(frames["proposals"]["id"], frames["proposals"]["title"], strict=True))
    return [
        (names[s["actor"]], titles[s["proposal"]], s["stance"], s.get("quote", ""))
        for s in tables.frames["statements"].to_dict("records")
    ]


def read(path: Path, **options: object) -> ImportedTables:
    return read_refi(path, ImportOptions(**options))  # type: ignore[arg-type]


RIGHT = [("Union", "Register of models", "support", R), ("Union", "Export ban", "oppose", E)]


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Path]:
    """Makes a project of one letter of the union."""

    def made(coded: list[CodedWords] | None = None, **how: object) -> Path:
        given = {"texts": {"Letter": LETTER}, "cases": UNION, **how}
        return refi(tmp_path / "study.qdpx", BOTH if coded is None else coded, **given)  # type: ignore[arg-type]

    return made


# ---- how places are counted


@pytest.mark.parametrize("utf16", [False, True])
@pytest.mark.parametrize("one_end", [False, True])
@pytest.mark.parametrize("mark", [False, True])
@pytest.mark.parametrize("named", [False, True])
def test_places_are_read_as_the_program_counted_them(
    project: Callable[..., Path], utf16: bool, one_end: bool, mark: bool, named: bool
) -> None:
    text = f"Posted 👍🏽👨\u200d👩\u200d👧.\r\nWell.\r\n{R} 🎉\r\n{E}\r\n"
    coded = [
        CodedWords("Letter", words, codes, name=words if named else "") for words, codes in ((R, FOR), (E, AGAINST))
    ]
    tables = read(
        project(
            coded,
            texts={"Letter": text},
            written=lambda t: b"\xef\xbb\xbf" + t.encode(),
            counted=partial(placed, utf16=utf16, one_end=one_end, mark=mark),
        )
    )
    assert said(tables) == RIGHT
    (note,) = (n for n in tables.notes if n.startswith("Places of 1 source ('Letter') are counted"))
    assert ("UTF-16" in note, "line end" in note, "mark" in note) == (utf16, one_end, mark)
    assert ("the words of 2 selections say so" in note) == named
    assert ("look at a few quotes" in note) == (not named)


def test_nothing_is_said_where_all_ways_of_counting_agree(project: Callable[..., Path]) -> None:
    tables = read(project(texts={"Letter": f"{LETTER}😀\r\n"}))
    assert said(tables) == RIGHT
    assert "counted" not in " ".join(tables.notes)


def test_xml_makes_line_ends_one_that_a_program_counted_as_two(project: Callable[..., Path]) -> None:
    text = f"Dear all,\n\n{R}\n\n{E}\n"
    counted = lambda t, at: placed(t.replace("\n", "\r\n"), at + t[:at].count("\n"))  # noqa: E731
    tables = read(project(texts={"Letter": text}, inline=True, counted=counted))
    assert said(tables) == RIGHT
    assert any("each line end as two" in n for n in tables.notes)


@pytest.mark.parametrize(
    ("name", "quote"),
    [
        (R, R),
        ("We back a public…", R),
        ("We back ...", R),
        ("1:1 We back a public", R),
        ("We  back a public register.", R),
        ("important!", R),  # a label
        (E, ""),
        ("We love a public register of everything.", ""),
        ("We reject …", ""),
    ],
)
def test_words_that_are_not_those_at_the_place_are_no_quote(
    project: Callable[..., Path], name: str, quote: str
) -> None:
    tables = read(project([CodedWords("Letter", R, FOR, name=name), BOTH[1]]))
    assert said(tables)[0][3] == quote
    assert said(tables)[1] == RIGHT[1]
    note = "1 selection whose own words are not those at their place (the statements have no quote): 'letter 0-26'."
    assert (note in tables.notes) == (not quote)


def test_where_it_cannot_be_told_how_places_are_counted_nothing_is_quoted(project: Callable[..., Path]) -> None:
    text = "😀我们支持登记我们反对出口禁令"
    coded = [CodedWords("Letter", "支持登记", FOR), CodedWords("Letter", "反对出口", AGAINST)]
    tables = read(project(coded, texts={"Letter": text}))
    assert [words for *_, words in said(tables)] == ["", ""]
    (note,) = (n for n in tables.notes if "cannot be told" in n)
    assert note.startswith("2 selections of 'Letter' without a quote: it cannot be told whether its places are counted")


def test_what_one_source_leaves_open_others_of_the_project_settle(project: Callable[..., Path]) -> None:
    texts = {"Letter": f"Hi 😀\n{LETTER}", "Post": "😀我们支持登记我们反对出口禁令"}
    coded = [*BOTH, CodedWords("Post", "支持登记", FOR)]
    counted = partial(placed, utf16=True)
    tables = read(project(coded, texts=texts, counted=counted, cases={"Union": ["Letter", "Post"]}))
    assert said(tables) == [*RIGHT, ("Union", "Register of models", "support", "支持登记")]
    assert any("('Post') are counted in UTF-16 units: as elsewhere in this project" in n for n in tables.notes)


# ---- who speaks


HEARING = "ANN: Well. We back a public register. So.\nBO: We reject an export ban.\nCHAIR: Thanks.\n"
TURN_A, TURN_B = CodedWords("Hearing", HEARING[:41]), CodedWords("Hearing", HEARING[42:70])
SPOKEN = [CodedWords("Hearing", R, FOR), CodedWords("Hearing", E, AGAINST)]
OF_BOTH = [("Ann", "Register of models", "support", R), ("Bo", "Export ban", "oppose", E)]


def test_the_innermost_case_around_a_passage_speaks(tmp_path: Path) -> None:
    cases: Any = {"Committee": ["Hearing"], "Ann": [TURN_A], "Bo": [TURN_B]}
    path = refi(tmp_path / "x.qdpx", [*SPOKEN, TURN_A, TURN_B], texts={"Hearing": HEARING}, cases=cases)
    assert said(read(path)) == OF_BOTH


def test_a_passage_that_crosses_turns_is_nobodys_words_but_who_said_most_of_it(tmp_path: Path) -> None:
    cases: Any = {"Committee": ["Hearing"], "Ann": [TURN_A], "Bo": [TURN_B]}
    both, more = HEARING[20:70], HEARING[10:42]  # of both; of Ann, with the end of her line
    coded = [CodedWords("Hearing", both, FOR), CodedWords("Hearing", more, AGAINST), TURN_A, TURN_B]
    tables = read(refi(tmp_path / "x.qdpx", coded, texts={"Hearing": HEARING}, cases=cases))
    assert said(tables) == [("Ann", "Export ban", "oppose", more)]
    assert any(n.startswith("1 selection across the turns of several cases (left out") for n in tables.notes)
    assert any(n.startswith("1 selection across the turns of several cases (taken") for n in tables.notes)


def test_where_others_are_named_they_do_not_speak(tmp_path: Path) -> None:
    named = CodedWords("Hearing", "register")
    cases: Any = {"Committee": ["Hearing"], "Register office": [named]}
    path = refi(tmp_path / "x.qdpx", [*SPOKEN, named], texts={"Hearing": HEARING}, cases=cases)
    assert {actor for actor, *_ in said(read(path))} == {"Committee"}


def test_speakers_are_codes_under_a_chosen_one(tmp_path: Path) -> None:
    turns = [
        CodedWords("Hearing", TURN_A.words, ("Ann",)),
        CodedWords("Hearing", TURN_B.words, ("Bo",), by="Another coder"),
    ]
    codes = {**PROPOSALS, "Speakers": {"Ann": {}, "Bo": {}}}
    path = refi(tmp_path / "x.qdpx", [*SPOKEN, *turns], texts={"Hearing": HEARING}, codes=codes)
    with pytest.raises(DatasetError, match=r"does not say who speaks.*--actors 'code:Speakers' .'Ann', 'Bo'.*source"):
        read(path)
    assert said(read(path, actors="code:Speakers")) == OF_BOTH
    assert not any("neither proposal nor stance" in note for note in read(path, actors="code:Speakers").notes)


def test_speakers_are_sets_of_sources_or_the_sources(project: Callable[..., Path]) -> None:
    path = project(cases={}, sets={"Unions": ["Letter"]})
    with pytest.raises(DatasetError, match=r"--actors set .'Unions'. or --actors source .'Letter'."):
        read(path)
    assert {actor for actor, *_ in said(read(path, actors="set"))} == {"Unions"}
    assert {actor for actor, *_ in said(read(path, actors="source"))} == {"Letter"}


def test_speakers_are_the_values_of_a_variable_of_sources(project: Callable[..., Path]) -> None:
    values = {"Organisation": "Union", "Side": "Workers", "Datum": "1. März 2026", "Medium": "print", "Autor": "Kim"}
    path = project(cases={}, source_values={"Letter": values})
    with pytest.raises(DatasetError, match=r"--actors 'variable:Organisation' \('Union'\)"):
        read(path)
    tables = read(path, actors="variable:organisation")
    assert said(tables) == RIGHT
    (source,) = tables.frames["sources"].to_dict("records")
    assert (source["date"], source["author"], source["medium"]) == ("2026-03-01", "Kim", "print")
    assert list(tables.frames["sides"]["name"]) == ["Workers"]
    assert list(tables.frames["actors"]["side"]) == ["workers"]
    with pytest.raises(DatasetError, match="there is no variable 'Organization'; did you mean 'Organisation'"):
        read(path, actors="variable:Organization")


def test_speakers_are_the_values_of_a_variable_of_cases(project: Callable[..., Path]) -> None:
    values = {"Ann Lee": {"Organisation": "Union", "Role": "chair"}}
    tables = read(project(cases={"Ann Lee": ["Letter"]}, case_values=values), actors="variable:Organisation")
    assert said(tables) == RIGHT
    assert "role" not in tables.frames["actors"] or not any(tables.frames["actors"]["role"])  # of a person


@pytest.mark.parametrize("name", ["", "Case 1", "case_02", "Fall 3"])
def test_a_case_without_a_name_is_called_as_its_only_source(project: Callable[..., Path], name: str) -> None:
    tables = read(project(cases={name: ["Letter"]}))
    assert {actor for actor, *_ in said(tables)} == {"Letter"}
    assert "1 case without a name, called as the source is: 'Letter'." in tables.notes


def test_a_case_without_a_name_of_several_sources_is_named_in_a_note(project: Callable[..., Path]) -> None:
    tables = read(project(cases={"Case 1": ["Letter", "Post"]}, texts={"Letter": LETTER, "Post": "x"}))
    assert {actor for actor, *_ in said(tables)} == {"Case 1"}
    assert any(n.startswith("1 case without a name and without a source of its own") for n in tables.notes)


def test_one_name_with_other_blanks_is_one_actor(project: Callable[..., Path]) -> None:
    names = ["Ministry of Trade", "Ministry\u00a0of Trade ", " Ministry  of Trade\u200b"]
    cases: Any = {name: [source] for name, source in zip(names, ("Letter", "Post", "Talk"), strict=True)}
    texts = dict.fromkeys(("Letter", "Post", "Talk"), LETTER)
    coded = [CodedWords(source, R, FOR) for source in texts]
    tables = read(project(coded, cases=cases, texts=texts))
    assert {actor for actor, *_ in said(tables)} == {"Ministry of Trade"}
    assert len(tables.frames["actors"]) == 1
    assert "1 actor of several cases of one name: 'Ministry of Trade'." in tables.notes


def test_names_that_look_alike_are_one_at_the_users_word(project: Callable[..., Path]) -> None:
    texts = {"Letter": LETTER, "Post": LETTER}
    coded = [CodedWords(source, R, FOR) for source in texts]
    path = project(coded, cases={"Anna Schmidt": ["Letter"], "Anna Schmitt": ["Post"]}, texts=texts)
    (asked,) = read_file(path).questions
    assert (asked.a, asked.b) == ("Anna Schmidt", "Anna Schmitt")
    one = read_file(path, options=ImportOptions(same=["Anna Schmidt=Anna Schmitt"]))
    assert one.dataset is not None
    assert list(one.dataset.actors["name"]) == ["Anna Schmidt"]
    assert len(one.dataset.statements) == 2
    assert not read_file(path, options=ImportOptions(different=["Anna Schmidt=Anna Schmitt"])).questions
    with pytest.raises(DatasetError, match="does not name two names of the file"):
        read_file(path, options=ImportOptions(same=["Anna=Bob"]))


def test_two_codes_of_one_name_at_two_places_are_two_proposals(project: Callable[..., Path]) -> None:
    codes = {"Proposals": {"Openness": {"Other": {}}, "Trade": {"Other": {}}}, "Stances": PROPOSALS["Stances"]}
    path = project([CodedWords("Letter", R, ("Openness/Other", "support"))], codes=codes)
    found = read_file(path).dataset
    assert found is not None
    assert list(found.proposals["title"]) == ["Openness: Other", "Trade: Other"]


def test_variables_of_cases_become_our_columns(project: Callable[..., Path]) -> None:
    values = {
        "Seite": "US",
        "机构": "Ministry",
        "Funktion": "minister",
        "Authority": "Former official",
        "Type": "Person",
        "Native name": "安",
        "Country": "US",
        "Age group": "Unassigned",
    }
    tables = read(project(case_values={"Union": values}))
    (actor,) = tables.frames["actors"].to_dict("records")
    assert actor == {
        "id": "union",
        "name": "Union",
        "name_native": "安",
        "role": "minister",
        "institution": "Ministry",
        "side": "us",
        "kind": "person",
        "authority": "former_official",
        "country": "US",
    }
    assert list(tables.frames["sides"]["name"]) == ["US"]
    assert any(n.startswith("Attributes of actors: 'Seite' is side") for n in tables.notes)
    assert "Attributes of actors kept as columns of their own: 'Country'." in tables.notes


# ---- what is said


def below(*names: str) -> Codes:
    return {"Proposals": {p: {n: {} for n in names} for p in ("Register of models", "Export ban")}}


def test_stances_below_their_proposals(project: Callable[..., Path]) -> None:
    coded = [CodedWords("Letter", R, ("Register of models/for",)), CodedWords("Letter", E, ("Export ban/against",))]
    path = project(coded, codes=below("for", "against"))
    assert said(read(path)) == RIGHT
    assert said(read(path, stances={"for": "support", "against": "oppose"})) == RIGHT
    assert said(read(path, stances={"for": "skip"})) == RIGHT[1:]


def test_codes_below_proposals_of_unknown_meaning_are_asked(project: Callable[..., Path]) -> None:
    coded = [
        CodedWords("Letter", R, ("Register of models/thumbs up",)),
        CodedWords("Letter", E, ("Export ban/thumbs down",)),
    ]
    path = project(coded, codes=below("thumbs up", "thumbs down"))
    with pytest.raises(DatasetError) as asked:
        read(path)
    assert "--stance 'thumbs up=" in str(asked.value)
    assert "--stance 'thumbs down=" in str(asked.value)
    assert said(read(path, stances={"Thumbs up": "support", "thumbs down": "oppose"})) == RIGHT


def test_a_flat_list_with_prefixes_is_a_tree(project: Callable[..., Path]) -> None:
    flat: Any = {"Policy::Register of models": {}, "Policy::Export ban": {}, "View::support": {}, "View::oppose": {}}
    coded = [
        CodedWords("Letter", R, ("Policy::Register of models", "View::support")),
        CodedWords("Letter", E, ("Policy::Export ban", "View::oppose")),
    ]
    path = project(coded, codes=flat)
    for given in ("Policy", "policy::", "Register of models;Export ban"):
        assert said(read(path, proposals=given)) == RIGHT
    assert said(read(path, proposals="Policy", stance_from="View")) == RIGHT


@pytest.mark.parametrize("mark", [": ", "/", " - ", "."])
def test_other_prefixes_are_taken_when_named(project: Callable[..., Path], mark: str) -> None:
    flat: Any = {f"Policy{mark}Register of models": {}, f"Policy{mark}Export ban": {}, "support": {}, "oppose": {}}
    coded = [
        CodedWords("Letter", R, (f"Policy{mark}Register of models", "support")),
        CodedWords("Letter", E, (f"Policy{mark}Export ban", "oppose")),
    ]
    assert said(read(project(coded, codes=flat), proposals="Policy")) == RIGHT


def test_proposals_and_stances_are_sets_of_codes(project: Callable[..., Path]) -> None:
    flat: Any = {"Register of models": {}, "Export ban": {}, "for": {}, "against": {}}
    coded = [CodedWords("Letter", R, ("Register of models", "for")), CodedWords("Letter", E, ("Export ban", "against"))]
    sets = {"What": ["Register of models", "Export ban"], "How": ["for", "against"]}
    path = project(coded, codes=flat, sets=sets)
    with pytest.raises(DatasetError, match="sets: 'What', 'How'"):
        read(path)
    assert said(read(path, proposals="What")) == RIGHT  # every code of the other set is a stance for certain
    assert said(read(path, proposals="What", stance_from="How")) == RIGHT


def test_flat_codes_that_may_be_stances_are_asked(project: Callable[..., Path]) -> None:
    flat: Any = {"Proposals": PROPOSALS["Proposals"], "for": {}, "against": {}}
    path = project([CodedWords("Letter", R, ("Register of models", "for"))], codes=flat)
    with pytest.raises(DatasetError, match=r"no code named for a stance: .*--stance 'for=support'"):
        read(path)
    assert said(read(path, stances={"for": "support"})) == RIGHT[:1]


def test_one_stance_for_all(project: Callable[..., Path]) -> None:
    coded = [CodedWords("Letter", R, ("Register of models",)), CodedWords("Letter", E, ("Export ban",))]
    path = project(coded, codes={"Proposals": PROPOSALS["Proposals"]})
    with pytest.raises(DatasetError, match=r"--stance '\*=support'"):
        read(path)
    assert [s for _, _, s, _ in said(read(path, stances={"*": "support"}))] == ["support", "support"]


def test_a_stance_on_words_within_the_passage_counts_and_is_named(project: Callable[..., Path]) -> None:
    text = "On the register. We back it.\nOn the ban. We reject it. Now."
    coded = [
        CodedWords("Letter", "On the register. We back it.", ("Register of models",)),
        CodedWords("Letter", "We back it.", ("support",)),
        CodedWords("Letter", "On the ban. We reject it. Now.", ("Register of models",)),
        CodedWords("Letter", "We reject it.", AGAINST),  # of the ban: says nothing of the register around it
    ]
    tables = read(project(coded, texts={"Letter": text}))
    assert [row[1:3] for row in said(tables)] == [("Register of models", "support"), ("Export ban", "oppose")]
    assert any(n.startswith("1 selection whose stance was coded on words within the passage") for n in tables.notes)
    assert "1 selection coded with a proposal but with no stance: 'letter 29-59'." in tables.notes


def test_a_stance_on_the_same_words_and_a_blank_counts(project: Callable[..., Path]) -> None:
    coded = [CodedWords("Letter", R, FOR[:1]), CodedWords("Letter", f"{R}\n", FOR[1:])]
    assert said(read(project(coded))) == RIGHT[:1]


def test_two_coders_on_one_passage_are_two_statements(project: Callable[..., Path]) -> None:
    coded = [CodedWords("Letter", R, FOR, by="Ann"), CodedWords("Letter", R, ("Export ban", "support"), by="Bo")]
    tables = read(project(coded))
    rows = [(p, c) for (_, p, _, _), c in zip(said(tables), tables.frames["statements"]["coder"], strict=True)]
    assert rows == [("Register of models", "Ann"), ("Export ban", "Bo")]


def test_no_coders_stance_is_lent_to_another(project: Callable[..., Path]) -> None:
    coded = [CodedWords("Letter", R, FOR[:1], by="Ann"), CodedWords("Letter", R, FOR[1:], by="Bo"), BOTH[1]]
    tables = read(project(coded))
    assert said(tables) == RIGHT[1:]
    assert "1 selection coded with a proposal but with no stance by the same coder: 'letter 0-26'." in tables.notes


# ---- what lies where


@pytest.mark.parametrize(
    "how",
    [
        {"within": "Sources", "path_as": "internal://Sources/{}"},
        {"within": ""},
        {"within": "Sources", "path_as": "{}"},
        {"within": "texts/deep", "path_as": "relative://../{}"},
        {"project_in": "My project/"},
        {"project_in": "My project/", "within": "SOURCES"},
        {"inline": True},
        {"pdf": True},
        {"pdf": True, "inline": True},
    ],
)
def test_texts_are_found_wherever_they_lie(project: Callable[..., Path], how: dict[str, object]) -> None:
    assert said(read(project(**how))) == RIGHT


def test_codings_of_pages_and_recordings_are_statements_without_quotes(tmp_path: Path) -> None:
    path = refi(tmp_path / "x.qdpx", BOTH, texts={"Letter": LETTER}, cases=UNION, pdf=True)
    with zipfile.ZipFile(path) as z:
        xml, text = z.read("project.qde").decode(), z.read("sources/Letter.txt")
    codes = dict(re.findall(r'<Code guid="([^"]+)" name="([^"]+)"', xml))
    ids = {name: guid for guid, name in codes.items()}
    coded = "".join(f'<Coding><CodeRef targetGUID="{ids[c]}"/></Coding>' for c in ("Export ban", "support"))
    region = f'<PDFSelection guid="p" page="2" name="of page two">{coded}</PDFSelection>'
    again = f'<PDFSelection guid="q" page="0" name="">{re.findall("<Coding.*?</Coding>", xml)[0]}</PDFSelection>'
    video = f'<VideoSource guid="v" name="Talk"><VideoSelection guid="w" begin="1200" end="2400">{coded}</VideoSelection></VideoSource>'
    xml = xml.replace("<PDFSelection", f"{again}{region}<PDFSelection", 1).replace("</Sources>", f"{video}</Sources>")
    xml = xml.replace("</Case>", '<SourceRef targetGUID="v"/></Case>')
    with zipfile.ZipFile(path, "w") as z:
        z.writestr("project.qde", xml)
        z.writestr("sources/Letter.txt", text)
    tables = read(path)
    assert said(tables) == [
        *RIGHT,
        *[("Union", "Export ban", "support", "")] * 2,
    ]  # the second region is coded in the text
    assert (
        "2 selections of a page, picture or recording (the statements have no quote): 'letter page 2', 'talk from 1200'."
        in tables.notes
    )
    assert "Not read: 1 coding in a PDF source." in tables.notes


def test_a_folder_unzipped_from_a_project(project: Callable[..., Path], tmp_path: Path) -> None:
    for number, path in enumerate((project(), project(project_in="My project/"))):
        with zipfile.ZipFile(path) as z:
            z.extractall(tmp_path / f"folder{number}")
        found = read_file(tmp_path / f"folder{number}").dataset
        assert found is not None
        assert list(found.statements["quote"]) == [R, E]


def test_a_project_in_a_zip_file(project: Callable[..., Path], tmp_path: Path) -> None:
    again = project(project_in="My project/").rename(tmp_path / "again.zip")
    around = tmp_path / "around.zip"
    with zipfile.ZipFile(around, "w") as z:
        z.write(again, "study.qdpx")
    twice = tmp_path / "twice.zip"
    with zipfile.ZipFile(twice, "w") as z:
        z.write(around, "study.qdpx")
    for path in (again, around):
        found = read_file(path).dataset
        assert found is not None
        assert list(found.statements["quote"]) == [R, E]
    with pytest.raises(DatasetError, match="is not a REFI-QDA project"):
        read_file(twice)


def test_what_a_mac_adds_to_an_archive_is_no_second_project(project: Callable[..., Path]) -> None:
    path = project(project_in="My project/")
    with zipfile.ZipFile(path, "a") as z:
        z.writestr("__MACOSX/My project/._project.qde", b"\0")
        z.writestr("__MACOSX/My project/sources/._Letter.txt", b"\0")
    assert said(read(path)) == RIGHT
    with zipfile.ZipFile(path, "a") as z:
        z.writestr("Other/project.qde", b"<Project/>")
    with pytest.raises(DatasetError, match=r"holds several projects: 'My project/project.qde', 'Other/project.qde'"):
        read(path)


CODEBOOK = """<CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="NVivo"><Codes>
<Code guid="1" name="Proposals" isCodable="true">
  <Code guid="2" name="Openness" isCodable="true"><Code guid="3" name="Register of models" isCodable="true">
    <Description>A public list.</Description></Code></Code>
  <Code guid="4" name="Export ban" isCodable="true"/></Code></Codes></CodeBook>"""


@pytest.mark.parametrize(
    "namespace", ["urn:QDA-XML:codebook:1.0", "urn:QDA-XML:codebook:1:0", "urn:QDA-XML:codebook:0:4"]
)
def test_a_codebook_gives_proposals(tmp_path: Path, namespace: str) -> None:
    path = tmp_path / "codes.qdc"
    path.write_text(CODEBOOK.replace("urn:QDA-XML:codebook:1.0", namespace), "utf-8")
    found = read_file(path)
    assert found.dataset is not None
    rows = found.dataset.proposals[["title", "definition", "theme"]].to_dict("records")
    assert rows == [
        {"title": "Register of models", "definition": "A public list.", "theme": "Openness"},
        {"title": "Export ban", "definition": "", "theme": ""},
    ]
    assert "themes of those below them: 'Openness'" in found.notes[0]
    path.write_text(CODEBOOK.replace('"Proposals"', '"Things"'), "utf-8")
    with pytest.raises(DatasetError, match=r"does not say which codes are proposals: .*'Things'"):
        read_file(path)
    assert read_file(path, options=ImportOptions(proposals="Things")).dataset is not None
    path.write_text("<!DOCTYPE x [<!ENTITY a 'b'>]>" + CODEBOOK, "utf-8")
    with pytest.raises(DatasetError, match="declares entities or a document type"):
        read_file(path)


# ---- the shapes that exporters give their projects; made here, with what is known of each


def marked(text: str) -> bytes:
    """With the byte order mark that programs on Windows write."""
    return b"\xef\xbb\xbf" + text.encode()


WINDOWS = f"Posted 👍🏽.\r\n{R}\r\n{E}\r\n"
THEMES: Codes = {
    "Codes": {"Openness": {"Register of models": {}}, "Export ban": {}},
    "Stances": {"support": {}, "oppose": {}},
}
NAMED = [CodedWords("Letter", R, FOR, name=R), CodedWords("Letter", E, AGAINST, name=E)]
BY_DOCUMENT: dict[str, object] = {
    "cases": {},
    "source_values": {"Letter": {"Organisation": "Union", "Date": "2026-03-01"}},
}
FLAT: Codes = {"Register of models": {}, "Export ban": {}, "agrees": {}, "rejects": {}}
GROUPS = {"Policies": ["Register of models", "Export ban"], "Evaluation": ["agrees", "rejects"]}
ATLAS = [
    CodedWords("Union", R, ("Register of models", "agrees"), name="1:1 We back a public…"),
    CodedWords("Union", E, ("Export ban", "rejects"), name="1:2 We reject"),
]
SHAPES: dict[str, tuple[list[CodedWords], dict[str, object], dict[str, object]]] = {
    "NVivo for Windows": (
        BOTH,
        {
            "codes": THEMES,
            "texts": {"Letter": WINDOWS},
            "within": "Sources",
            "written": marked,
            "counted": partial(placed, utf16=True),
            "case_values": {"Union": {"Side": "Workers", "Country": "Unassigned"}},
        },
        {"proposals": "Codes"},
    ),
    "NVivo for Mac": (
        BOTH,
        {
            "codes": THEMES,
            "texts": {"Letter": f"😀\n{LETTER}"},
            "within": "Sources",
            "cases": {},
            "source_values": {"Letter": {"Speaker": "Union"}},
        },
        {"proposals": "Codes", "actors": "variable:Speaker"},
    ),
    "MAXQDA": (
        [CodedWords("Letter", R, ("Register of models/pro",)), CodedWords("Letter", E, ("Export ban/contra",))],
        {"codes": below("pro", "contra"), "cases": {}, "sets": {"Union": ["Letter"]}},
        {"actors": "set"},
    ),
    "ATLAS.ti": (
        ATLAS,
        {
            "codes": FLAT,
            "cases": {},
            "sets": GROUPS,
            "sets_of_codes_apart": True,
            "pdf": True,
            "texts": {"Union": LETTER},
        },
        {"proposals": "Policies", "actors": "source"},
    ),
    "QualCoder on Windows": (
        NAMED,
        {"texts": {"Letter": WINDOWS}, "counted": partial(placed, one_end=True), "cases": {"Union": NAMED}},
        {},
    ),
    "Quirkos": (NAMED, BY_DOCUMENT, {"actors": "variable:Organisation"}),
    "qc": (
        [CodedWords("Union", R, FOR), CodedWords("Union", E, AGAINST)],
        {"cases": {}, "texts": {"Union": LETTER}, "path_as": "{}"},
        {"actors": "source"},
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_each_exporters_project_comes_in_with_two_options_at_most(project: Callable[..., Path], shape: str) -> None:
    coded, how, options = SHAPES[shape]
    path = project(coded, origin=shape, **how)
    assert len(options) <= 2
    assert said(read(path, **options)) == RIGHT
    for left_out in options:  # nothing is guessed
        with pytest.raises(DatasetError, match=r"--(actors|proposals)"):
            read(path, **{name: value for name, value in options.items() if name != left_out})
