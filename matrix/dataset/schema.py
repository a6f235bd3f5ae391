"""The tables, their columns and their vocabularies: the one home of what a dataset may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

ColumnKind = Literal[
    "id", "text", "ref", "list", "vocabulary", "date", "boolean", "integer", "number", "colour", "url", "hash"
]

SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
PARTIAL_DATE = r"\d{4}(-\d{2}(-\d{2})?)?"
COLOUR = r"#[0-9A-Fa-f]{6}"
SHA256 = r"[0-9a-f]{64}"
HTTP_URL = r"(?i)https?://[^\s<>\"]+"  # what becomes a link; every other address stays text
LIST_SEPARATOR = ";"
PARTIAL = "partial"  # of a proposal's coverage: who backs it is known only in part
MAIN = "main"  # the layer that is the dataset itself; every other is one coder's own statements and searches beside it
LAYERS = "layers"  # the folder in which they lie
LAYERED = ("statements", "searches")  # the tables that each layer has of its own; all others are shared
MIXED = "mixed"  # the derived state of a position that is both positive and negative; no stance may take its name


def file_of(table: str, layer: str = MAIN) -> str:
    """The file of a table in a dataset's folder; that of a layer's own tables is in the layer's folder."""
    return f"{LAYERS}/{layer}/{table}.csv" if layer != MAIN and table in LAYERED else f"{table}.csv"


@dataclass(frozen=True)
class Column:
    """One column: what kind of value it holds, and whether a row must have one."""

    name: str
    kind: ColumnKind = "text"
    required: bool = False
    target: str = ""  # the table that a `ref` or `list` points into
    values: tuple[str, ...] = ()  # the built-in vocabulary
    about: str = ""


@dataclass(frozen=True)
class Table:
    """One table: its columns in the order in which they are written."""

    name: str
    columns: tuple[Column, ...]
    required: bool = False
    about: str = ""

    @property
    def file(self) -> str:
        return f"{self.name}.csv"

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns)

    @property
    def label(self) -> str:
        """The column in which a row is called by its name, '' where rows have none."""
        return next((c for c in self.names if c in ("name", "title")), "")

    @property
    def native(self) -> str:
        """The column of the same name in the script of its own language, '' where there is none."""
        return next((c for c in self.names if c in ("name_native", "name_zh", "title_zh")), "")

    def __getitem__(self, name: str) -> Column:
        return self._by_name[name]

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    @cached_property
    def _by_name(self) -> Mapping[str, Column]:
        return {c.name: c for c in self.columns}


def _id(about: str) -> Column:
    return Column("id", "id", True, about=about)


def _text(name: str, about: str, *, required: bool = False) -> Column:
    return Column(name, "text", required, about=about)


def _ref(name: str, target: str, about: str, *, required: bool = False) -> Column:
    return Column(name, "ref", required, target, about=about)


def _list(name: str, target: str, about: str) -> Column:
    return Column(name, "list", target=target, about=about)


def _words(name: str, values: str, about: str) -> Column:
    return Column(name, "vocabulary", values=tuple(values.split()), about=about)


def _date(name: str, about: str) -> Column:
    return Column(name, "date", about=about)


_NOTE = _text("note", "Anything a reader should know.")
_START = Column("start", "integer", about="Where the quote begins: a Python `str` index of the text decoded as UTF-8.")
_DATES = (
    _date("date_start", "First day, or a year or month: not before. An exact day stands in both columns."),
    _date("date_end", "Last day, or a year or month: not after. Empty: not known beyond the source's own date."),
    _text("date_note", "Why the date is open, inferred or approximate."),
)

