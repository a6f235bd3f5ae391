"""What people write above a column, in English, German and Chinese, and the field that each header of a sheet means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matrix.dataset.problems import Problem, near_miss, not_one_of
from matrix.importing.name_matching import loose
from matrix.importing.result import some

if TYPE_CHECKING:
    from matrix.importing.sheet.named_columns import SheetCells


@dataclass(frozen=True)
class Field:
    """What a column may say: the table and column it goes to, and the words for it."""

    table: str
    column: str
    words: str


# field | table.column | words
_FIELDS = """
id | statements.id | id; statement id; no; nr; nummer; number; lfd nr; 编号; 序号
actor | actors.name | actor; actors; who; speaker; expert; stakeholder; name; akteur; akteure; akteurin;
    wer; sprecher; sprecherin; experte; expertin; 行为体; 行动者; 发言人; 专家; 主体
actor_native | actors.name_native | name native; native name; actor native; originalname; 原名; 中文名
side | sides.name | side; camp; group; bloc; seite; lager; gruppe; block; 方; 阵营; 一方
role | actors.role | role; office; position held; function; rolle; amt; funktion; 职务; 职位
institution | actors.institution | institution; affiliation; employer; organisation; organization;
    arbeitgeber; 单位; 机构; 组织; 所属机构
actor_kind | actors.kind | actor kind; actor type; type of actor; art des akteurs; akteurstyp; 行为体类型
authority | actors.authority | authority; autorität; 权威
proposal | proposals.title | proposal; proposals; policy; policies; measure; issue; topic; demand; claim;
    concept; recommendation; option; vorschlag; vorschläge; maßnahme; massnahme; forderung; thema; these;
    empfehlung; 提案; 主张; 建议; 议题; 政策; 措施
proposal_zh | proposals.title_zh | proposal zh; title zh; chinese title; 提案中文
theme | proposals.theme | theme; heading; category; themenfeld; rubrik; kategorie; 主题; 类别
definition | proposals.definition | definition; 定义
stance | statements.stance | stance; position; opinion; view; attitude; agreement; vote; haltung;
    standpunkt; meinung; zustimmung; bewertung; votum; 立场; 态度; 观点
condition | statements.condition | condition; conditions; on condition; if; bedingung; bedingungen;
    auflage; 条件; 前提
condition_quote | statements.condition_quote | condition quote; zitat der bedingung; 条件引文
quote | statements.quote | quote; quotation; citation; words; verbatim; exact words; text; zitat; wortlaut;
    originaltext; 引文; 原文; 引用; 原话
summary | statements.summary | summary; paraphrase; in our words; zusammenfassung; inhalt; 摘要; 概述;
    总结
date | statements.date_start | date; date start; start date; when; day; said on; datum; wann; tag; 日期; 时间
date_end | statements.date_end | date end; end date; until; enddatum; bis; 结束日期
date_note | statements.date_note | date note; datumsnotiz; 日期说明
source | sources.title | source; sources; document; reference; publication; quelle; quellen; dokument;
    beleg; 来源; 出处; 文件
url | sources.url | url; link; web; website; address; webadresse; internetadresse; 网址; 链接
source_date | sources.date | source date; published; publication date; date of publication; veröffentlicht;
    erschienen; erscheinungsdatum; 发布日期; 发表日期; 出版日期
author | sources.author | author; authors; autor; autorin; verfasser; 作者
publisher | sources.publisher | publisher; newspaper; outlet; herausgeber; zeitung; verlag; 出版者; 媒体
attribution | statements.attribution | attribution; zuschreibung; 归属
confidence | statements.confidence | confidence; certainty; sicherheit; gewissheit; verlässlichkeit;
    可信度; 置信度; 把握
coder | statements.coder | coder; coded by; kodierer; kodiert von; 编码员; 编码者
note | statements.note | note; notes; comment; comments; remark; remarks; notiz; notizen; kommentar;
    bemerkung; anmerkung; 备注; 注释; 说明
