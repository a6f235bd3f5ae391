"""The Data page without a browser: files out, an edited workbook back, history and undo, the form, the codebook."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from matrix.analysis.source_quotes import find_in
from matrix.dashboard import access
from matrix.dashboard.pages.data import editing
from matrix.dashboard.pages.data.glossary import risk_areas
from matrix.dataset.changes import Change
from matrix.dataset.dataset import Dataset
from matrix.dataset.selection import Selection
from matrix.export.formats import FORMATS, file_name, made
from matrix.store.folder import load
from matrix.store.history import apply, history, save
from tests.tiny import dataset as tiny
from tests.tiny import table

Visit = Callable[..., AppTest]
Read = Callable[[AppTest], str]

TEXT = "We shall keep talking. No ban, said Cem.\r\nKeep talking, he said; no ban ever."
HASH = hashlib.sha256(TEXT.encode()).hexdigest()
SOURCES = table("id|title|date|sha256", f"early|Early paper|2026-01-31|{HASH}", "late|Late paper||")
MARKUP = "<script>alert(1)</script> ![p](http://evil.example/p.png) **b** :red[r]"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """ann supports talk (s1), bob backs test on a condition (s2), cem opposes ban (s3)."""
    made_of = tiny("ann talk support early", "bob test conditional late", "cem ban oppose early", sources=SOURCES)
    save(made_of, tmp_path / "tiny")
    return tmp_path / "tiny"


@pytest.fixture
def page(root: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Visit:
    """page(part): the Data page of that dataset, after its first run; by default where files come in."""
    monkeypatch.setenv("POLICY_MATRIX_DATASET", str(folder))
    monkeypatch.delenv("POLICY_MATRIX_TEXTS", raising=False)
    monkeypatch.setattr(access, "refusal", lambda headers, cookies: None)

    def run(part: str = "bring-in") -> AppTest:
        app = AppTest.from_file(str(root / "app.py"), default_timeout=120)
        app._page_hash = calc_hash("data")
        app.query_params["data"] = part
        return ran(app)

    return run


def ran(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    assert not app.error
    return app


def go_to(app: AppTest, part: str) -> AppTest:
    """What a click on the part's name does."""
    app.session_state["visit"].choices = {"data": (part,)}
    app.session_state["visit"].used = True
    return ran(app)


def click(app: AppTest, label: str) -> AppTest:
    next(b for b in app.button if b.label == label).click()
    return ran(app)


def upload(app: AppTest, data: bytes, name: str = "edited.xlsx") -> AppTest:
    app.get("file_uploader")[0].upload(name, data)
    return ran(app)


def untick(app: AppTest, *ids: str) -> AppTest:
    """What the browser tells when these lines are not wanted."""
    stamp = app.session_state["visit"].page_state["upload"].drawn[1]
    app.session_state["changes-list"] = {"unwanted": {"stamp": stamp, "ids": list(ids)}}
    return ran(app)


def edited(dataset: Dataset, *cells: tuple[str, str, str, str]) -> bytes:
    """The workbook after somebody wrote into (sheet, id, column) another value; a new id makes a row."""
    book = openpyxl.load_workbook(BytesIO(made(dataset, ".xlsx", Selection())))
    for name, id_, column, value in cells:
        sheet = book[name]
        head = [c.value for c in sheet[1]]
        rows = {
            r[head.index("id")].value: int(r[0].row or 0)
            for r in sheet.iter_rows(min_row=2)
            if r[head.index("id")].value
        }
        at = rows.get(id_) or max(rows.values()) + 1
        sheet.cell(at, head.index("id") + 1).value = id_
        sheet.cell(at, head.index(column) + 1).value = value
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def listed(app: AppTest) -> list[tuple[str, str]]:
    return [(x.word, x.id) for x in app.session_state["visit"].page_state["upload"].lines]


def title(folder: Path) -> str:
    return str(load(folder).proposals.set_index("id")["title"]["talk"])


TALK = ("Proposals", "talk", "title", "Keep on talking")
TEST = ("Proposals", "test", "title", "Test all models")