TABLES: Mapping[str, Table] = {
    t.name: t
    for t in (
        Table(
            "sides",
            (
                _id("The side's id."),
                _text("name", "Name for people.", required=True),
                _text("name_zh", "Name in Chinese."),
                Column("main", "boolean", about="true: compared by default."),
                Column("counted", "boolean", about="false: shown, never counted (unattributed reports). Empty: true."),
                Column("colour", "colour", about="Colour of the side's band, #RRGGBB."),
                _NOTE,
            ),
            about="Groups of actors whose agreement is of interest.",
        ),
        Table(
            "stances",
            (
                _id("The stance's id; `mixed` is taken by the derived state."),
                _text("name", "Name for people.", required=True),
                _text("name_zh", "Name in Chinese."),
                Column("score", "number", True, about="Above 0 backs, 0 is neutral, below 0 opposes."),
                Column(
                    "conditional", "boolean", about="true: needs a condition. Without this column: 0 < score < highest."
                ),
                _text("glyph", "One character that stands for the stance where colour alone would not do."),
                Column("colour", "colour", about="Colour of the stance, #RRGGBB."),
                _text("definition", "When a coder chooses this stance."),
            ),
            about="The scale on which a statement stands towards a proposal, in its order.",
        ),
        Table(
            "risk_areas",
            (
                _id("The area's id."),
                _text("name", "Name for people.", required=True),
                _text("name_zh", "Name in Chinese."),
                _ref("parent", "risk_areas", "The wider area it belongs to."),
                _text("definition", "What belongs here."),
                _text("mit_ai_risk_repository", "Nearest category of the MIT AI Risk Repository."),
                _text("ai_safety_report", "Nearest category of the International AI Safety Report."),
                _text("mapping_note", "How close those two matches are."),
            ),
            about="A tree of risk areas by which proposals are filtered.",
        ),
        Table(
            "sources",
            (
                _id("The source's id."),
                _text("title", "Title as published.", required=True),
                _text("author", "Author as named."),
                _text("publisher", "Who published it."),
                _text("kind", "What kind of source it is."),
                _date("date", "Date of publication, possibly only a year or month."),
                _text("date_note", "Why the date is open or inferred."),
                Column("url", "url", about="Where it can be read."),
                Column("archived_url", "url", about="Where a copy is kept."),
                _date("accessed", "When it was read."),
                _text("language", "Language tag such as en or zh."),
                Column(
                    "sha256",
                    "hash",
                    about="SHA-256 of the bytes of the text that was coded; the text itself is not shipped.",
                ),
                _NOTE,
            ),
            required=True,
            about="Where statements were found.",
        ),
        Table(
            "actors",
            (
                _id("The actor's id."),
                _text("name", "Name in Latin letters.", required=True),
                _text("name_native", "Name in the actor's own script."),
                _text("role", "Office or function."),
                _text("institution", "Where the actor works or speaks for."),
                _text("parent_institution", "The body the institution belongs to."),
                _ref("side", "sides", "The side the actor is counted with; empty: none."),
                _words(
                    "kind",
                    "person government ministry institution media company group report state",
                    "What kind of actor.",
                ),
                _words(
                    "authority",
                    "official former_official state_media expert industry media unnamed",
                    "With what authority the actor speaks; only `official` speaks for a government.",
                ),
                _words("track", "1 1.5 2", "Diplomatic track: 1 official, 2 unofficial, 1.5 between."),
                _NOTE,
            ),
            required=True,
            about="Who speaks, or is named without a word of their own.",
        ),
        Table(
            "proposals",
            (
                _id("The proposal's id."),
                _text("title", "Short title.", required=True),
                _text("title_zh", "Title in Chinese."),
                _text("definition", "What exactly is proposed."),
                _text("theme", "Heading under which it is listed; free text."),
                _ref("parent", "proposals", "The wider proposal it is part of."),
                _words("kind", "measure principle topic process", "What kind of proposal."),
                _list("risk_areas", "risk_areas", "Risk areas it bears on."),
                _text("ladder", "Name of a ladder of ever stronger proposals."),
                Column("rung", "integer", about="Place on that ladder, counted from the weakest."),
                _date("date", "When it was made, adopted or opened, possibly only a year or month."),
                _words(
                    "coverage",
                    "complete partial",
                    "partial: who backs it is known only in part, so an empty cell says nothing. Empty: complete.",
                ),
                _text("coverage_note", "How much is known: `54 of 91 names`."),
            ),
            required=True,
            about="What is proposed: the rows of the matrix.",
        ),
        Table(
            "statements",
            (
                _id("The statement's id."),
                _ref("actor", "actors", "Who.", required=True),
                _ref("proposal", "proposals", "On what.", required=True),
                _ref("stance", "stances", "How they stand to it.", required=True),
                _ref("source", "sources", "Where it was found.", required=True),
                _text(
                    "condition",
                    "In our words: on what the backing depends. Given when, and only when, the stance is conditional.",
                ),
                _text("condition_quote", "The words of the source that set the condition."),
                _text("quote", "Exact words of the source."),
                _START,
                _text("summary", "In our words: what is said."),
                _words(
                    "attribution",
                    "quoted recorded paraphrased announced_by_other_side unattributed author_voice",
                    "How the source ties the statement to the actor, the strongest way first; recorded: a vote, a "
                    "signature or a name on an official list, where no quote is missing.",
                ),
                *_DATES,
                _words("confidence", "high medium low", "How sure the coder is."),
                _ref(
                    "superseded_by",
                    "statements",
                    "A later statement of the same side on the same proposal that takes its place.",
                ),
                _text("coder", "Who coded it."),
                _NOTE,
            ),
            required=True,
            about="One actor, one proposal, one stance, one quote in one source on one date.",
        ),
        Table(
            "searches",
            (
                _id("The search's id."),
                _ref("actor", "actors", "Whose position was looked for.", required=True),
                _ref("proposal", "proposals", "On what.", required=True),
                _text("where", "Where it was looked for and not found.", required=True),
                _text("by", "Who looked.", required=True),
                Column("date", "date", True, about="When, possibly only a year or month."),
                _ref("source", "sources", "The source that was read, where it is one of the dataset's."),
                _NOTE,
            ),
            about="Positions that somebody looked for and did not find.",
        ),
        Table(
            "links",
            (
                _id("The link's id."),
                _ref("proposal", "proposals", "One proposal.", required=True),
                _ref("other", "proposals", "The other.", required=True),
                _words("kind", "near_match tension", "near_match: close in substance; tension: hard to have both."),
                _text("why", "Why they are linked."),
            ),
            about="Pairs of proposals that touch.",
        ),
        Table(
            "events",
            (
                _id("The event's id."),
                _text("title", "What happened, or is said to.", required=True),
                *_DATES,
                _text("kind", "What kind of event."),
                _list("sides", "sides", "Sides it concerns."),
                _list("proposals", "proposals", "Proposals it concerns."),
                _ref("source", "sources", "Where it was found."),
                _text("quote", "Exact words of the source."),
                _START,
                _words("status", "confirmed planned unconfirmed", "How certain it is."),
                _ref("conflicts_with", "events", "An event that another source tells differently; given on both."),
                _NOTE,
            ),
            about="Meetings, publications, silences and claims around the statements.",
        ),
    )
}

