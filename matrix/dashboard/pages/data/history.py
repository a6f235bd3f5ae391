"""The history of the dataset: what was changed, by whom and when; and the last change taken back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import streamlit as st

from matrix.dashboard.datasets import read_only
from matrix.dashboard.html.text import bdi, esc
from matrix.dashboard.pages.data import editing
from matrix.dashboard.pages.data.change_lines import KINDS, lines_made
from matrix.dataset import dates
from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import DatasetError
from matrix.store.history import HISTORY_FILE, Entry, last, read_history
from matrix.wording import plural

SECTION, OLDER = "history", "history-older"
ENTRIES, CHANGES = 10, 50  # shown at first; changes of one entry on the page
_SHORT = 600  # characters of one value


def history(dataset: Dataset) -> None:
    """The button that takes back, and the table."""
    folder = dataset.folder
    if folder is None:
        return
    editing.tell(SECTION)
    try:
        entries = _entries(folder, _stamp(folder))
    except DatasetError as e:
        st.html(f'<div class="pm-note pm-caution" role="alert">{editing.problem_list(e.problems)}</div>')
        return
    if not entries:
        st.html("<p>Nothing has been changed here yet. Each change that is applied will stand in this list.</p>")
        return
    undoable = last(entries)
    if undoable and not read_only():
        _undo(dataset, undoable)
    count = ENTRIES + int(st.session_state.get(OLDER, 0))
    st.html(_table(dataset, entries[::-1][:count], {e.undoes for e in entries}))
    if len(entries) > count:
        st.button(f"Show older ({len(entries) - count:,} more)", on_click=_older, args=(count,))


def when(at: str) -> str:
    """`14 May 2026, 10:32 UTC`; what is no time stays as it is."""
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return at
    day = moment.date().isoformat()
    return f"{dates.words(day, day)}, {moment:%H:%M} UTC"


def _stamp(folder: Path) -> tuple[int, int]:
    try:
        found = (folder / HISTORY_FILE).stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


@st.cache_resource(max_entries=4, show_spinner=False)
def _entries(folder: Path, stamp: tuple[int, int]) -> list[Entry]:
    del stamp  # only part of the key
    return read_history(folder)


def _older(count: int) -> None:
    st.session_state[OLDER] = count


# ---- taking back


def _undo(dataset: Dataset, entry: Entry) -> None:
    with st.popover("Undo the last change", icon=":material/undo:", key="undo"):
        st.html(
            f"<p>This takes back <b>{plural(len(entry.changes), 'change')}</b>: {bdi(entry.what)}, "
            f"by {bdi(entry.who)}, {esc(when(entry.at))}.</p><ul>{_few(dataset, entry)}</ul>"
            '<p class="pm-quiet">The history keeps both: what was done, and that it was taken back.</p>'
        )
        st.button("Take it back", key="undo-yes", on_click=_take_back, args=(dataset, entry.number))


def _few(dataset: Dataset, entry: Entry, most: int = 5) -> str:
    lines = lines_made(dataset, entry.changes[:most])
    items = "".join(
        f"<li>{esc(x.word)}: {bdi(x.what)} <span class='pm-quiet'>{esc(x.place)}</span></li>" for x in lines
    )
    more = len(entry.changes) - most
    return items + (f"<li>and {more:,} more</li>" if more > 0 else "")


def _take_back(dataset: Dataset, number: int) -> None:
    editing.keep(SECTION, editing.take_back(dataset, number))


# ---- the table


def _table(dataset: Dataset, entries: list[Entry], undone: set[int]) -> str:
    heads = "".join(f'<th scope="col">{h}</th>' for h in ("When", "Who", "What", "Changes", "Version"))
    rows = "".join(_rows(dataset, e, e.number in undone) for e in entries)
    return (
        '<div class="pm-history" tabindex="0" role="region" aria-label="History"><table>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _rows(dataset: Dataset, entry: Entry, undone: bool) -> str:
    state = ' <span class="pm-quiet">(taken back)</span>' if undone else ""
    count = plural(len(entry.changes), "change")
    return (
        f"<tr><td>{esc(when(entry.at))}</td><td>{bdi(entry.who)}</td><td>{bdi(entry.what)}{state}</td>"
        f'<td class="pm-number">{len(entry.changes):,}</td>'
        f"<td><code>{esc(entry.before)}</code> → <code>{esc(entry.after)}</code></td></tr>"
        f'<tr><td colspan="5"><details><summary>Old and new values of {count}</summary>'
        f"{_changes(dataset, entry)}</details></td></tr>"
    )


def _changes(dataset: Dataset, entry: Entry) -> str:
    rows = []
    for x in lines_made(dataset, entry.changes[:CHANGES]):
        glyph, word = KINDS[x.kind]
        rows.append(
            f'<tr><th scope="row" class="pm-kind"><i aria-hidden="true">{esc(glyph)}</i> {esc(word)}</th>'
            f"<td>{bdi(x.what)}<br>"
            f'<span class="pm-quiet">{bdi(x.place)}</span></td><td>{_values(x.old)}</td><td>{_values(x.new)}</td></tr>'
        )
    more = len(entry.changes) - CHANGES
    rest = f'<p class="pm-quiet">and {more:,} more, in the file {HISTORY_FILE}</p>' if more > 0 else ""
    heads = "".join(f'<th scope="col">{h}</th>' for h in ("Change", "Row", "Before", "After"))
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>{rest}"


def _values(pairs: tuple[tuple[str, str], ...]) -> str:
    if len(pairs) == 1:
        return bdi(pairs[0][1][:_SHORT]) if pairs[0][1] else '<span class="pm-quiet">empty</span>'
    return "".join(f'<div><span class="pm-quiet">{bdi(c)}</span> {bdi(v[:_SHORT])}</div>' for c, v in pairs)
