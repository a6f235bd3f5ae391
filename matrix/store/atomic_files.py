"""Several files of a folder change together or not at all, as seen by everyone who reads them through here.

New contents are prepared in a hidden folder beside the files. Its rename to JOURNAL is the one instant at which the
change becomes true; then the writer moves the files to their places. After a crash a reader reads through what is left:
the contents in the journal stand for the files. Only the next writer completes the moves; reading writes nothing.

A folder may come from anywhere, its journal too: it is used only if it names nothing but files of a dataset.
And a person may edit a file at any time: what was read is compared with what is replaced, and the list says what each
content replaces, so that no writer overwrites an edit, and one beside a journal is named to readers.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeVar

from matrix.dataset.datapackage import PACKAGE_FILE
from matrix.dataset.former_ids import FORMER_FILE
from matrix.dataset.problems import DatasetError, Problem, shown
from matrix.dataset.schema import LAYERS, SLUG, TABLES, file_of
from matrix.store.lock import LOCK, locked
from matrix.store.safe_folder import SafeFolder, open_folder

JOURNAL = ".policy-matrix-journal"
PREPARED = ".policy-matrix-journal.new"  # not true yet; what a crash leaves of it counts nowhere
COMMITTED = "committed.json"
README_FILE, HISTORY_FILE, IMPORTS_FILE, TEXTS = "README.md", "history.jsonl", "imports.json", "texts"
DISMISSED_FILE = "dismissed.csv"  # answers to suggestions, of the dataset and of each layer
PROPOSED_FILE = "proposed.jsonl"  # changes that wait for an editor, and what came of the others
TABLE_FILES = frozenset(t.file for t in TABLES.values())
_READ = TABLE_FILES | {PACKAGE_FILE, FORMER_FILE}  # what a dataset is read from
_OWN = {*TABLE_FILES, PACKAGE_FILE, FORMER_FILE, README_FILE}
_OWN |= {HISTORY_FILE, IMPORTS_FILE, DISMISSED_FILE, PROPOSED_FILE}
_OF_LAYER = re.compile(rf"{LAYERS}/(?P<name>{SLUG})/([a-z0-9_-]+\.csv|{re.escape(HISTORY_FILE)})")
DECISIONS_FILE = f"{LAYERS}/decisions.csv"
_BELOW = re.compile(rf"texts/[^\W_][\w .,()&+=@~-]{{0,250}}|{re.escape(DECISIONS_FILE)}")
_LONGEST = 1 << 24  # bytes of a journal's list
_TRIES = 1000  # only the opening of the files must fall between two changes, which takes less than a millisecond

Stamp = tuple[int, ...]  # what tells that a file is another one or was changed; () for none
_T = TypeVar("_T")


# ---- reading


@dataclass(frozen=True)
class Snapshot:
    """Files of a folder as they were at one instant, open; `faults` says why others could not be opened.

    `remarks` says of links that they lead out of the folder (they are read, and never written through), and of files
    that they were edited by hand while the journal stands for them.
    """

    files: Mapping[str, BinaryIO]
    faults: Mapping[str, str]
    remarks: Mapping[str, str]
    _stamps: Mapping[str, Stamp] = field(repr=False)

    def still(self) -> bool:
        """Whether nobody has changed one of the files in place, as an editor may, since it was opened."""
        return all(_stamp(os.fstat(f.fileno())) == self._stamps[name] for name, f in self.files.items())


@contextmanager
def reading(folder: Path, names: Collection[str]) -> Iterator[Snapshot]:
    """The named files as they are together, those of a committed journal included; nothing is written, nobody waits.

    DatasetError for a journal that is not ours, OSError where there is no folder.
    """
    for _ in range(_TRIES):
        with ExitStack() as held:
            found = _opened(folder, names, held)
            if found is not None:
                yield found
                return
    raise DatasetError([Problem(folder.name, 0, "", "is being changed all the time; try again in a moment")])


def stamps(folder: Path, names: Iterable[str]) -> tuple[tuple[str, Stamp], ...]:
    """What changes when one of the named files does, for those that are there; looks only, and never fails."""
    found: list[tuple[str, Stamp]] = []
    try:
        with ExitStack() as held:
            root = held.enter_context(open_folder(folder))
            try:
                plan = _plan(root, held)
            except DatasetError:
                plan = _Plan()
                found.append((JOURNAL, _mark(root)))
            found += [(name, _stamp_of(root, plan, name)) for name in names]
            found += [(name, _stamp_of(root, _Plan(), name)) for name in _edited(root, plan)]  # it is to be named
    except OSError as e:
        found.append(("", (e.errno or 0,)))
    return tuple((name, stamp[1:]) for name, stamp in found if stamp)


def below(folder: Path, take: Callable[[Path], _T]) -> list[tuple[Path, _T]]:
    """What `take` makes of every file below a folder of texts, those in a committed journal included."""
    home = folder.resolve()
    root = home.parent if home.name == TEXTS else home
    for _ in range(_TRIES):
        with ExitStack() as held:
            plan, mark = _Plan(), _mark_in(root)
            with suppress(OSError, DatasetError):  # each text is known by its hash: a journal can do no harm here
                plan = _plan(held.enter_context(open_folder(root)), held)
            files = {f: f for f in home.rglob("*") if not {JOURNAL, PREPARED} & set(f.relative_to(home).parts)}
            for name in plan.remove:
                files.pop(root / name, None)
            for name in plan.write:
                if (root / name).is_relative_to(home) and _in_journal(plan, name):
                    files[root / name] = root / JOURNAL / name
            try:
                taken = [(name, take(files[name])) for name in sorted(files) if files[name].is_file()]
            except FileNotFoundError:  # moved to its place meanwhile, or removed
                continue
            if _mark_in(root) == mark:
                return taken
    raise DatasetError([Problem(folder.name, 0, "", "is being changed all the time; try again in a moment")])


def names(folder: Path) -> list[str]:
    """The names of all files of a dataset that are in the folder or below, or stand in its journal."""
    with ExitStack() as held:
        plan = _plan(held.enter_context(open_folder(folder)), held)
    there = {f.relative_to(folder).as_posix() for f in folder.rglob("*") if f.is_file()}
    return sorted(n for n in (there | plan.write) - plan.remove if is_own(n))


def others(folder: Path) -> list[str]:
    """What is in the folder but no part of the dataset: files, and with a `/` folders that hold nothing else."""
    own = {folder / name for name in names(folder)}
    homes = {folder, *(home for file in own for home in file.parents)}
    found = set()
    for path in folder.rglob("*"):
        inside = path.relative_to(folder)
        if path in own or (path.is_dir() and not path.is_symlink()) or inside.parts[0] in (JOURNAL, PREPARED, LOCK):
            continue
        home = next((h for h in reversed([*inside.parents]) if folder / h not in homes), None)
        found.add(f"{home.as_posix()}/" if home else inside.as_posix())
    return sorted(found)


def layers(folder: Path) -> tuple[str, ...]:
    """The names of the layers beside a dataset's tables, those of a committed journal included.

    A layer is a folder of its own, not a link, named by a slug, with a file of statements: nothing else there is one.
    DatasetError for a journal that is not ours, OSError where there is no folder.
    """
    for _ in range(_TRIES):
        with ExitStack() as held:
            root = held.enter_context(open_folder(folder))
            plan = _plan(root, held)
            found = {n for n in _layer_folders(root) if _stamp_of(root, plan, file_of("statements", n))}
            for name in plan.write:
                if (of := _OF_LAYER.fullmatch(name)) and name == file_of("statements", of["name"]):
                    found |= {of["name"]} if _in_journal(plan, name) else set()
            if _mark(root) == plan.mark:
                return tuple(sorted(found))
    raise DatasetError([Problem(folder.name, 0, "", "is being changed all the time; try again in a moment")])


def _layer_folders(root: SafeFolder) -> list[str]:
    """Which names of layers are those of folders, without following a link."""
    try:
        with root.below(LAYERS) as home:
            named = [n for n in home.names() if re.fullmatch(SLUG, n)]
            return [n for n in named if (found := home.stat(n)) and stat.S_ISDIR(found.st_mode)]
    except OSError:  # there are none
        return []


def _opened(folder: Path, names: Collection[str], held: ExitStack) -> Snapshot | None:
    """The files of one instant; None where a change came between.

    A file is never changed in place by us, only replaced, and an open one cannot come back under another content: if no
    change was under way after all were opened, and then each name still leads to the opened file, they belong together.
    """
    root = held.enter_context(open_folder(folder))
    plan = _plan(root, held)
    files: dict[str, BinaryIO] = {}
    faults: dict[str, str] = {}
    for name in names:
        try:
            fd = _open(root, plan, name)
        except OSError as e:
            faults[name] = f"cannot be read: {e.strerror or 'no access'}"
            continue
        if fd is not None and stat.S_ISREG(os.fstat(fd).st_mode):
            files[name] = held.enter_context(os.fdopen(fd, "rb"))
        elif fd is not None:
            os.close(fd)
            return None  # exchanged in this moment
    opened = {name: _stamp(os.fstat(f.fileno())) for name, f in files.items()}
    edited = _edited(root, plan)
    if _mark(root) != plan.mark:
        return None
    if any(_stamp_of(root, plan, name) != opened.get(name, ()) for name in names if name not in faults):
        return None
    strays = {name: f"{words}; it is read, not written" for name in files if (words := _leads_out(root, name))}
    return Snapshot(files, faults, strays | edited, opened)


def _open(root: SafeFolder, plan: _Plan, name: str) -> int | None:
    """A handle of what the name means now; None where it means nothing."""
    if name in plan.remove:
        return None
    if name in plan.write and plan.journal is not None:
        with suppress(FileNotFoundError), _parent(plan.journal, name) as (place, last):
            return place.open(last)
    found = root.stat(name, follow=True)
    if found is None and (link := root.stat(name)) and stat.S_ISLNK(link.st_mode):
        raise OSError(2, "it is a broken link")
    if found is not None and not stat.S_ISREG(found.st_mode):
        raise OSError(22, "it is not a file")  # not even opened: it may be a device
    try:
        return root.open(name, follow=True) if found else None
    except (FileNotFoundError, NotADirectoryError):
        return None


def _stamp_of(root: SafeFolder, plan: _Plan, name: str) -> Stamp:
    if name in plan.remove:
        return ()
    found = _in_journal(plan, name) if name in plan.write else None
    try:
        found = found or root.stat(name, follow=True)
    except OSError:  # a link to itself
        return ()
    return _stamp(found) if found else ()


def _stamp(found: os.stat_result) -> Stamp:
    # Not the time of the last change of name or mode: a file that is moved to its place is the same one.
    return found.st_dev, found.st_ino, found.st_mode, found.st_mtime_ns, found.st_size


# ---- the journal


@dataclass(frozen=True)
class _Plan:
    """A committed journal, held open: which files its contents stand for, and which are gone.

    `replaced`: the SHA-256 of what was there when it was made, by name.
    """

    write: frozenset[str] = frozenset()
    remove: frozenset[str] = frozenset()
    replaced: Mapping[str, str] = field(default_factory=dict)
    journal: SafeFolder | None = None
    mark: Stamp = ()


def _plan(root: SafeFolder, held: ExitStack) -> _Plan:
    """The committed journal of a folder, an empty plan for none; DatasetError for one that we cannot have made."""
    found = root.stat(JOURNAL)
    if found is None:
        return _Plan()
    if not stat.S_ISDIR(found.st_mode):
        raise _foreign("it is not a folder")
    try:
        journal = held.enter_context(root.below(JOURNAL))
        listed = journal.stat(COMMITTED)
        if listed is None:
            return _Plan()
        if not stat.S_ISREG(listed.st_mode):
            raise _foreign(f"its {COMMITTED} is not a file")
        # SafeFolder open until the end: as long as it is, no other file can look the same.
        file = held.enter_context(os.fdopen(journal.open(COMMITTED), "rb"))
    except FileNotFoundError:
        return _Plan()  # settled meanwhile
    except OSError as e:
        raise DatasetError([Problem(JOURNAL, 0, "", f"cannot be read: {e.strerror or 'no access'}")]) from None
    plan = _parsed(file.read(_LONGEST + 1), journal, _stamp(os.fstat(file.fileno())))
    for name in sorted(plan.write):
        _in_journal(plan, name)
    return plan


def _parsed(text: bytes, journal: SafeFolder, mark: Stamp) -> _Plan:
    try:
        made: Any = json.loads(text) if len(text) <= _LONGEST else None
    except (ValueError, RecursionError):
        made = None
    if not isinstance(made, dict) or set(made) != {"write", "remove", "replaced"}:
        raise _foreign(f"its {COMMITTED} is not a list of files to write and to remove, and of what they replace")
    replaced = made.pop("replaced")
    named: list[Any] = []
    for listed in made.values():
        if not isinstance(listed, list):
            raise _foreign(f"its {COMMITTED} is not a list of files to write and to remove")
        named += listed
    for name in named:
        if not isinstance(name, str) or not is_own(name):
            what = shown(name) if isinstance(name, str) else "something that is not a name"
            raise _foreign(f"it names {what}, which is not a file of a dataset")
    if len(set(named)) < len(named):
        raise _foreign("it names a file twice")
    hashes = replaced.values() if isinstance(replaced, dict) and replaced.keys() <= set(named) else [None]
    if not all(map(_is_sha256, hashes)):
        raise _foreign(f"its {COMMITTED} does not say by a hash what each of its files replaces")
    return _Plan(frozenset(made["write"]), frozenset(made["remove"]), replaced, journal, mark)


def _is_sha256(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None


def _edited(root: SafeFolder, plan: _Plan) -> dict[str, str]:
    """What is to be said of each file that is not what the journal replaces: somebody has edited it since the crash.

    A file that is gone is no such edit: that is how one gives it up.
    """
    return {name: words for name in sorted(plan.write | plan.remove) if (words := _edit(root, plan, name))}


def _edit(root: SafeFolder, plan: _Plan, name: str) -> str:
    now = _sha256(root, name) if plan.journal else None
    if now in (None, plan.replaced.get(name, "")) or plan.journal is None:
        return ""
    if name in plan.remove:
        return (
            "was edited by hand after a save that was interrupted, and that save removes it: delete it, or move it "
            "elsewhere and back after the next save"
        )
    if not _in_journal(plan, name) or now == _sha256(plan.journal, name):
        return ""
    return (
        f"was edited by hand after a save that was interrupted, and that save's copy {JOURNAL}/{name} stands for it: "
        f"delete that copy to keep {name} as it is, or delete {name} to keep the save's"
    )


def _sha256(root: SafeFolder, name: str) -> str | None:
    """The hash of a file's content; None where there is none to be read, or where a link leads out."""
    if _inside(root, name) is None:
        return None
    try:
        if (found := root.stat(name, follow=True)) is None or not stat.S_ISREG(found.st_mode):
            return None
        with os.fdopen(root.open(name, follow=True), "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def is_own(name: str) -> bool:
    """Whether a name is that of a file of a dataset."""
    return name in _OWN or any(pattern.fullmatch(name) for pattern in (_BELOW, _OF_LAYER))


def _is_read(name: str) -> bool:
    """Whether a writer has read the file before it replaces it, and must find it as it was read."""
    return name in _READ or (name.endswith(".csv") and _OF_LAYER.fullmatch(name) is not None)


def _in_journal(plan: _Plan, name: str) -> os.stat_result | None:
    """The file that the journal still holds for a name; None where it was moved to its place."""
    if plan.journal is None:
        return None
    try:
        with _parent(plan.journal, name) as (place, last):
            found = place.stat(last)
    except FileNotFoundError:
        return None
    except OSError:
        raise _foreign(f"its {name} is not a file") from None
    if found is not None and not stat.S_ISREG(found.st_mode):
        raise _foreign(f"its {name} is not a file")
    return found


def _mark(root: SafeFolder) -> Stamp:
    """What identifies the committed journal that there is now; () for none."""
    try:
        with root.below(JOURNAL) as journal:
            found = journal.stat(COMMITTED)
    except OSError:
        return ()
    return _stamp(found) if found else ()


def _mark_in(folder: Path) -> Stamp:
    try:
        with open_folder(folder) as root:
            return _mark(root)
    except OSError:  # nothing that we could read
        return ()


def _foreign(why: str) -> DatasetError:
    words = (
        f"is not a journal of this program: {why}. It was not used, and nothing was written. Remove the folder "
        f"{JOURNAL} (a hidden one) to use the tables as they are"
    )
    return DatasetError([Problem(JOURNAL, 0, "", words)])


@contextmanager
def _parent(start: SafeFolder, name: str) -> Iterator[tuple[SafeFolder, str]]:
    """The folder in which a file lies, held open without following a link, and the file's name in it."""
    *folders, last = name.split("/")
    with ExitStack() as held:
        for folder in folders:
            start = held.enter_context(start.below(folder))
        yield start, last


# ---- writing


@dataclass(frozen=True)
class Longer:
    """A file as it is, with more at its end: copied from file to file, however large, and never held in memory."""

    more: bytes


Content = bytes | Longer | None
Read = Mapping[str, str]  # the SHA-256 of each file as it was read; a file that is not named was not there


def commit(folder: Path, contents: Mapping[str, Content]) -> None:
    """Write (or with None remove) the named files of `folder` as one change; TimeoutError while another one writes.

    A name may lead into a folder below: `texts/a.txt`.
    """
    with writing(folder) as write:
        write(contents)


@contextmanager
def writing(folder: Path) -> Iterator[Write]:
    """Hold the folder alone: what is read inside stays true until the given function commits it, once or never.

    Whoever keeps to the lock waits; an editor does not. So the function is also given what was read of the tables, and
    DatasetError where one of them is another by now. TimeoutError while another process or thread writes; DatasetError
    for a journal that is not ours and for a file that must not be written, such as a link that leads out of the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with open_folder(folder) as root, _saying_who_may_write(root), locked(root):
        _settle(root)
        yield partial(_commit, root)


@contextmanager
def _saying_who_may_write(root: SafeFolder) -> Iterator[None]:
    try:
        yield
    except OSError as e:
        if e.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
        words = "you may read this folder but not write in it: nothing was written. Copy it to change it"
        raise DatasetError([Problem(root.path.name, 0, "", words)]) from None


class Write(Protocol):
    """Write (or with None remove) files as one change; `read`: what the tables were when they were read."""

    def __call__(self, contents: Mapping[str, Content], read: Read | None = None) -> None: ...


def _commit(root: SafeFolder, contents: Mapping[str, Content], read: Read | None = None) -> None:
    if strange := sorted(n for n in contents if not is_own(n)):
        raise DatasetError([Problem(n, 0, "", "is not a name of a file of a dataset") for n in strange])
    with ExitStack() as held:
        folders = _Folders(root, held)
        targets = _targets(folders, contents)
        changed = {n: c for n, c in contents.items() if not _holds(folders, targets[n], c)}
        if not changed:
            return
        replaced = {n: was for n in changed if (was := _sha256(root, n))}
        if read is not None and (other := [n for n in changed if _is_read(n) and replaced.get(n) != read.get(n)]):
            words = "was edited by hand while it was being changed here: nothing was written; look at the changes again"
            raise DatasetError([Problem(n, 0, "", words) for n in sorted(other)])
        tables = [found for n in sorted(TABLE_FILES) if (found := root.stat(n)) and stat.S_ISREG(found.st_mode)]
        agree = len({(f.st_uid, f.st_gid, stat.S_IMODE(f.st_mode)) for f in tables}) == 1 and not root.is_shared()
        root.make(PREPARED, same=True)
        try:
            new = _Folders(held.enter_context(root.below(PREPARED)), held, same=True)
            for name, content in changed.items():
                if content is not None:
                    *above, last = name.split("/")
                    with _source(folders, targets[name], content) as old:
                        # A new file beside tables is for those who may use all of them, whatever the writer's umask.
                        like = targets[name].replaced or (tables[0] if agree and not above else None)
                        _write(new.made(tuple(above)), last, content, like, old)
            plan = {
                "write": [n for n, c in changed.items() if c is not None],
                "remove": [n for n, c in changed.items() if c is None],
                "replaced": replaced,
            }
            # Who may read the folder must be able to read the list, whatever the writer's umask.
            _write(new.root, COMMITTED, json.dumps(plan).encode(), root.own_stat())
            new.sync()
            root.rename(PREPARED, root, JOURNAL)
        except BaseException:
            with suppress(OSError):
                root.clear(PREPARED)
            raise
    root.sync()
    # It is true now. What cannot be moved yet (on Windows a reader may hold it open) is moved by the next writer.
    with suppress(OSError, DatasetError):
        _settle(root)


def _settle(root: SafeFolder) -> None:
    """Complete the moves of a committed journal and remove what a crash left; only under the lock.

    DatasetError where that would overwrite an edit by hand: such a file stays, and its content in the journal too.
    """
    edited: list[Problem] = []
    with ExitStack() as held:
        plan = _plan(root, held)
        if plan.journal is not None:
            folders = _Folders(root, held)
            targets = _targets(folders, {**dict.fromkeys(plan.write, b""), **dict.fromkeys(plan.remove)})
            for name in sorted(plan.write | plan.remove):
                if words := _edit(root, plan, name):  # looked at right before it would be lost
                    edited.append(Problem(name, 0, "", f"{words}; nothing was written"))
                elif name in plan.remove:
                    gone = folders.get(targets[name].above)
                    if gone and gone.stat(targets[name].name):
                        gone.unlink(targets[name].name)
                elif _in_journal(plan, name):
                    place = folders.made(targets[name].above)
                    with _parent(plan.journal, name) as (source, last):
                        source.rename(last, place, targets[name].name)
            folders.sync()
            if edited:
                raise DatasetError(edited)
            # The list goes first: a journal without it is rolled back, and there is nothing left in it to lose.
            plan.journal.unlink(COMMITTED)
    for name in (JOURNAL, PREPARED):
        root.clear(name)


class _Folders:
    """The folders below one, each held open once and without following a link, until the given stack ends."""

    def __init__(self, root: SafeFolder, held: ExitStack, *, same: bool = False) -> None:
        self.root = root
        self._held, self._same = held, same
        self._open: dict[tuple[str, ...], SafeFolder] = {(): root}

    def get(self, parts: tuple[str, ...]) -> SafeFolder | None:
        """The folder, None where it is not there; OSError for what is not a folder."""
        if parts not in self._open:
            above = self.get(parts[:-1])
            if above is None or above.stat(parts[-1]) is None:
                return None
            self._open[parts] = self._held.enter_context(above.below(parts[-1]))
        return self._open[parts]

    def made(self, parts: tuple[str, ...]) -> SafeFolder:
        """The folder, made where it is not there."""
        found = self.get(parts)
        if found is None:
            self.made(parts[:-1]).make(parts[-1], same=self._same)
            found = self.made(parts)
        return found

    def sync(self) -> None:
        """Make what was moved in any of them outlast a power cut."""
        for folder in self._open.values():
            folder.sync()


@dataclass(frozen=True)
class _Target:
    """Where a file is written or removed: the folders above it, its name, and what is there now."""

    above: tuple[str, ...]
    name: str
    replaced: os.stat_result | None


@contextmanager
def _source(folders: _Folders, target: _Target, content: Content) -> Iterator[BinaryIO | None]:
    """The file that is to become longer, None where there is none."""
    place = folders.get(target.above)
    if not isinstance(content, Longer) or target.replaced is None or place is None:
        yield None
        return
    with os.fdopen(place.open(target.name), "rb") as file:
        yield file


def _holds(folders: _Folders, target: _Target, content: Content) -> bool:
    """Whether a file has this content already; None for no file."""
    if isinstance(content, Longer):
        return not content.more
    place = folders.get(target.above)
    if content is None or target.replaced is None or place is None:
        return content is None and target.replaced is None
    if target.replaced.st_size != len(content):
        return False
    try:
        with os.fdopen(place.open(target.name), "rb") as f:
            return f.read() == content
    except OSError:  # may not be read, but may be replaced
        return False


def _targets(folders: _Folders, contents: Mapping[str, Content]) -> dict[str, _Target]:
    """Where each file goes; DatasetError for all that must not be written. Nothing is made or changed here.

    A link that stays in the folder is kept: the file to which it leads is the one that is replaced.
    """
    targets: dict[str, _Target] = {}
    problems: list[Problem] = []
    taken: dict[tuple[str, ...], str] = {}
    for name, content in contents.items():
        parts = tuple(name.split("/")) if content is None else _inside(folders.root, name)
        if parts is None:
            words = f"{_leads_out(folders.root, name)}: it is not written through, so nothing was written"
            problems.append(Problem(name, 0, "", words))
            continue
        try:
            place = folders.get(parts[:-1])
            found = place.stat(parts[-1]) if place else None
        except OSError:
            problems.append(Problem(name, 0, "", "lies below what is not a folder: nothing was written"))
            continue
        if found and not stat.S_ISREG(found.st_mode) and not (content is None and stat.S_ISLNK(found.st_mode)):
            problems.append(Problem(name, 0, "", "is not a file: nothing was written"))
        elif found and _is_kept_from(folders.root, found):
            words = "belongs to somebody else, in a folder where only the owner may replace a file (mode +t)"
            problems.append(Problem(name, 0, "", f"{words}: nothing was written"))
        elif content is not None and (other := taken.setdefault(parts, name)) != name:
            problems.append(Problem(name, 0, "", f"is the same file as {other}, by a link: nothing was written"))
        targets[name] = _Target(parts[:-1], parts[-1], found)
    if problems:
        raise DatasetError(problems)
    return targets


def _is_kept_from(root: SafeFolder, found: os.stat_result) -> bool:
    """Whether the folder's sticky bit keeps us from replacing a file."""
    own, user = root.own_stat(), os.geteuid() if hasattr(os, "geteuid") else 0
    return bool(own.st_mode & stat.S_ISVTX) and user not in (0, own.st_uid, found.st_uid)


def _inside(root: SafeFolder, name: str) -> tuple[str, ...] | None:
    """The real place of a file, as names below the folder; None where links lead out, or to what is hidden in it."""
    try:
        parts = Path(os.path.realpath(root.path / name)).relative_to(root.path).parts
    except ValueError:
        return None
    return None if not parts or any(p.startswith(".") for p in parts) else parts


def _leads_out(root: SafeFolder, name: str) -> str:
    """What is to be said of a link that leaves the folder; '' for what stays in it."""
    if _inside(root, name) is not None:
        return ""
    return f"is a link that leads out of the folder, to {shown(os.path.realpath(root.path / name))}"


def _write(
    place: SafeFolder, name: str, content: bytes | Longer, like: os.stat_result | None, old: BinaryIO | None = None
) -> None:
    """Write a new file of the journal, with owner, group and mode of the one that it will replace."""
    with os.fdopen(place.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as f:
        if old is not None:
            shutil.copyfileobj(old, f)
        f.write(content.more if isinstance(content, Longer) else content)
        f.flush()
        place.settle_mode(f.fileno(), like)
        os.fsync(f.fileno())
