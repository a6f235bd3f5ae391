"""Another text of a source: every quote finds its own place again or is named, and none is moved to another's."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from matrix.cli import main
from matrix.dataset.changes import Change
from matrix.dataset.dataset import Dataset
from matrix.dataset.quotes import texts_of
from matrix.importing.new_text import NewText, new_text
from matrix.store import open_store
from matrix.store.files import texts
from matrix.store.folder import load
from matrix.store.history import apply, undo
from matrix.store.layers import new_layer
from tests.tiny import written

OLD = "𠮷 Ann: no ban. Bo: talks, if calm. Cy: no ban. The end.\n"
ROWS = (("no ban", 2), ("talks", 1), ("The end", 1))  # words, which of their places


def folder_of(place: Path, text: str, rows: tuple[tuple[str, int], ...]) -> Path:
    def at(words: str, nth: int) -> int:
        start = -1
        for _ in range(nth):
            start = text.index(words, start + 1)
        return start

    lines = [f"s{n},ann,ban,support,n,{w},{at(w, nth)}" for n, (w, nth) in enumerate(rows, 1)]
    written(
        place,
        {
            "sources": f"id,title,sha256\nn,News,{hashlib.sha256(text.encode()).hexdigest()}\n",
            "actors": "id,name\nann,Ann\n",
            "proposals": "id,title\nban,A ban\n",
            "statements": "id,actor,proposal,stance,source,quote,start\n" + "\n".join(lines) + "\n",
        },
    )
    (place / "texts").mkdir()
    (place / "texts" / "n.txt").write_bytes(text.encode())
    return place


@pytest.fixture
def data(tmp_path: Path) -> Dataset:
    return load(folder_of(tmp_path / "d", OLD, ROWS))


def starts(found: NewText) -> dict[str, str]:
    return {c.id: c.new for c in found.changes if c.column == "start"}


def test_every_quote_has_its_own_place_in_the_new_text(data: Dataset) -> None:
    new = "Corrected.\n" + OLD
    found = new_text(data, "n", new, old=OLD)
    assert (found.placed, found.moved, found.unplaced) == (3, 3, ())
    assert starts(found) == {
        "s1": str(new.rindex("no ban")),
        "s2": str(new.index("talks")),
        "s3": str(new.index("The")),
    }


@pytest.mark.parametrize(
    ("new", "old", "why"),
    [
        (OLD.replace("Cy: no ban. ", ""), OLD, "it stood there 2 times and stands there 1 time now"),  # Ann's is left
        ("Corrected. " + OLD, None, "it stood there 1 time and stands there 2 times now"),  # nobody knows which
        (OLD.replace("no ban", "no bans").replace("bans", "b\u200ban"), OLD, "it is not in the new text"),
    ],
)
def test_words_without_a_certain_place_are_named_and_lose_theirs(
    data: Dataset, new: str, old: str | None, why: str
) -> None:
    found = new_text(data, "n", new, old=old)
    assert [(u.id, u.why) for u in found.unplaced] == [("s1", why)]
    assert starts(found)["s1"] == ""


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["no ban. ", "talks 𠮷. ", "\r\n", "calm? "]), min_size=2, max_size=9), st.data())
def test_a_place_is_only_ever_that_of_the_same_words(parts: list[str], chance: st.DataObject) -> None:
    import tempfile

    old = "".join(parts)
    if "no ban" not in old:
        return
    nth = chance.draw(st.integers(1, old.count("no ban")))
    new = "".join(chance.draw(st.permutations(parts)))
    with tempfile.TemporaryDirectory() as place:
        data = load(folder_of(Path(place) / "d", old, (("no ban", nth),)))
    for change in new_text(data, "n", new, old=old).changes:
        if change.column == "start" and change.new:
            assert new.startswith("no ban", int(change.new))
            start = int(change.old)
            around = old[max(0, start - 32) : start], old[start + 6 : start + 38]
            at = int(change.new)
            same = (new[max(0, at - 32) : at], new[at + 6 : at + 38]) == around
            assert same or old.count("no ban") == new.count("no ban") == 1


def coded(folder: Path, layer: str, *rows: str) -> None:
    new_layer(folder, layer)
    values = [
        (("actor", "ann"), ("proposal", "ban"), ("stance", "support"), ("source", "n"), ("quote", q), ("start", at))
        for q, at in (r.split("=") for r in rows)
    ]
    changes = [Change("added", "statements", f"s{n}", values=v) for n, v in enumerate(values, 1)]
    apply(open_store(folder, layer=layer), changes, by=layer, why="code")


def test_what_a_coder_quoted_and_is_no_longer_found_is_named_and_stays_the_coders(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "d", OLD, ROWS[1:])
    coded(folder, "kim", f"talks={OLD.index('talks')}", f"Bo={OLD.index('Bo')}", f"The end={OLD.index('The')}")
    coded(folder, "lee", f"calm={OLD.index('calm')}")
    new = OLD.replace("talks, if calm", "we shall see")
    coders = [load(folder, layer=x) for x in ("kim", "lee")]
    found = new_text(load(folder), "n", new, old=OLD, layers=coders)
    gone = "it is not in the new text"
    assert [(u.layer, u.id, u.words, u.why) for u in found.unplaced] == [
        ("main", "s1", "talks", gone),
        ("kim", "s1", "talks", gone),
        ("lee", "s1", "calm", gone),
    ]
    assert found.elsewhere == {"kim": 1}  # 'The end'; 'Bo' stands where it stood
    assert found.sentence == (
        "1 passage found again, 1 at another place; 3 passages to be looked at; of coders' passages 1 in the layer "
        "kim will stand elsewhere than the layer says."
    )
    assert found.changes == new_text(load(folder), "n", new, old=OLD).changes, "only the dataset's own rows change"
    (tmp_path / "new.txt").write_text(new, encoding="utf-8", newline="")
    kept = {f: f.read_bytes() for f in (folder / "layers").rglob("*.csv")}
    line = ["source", "replace", str(tmp_path / "new.txt"), "n", str(folder), "--apply"]
    refused = CliRunner().invoke(main, line)
    assert refused.exit_code == 1
    assert "layer kim, statements s1, quote: it is not in the new text: talks" in refused.output
    assert CliRunner().invoke(main, [*line, "--looked-at"]).exit_code == 0
    assert {f: f.read_bytes() for f in kept} == kept


def test_a_layer_alone_is_enough_to_be_looked_at(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "d", OLD, ROWS[:1])
    coded(folder, "kim", f"calm={OLD.index('calm')}")
    (tmp_path / "new.txt").write_text(OLD.replace("calm", "quiet"), encoding="utf-8", newline="")
    line = ["source", "replace", str(tmp_path / "new.txt"), "n", str(folder), "--apply"]
    assert CliRunner().invoke(main, line).exit_code == 1
    (folder / "layers" / "kim" / "statements.csv").write_text("id,actor\n", encoding="utf-8")
    said = CliRunner().invoke(main, line)
    assert "layer kim cannot be read and was not looked through: check --layer kim" in said.output


def test_the_command_asks_to_look_first_and_undo_brings_the_old_text_back(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "d", OLD, ROWS)
    tables = {f.name: f.read_bytes() for f in folder.glob("*.csv")}
    new = OLD.replace("talks, if calm", "we shall see")
    (tmp_path / "new.txt").write_text(new, encoding="utf-8", newline="")

    def run(*more: str) -> tuple[int, str]:
        made = CliRunner().invoke(main, ["source", "replace", str(tmp_path / "new.txt"), "n", str(folder), *more])
        return made.exit_code, made.output

    code, words = run("--apply")
    assert code == 1
    assert "statements s2, quote: it is not in the new text: talks" in words
    assert {f.name: f.read_bytes() for f in folder.glob("*.csv")} == tables
    assert run("--apply", "--looked-at")[0] == 0
    now = load(folder)
    assert texts_of(dict(now.frames), texts(folder / "texts"))["n"] == new
    assert now.frames["statements"]["start"].tolist()[1] == ""
    assert "this very text already" in run()[1]
    undo(folder, by="test")
    assert {f.name: f.read_bytes() for f in folder.glob("*.csv")} == tables
    assert texts_of(dict(load(folder).frames), texts(folder / "texts"))["n"] == OLD