# ---- out


def test_every_format_is_offered_with_the_words_of_the_documentation(page: Visit, root: Path, page_text: Read) -> None:
    every = [b.proto.label for b in page("take-along").get("download_button")]
    offered = every[every.index("Excel workbook (.xlsx)") :]  # before it stands what Print offers
    assert set(offered) == {f"{f.name} ({e})" for e, f in FORMATS.items()}
    assert len(offered) == len(FORMATS)
    documented = {
        cells[1].strip(" `"): [c.replace("`", "").strip() for c in cells[2:4]]
        for line in (root / "docs" / "formats.md").read_text("utf-8").splitlines()
        if line.startswith("| `.") and len(cells := line.split("|")) > 5
    }
    assert documented == {e: [f.holds, f.opens] for e, f in FORMATS.items()}


@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_can_be_made_and_its_name_carries_the_version(ending: str, folder: Path) -> None:
    dataset = load(folder)
    assert made(dataset, ending, Selection(side=("north",)))
    assert dataset.version in file_name(dataset, Selection(side=("north",)), ending)


def test_what_excel_cannot_hold_is_said_before_the_click(page: Visit, folder: Path, page_text: Read) -> None:
    change = Change("changed", "proposals", "talk", "definition", "", "x" * 40_000)
    apply(folder, [change], seen=load(folder).version, by="kim", why="a long text")
    app = page("take-along")
    assert "Excel cannot hold this: proposals.csv row 2, column definition: 40,000 characters do not fit" in page_text(
        app
    )
    buttons = {b.proto.label: b.proto.disabled for b in app.get("download_button")}
    assert [label for label, off in buttons.items() if off] == ["Excel workbook (.xlsx)"]


# ---- back


def test_an_edited_workbook_is_shown_applied_told_and_taken_back(
    page: Visit, choose: Callable[..., AppTest], filters: Callable[[AppTest], Any], folder: Path, page_text: Read
) -> None:
    before = load(folder)
    new = (
        ("Statements", "s4", "actor", "dee"),
        *(("Statements", "s4", c, v) for c, v in (("proposal", "ban"), ("stance", "support"), ("source", "late"))),
    )
    app = upload(page(), edited(before, TALK, *new))
    assert listed(app) == [("Added", "statements/s4/"), ("Changed", "proposals/talk/title")]
    assert "1 added, 1 changed. Nothing is written yet." in page_text(app)
    assert title(folder) == "Keep talking"
    app.text_input(key="data-who").set_value("Lee")
    app = click(ran(choose(app, side=["south"])), "Apply 2 changes")
    assert "2 changes written. The dataset is now version" in page_text(app)
    assert filters(app)["filters"]["side"]["chosen"] == ["south"]  # the filters stay, the address has the new version
    assert load(folder).version in app.query_params["v"]
    assert title(folder) == "Keep on talking"
    entry = history(folder)[-1]
    assert (entry.by, entry.why) == ("Lee", "import edited.xlsx")
    app = go_to(app, "history")
    assert "Lee import edited.xlsx 2" in page_text(app)
    assert "talk: Keep on talking proposals.csv, column title Keep talking Keep on talking" in page_text(app)
    assert "This takes back 2 changes: import edited.xlsx, by Lee" in page_text(app)
    app = click(app, "Take it back")
    assert load(folder).version == before.version
    assert "Taken back." in page_text(app)
    assert "(taken back)" in page_text(app)


def test_only_what_is_chosen_is_written(page: Visit, folder: Path, page_text: Read) -> None:
    app = upload(page(), edited(load(folder), TALK, TEST))
    app = untick(app, "proposals/test/title", "nobody/knows/this")
    app = click(app, "Apply 1 change")
    assert load(folder).proposals["title"].tolist() == ["Keep on talking", "Test models", "Ban it all"]
    assert listed(app) == [("Changed", "proposals/test/title")]  # what is left stays to be chosen
    assert "0 of 1 change chosen" in page_text(app)


