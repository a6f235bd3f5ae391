"""Words that screen, chart, workbook and terminal share: plurals, lists, lines about a person or source, safe text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

QUOTED, RECORDED = "quoted", "recorded"
ATTRIBUTION_WORDS = {
    QUOTED: "quoted",
    RECORDED: "on record",
    "paraphrased": "paraphrased",
    "announced_by_other_side": "as announced by the other side",
    "unattributed": "not attributed to anyone by name",
    "author_voice": "in the author's own voice",
}


OUTSIDE_DATES = "may have been made outside the chosen dates"


def unsure_of_date(n: int) -> str:
    """Of statements that count: `1 statement counts that may have been made outside the chosen dates`; '' of none."""
    return f"{plural(n, 'statement')} {does(n, 'count')} that {OUTSIDE_DATES}" if n else ""


def plural(n: int, one: str, many: str = "") -> str:
    """`1 source`, `2 sources`, `1,200 statements`."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def does(n: int, verb: str) -> str:
    """A verb as it stands behind a number: `backs` behind 1, else `back`."""
    return verb + "s" if n == 1 else verb


def some_of(n: int, total: int, one: str, many: str = "") -> str:
    """`12 sources`, or `3 of 12 sources` where not all are meant."""
    return plural(n, one, many) if n == total else f"{n:,} of {plural(total, one, many)}"


OTHERS_UNKNOWN = "others not known"  # where the list of who backs it is known only in part


def backed_of(counts: Mapping[str, int]) -> str:
    """How many of a side's members back it: `25 of 28 back it`, `both back it`; '' where nobody does.

    Where it is known only in part who backs it, or no `members` are given, of how many is not said: `15 back it`.
    """
    backing, members = counts["backing"], counts.get("members", 0)
    if not backing:
        return ""
    if not members or unknown_of(counts):
        return f"{backing:,} {does(backing, 'back')} it"
    who = f"{backing:,} of {members:,}"
    if backing == members:
        who = {1: "", 2: "both"}.get(members, f"all {members:,}")
    return f"{who} {does(backing, 'back')} it".lstrip()


def unknown_of(counts: Mapping[str, int]) -> int:
    """Of how many members nothing is known, for the list of who backs it is known only in part."""
    return max(0, counts["members"] - counts["speakers"] - counts["silent"]) if counts.get("members") else 0


def unspoken(counts: Mapping[str, int]) -> list[str]:
    """Of a side's counts those without a position, in words: `3 silent`, `25 not known`; [] where everybody speaks.

    Not known are those of whom a list that is known only in part says nothing.
    """
    return [f"{n:,} {word}" for n, word in ((counts["silent"], "silent"), (unknown_of(counts), "not known")) if n]


def listed(names: Iterable[str], last: str = "and", most: int = 0) -> str:
    """`a`, `a and b`, `a, b and c`; with `most`, of more names the first and how many more: `a, b and 3 more`."""
    every = [*names]
    if most and len(every) > most:
        return f"{', '.join(every[:most])} {last} {len(every) - most} more"
    *rest, final = every or [""]
    return f"{', '.join(rest)} {last} {final}" if rest else final


def named_side(name: str) -> str:
    """A side's name within a sentence: `the United States`, `China`."""
    return f"the {name}" if name.startswith("United ") else name


def is_many(name: str) -> bool:
    """Whether a name takes a plural verb: `Other states ask`, `Third parties and media ask`, `China asks`."""
    last = name.split()[-1:] or [""]
    return " and " in name or (last[0][:1].islower() and last[0].endswith("s") and not last[0].endswith("ss"))


def are_many(names: Sequence[str]) -> bool:
    """Whether several names, or a plural one, take a plural verb."""
    return len(names) != 1 or is_many(names[0])


def capital(text: str) -> str:
    """The same with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """The same with a capital at its beginning and a full stop at its end."""
    return capital(text) + ("" if text.endswith((".", "?", "!")) else ".")


def humane(word: str) -> str:
    """A word of a vocabulary for people: `former_official` is `Former official`."""
    return capital(word.replace("_", " "))


def office(actor: Mapping[str, Any]) -> str:
    """An actor's role and institution: `Foreign minister, Ministry of Foreign Affairs`."""
    return _each_once(*(part for part in (actor["role"], actor["institution"]) if part != actor["name"]))


def whole_office(actor: Mapping[str, Any]) -> str:
    """The same with what the institution is part of."""
    parts = (actor["role"], actor["institution"], actor["parent_institution"])
    return _each_once(*(part for part in parts if part != actor["name"]))


def publisher(source: Mapping[str, Any]) -> str:
    """Who wrote and published a source: `Ann Smith, Reuters`."""
    return _each_once(source["author"], source["publisher"])


def known_by(line: Mapping[str, Any]) -> str:
    """How well something is known: `quoted, high confidence`; the weakest where it rests on several statements."""
    attribution, confidence = str(line["attribution"]), str(line["confidence"])
    words = [ATTRIBUTION_WORDS.get(attribution, attribution), f"{humane(confidence).lower()} confidence"]
    return ", ".join(w for w, given in zip(words, (attribution, confidence), strict=True) if given)