"""


def _field(line: str) -> tuple[str, Field]:
    name, place, words = (part.strip() for part in line.split("|"))
    table, _, column = place.partition(".")
    return name, Field(table, column, words)


FIELDS: Mapping[str, Field] = dict(map(_field, re.sub(r"\n +", " ", _FIELDS).strip().splitlines()))

REQUIRED = ("actor", "proposal", "stance")
KEEP, SKIP = "keep", "skip"  # what --map may say instead of a field: an extra column, or nothing at all
DATES = ("date", "date_end", "source_date")
PROSE = frozenset({"quote", "condition_quote", "summary", "note", "condition", "definition"})  # kept to the letter

WORDS: Mapping[str, str] = {
    **{loose(word): name for name, field in FIELDS.items() for word in field.words.split(";") if word.strip()},
    **{loose(name): name for name in FIELDS},
}

# Words of people for the words of a vocabulary; everything else is left for the check of the dataset to name.
VALUES: Mapping[str, Mapping[str, str]] = {
    "confidence": {
        **dict.fromkeys(("high", "hoch", "sicher", "高"), "high"),
        **dict.fromkeys(("medium", "mittel", "中", "中等"), "medium"),
        **dict.fromkeys(("low", "niedrig", "gering", "unsicher", "低"), "low"),
    },
    "attribution": {
        **dict.fromkeys(("quoted", "quote", "zitiert", "wörtlich", "引用", "直接引用"), "quoted"),
        **dict.fromkeys(
            ("recorded", "vote", "signature", "signatory", "abstimmung", "unterschrift", "表决", "签署"), "recorded"
        ),
        **dict.fromkeys(("paraphrased", "paraphrase", "sinngemäß", "indirekt", "转述"), "paraphrased"),
    },
}

_PLACEHOLDERS = """
- -- --- – — ? ?? ??? . .. ... … / n/a n.a. #n/a #ref! #value! tbd tba t.b.d. todo xxx k.a.
待定 不详 无 暂无 未知
"""
PLACEHOLDERS = frozenset([*_PLACEHOLDERS.split(), "n. a.", "k. a.", "keine angabe", "no data", "to be done"])
LONGEST_PLACEHOLDER = max(map(len, PLACEHOLDERS))
# As a stance, these may mean that nothing is known, or no, or a doubt: only the user can tell.
SIGNS = frozenset(("-", "--", "---", "–", "—", "?", "??", "???", "/"))

# Words for a proposal that beside another one mean what several of them are about.
BROADER = frozenset(("thema", "topic", "issue", "议题"))

# The names of sums.
TOTALS = frozenset(
    "total totals sum count summe gesamt insgesamt gesamtsumme anzahl 合计 总计 总数 小计 合計 總計".split()  # noqa: SIM905
)


def columns_of(cells: SheetCells, chosen: Mapping[str, str], problems: list[Problem]) -> dict[str, str]:
    """header -> field, keep or skip; problems for what is unknown, doubled, missing, or nearly a known word."""
    columns: dict[str, str] = {}
    allowed = [*FIELDS, KEEP, SKIP]
    for column, target in chosen.items():
        if column not in (*cells.headers, *cells.labels, *cells.totals):
            message = f"--map {column}={target}: there is no such column{near_miss(column, cells.headers)}"
            problems.append(Problem(cells.file, cells.header_row, column, message))
        if target not in allowed:
            problems.append(
                Problem(cells.file, cells.header_row, column, f"--map {column}={target}: {_no_field(target, allowed)}")
            )
    for header in cells.headers:
        given = chosen.get(header)
        columns[header] = given if given in allowed else WORDS.get(loose(_unrepeated(header, cells.headers))) or KEEP
    _themes(columns, chosen)
    _doubled(cells, columns, problems)
    unmapped = [h for h, f in columns.items() if f == KEEP and h not in chosen]
    if cells.label_of is None:
        _missing(cells, columns, unmapped, problems)
    for header in unmapped:
        word = _nearly(header)
        if word and WORDS[word] not in REQUIRED and WORDS[word] not in columns.values():
            meant = WORDS[word]
            message = (
                f"may be meant for {meant} ({word!r}): say --map '{header}={meant}', or --map '{header}={KEEP}' "
                "to keep it as a column of its own"
            )
            problems.append(Problem(cells.file, cells.header_row, header, message))
    return columns


def _themes(columns: dict[str, str], chosen: Mapping[str, str]) -> None:
    """Beside a column of proposals, one called `Thema` or `Topic` holds their themes; alone it holds proposals."""
    proposals = [h for h, f in columns.items() if f == "proposal"]
    broader = [h for h in proposals if loose(h) in BROADER and h not in chosen]
    if len(broader) == 1 and len(proposals) == 2 and "theme" not in columns.values():
        columns[broader[0]] = "theme"


def _no_field(target: str, allowed: Sequence[str]) -> str:
    """Why it is no field, with the one that people's word means, else the nearest."""
    meant = WORDS.get(loose(target))
    return f"{target!r} is a word for {meant}: say {meant}" if meant else not_one_of(target, allowed)


def _unrepeated(header: str, headers: Sequence[str]) -> str:
    """The header as it is written in the sheet: a second `Actor` is `Actor (2)` here."""
    base = re.sub(r" \(\d+\)$", "", header)
    return base if base in headers else header


def _doubled(cells: SheetCells, columns: Mapping[str, str], problems: list[Problem]) -> None:
    by_field: dict[str, list[str]] = {}
    for header, meant in columns.items():
        if meant not in (KEEP, SKIP):
            by_field.setdefault(meant, []).append(header)
    for meant, headers in by_field.items():
        for header in headers[1:]:
            message = (
                f"would be {meant}, as {headers[0]!r} is: say which with --map '{header}={meant}' and --map "
                f"'{headers[0]}={KEEP}' (or {SKIP}, or another field)"
            )
            problems.append(Problem(cells.file, cells.header_row, header, message))


def _missing(cells: SheetCells, columns: Mapping[str, str], unmapped: Sequence[str], problems: list[Problem]) -> None:
    for wanted in REQUIRED:
        if wanted not in columns.values():
            near = [h for h in unmapped if (w := _nearly(h)) and WORDS[w] == wanted]
            if near:
                hint = f"; did you mean {near[0]!r}?: say --map '{near[0]}={wanted}'"
            elif wanted == "actor" and (institution := next((h for h, f in columns.items() if f == "institution"), "")):
                hint = f"; did you mean {institution!r}?: say --map '{institution}={wanted}'"
            else:
                hint = f": name it with --map 'COLUMN={wanted}', where COLUMN is one of {some(unmapped) or 'none left'}"
            message = f"no column holds the {wanted}{hint}"
            problems.append(Problem(cells.file, cells.header_row, wanted, message))


def _nearly(header: str) -> str:
    """The known header word that this one may be a misspelling of; '' for none."""
    from rapidfuzz.fuzz import ratio
    from rapidfuzz.process import extractOne

    key = loose(header)
    hit = extractOne(key, WORDS.keys(), scorer=ratio, score_cutoff=80) if len(key) > 3 else None
    return str(hit[0]) if hit else ""
