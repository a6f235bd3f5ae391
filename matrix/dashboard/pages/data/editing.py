"""Every write of the dashboard: signed with a name, refused on a read-only server, its outcome in one sentence."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import partial, wraps
from pathlib import Path
from typing import ParamSpec

import streamlit as st

from matrix.analysis.differences import Decision, Differences
from matrix.dashboard import datasets, visit
from matrix.dashboard.html.templates import render
from matrix.dashboard.problems import problem_list
from matrix.dataset.changes import Change, next_id
from matrix.dataset.dataset import Dataset, remembered
from matrix.dataset.former_ids import Became
from matrix.dataset.location import Database
from matrix.dataset.problems import UNUSABLE, DatasetError, Problem, SelectionError
from matrix.dataset.schema import MAIN
from matrix.store import Store
from matrix.store.decisions import withdraw
from matrix.store.dismissed import Answered, answer
from matrix.store.dismissed import forget as forget_them
from matrix.store.files import UnsureError
from matrix.store.folder import load
from matrix.store.history import OutdatedError, StepKind, apply, begin, ids_ever, newest_first, undo
from matrix.store.layers import finish, new_layer, reopen
from matrix.store.lock import whoami
from matrix.store.members import RoleError, give_layer, invite, look, remove
from matrix.store.proposed import accept, decline, propose, withdraw_proposed
from matrix.store.reconcile import decide, settle
from matrix.wording import capital, clean, plural, sentence

P = ParamSpec("P")
_log = logging.getLogger("matrix.dashboard")
LONGEST_NAME, LONGEST_WHY = 80, 160
PROPOSED_WORDS = "Proposed: an editor decides. What becomes of it stands on the Data page, under Proposed."
_made: ContextVar[list[Outcome] | None] = ContextVar("_made", default=None)  # by the click that is being carried out
_FIELD, _NAME, _OUTCOME, _REASON = "data-who", "who", "outcome", "why-proposed"
_OFFERED = "offered"  # the page, and whether its button proposes
_KEPT_REASON = "why-proposed kept"  # as it stood when the button was clicked, until it is drawn again


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt to write: the dataset as it is then, or a sentence that says why not."""

    words: str
    dataset: Dataset | None = None
    problems: tuple[Problem, ...] = ()
    address: str = ""  # of a dataset that was made
    proposed: bool = False  # and the dataset is as it was

    @property
    def done(self) -> bool:
        """Whether it was written, or proposed."""
        return self.dataset is not None

    def told(self, words: str) -> Outcome:
        """The same, said in these words: not where it was only proposed."""
        return self if self.proposed else replace(self, words=words)


def write(
    dataset: Dataset,
    changes: Sequence[Change],
    *,
    seen: str,
    why: str,
    kind: StepKind = "edit",
    texts: Mapping[str, bytes] | None = None,
    imports: Callable[[str], bytes] | None = None,
    became: Sequence[Became] = (),
    beside: Mapping[str, bytes] | None = None,
) -> Outcome:
    """Make the changes where the dataset is kept, all or none; `seen` is the version that the visitor looked at.

    `texts`: source ids and the texts that came along; they are kept beside the tables, as is what `imports` makes.
    `became`: what ids become; `beside`: other files of the dataset. What a coder would change in the dataset itself is
    proposed instead, for the reason that `write_button` asked for, else for `why`.
    """

    how = datasets.changes_by(dataset)
    proposes = how == "proposing"
    # Of who may change nothing any more the store says so itself.
    if visit.page_state().pop(_OFFERED, None) == (visit.current().page, not proposes) and how:
        return Outcome("Your role here has changed: look at what the button does now. Nothing was written.")
    if proposes:
        if texts or imports or beside:
            return Outcome("A coder proposes changes of rows, no files: nothing was proposed.")
        asked = st.session_state.get(_REASON)
        return propose_changes(
            dataset, changes, seen=seen, why=why if asked is None else str(asked), kind=kind, became=became
        )

    def act() -> Dataset | None:
        if not dataset.location:
            return None
        words = clean(why)[:LONGEST_WHY]
        return apply(
            store_of(dataset),
            changes,
            seen=seen,
            by=who(dataset),
            why=words,
            kind=kind,
            texts=texts,
            imports=imports,
            became=became,
            beside=(lambda _: beside) if beside else None,
        )

    return _guarded(dataset, act, f"{plural(len(changes), 'change')} written.")


