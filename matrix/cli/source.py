"""The commands on a dataset's sources: `source add` brings in a text, `source replace` puts another in its place."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from matrix.cli.options import dataset_argument, write_step
from matrix.dataset.location import Location, name_of
from matrix.shipped import dataset as shipped
from matrix.wording import clean, escaped, plural

if TYPE_CHECKING:
    from matrix.importing.new_source import NewSource


@click.group()
def source() -> None:
    """The sources of a dataset: bring one in with its text.

    \b
    Example:
      policy-matrix source add article.html my-dataset
    """


@source.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@dataset_argument
@click.option("--title", default="", metavar="TEXT", help="Its title; without it, what the file says of itself.")
@click.option("--publisher", default="", metavar="TEXT", help="Who published it.")
@click.option("--author", default="", metavar="TEXT", help="Its author as named.")
@click.option("--kind", default="", metavar="TEXT", help="What kind of source it is, e.g. report.")
@click.option("--date", default="", metavar="DATE", help="When it was published: 2026, 2026-05 or 2026-05-14.")
@click.option("--date-note", default="", metavar="TEXT", help="Why the date is open or inferred.")
@click.option("--url", default="", metavar="ADDRESS", help="Where it can be read.")
@click.option("--language", default="", metavar="TAG", help="Its language, e.g. en or zh.")
@click.option("--note", default="", metavar="TEXT", help="Anything that a reader should know.")
@click.option("--id", default="", metavar="ID", help="Its id; without it, one made of the title.")
@click.option("--encoding", default="", metavar="NAME", help="Of a text or web page: its encoding, such as cp1251.")
@click.option("--apply", "apply_", is_flag=True, help="Write it, as a step of the history.")
@click.option("--why", default="", metavar="TEXT", help="With --apply: the reason, for the history.")
def add(file: Path, dataset: Location | None, encoding: str, apply_: bool, why: str, **given: str) -> None:
    """What FILE (.txt .md .html .docx .pdf) would add to DATASET as a source; with --apply it is added.

    Only its text is kept, in the dataset's folder texts/; no export holds it. A web page's or document's own title,
    author, date, address and language are taken where no option says otherwise.

    Exit code 0: fine; 1: problems, and nothing was written.

    \b
    Examples:
      policy-matrix source add article.html my-dataset
      policy-matrix source add speech.docx my-dataset --title "Speech in Geneva" --date 2026-05 --apply
    """
    from matrix.importing.new_source import new_source
    from matrix.importing.source_text import read_source_text
    from matrix.store.folder import load

    folder = dataset or shipped()
    data = load(folder)
    read = read_source_text(file, encoding=encoding)
    fields = {**read.about, **{column: words for column, words in given.items() if words}}
    found = new_source(data, fields, read.text)
    _print(found, len(read.text))
    for note in (*read.notes, *(f"{a.id} {a.what}: is it the same?" for a in found.alike)):
        click.echo(f"note: {escaped(note)}", err=True)
    asked = read.encoding.question if read.encoding else ""
    if asked:
        click.echo(escaped(f"{file.name} {asked}"), err=True)
    errors = sum(not p.warning for p in found.problems) + bool(asked)
    if errors:
        click.echo(f"{plural(errors, 'problem')}; nothing was written", err=True)
        sys.exit(1)
    if apply_:
        reason = why or f"add source {found.id}"
        made = write_step(folder, [found.change], seen=data.version, why=reason, kind="coding", texts=found.texts)
        click.echo(f"added to {escaped(name_of(folder))}, now version {made.version}", err=True)
    else:
        click.echo("nothing was written; --apply does it", err=True)


@source.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("source_id", metavar="SOURCE")
@dataset_argument
@click.option("--encoding", default="", metavar="NAME", help="Of a text or web page: its encoding, such as cp1251.")
@click.option("--looked-at", is_flag=True, help="Do it though words have no certain place: they lose theirs.")
@click.option("--apply", "apply_", is_flag=True, help="Write it, as a step of the history.")
@click.option("--why", default="", metavar="TEXT", help="With --apply: the reason, for the history.")
def replace(
    file: Path, source_id: str, dataset: Location | None, encoding: str, looked_at: bool, apply_: bool, why: str
) -> None:
    """Where the words quoted from SOURCE are in FILE, its other text; with --apply that text takes the old one's place.

    Quotes find their places again, character for character. Those without a certain place are listed; they keep their
    words and lose their place, which --looked-at allows. Coders' layers are looked through too, and stay as they are.
    The old text stays beside it, and undo brings it back.

    Exit code 0: fine; 1: words without a place, or a text that cannot be used, and nothing was written.

    \b
    Examples:
      policy-matrix source replace corrected.html early-paper my-dataset
      policy-matrix source replace corrected.html early-paper my-dataset --looked-at --apply
    """
    from matrix.dataset.problems import not_one_of
    from matrix.dataset.quotes import texts_of
    from matrix.dataset.schema import MAIN
    from matrix.importing.new_text import new_text
    from matrix.importing.source_text import read_source_text
    from matrix.store.files import own_texts, texts
    from matrix.store.folder import load
    from matrix.store.layers import layers

    folder = dataset or shipped()
    data = load(folder)
    if source_id not in (known := data.frames["sources"]["id"].tolist()):
        raise click.UsageError(f"SOURCE: {not_one_of(source_id, known)}")
    read = read_source_text(file, encoding=encoding)
    if read.encoding and read.encoding.question:
        raise click.ClickException(f"{file.name} {read.encoding.question}")
    old = texts_of(dict(data.frames), texts(own_texts(folder))).get(source_id)
    there = layers(folder)
    usable = [load(folder, layer=x.name) for x in there if not x.problems]
    found = new_text(data, source_id, read.text, old=old, layers=usable)
    click.echo(escaped(found.sentence))
    for u in found.unplaced:
        of = "" if u.layer == MAIN else f"layer {u.layer}, "
        click.echo(escaped(f"{of}{u.table} {u.id}, {u.column}: {u.why}: {_shortened(u.words)}"))
    for broken in (x.name for x in there if x.problems):
        click.echo(f"layer {broken} cannot be read and was not looked through: check --layer {broken}", err=True)
    if found.unplaced and not looked_at:
        click.echo("nothing was written; look at these, then --looked-at allows it", err=True)
        sys.exit(1)
    if not (apply_ and found.changes):
        click.echo("nothing was written" + ("; --apply does it" if found.changes else ""), err=True)
        return
    reason = why or f"another text of {source_id}"
    made = write_step(
        folder,
        found.changes,
        seen=data.version,
        why=reason,
        kind="coding",
        texts=found.texts,
        beside=lambda _: found.old,
    )
    click.echo(f"the text was replaced in {escaped(name_of(folder))}, now version {made.version}", err=True)


def _shortened(words: str, most: int = 80) -> str:
    """Words in one line, cut where they are long."""
    line = " ".join(clean(words).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _print(found: NewSource, length: int) -> None:
    """The source as it would be, and each problem."""
    click.echo(escaped(f"id: {found.id}"))
    for column, words in found.change.values:
        click.echo(f"{column}: {clean(words)}")
    click.echo(f"text: {length:,} characters")
    for problem in found.problems:
        click.echo(str(problem))