# The same at a glance, in a column of a table.
WHOSE_WORDS = {
    "quoted": "own words",
    "recorded": "on record",
    "paraphrased": "paraphrase",
    "announced_by_other_side": "announced by the other side",
    "unattributed": "naming nobody",
    "author_voice": "author's own voice",
}
# Whose words stand in a source where they are not the speaker's own; with the speaker's name behind, and without.
_IN_WHOSE_WORDS = {
    "paraphrased": ("paraphrasing {}", "paraphrasing"),
    "announced_by_other_side": ("on what the other side announced of {}", "on what the other side announced"),
    "unattributed": ("on {}, naming nobody", "naming nobody"),
    "author_voice": ("on {} in the author's own voice", "in the author's own voice"),
}


_REPORT = re.compile("news|press|article|analysis|coverage|interview|blog|magazine")  # kinds of source


class SourceWords(NamedTuple):
    """What a source has of a statement, one of three kinds and '' else; only `quote` takes quotation marks.

    `quote`: the speaker's own words. `record`: a list or a vote, nobody's words. `paraphrase`: the words of the source,
    with `by`, whose they are: `The Paper, paraphrasing Ann`.
    """

    quote: str
    record: str
    paraphrase: str = ""
    by: str = ""

    @property
    def plain(self) -> str:
        """A record, or a paraphrase behind whose words it is; '' for a quote."""
        return self.record or (f"{self.by}: {self.paraphrase}" if self.paraphrase else "")

    @property
    def line(self) -> str:
        """The words as one text: `“Yes”`, `On the list of The pact`, `The Paper, paraphrasing Ann: yes`, or ''."""
        return f"“{self.quote}”" if self.quote else self.plain


def source_words(
    statement: Mapping[str, Any], source: Mapping[str, Any], score: float | None, speaker: str = ""
) -> SourceWords:
    """The words that the source has of a statement: a quote, a record, or a paraphrase and whose words that is.

    The column `quote` holds exact words of the source. They are the speaker's own where the attribution is `quoted`,
    and there alone. A record is nobody's words: what the source prints there (a list, a table) follows `On the list of
    TITLE` or `Voted: TITLE`. `score` is that of the statement's stance: who declined or abstains is not on a list, but
    `On record in TITLE`, as is whoever a report names (its title is a headline, not the name of a list). `speaker` is
    left out where the name stands before these words already.
    """
    words, attribution = str(statement["quote"]), str(statement["attribution"])
    if attribution == QUOTED:
        return SourceWords(words, "")
    if attribution == RECORDED:
        kind = str(source["kind"]).casefold()
        on_list = score is not None and score > 0 and not _REPORT.search(kind)
        what = "Voted:" if "vot" in kind else "On the list of" if on_list else "On record in"
        return SourceWords("", f"{what} {source['title']}" + (f": {words}" if words else ""))
    if not words:
        return SourceWords("", "")
    by = publisher(source) or str(source["title"])
    named, short = _IN_WHOSE_WORDS.get(attribution, ("on {}", ""))
    how = named.format(speaker) if speaker and not speaker.startswith(by) else short
    return SourceWords("", "", words, ", ".join(filter(None, (by, how))))


def _each_once(*values: object) -> str:
    return ", ".join(dict.fromkeys(str(v) for v in values if v))


def display_width(text: str) -> int:
    """Columns of Latin letters that a text takes: two for wide East Asian characters, none for combining ones."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def pad(text: str, width: int) -> str:
    """The text, filled with blanks to a display width."""
    return text + " " * (width - display_width(text))


@cache
def _columns(letter: str) -> int:
    return 0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1


# ---- text of unknown origin, for a terminal and for Markdown


_CONTROL = re.compile(  # control characters, lone surrogates, ends of lines, and direction held beyond the next letter
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)
# Soft hyphens, zero-width marks, marks of direction.
INVISIBLE = dict.fromkeys(
    [*map(ord, "\u00ad\u061c\u2060\ufeff"), *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
_SPACES = re.compile(r"\s+")
_SPECIAL = re.compile(r"[\\`*_\[\]<>|#!&~$]")
_ADDRESS = re.compile(r"(?<=:)//|(?<=www)\.|(?<=\w)@(?=\w)", re.IGNORECASE)  # what GitHub links without being asked


def one_line(text: str) -> str:
    """Text with single blanks in the place of all space and ends of lines in it, and none around it."""
    return _SPACES.sub(" ", text).strip()


def exact(text: str) -> str:
    """A name itself: one way of writing accents, single blanks, nothing invisible. Equal here is the same name."""
    if text.isascii():
        return one_line(text)
    return one_line(unicodedata.normalize("NFC", text.translate(INVISIBLE)))


def clean(text: str) -> str:
    """Text without what could move the cursor, recolour the screen or turn round the rest of the line."""
    return _CONTROL.sub(lambda found: " " if found.group() in "\r\n\t\u2028\u2029" else "\ufffd", text)


def escaped(text: str) -> str:
    """A path or message on one line of a terminal: what `clean` replaces is written out (`\\x1b`, `\\n`).

    So a name can be recognised; a byte of a path that is no UTF-8 is written as `\\xff`.
    """
    return _CONTROL.sub(lambda found: _written_out(found.group()), text)


def _written_out(character: str) -> str:
    byte = ord(character) - 0xDC00  # how Python holds a byte that is no UTF-8
    return f"\\x{byte:02x}" if 0x80 <= byte <= 0xFF else character.encode("unicode_escape").decode()


def markdown(text: str) -> str:
    """The text as Markdown shows exactly it within a line: no markup, link, picture, table cell or HTML comes of it."""
    marked = _SPECIAL.sub(r"\\\g<0>", clean(text))
    return _ADDRESS.sub(lambda found: "".join(f"\\{c}" for c in found.group()), marked)