def propose_changes(
    dataset: Dataset,
    changes: Sequence[Change],
    *,
    seen: str,
    why: str,
    kind: StepKind = "edit",
    became: Sequence[Became] = (),
) -> Outcome:
    """Propose changes of the dataset itself to its editors, also from a layer; `why` is the visitor's own words."""
    words = clean(why).strip()[:LONGEST_WHY]
    if not words:
        return Outcome("Say why, for the editor who decides: nothing was proposed yet.")
    at = Store(dataset.location or Path())
    made = _beside_tables(
        dataset, lambda: propose(at, changes, seen=seen, by=who(dataset), why=words, became=became, kind=kind)
    )
    if not made.done:
        return made
    st.session_state.pop(_REASON, None)
    visit.page_state().pop(_KEPT_REASON, None)
    return replace(made, words=PROPOSED_WORDS, proposed=True)


def accept_proposed(dataset: Dataset, number: int) -> Outcome:
    """Make proposed changes, as one step of the history."""
    by = who(dataset)
    return _guarded(dataset, lambda: accept(store_of(dataset), number, by=by), f"Number {number} is accepted.")


def decline_proposed(dataset: Dataset, number: int, reason: str) -> Outcome:
    """Decline proposed changes, with the reason for who proposed them."""
    words = clean(reason).strip()[:LONGEST_WHY]
    if not words:
        return Outcome("Say why, for who proposed it: nothing was declined yet.")
    made = _beside_tables(dataset, lambda: decline(store_of(dataset), number, by=who(dataset), reason=words))
    return made.told(f"Number {number} is declined.") if made.done else made


def withdraw_own(dataset: Dataset, number: int) -> Outcome:
    """Take back what the visitor has proposed."""
    made = _beside_tables(dataset, lambda: withdraw_proposed(store_of(dataset), number))
    return made.told(f"Number {number} is withdrawn.") if made.done else made


def make_dataset(
    dataset: Dataset, folder: Path, *, why: str, texts: Mapping[str, bytes], imports: Callable[[str], bytes] | None
) -> Outcome:
    """Write a new dataset into a folder that is not there yet; from now on the server shows it too."""

    def act() -> Dataset:
        begin(dataset, folder, by=who(dataset), why=clean(why)[:LONGEST_WHY], texts=texts, imports=imports)
        return load(folder)

    try:
        outcome = _guarded(dataset, act, f"The dataset “{clean(folder.name)}” was made.")
        return replace(outcome, address=f"./?dataset={datasets.add(folder)}") if outcome.done else outcome
    except FileExistsError:
        return Outcome(f"There is a folder “{clean(folder.name)}” already: choose another name. Nothing was written.")


def take_back(dataset: Dataset, number: int) -> Outcome:
    """Undo the step of this number."""

    def act() -> Dataset | None:
        return undo(store_of(dataset), by=who(dataset), step=number) if dataset.location else None

    return _guarded(dataset, act, "Taken back.")


def begin_layer(dataset: Dataset, name: str) -> Outcome:
    """Make a layer of this name for a coder."""
    return _guarded(dataset, lambda: new_layer(store_of(dataset), name), "")


def mark_source(dataset: Dataset, source: str, *, finished: bool) -> Outcome:
    """Mark a source as finished in the layer that is open, or as open again."""
    return _guarded(dataset, lambda: (finish if finished else reopen)(store_of(dataset), source), "")


def decide_difference(
    dataset: Dataset, found: Differences, unit: str, choice: str, *, reason: str, values: Mapping[str, str] | None
) -> Outcome:
    """Keep what was decided about a difference between two coders."""
    by = who(dataset)
    return _beside_tables(
        dataset, lambda: decide(store_of(dataset), found, unit, choice, reason=reason, by=by, values=values)
    )


def settle_differences(dataset: Dataset, one: str, other: str, *, why: str) -> Outcome:
    """Carry out what was decided about two coders, as one step of the history."""
    act = partial(settle, store_of(dataset), one, other, by=who(dataset), reason=why)
    return _guarded(dataset, lambda: act().main, "Taken over.")


def withdraw_decision(dataset: Dataset, decision: Decision) -> Outcome:
    """Take back what was decided about a difference between two coders."""
    return _beside_tables(dataset, lambda: withdraw(store_of(dataset), decision))


def answer_suggestions(dataset: Dataset, made: Sequence[Answered]) -> Outcome:
    """Remember which suggestions were turned down, and which became statements."""
    return _beside_tables(dataset, lambda: answer(store_of(dataset), made))


def forget_answers(dataset: Dataset, made: Sequence[Answered]) -> Outcome:
    """Let go of answers to suggestions that were given by mistake."""
    return _beside_tables(dataset, lambda: forget_them(store_of(dataset), made))