# The scale that stands in where a dataset has no stances.csv; the shipped table is the same, and a test keeps it so.
SHIPPED_STANCES: tuple[Mapping[str, str], ...] = (
    {
        "id": "support",
        "name": "Supports",
        "name_zh": "支持",
        "score": "1",
        "glyph": "●",
        "colour": "#0072B2",
        "definition": "Backs the proposal or states the principle as its own, with no condition attached.",
    },
    {
        "id": "conditional",
        "name": "Supports on a condition",
        "name_zh": "有条件支持",
        "score": "0.5",
        "glyph": "◐",
        "colour": "#56B4E9",
        "definition": "Backs the proposal only if a condition named in the text is met.",
    },
    {
        "id": "concern",
        "name": "Raises as a concern",
        "name_zh": "表示关切",
        "score": "0",
        "glyph": "△",
        "colour": "#E69F00",
        "definition": "Names a problem, doubt or gap that bears on the proposal, and backs no measure.",
    },
    {
        "id": "oppose",
        "name": "Opposes",
        "name_zh": "反对",
        "score": "-1",
        "glyph": "✕",
        "colour": "#D55E00",
        "definition": "Turns the proposal down, whether as unwanted or as unrealistic (the note says which).",
    },
)

QUOTED_TABLES = ("statements", "events")
