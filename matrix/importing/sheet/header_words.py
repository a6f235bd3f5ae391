"""The words people write above a column, in English, German and Chinese, and the field that each of them names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from matrix.importing.names import loose


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
        **dict.fromkeys(("paraphrased", "paraphrase", "sinngemäß", "indirekt", "转述"), "paraphrased"),
    },
}

_PLACEHOLDERS = """
- -- --- – — ? ?? ??? . .. ... … / n/a n.a. #n/a #ref! #value! tbd tba t.b.d. todo xxx k.a.
待定 不详 无 暂无 未知
"""
PLACEHOLDERS = frozenset([*_PLACEHOLDERS.split(), "n. a.", "k. a.", "keine angabe", "no data", "to be done"])
LONGEST_PLACEHOLDER = max(map(len, PLACEHOLDERS))
# As a stance, these may say that nothing was said, or no, or that nobody knows: only the user can tell.
SIGNS = frozenset(("-", "--", "---", "–", "—", "?", "??", "???", "/"))

# Words for a proposal that beside another one mean what several of them are about.
BROADER = frozenset(("thema", "topic", "issue", "议题"))

# What stands above or beside sums.
TOTALS = frozenset(
    "total totals sum count summe gesamt insgesamt gesamtsumme anzahl 合计 总计 总数 小计 合計 總計".split()  # noqa: SIM905
)
