"""Another text for a source that is there: `new_text` finds every quote's place in it, and says which have none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from matrix.dataset.changes import Change
from matrix.dataset.dataset import Dataset, records, row
from matrix.dataset.quotes import hash_of, places
from matrix.dataset.schema import LAYERED, MAIN
from matrix.dataset.text_marks import CONTEXT
from matrix.store.atomic_files import TEXTS
from matrix.wording import listed, plural

QUOTED = {"statements": ("quote", "condition_quote"), "events": ("quote",)}  # the first has its place in `start`


@dataclass(frozen=True)
class Unplaced:
    """Words that have no certain place in the new text: whose they are - of which coder's `layer` - and why."""

    table: str
    id: str
    column: str
    words: str
    why: str
    layer: str = MAIN


@dataclass(frozen=True)
class NewText:
    """A source's other text: the changes, both texts as files, and what became of each place.

    `placed`: how many quotes have one place in the new text, `moved`: how many of them another than before; `unplaced`
    lose theirs, and have to be looked at. `texts` goes to `apply`, `old` beside it: an undo finds the text by its hash.
    Statements of coders' layers are theirs to change: words that have no place any more are among the `unplaced`, and
    `elsewhere` counts by layer those that have another place than the layer says.
    """

    source: str
    changes: tuple[Change, ...]
    texts: Mapping[str, bytes]
    old: Mapping[str, bytes]
    placed: int
    moved: int
    unplaced: tuple[Unplaced, ...]
    elsewhere: Mapping[str, int]

    @property
    def sentence(self) -> str:
        """The finding in a sentence."""
        if not self.changes:
            return f"{self.source} has this very text already."
        left = f"; {plural(len(self.unplaced), 'passage')} to be looked at" if self.unplaced else ""
        found = f"{plural(self.placed, 'passage')} found again, {self.moved:,} at another place"
        own = found if self.placed or left else "No passage of this source is quoted"
        of = [f"{n:,} in the layer {layer}" for layer, n in self.elsewhere.items()]
        theirs = f"; of coders' passages {listed(of)} will stand elsewhere than the layer says" if of else ""
        return f"{own}{left}{theirs}."


def new_text(
    dataset: Dataset, source: str, text: str, *, old: str | None = None, layers: Sequence[Dataset] = ()
) -> NewText:
    """What another text does to a source and the words quoted from it; nothing is written.

    A quote that stands once in both texts has its place. One that stands several times in either has the one place with
    the same 32 characters on both sides as in the `old` text, if that is known and there is one; no other is taken.
    What has no place keeps its words and loses its `start`. `layers`: those of coders, whose words are looked for too.
    """
    content = text.encode("utf-8")
    before, after = row(dataset, "sources", source)["sha256"], hash_of(content)
    if before == after:
        return NewText(source, (), {}, {}, 0, 0, (), {})
    changes = [Change("changed", "sources", source, "sha256", before, after)]
    unplaced: list[Unplaced] = []
    placed = moved = 0
    elsewhere: Counter[str] = Counter()
    for coder in (dataset, *layers):
        for table, id_, column, words, start in _quoted(coder, source):
            new, why = _place(text, old, column, words, start)
            if why:
                unplaced.append(Unplaced(table, id_, column, words, why, coder.layer))
            if coder.layer != dataset.layer:
                elsewhere[coder.layer] += bool(new and start and new != start)
                continue
            placed += not why
            if column == "quote" and new != start:
                moved += not why
                changes.append(Change("changed", table, id_, "start", start, new))
    kept = {} if old is None else {f"{TEXTS}/{source}-{before[:12]}.txt": old.encode("utf-8")}
    return NewText(source, tuple(changes), {source: content}, kept, placed, moved, tuple(unplaced), +elsewhere)


def _place(text: str, old: str | None, column: str, words: str, start: str) -> tuple[str, str]:
    """Where the words stand in the new text (of a condition, which has no place: anywhere), or why they do not."""
    found = places(text, words)
    if not found:
        return "", "it is not in the new text"
    if column != "quote":
        return "", ""
    times = len(places(old, words)) if old is not None else 1
    # Of several: which of them is meant?
    sure = _same_around(old, text, start, words, found) if max(len(found), times) > 1 else found
    if sure:
        return str(sure[0]), ""
    return "", f"it stood there {plural(times, 'time')} and stands there {plural(len(found), 'time')} now"


def _quoted(dataset: Dataset, source: str) -> Iterator[tuple[str, str, str, str, str]]:
    """Table, id, column, words and place of everything quoted from the source."""
    for table, columns in QUOTED.items():
        if dataset.layer != MAIN and table not in LAYERED:
            continue  # the dataset's own, which a layer shares
        for r in records(dataset.frames[table]):
            for column in columns if r["source"] == source else ():
                if r[column]:
                    yield table, str(r["id"]), column, str(r[column]), str(r["start"])


def _same_around(old: str | None, text: str, start: str, words: str, found: list[int]) -> list[int]:
    """The one place with the same characters on both sides as in the old text, if there is just one."""
    if old is None or not (start.isascii() and start.isdigit() and old.startswith(words, int(start))):
        return []
    around = _around(old, int(start), len(words))
    same = [at for at in found if _around(text, at, len(words)) == around]
    return same if len(same) == 1 else []


def _around(text: str, at: int, length: int) -> tuple[str, str]:
    return text[max(0, at - CONTEXT) : at], text[at + length : at + length + CONTEXT]