def invite_member(dataset: Dataset, email: str, role: str) -> Outcome:
    """Give somebody a role in the dataset's database, by their e-mail address."""
    return _beside_tables(dataset, lambda: invite(_database(dataset), email, role))


def remove_member(dataset: Dataset, email: str) -> Outcome:
    """Take somebody out of the members, at once."""
    return _beside_tables(dataset, lambda: remove(_database(dataset), email))


def give_member_layer(dataset: Dataset, layer: str, email: str) -> Outcome:
    """Make a layer a member's own."""
    return _beside_tables(dataset, lambda: give_layer(_database(dataset), layer, email))


def note_visit(dataset: Dataset, when: str) -> None:
    """Note when who is signed in looked; that it could not be noted is no reason to show them nothing."""
    with suppress(OSError, DatasetError):
        look(_database(dataset), when)


def _database(dataset: Dataset) -> Database:
    if not isinstance(dataset.location, Database):
        raise SelectionError("members: a folder has none")
    return dataset.location


def _beside_tables(dataset: Dataset, act: Callable[[], object]) -> Outcome:
    """What came of writing something that leaves the dataset's tables as they are."""

    def written() -> Dataset:
        act()
        return dataset

    return _guarded(dataset, written, "")


def store_of(dataset: Dataset) -> Store:
    """Where it is kept: its folder, of a layer with the layer's own tables and history."""
    return Store(dataset.location or Path(), dataset.layer)


def _guarded(dataset: Dataset, act: Callable[[], Dataset | None], words: str) -> Outcome:
    """What came of writing: `act` does it and gives the dataset as it is then, `words` say so."""
    # Asked here, not where the buttons are drawn: no message from a browser that may not write does.
    if datasets.refusal():
        return Outcome("This page is read-only: nothing was written.")
    try:
        made = act()
    except FileExistsError:
        raise
    except (OutdatedError, SelectionError, DatasetError, OSError) as e:
        return _why_not(dataset, e)
    if made is None:
        return Outcome("This dataset has no folder on disk: nothing was written.")
    outcome = Outcome(f"{words} The dataset is now version {made.version}.", made)
    if (so_far := _made.get()) is not None:
        so_far.append(outcome)
    return outcome


def _why_not(dataset: Dataset | None, e: OutdatedError | SelectionError | DatasetError | OSError) -> Outcome:
    """Why nothing was written, or that nobody knows whether it was."""
    if isinstance(e, OutdatedError):
        return Outcome(sentence(str(e)))
    if isinstance(e, SelectionError):
        return Outcome(sentence(f"{e}: nothing was written"))
    if isinstance(e, DatasetError):
        why = "nothing was written, because the dataset would contain errors" if e.outcome == UNUSABLE else e.outcome
        return Outcome(f"{capital(why)}:", problems=e.problems)
    if isinstance(e, RoleError):
        return Outcome(sentence(f"{e}: nothing was written"))
    at = dataset.location if dataset else None
    if isinstance(e, UnsureError) and isinstance(at, Database):
        return Outcome(sentence(datasets.words_of(at, e)))
    if isinstance(e, TimeoutError) or isinstance(at, Database):  # a database, or who else writes, has let nobody in
        why = datasets.words_of(at, e).removesuffix(": nothing was written") if isinstance(at, Database) else str(e)
        first = isinstance(e, TimeoutError)
        return Outcome(sentence(f"nothing was written: {why}" if first else f"{why}: nothing was written"))
    return Outcome(f"The folder cannot be written ({e.strerror or 'no access'}): nothing was written.")


def step_just_made(outcome: Outcome) -> int:
    """The number of the step that was written; 0 for none, where somebody else's came after it, or none can be read."""
    step, dataset = None, outcome.dataset
    if dataset is None or outcome.proposed:
        return 0
    with suppress(OSError, DatasetError):
        step = next(iter(newest_first(store_of(dataset))), None) if dataset.location else None
    return step.number if step and step.after == dataset.version else 0


def next_statement(dataset: Dataset) -> str:
    """A free id for a statement; not that of one that was taken back or deleted, which links may still name."""
    return next_id(dataset.frames["statements"]["id"].tolist(), _gone(dataset))


@remembered(1)
def _gone(dataset: Dataset) -> set[str]:
    try:
        return ids_ever(store_of(dataset), "statements") if dataset.location else set()
    except DatasetError:  # the history cannot be read: the check says so
        return set()


# ---- the problems of a form, beside its fields


def remember_problems(form: str, problems: Mapping[str, list[str]]) -> None:
    """Messages by field, those of no field under ''; until the form is sent again."""
    visit.page_state()[f"{form} problems"] = problems