def test_problems_and_conflicts_cannot_be_chosen_whatever_the_browser_says(
    page: Visit, folder: Path, page_text: Read
) -> None:
    before = load(folder)
    apply(
        folder,
        [Change("changed", "proposals", "talk", "title", "Keep talking", "Talk more")],
        seen=before.version,
        by="kim",
        why="",
    )
    app = upload(page(), edited(before, TALK, TEST, ("Statements", "s1", "stance", "suport")))
    assert listed(app) == [
        ("Conflict", "proposals/talk/title"),
        ("Problem", "statements/s1/stance"),
        ("Changed", "proposals/test/title"),
    ]
    app = untick(app)
    app = click(app, "Apply 1 change")
    assert load(folder).proposals["title"].tolist() == ["Talk more", "Test all models", "Ban it all"]
    assert load(folder).statements["stance"].tolist()[0] == "support"


def test_a_choice_that_would_not_be_sound_is_refused_whole(page: Visit, folder: Path, page_text: Read) -> None:
    before = load(folder)
    both = (("Statements", "s1", "stance", "conditional"), ("Statements", "s1", "condition", "it is calm"))
    app = upload(page(), edited(before, *both))
    app = click(untick(app, "statements/s1/condition"), "Apply 1 change")
    assert "Nothing was written, because the dataset would contain errors:" in page_text(app)
    assert "statements.csv row 2, column condition" in page_text(app)
    assert load(folder).version == before.version
    assert not history(folder)


def test_somebody_else_was_quicker_it_is_said_and_compared_anew(page: Visit, folder: Path, page_text: Read) -> None:
    before = load(folder)
    app = upload(page(), edited(before, TALK, TEST))
    quicker = [Change("changed", "proposals", "talk", "title", "Keep talking", "Talk more")]
    now = apply(folder, quicker, seen=before.version, by="kim", why="quick")
    app = click(app, "Apply 2 changes")
    assert "the dataset was changed meanwhile" in page_text(app).lower()
    assert load(folder).version == now.version
    assert listed(app) == [("Conflict", "proposals/talk/title"), ("Changed", "proposals/test/title")]
    click(app, "Apply 1 change")
    assert load(folder).proposals["title"].tolist() == ["Talk more", "Test all models", "Ban it all"]


@pytest.mark.parametrize("ending", [".json", ".parquet"])
def test_a_whole_dataset_comes_back_too(ending: str, page: Visit, folder: Path, page_text: Read) -> None:
    before = load(folder)
    other = tiny("ann talk support early", "bob test conditional late", sources=SOURCES)
    app = upload(page(), made(other, ending, Selection()), f"all{ending}")
    assert listed(app) == [("Deleted", "statements/s3/")]
    assert "a row that is not in the file counts as deleted" in page_text(app)
    click(app, "Apply 1 change")
    assert load(folder).statements["id"].tolist() == ["s1", "s2"]
    assert before.version == history(folder)[-1].before


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (b"PK\x03\x04 nothing", "broken.xlsx", "broken.xlsx"),
        (b"{", "broken.json", "broken.json"),
        (b"PAR1", "broken.parquet", "cannot be read as Parquet"),
        (b"", "empty.xlsx", "empty.xlsx"),
    ],
)
def test_a_file_that_is_none_is_one_sentence(data: bytes, name: str, why: str, page: Visit, page_text: Read) -> None:
    app = upload(page(), data, name)
    assert f"“{name}” cannot be used." in page_text(app)
    assert why in page_text(app)
    assert not any(b.label.startswith("Apply") for b in app.button)


def test_text_from_files_stays_text(page: Visit, folder: Path, markup: Callable[[AppTest], str]) -> None:
    app = upload(
        page(), edited(load(folder), ("Proposals", "talk", "title", MARKUP)), f"{MARKUP}.xlsx".replace("/", " ")
    )
    assert "<script>" not in markup(app)
    app = go_to(click(app, "Apply 1 change"), "history")
    shown = markup(app)
    assert "<script>" not in shown
    assert "&lt;script&gt;alert(1)" in shown
    assert MARKUP in title(folder)


