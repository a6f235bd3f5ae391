"""The facts of a brief become Markdown; what comes from the data is escaped and stays on its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import quote

from matrix.export.brief.html import feet, left_out
from matrix.export.brief.model import BilingualName, Brief, CitedQuote, ProposalPage, Reference, SideBlock, Voice
from matrix.export.brief.summary import Block, Point, Summary
from matrix.wording import OUTSIDE_DATES
from matrix.wording import markdown as md


def markdown_of(summary: Summary, annex: Brief | None = None) -> str:
    """The whole brief, ending with a line end; the annex behind it where it is asked for."""
    lines = [*_summary(summary, left_out(annex is not None)), *(_annex(annex) if annex else ())]
    return "\n".join(lines) + "\n"


def _summary(summary: Summary, in_annex: str) -> Iterator[str]:
    yield f"# {md(summary.title)}"
    yield ""
    yield md(summary.about)
    yield ""
    yield f"**{md(summary.headline)}**"
    for section in (*summary.first, *summary.second):
        yield ""
        yield f"## {md(section.title)}" + (f" ({md(section.aside)})" if section.aside else "")
        for block in section.blocks:
            yield ""
            yield from _columns(block, in_annex)
        if section.more:
            yield ""
            yield md(f"and {section.more:,} more{in_annex}{section.rest}")
    for foot in feet(replace(summary, address="")):
        yield ""
        yield md(foot)
    if summary.address:
        yield ""
        yield f"<{quote(summary.address, safe=SAFE)}>"


def _columns(block: Block, in_annex: str) -> Iterator[str]:
    if block.title:
        yield f"### {_name(block.title)}"
        yield ""
    for column in block.columns:
        if column.heading:
            yield f"**{md(column.heading)}**"
            yield ""
        for number, point in enumerate(column.points, 1):
            yield f"{f'{number}.' if column.numbered else '-'} {_point(point)}"
        if column.more:
            yield f"- {md(f'and {column.more:,} more{in_annex}')}"
        if column.heading:
            yield ""
    if block.foot:
        yield ""
        yield md(block.foot)


def _point(point: Point) -> str:
    gap = "" if not point.title or point.text[:1] in (",", ":") else " "
    parts = [
        md(point.glyph),
        (f"**{md(point.title)}**" if point.title else "") + (gap + md(point.text) if point.text else ""),
        f"“{md(point.quote)}”" if point.quote else "",
        f"<{quote(point.url, safe=SAFE)}>" if point.url else "",
    ]
    return " ".join(filter(None, parts))


def _annex(brief: Brief) -> Iterator[str]:
    yield ""
    yield f"# Annex: {md(brief.title)}"
    yield ""
    yield "Who stands where, on which condition, in whose words: one section per proposal."
    yield ""
    yield from (f"- **{label}:** {md(text)}" for label, text in brief.facts)
    if brief.sentence:
        yield ""
        yield md(brief.sentence)
        return
    yield ""
    yield "## How to read it"
    yield ""
    yield from (f"- {md(x.glyph)} **{md(x.word)}**{f': {md(about)}' if about else ''}" for x, about in brief.looks)
    yield from (f"- **{_capital(label)}:** {md(text)}" for label, text in brief.reading)
    yield ""
    if brief.headline:
        yield f"**{md(brief.headline)}**"
        yield ""
    if any(parts for _, parts in brief.asks):
        yield "## What each side asks for and refuses"
        yield ""
        for side, parts in brief.asks:
            for title, lines in parts:
                yield f"### {md(side)}: {md(title[:1].lower() + title[1:])} ({len(lines)})"
                yield ""
                yield from (f"- {md(line)}" for line in lines)
                yield ""
    yield "## At a glance"
    yield ""
    yield "| " + " | ".join(["Proposal", "Common ground", *(md(s.text) for s in brief.sides)]) + " |"
    yield "| --- " * (2 + len(brief.sides)) + "|"
    for page in brief.pages:
        yield "| " + " | ".join(map(md, [page.title.text, _tier(page), *page.glance])) + " |"
    for page in brief.pages:
        yield ""
        yield from _page(page)


def _page(page: ProposalPage) -> Iterator[str]:
    yield f"## {_name(page.title)}"
    yield ""
    facts = [("Definition", page.definition), ("Theme", page.theme.capitalize()), *page.facts]
    if page.tier:
        facts.append(("Common ground", f"{page.tier} ({page.tier_about}); {page.score}"))
    if page.weakest:
        facts.append(("Weakest evidence behind it", page.weakest))
    yield from (f"- **{label}:** {md(text)}" for label, text in facts if text)
    yield ""
    for block in page.blocks:
        yield from _block(block)
    if page.gaps:
        yield "### What is missing"
        yield ""
        yield from (f"- **{md(label)}:** {md(text)}" for label, text in page.gaps)
        yield ""
    if page.touches:
        yield "### What it touches"
        yield ""
        yield from (f"- **{md(t.kind)}:** {md(t.title)}{f'. {md(t.why)}' if t.why else ''}" for t in page.touches)
        yield ""
    yield from _sources(page.references)


def _block(block: SideBlock) -> Iterator[str]:
    yield f"### {_name(block.name)}"
    yield ""
    about = [t for t in (block.counts, block.note) if t]
    if about:
        yield md(". ".join(t.rstrip(".") for t in about)) + "."
        yield ""
    for voice in block.voices:
        yield from _voice(voice)


def _voice(voice: Voice) -> Iterator[str]:
    who = ", ".join(md(v) for v in (voice.office, voice.authority) if v)
    yield f"- {md(voice.look.glyph)} **{md(voice.look.word)}** - **{_name(voice.name)}**{f', {who}' if who else ''}"
    for condition in voice.conditions:
        words = f" ({f'“{md(condition.quote)}”' if condition.own else md(condition.quote)})" if condition.quote else ""
        yield f"  - **On condition:** {md(condition.text)}{words}"
    for quoted in voice.quotes:
        yield f"  - {_quoted(quoted, own=quoted.look == voice.look)}"
    if voice.others:
        yield f"  - Also: {md(', '.join(voice.others))}"
    yield ""


def _quoted(quoted: CitedQuote, *, own: bool) -> str:
    words = f"“{md(quoted.quote)}”" if quoted.quote else f"{md(quoted.plain or 'No quote')}."
    summary = f" Our summary: {md(quoted.summary)}" if quoted.summary else ""
    when = quoted.when + (f" ({quoted.date_note.rstrip('.')})" if quoted.date_note else "")
    confidence = f"{quoted.confidence} confidence" if quoted.confidence else ""
    unsure = OUTSIDE_DATES if quoted.uncertain else ""
    facts = "; ".join(md(f) for f in (when, unsure, quoted.attribution, confidence) if f)
    stance = "" if own else f"{md(quoted.look.glyph)} {md(quoted.look.word)}: "
    return f"{stance}{words}{summary} {facts}; source {quoted.reference}; statement {md(quoted.statement)}."


def _sources(references: Sequence[Reference]) -> Iterator[str]:
    if references:
        yield "### Sources"
        yield ""
    for r in references:
        where = f" <{quote(r.url, safe=SAFE)}>" if r.url else ""
        yield f"- {r.number}: {md(r.text)}{where}"


SAFE = "%/:=&?~#+!$,;'@()[]*"  # all that an address needs; what could end an autolink is percent-coded


def _tier(page: ProposalPage) -> str:
    return f"{page.tier}, {page.score}" if page.tier else ""


def _name(name: BilingualName) -> str:
    return md(name.text) + (f" ({md(name.native)})" if name.native else "")


def _capital(text: str) -> str:
    return md(text[:1].upper() + text[1:])
