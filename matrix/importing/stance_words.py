"""The words people use for a stance, in English, German and Chinese, and the stance of the shipped scale they mean."""

from __future__ import annotations

import re
from collections.abc import Mapping

from matrix.dataset.schema import SHIPPED_STANCES
from matrix.importing.names import loose

_WORDS = {
    "support": """
        support; supports; supported; supporting; supportive; in support; for; in favour; in favor; favours; favors;
        agree; agrees; agreed; agreement; approve; approves; endorse; endorses; endorsed; back; backs; backed; yes; y;
        pro; positive; accept; accepts; welcome; welcomes; full support; strongly support; strongly supports
        dafür; dafuer; ja; unterstützt; unterstuetzt; unterstützen; unterstützung; stimmt zu; zustimmung; befürwortet;
        befuerwortet; befürwortung; einverstanden; begrüßt; begruesst; positiv
        支持; 赞成; 贊成; 同意; 赞同; 贊同; 是; 拥护; 完全支持""",
    "conditional": """
        conditional; conditionally; with conditions; with condition; on condition; on conditions; under conditions;
        supports on a condition; supports with conditions; support with conditions; conditional support;
        conditionally supports; yes if; yes but; yes with conditions; agree with conditions; agrees with conditions;
        qualified support
        bedingt; unter bedingungen; unter bedingung; mit bedingungen; ja aber; ja wenn; bedingt dafür; bedingt dafuer;
        bedingte zustimmung; bedingte unterstützung; mit auflagen; unter vorbehalt; mit vorbehalt
        有条件; 有条件支持; 有條件支持; 有条件地支持; 有条件赞成; 有条件同意; 附条件支持""",
    "concern": """
        concern; concerns; concerned; raises concern; raises concerns; raises as a concern; has concerns; worry;
        worries; worried; doubt; doubts; sceptical; skeptical; reservations
        bedenken; hat bedenken; äußert bedenken; aeussert bedenken; besorgt; besorgnis; sorge; sorgen;
        skeptisch; zweifel
        关切; 表示关切; 關切; 关注; 担忧; 擔憂; 担心; 疑虑""",
    "oppose": """
        oppose; opposes; opposed; opposing; opposition; against; contra; con; anti; no; n; disagree; disagrees;
        disagreed; disagreement; reject; rejects; rejected; refuse; refuses; decline; declines; negative
        dagegen; nein; lehnt ab; ablehnung; ablehnend; abgelehnt; ist dagegen; widerspricht; gegen; negativ
        反对; 反對; 不支持; 不同意; 不赞成; 否; 拒绝; 拒絕""",
}

STANCE_IDS: tuple[str, ...] = tuple(s["id"] for s in SHIPPED_STANCES)

# The scale's own ids and names: certain anywhere, also where the other words might mean something else.
SCALE_WORDS: Mapping[str, str] = {loose(s[c]): s["id"] for s in SHIPPED_STANCES for c in ("id", "name", "name_zh")}

STANCE_WORDS: Mapping[str, str] = {
    **{loose(word): id for id, words in _WORDS.items() for word in re.split(r"[;\n]", words) if word.strip()},
    **SCALE_WORDS,
}

# What a cell of 0 and 1 says where nothing but such numbers stands in the column, or in the cells of a wide sheet.
NUMBERS: Mapping[str, str] = {"1": "support", "+1": "support", "-1": "oppose", "−1": "oppose"}