# ---- read-only


# Of databases.
NOT_HERE = {access.Refusal.ROLE, access.Refusal.OWN_LAYER, access.Refusal.NOT_SIGNED_IN, access.Refusal.NO_ANSWER}


@pytest.mark.parametrize("why", [why for why in access.Refusal if why not in NOT_HERE])
def test_who_may_not_write_is_offered_no_editing_and_writes_nothing(
    why: access.Refusal, page: Visit, folder: Path, page_text: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = page()
    monkeypatch.setattr(access, "refusal", lambda headers, cookies: why)
    change = Change("changed", "proposals", "talk", "title", "Keep talking", "Hacked")
    outcome = editing.write(load(folder), [change], seen=load(folder).version, why="x")
    assert not outcome.done
    assert not editing.take_back(load(folder), 1).done
    click(app, "Check and add this statement")  # of a page that was drawn while it could be edited
    app = ran(app)
    assert "policy-matrix serve" in page_text(app)
    assert "Editing is off" in page_text(app)
    assert not app.get("file_uploader")
    assert not any(b.key in ("apply", "undo-yes", "form-add") for b in app.button)
    assert title(folder) == "Keep talking"
    assert not (folder / "history.jsonl").exists()


def test_no_other_part_of_the_dashboard_writes(root: Path) -> None:
    writers = (
        "store.history import",
        "store.atomic_files import",
        "store.files import",
        "store.folder import",
        "import save",
    )
    for file in sorted((root / "matrix" / "dashboard").rglob("*.py")):
        lines = [x for x in file.read_text("utf-8").splitlines() if any(w in x for w in writers)]
        harmless = {
            "history.py": {"Step", "newest_first", "not_undone", "stamps", "standing"},
            "page_choices.py": {"layers"},
            "proposed.py": {"stamps"},
            "what_changed.py": {"Step", "newest_first"},
            "statement_form.py": {"unsound"},
            "source_texts.py": {"text_stamps", "texts"},
            "coding.py": {"unsound"},
            "datasets.py": {"has_parts", "load", "layers", "own_texts", "signature"},
        }
        for line in lines if file.name != "editing.py" else ():
            assert {n.strip() for n in line.partition("import ")[2].split(",")} <= harmless.get(file.name, set()), line


# ---- one statement by form


def fill(app: AppTest, **values: str) -> AppTest:
    for column, value in values.items():
        if column in ("actor", "proposal", "stance", "source", "attribution", "confidence"):
            app.selectbox(key=f"form-{column}").set_value(value)
            app = ran(app)
        else:
            fields: Any = [*app.text_input, *app.text_area]
            next(f for f in fields if f.key == f"form-{column}").set_value(value)
    return ran(app)


def add(app: AppTest) -> AppTest:
    return click(app, "Check and add this statement")


def test_a_statement_by_form_has_the_next_id_and_a_verified_place(
    page: Visit, folder: Path, tmp_path: Path, page_text: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = page()
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "any.txt").write_bytes(TEXT.encode())
    monkeypatch.setenv("POLICY_MATRIX_TEXTS", str(texts))
    assert app.text_input(key="form-id").value == "s4"
    app = fill(
        app,
        actor="dee",
        proposal="ban",
        stance="oppose",
        source="early",
        quote="No ban, said Cem.",
        date_start="2026-01",
    )
    assert "Verified: stands once in the source, at character 23." in page_text(app)
    app = add(app)
    assert "s4 is added. 1 change written." in page_text(app)
    row = load(folder).statements.set_index("id").loc["s4"]
    assert (row["actor"], row["stance"], row["quote"], row["start"]) == ("dee", "oppose", "No ban, said Cem.", "23")
    assert history(folder)[-1].why == "add statement s4"
    assert app.text_input(key="form-id").value == "s5"
    assert app.selectbox(key="form-actor").value is None


def test_a_quote_that_is_not_there_is_said_and_not_taken(
    page: Visit, folder: Path, tmp_path: Path, page_text: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "any.txt").write_bytes(TEXT.encode())
    monkeypatch.setenv("POLICY_MATRIX_TEXTS", str(tmp_path / "texts"))
    app = fill(page(), actor="dee", proposal="ban", stance="oppose", source="early", quote="No ban, said Cee.")
    assert "Not found:" in page_text(app)
    app = add(app)
    assert "These are not the exact words of the source" in page_text(app)
    app = fill(app, source="late")
    assert "Not verified: the source's text is not here" in page_text(app)
    app = fill(app, source="early", quote="talking")
    assert "stands 2 times in the source." in page_text(app)
    app = add(app)
    assert "Choose which place it is." in page_text(app)
    app.selectbox(key="form-place").set_value(47)
    add(ran(app))
    assert load(folder).statements.set_index("id")["start"]["s4"] == "47"


def test_a_condition_is_asked_for_exactly_when_the_stance_needs_one(page: Visit, folder: Path, page_text: Read) -> None:
    app = fill(page(), actor="dee", proposal="ban", stance="conditional", source="late")
    app = add(app)
    assert "statements.csv" not in page_text(app)  # at the field, not somewhere
    assert "Not added: 1 problem above." in page_text(app)
    assert app.text_area(key="form-condition").label == "Condition *"
    app = fill(app, condition="others join")
    app = fill(app, stance="support")
    assert not [t for t in app.text_area if t.key == "form-condition"]
    add(app)
    row = load(folder).statements.set_index("id").loc["s4"]
    assert (row["stance"], row["condition"]) == ("support", "")


def test_what_is_missing_or_wrong_is_said_at_its_field(page: Visit, folder: Path, page_text: Read) -> None:
    app = add(page())
    assert page_text(app).count("Is needed.") == 4
    app = fill(app, actor="dee", proposal="ban", stance="oppose", source="late", date_start="May", id="S 4")
    app = add(app)
    assert "'May' is not a date: YYYY, YYYY-MM or YYYY-MM-DD is expected." in page_text(app)
    assert "Not added: 2 problems above." in page_text(app)
    assert len(load(folder).statements) == 3


@pytest.mark.parametrize(
    ("quote", "kind", "places"),
    [
        ("keep talking", "found", (9,)),
        ("talking", "found", (14, 47)),
        ("said Cem.\nKeep", "found", (31,)),  # the source's line end is another one
        ("keep  talking", "missing", ()),
        ("KEEP TALKING", "missing", ()),
    ],
)
def test_a_quote_stands_word_for_word_or_not_at_all(quote: str, kind: str, places: tuple[int, ...]) -> None:
    found = find_in(TEXT, quote)
    assert (found.kind, found.places) == (kind, places)
    assert all(TEXT.startswith(found.quote, place) for place in places)
    assert bool(found.why) == (kind == "missing")


# ---- codebook


def test_the_codebook_is_made_of_what_defines_the_words(page: Visit, page_text: Read) -> None:
    app = page("codebook")
    for number in range(5):
        app.session_state[f"codebook-{number}"] = True
    words = page_text(ran(app))
    for meant in (
        "Supports on a condition",
        "never stated in these sources".capitalize(),
        "In our words: on what the backing depends.",
        "as announced by the other side",
        "Nobody of these sides opposes it or is both for and against.",
        "1 - mean |v-v'|/2",
        "Leifeld 2017",
        "(n_i + n_i')/2",
        "有条件支持",
    ):
        assert meant in words, meant
    assert "Every rule holds" in words or "No error;" in words


def test_the_codebook_says_what_belongs_to_a_risk_area_and_only_what_a_dataset_tells(shipped: Path) -> None:
    words = risk_areas(load(shipped))
    assert "恶意使用" in words
    assert "People or groups use AI on purpose to do harm." in words
    assert "4 Malicious actors &amp; misuse" in words
    words = risk_areas(tiny("ann talk support early", risk_areas=table("id|name", "r|<b>")))
    assert "<bdi>&lt;b&gt;</bdi>" in words
    assert "MIT" not in words