def problems_of(form: str) -> Mapping[str, list[str]]:
    """The messages that the form was answered with."""
    found: Mapping[str, list[str]] = visit.page_state().get(f"{form} problems") or {}
    return found


def show_wrong(form: str, field: str) -> None:
    """What is wrong with a field, below it."""
    for message in problems_of(form).get(field, ()):
        st.html(render("parts.html", "wrong", sentence(message)))


# ---- the name that signs


def who(dataset: Dataset) -> str:
    """The name under which a change is written, or a statement coded: in a layer its coder's, if no other is given.

    Who has signed in writes under the name by which their provider knows them.
    """
    if isinstance(dataset.location, Database) and dataset.location.person:
        return str(dataset.location.person)
    given = clean(str(visit.page_state().get(_NAME) or "")).strip()[:LONGEST_NAME]
    return given or (dataset.layer if dataset.layer != MAIN else whoami())


def write_button(
    dataset: Dataset,
    words: str,
    proposing: str,
    *,
    key: str,
    on_click: Callable[..., None],
    args: tuple[object, ...],
    reason: bool = True,
) -> None:
    """The button that writes; for who may only propose, with the words for that, below a line that asks why.

    `reason`: whether that line is asked here; where it is not, the page has asked it.
    """
    proposes = datasets.proposes(dataset)
    visit.page_state()[_OFFERED] = visit.current().page, proposes
    if proposes:
        words = proposing
        if reason:
            kept = visit.page_state().pop(_KEPT_REASON, None)
            if kept and _REASON not in st.session_state:  # the page could not be drawn meanwhile
                visit.bound(_REASON, kept)
            st.text_input("Why *", key=_REASON, max_chars=LONGEST_WHY, placeholder="For the editor who decides")
    st.button(words, key=key, type="primary", on_click=on_click, args=args)


def name_field(dataset: Dataset) -> None:
    """Ask for that name once, of who has not signed in; it is kept for the visit."""
    if isinstance(dataset.location, Database) and dataset.location.person:
        return
    visit.bound(_FIELD, who(dataset))
    st.text_input(
        "Your name in the history",
        key=_FIELD,
        max_chars=LONGEST_NAME,
        on_change=_take_name,
        width=280,
        help="Is written beside each of your changes: who, when, what.",
    )


def _take_name() -> None:
    visit.page_state()[_NAME] = st.session_state[_FIELD]


# ---- what came of it


def on_click(section: str) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Decorator of what a click does with the store: what keeps it from being done is the outcome in this section.

    Streamlit calls it before the page is drawn, out of reach of what says such things for a page. What was typed stays.
    """

    def decorated(act: Callable[P, None]) -> Callable[P, None]:
        @wraps(act)
        def safely(*args: P.args, **kwargs: P.kwargs) -> None:
            visit.page_state()[_KEPT_REASON] = st.session_state.get(_REASON)
            made: list[Outcome] = []
            token = _made.set(made)
            try:
                act(*args, **kwargs)
            except Exception as e:
                dataset = next((x for x in (*args, *kwargs.values()) if isinstance(x, Dataset)), None)
                why = what_kept_it(dataset, e)
                remember(section, made[-1] if made else why)  # what was written stays written
            finally:
                _made.reset(token)

        return safely

    return decorated


def what_kept_it(dataset: Dataset | None, e: Exception) -> Outcome:
    """Why a click was not carried out to its end: the outcome to be shown, and a line in the log."""
    if isinstance(e, RoleError):
        _log.warning("refused: %s", e)
    elif isinstance(e, OutdatedError | SelectionError | DatasetError | OSError):
        _log.warning("not carried out: %s", e)
    else:
        _log.error("a click was not carried out to its end", exc_info=e)
        return Outcome(
            "Something went wrong, and whether this was written is not known: look before you do it again. What "
            "happened is in the server's log."
        )
    return _why_not(dataset, e)


def remember(section: str, outcome: Outcome) -> None:
    """Remember the last outcome for the part of the page that wrote."""
    visit.page_state()[_OUTCOME] = section, outcome


def forget() -> None:
    """Forget it: the visitor has gone on."""
    visit.page_state().pop(_OUTCOME, None)


def outcome_in(section: str) -> Outcome | None:
    """What came of the last attempt to write, if it was made there."""
    part, outcome = visit.page_state().get(_OUTCOME, ("", None))
    return outcome if part == section and isinstance(outcome, Outcome) else None


def show_outcome(section: str) -> None:
    """Say what came of the last attempt to write, if it was made there."""
    if outcome := outcome_in(section):
        st.html(
            render("data.html", "outcome", outcome.done, outcome.words, problem_list(outcome.problems), outcome.address)
        )
