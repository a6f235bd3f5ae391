"""What people's words for a stance mean: the lists of words, and `StanceWords` with a scale and the user's own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from matrix.dataset.codes import Scale
from matrix.dataset.dataset import Dataset, records
from matrix.dataset.problems import Problem, not_one_of, shown
from matrix.dataset.schema import SHIPPED_STANCES
from matrix.importing.name_matching import exact, loose
from matrix.importing.sheet.headers import SKIP
from matrix.wording import plural

if TYPE_CHECKING:
    from matrix.importing.sheet.named_columns import Coded, SheetCells


_WORDS = {
    "support": """
        support; supports; supported; supporting; supportive; in support; for; in favour; in favor; favours; favors;
        favourable; favorable; agree; agrees; agreed; agreement; approve; approves; approved; endorse; endorses;
        endorsed; back; backs; backed; yes; y; pro; positive; accept; accepts; welcome; welcomes; full support;
        strongly support; strongly supports; aye; ayes; yea; yeas; voted for; voted yes; votes for; voted in favour;
        voted in favor
        dafür; dafuer; ja; unterstützt; unterstuetzt; unterstützen; unterstützung; stimmt zu; stimme zu; stimmen zu;
        zustimmung; zugestimmt; zustimmend; befürwortet; befuerwortet; befürwortung; einverstanden; begrüßt;
        begruesst;
        positiv; trifft zu; ist dafür; sind dafür; annahme; angenommen
        支持; 赞成; 贊成; 同意; 赞同; 贊同; 是; 拥护; 完全支持; 赞成票; 賛成; 찬성
        oui; pour; d accord; favorable; approuve; soutient; soutien; sí; si; a favor; de acuerdo; apoya; apoyo;
        apoyan;
        favorevole; sì; sim; a favore; voor; eens; за; поддерживает; да; tak; za; popiera; согласен; согласна;
        поддержка
        поддерживаю; підтримує; так; zgadzam się; zgoda; poparcie; för; støtter; destekliyor; evet; katılıyorum; kabul;
        مؤيد; يؤيد; نعم; موافق; مع; تأييد; 賛同; 支持する; 찬성함; 동의; concordo; apoia; d accordo; mee eens;
        soutenir; concuerda;
        enig; samtykker; instämmer; håller med; أوافق; そう思う; 그렇다; popieram; підтримую; згоден; згодна; concorda;
        podporuje; souhlasí; souhlasím; súhlasím; egyetért; egyetértek; acuerdo""",  # noqa: RUF001
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
        disagreed; disagreement; reject; rejects; rejected; refuse; refuses; decline; declines; negative; nay; nays;
        voted against; voted no; votes against; disapprove; disapproves; disapproved; strongly oppose;
        strongly opposes; unfavourable; unfavorable; do not support; does not support; don t support;
        doesn t support; did not support; not support; not supported; not supporting; not supportive; not in favour;
        not in favor; not in support; do not agree; does not agree; don t agree; doesn t agree; not agree;
        do not approve; does not approve; do not back; does not back; do not endorse; does not endorse; not approved;
        not for
        dagegen; nein; lehnt ab; ablehnung; ablehnend; abgelehnt; ist dagegen; widerspricht; gegen; negativ;
        lehne ab; lehnen ab; lehnt es ab; sind dagegen; stimme nicht zu; stimmt nicht zu; stimmen nicht zu;
        stimmt dem nicht zu; nicht zugestimmt; nicht einverstanden; nicht dafür; nicht dafuer; nicht unterstützt;
        unterstützt nicht; unterstützen nicht; befürwortet nicht; keine zustimmung; keine unterstützung;
        trifft nicht zu
        反对; 反對; 不支持; 不同意; 不赞成; 不贊成; 否; 拒绝; 拒絕; 不赞同; 不贊同; 反对票; 不支持该提案;
        不同意该提案; 反対; 반대
        non; contre; pas d accord; opposé; opposée; s oppose; rejette; défavorable; ne soutient pas; en contra;
        en desacuerdo; se opone; rechaza; no apoya; no de acuerdo; no está de acuerdo; contrario; contraria; contrari;
        não; contro; tegen; oneens; против; не поддерживает; нет; nie; przeciw; nie popiera; не согласен; не согласна;
        возражает; проти; не підтримує; ні; nie zgadzam się; sprzeciw; nej; emot; imod; hayır; karşı; karşı çıkıyor;
        desteklemiyor; katılmıyorum; ret; معارض; يعارض; لا; غير موافق; ضد; معارضة; 不賛成; 支持しない; 반대함; 부동의;
        discordo; opõe se; não apoia; in disaccordo; mee oneens; niet eens; desacuerdo;
        uenig; instämmer inte; håller inte med; لا أوافق; そう思わない; 그렇지 않다; nie popieram; не підтримую;
        не згоден; не згодна; discorda; nesouhlasí; nesouhlasím; nesúhlasím; nem ért egyet; nem értek egyet;
        proti; je proti; nepodporuje; nepodporujem;
        не поддерживаю; no concuerda; non d accordo; niet mee eens""",  # noqa: RUF001
    "neutral": """
        neutral; neutrally; abstain; abstains; abstained; abstaining; abstention; abstentions; present;
        neither agree nor disagree; neither support nor oppose; neither supports nor opposes; neither for nor against;
        neither; present not voting; voted present
        enthaltung; enthaltungen; enthält sich; enthalten; stimmenthaltung; weder noch; weder dafür noch dagegen;
        teils teils; teils/teils; unentschieden
        中立; 弃权; 棄權; 既不支持也不反对; 既不同意也不反对; 弃权票; 기권; 중립
        neutre; abstention; s abstient; ni d accord ni pas d accord; ni pour ni contre; neutro; abstención;
        se abstiene;
        ni de acuerdo ni en desacuerdo; neutrale; astenuto; astensione; si astiene; abstenção; absteve se; onthouding;
        neutraal; воздержался; воздержалась; воздержались; нейтрально; нейтральный; wstrzymał się; wstrzymała się;
        neutralny; нейтральна; утримався; утрималась; утрималися; утримались;
        zdržel se; zdržela se; zdržuje se; zdržel sa; zdržala sa; zdržuje sa;
        avstår; neutralt; çekimser; tarafsız; محايد; ممتنع;
        ممتنع عن التصويت
        どちらともいえない; どちらとも言えない; どちらでもない; わからない; 棄権; 中間; 보통; 一般; 不确定;
        ni pour ni contre; neutral o sin opinión
        neither agree or disagree; undecided; не определился; затрудняюсь ответить; trudno powiedzieć; neither nor""",  # noqa: RUF001
}

# How strongly: words of scales with more steps, from the strongest for a proposal to the strongest against it.
_STRENGTHS = {
    3: """strongly support; strongly supports; strong support; full support; fully support; fully supports;
        strongly agree;
        strongly agrees; completely agree; completely agrees; totally agree; fully agree; fully agrees;
        strongly approve; strongly in favour; strongly in favor; strongly favor; strongly favour; very supportive;
        agree strongly;
        stimme voll zu; stimme voll und ganz zu; stimme völlig zu; stimme vollkommen zu; stimme sehr zu;
        stimmt voll zu; stimme stark zu; trifft voll zu; trifft voll und ganz zu; volle zustimmung; sehr dafür;
        voll dafür;
        完全支持; 完全同意; 非常同意; 非常支持; 强烈支持; 强烈同意; 十分同意; 坚决支持; 完全赞成; 非常赞成; 很同意;
        tout à fait d accord; entièrement d accord; très favorable; totalmente de acuerdo; muy de acuerdo;
        completamente de acuerdo; completamente d accordo; molto d accordo; concordo totalmente; helemaal eens;
        helemaal mee eens; полностью согласен; zdecydowanie tak; zdecydowanie popieram;
        совершенно согласен; абсолютно согласен; целиком согласен; полностью поддерживаю; zdecydowanie się zgadzam;
        całkowicie się zgadzam; 強く賛成; 大いに賛成; 非常に賛成; とても賛成; 強くそう思う; とてもそう思う;
        매우 동의; 매우 찬성; 매우 그렇다; 적극 찬성; helt enig; håller helt med; instämmer helt;
        kesinlikle katılıyorum
        tamamen katılıyorum; أوافق بشدة; موافق بشدة; pienamente d accordo; concordo plenamente; volledig eens;
        повністю згоден; tout à fait favorable; totalmente a favor; muy a favor; strongly in support; 強烈支持;
        非常贊成
        強烈同意; 強力支持; tamamen katılıyorum; zdecydowanie zgadzam się; concorda totalmente; concorda plenamente;
        rozhodně souhlasím; zcela souhlasím""",  # noqa: RUF001
    1: """tend to agree; tends to agree; somewhat agree; somewhat agrees; slightly agree; rather agree; rather agrees;
        mostly agree; partly agree; partially agree; rather yes; rather for; somewhat support;
        somewhat supports; slightly support; tend to support; tends to support; leans support; lean support;
        leans yes; lean yes; leaning yes;
        moderately support; moderately agree; weakly support; weak support; somewhat in favour;
        somewhat favor;
        eher ja; eher dafür; stimme eher zu; stimmt eher zu; trifft eher zu; eher zustimmung; stimme etwas zu;
        stimme teilweise zu; eher einverstanden; eher pro;
        比较同意; 比较支持; 基本同意; 基本支持; 倾向同意; 倾向支持; 倾向于支持; 倾向于同意; 部分同意; 部分支持;
        有点同意; 比较赞成; 基本赞成;
        plutôt oui; plutôt d accord; plutôt favorable; plutôt pour; más bien sí; más bien de acuerdo; algo de acuerdo;
        parcialmente de acuerdo; piuttosto sì; piuttosto d accordo; abbastanza d accordo; concordo parcialmente;
        enigszins eens; eerder eens; скорее согласен; скорее да; raczej tak;
        скорее за; скорее поддерживаю; частично согласен; в целом согласен; raczej się zgadzam; raczej za; やや賛成;
        どちらかといえば賛成; どちらかと言えば賛成; ある程度賛成; ややそう思う; どちらかといえばそう思う; 약간 동의;
        대체로 동의; 대체로 찬성; delvis enig; instämmer delvis; kısmen katılıyorum; أوافق إلى حد ما; موافق إلى حد ما;
        abbastanza favorevole; concordo em parte; deels eens; скоріше згоден; algo a favor; más bien a favor; 比較同意;
        比較支持; 傾向支持; 傾向同意; 有點同意; lidt enig; raczej zgadzam się; concorda parcialmente; concorda em parte;
        spíše souhlasím""",  # noqa: RUF001
    -1: """tend to disagree; tends to disagree; somewhat disagree; somewhat disagrees; slightly disagree;
        rather disagree;
        rather disagrees; mostly disagree; partly disagree; partially disagree; rather no; rather against;
        probably no; probably not;
        somewhat oppose; somewhat opposes; slightly oppose; tend to oppose; tends to oppose; leans oppose;
        lean oppose; leans no;
        lean no; leaning no; moderately oppose; moderately disagree; weakly oppose; weak opposition; somewhat against;
        eher nein; eher dagegen; stimme eher nicht zu; stimmt eher nicht zu; trifft eher nicht zu; eher ablehnung;
        eher nicht einverstanden; lehne eher ab; lehnt eher ab; eher contra; stimme weniger zu;
        不太同意; 不太支持; 比较反对; 比较不同意; 基本不同意; 倾向反对; 倾向于反对; 有点反对; 有点不同意;
        不太赞成;
        plutôt non; plutôt pas d accord; plutôt défavorable; plutôt contre; más bien no; más bien en desacuerdo;
        algo en desacuerdo; parcialmente en desacuerdo; piuttosto no; piuttosto in disaccordo; discordo parcialmente;
        enigszins oneens; eerder oneens; скорее не согласен; скорее нет; raczej nie;
        скорее против; скорее не поддерживаю; частично не согласен; в целом не согласен; raczej się nie zgadzam;
        raczej nie zgadzam się; raczej przeciw; やや反対; どちらかといえば反対; どちらかと言えば反対; ある程度反対;
        あまりそう思わない; どちらかといえばそう思わない; 약간 반대; 대체로 반대; delvis uenig; instämmer inte helt;
        kısmen katılmıyorum; لا أوافق إلى حد ما; غير موافق إلى حد ما; abbastanza contrario; discordo em parte;
        deels oneens; скоріше не згоден; algo en contra; más bien en contra; 不太贊成; 比較反對; 傾向反對; 有點反對;
        lidt uenig; discorda parcialmente; discorda em parte; spíše nesouhlasím""",  # noqa: RUF001
    -3: """strongly oppose; strongly opposes; strong opposition; strongly disagree; strongly disagrees;
        completely disagree;
        completely disagrees; totally disagree; fully disagree; fully disagrees;
        strongly disapprove;
        strongly against; disagree strongly; very opposed; strongly opposed;
        stimme überhaupt nicht zu; stimme gar nicht zu; stimme absolut nicht zu; stimmt gar nicht zu;
        stimmt überhaupt nicht zu; trifft überhaupt nicht zu; trifft gar nicht zu; volle ablehnung; sehr dagegen;
        lehne voll ab; lehne stark ab; lehne völlig ab; stimme voll und ganz nicht zu;
        完全不同意; 非常不同意; 强烈反对; 强烈不同意; 坚决反对; 完全反对; 完全不支持; 非常反对; 十分不同意;
        很不同意; 坚决不同意;
        pas du tout d accord; très défavorable; totalmente en desacuerdo; muy en desacuerdo;
        completamente en desacuerdo; per niente d accordo; completamente in disaccordo; discordo totalmente;
        helemaal oneens; helemaal niet mee eens; полностью не согласен; zdecydowanie nie; zdecydowanie przeciw;
        совершенно не согласен; абсолютно не согласен; категорически против; zdecydowanie się nie zgadzam;
        zdecydowanie nie zgadzam się; całkowicie się nie zgadzam; 強く反対; 大いに反対; 非常に反対; とても反対;
        全くそう思わない; まったくそう思わない; 매우 반대; 매우 비동의; 전혀 그렇지 않다; 적극 반대; helt uenig;
        instämmer inte alls; kesinlikle katılmıyorum; hiç katılmıyorum; لا أوافق بشدة; غير موافق بشدة;
        pienamente in disaccordo; discordo plenamente; volledig oneens; повністю не згоден; tout à fait défavorable;
        totalmente en contra; muy en contra; 強烈反對; 非常反對; 強烈不同意; 堅決反對;
        helemaal mee oneens; tamamen katılmıyorum; discorda totalmente; discorda plenamente; rozhodně nesouhlasím;
        zcela nesouhlasím""",  # noqa: RUF001
}


def _each(words: str) -> list[str]:
    return [loose(word) for word in re.split(r"[;\n]", words) if word.strip()]


STRENGTHS: Mapping[str, int] = {word: n for n, words in _STRENGTHS.items() for word in _each(words)}
NEUTRAL = "neutral"
_GRADES = {  # stance id, name
    3: ("strongly-agrees", "Strongly agrees"),
    2: ("agrees", "Agrees"),
    1: ("rather-agrees", "Rather agrees"),
    0: (NEUTRAL, "Neutral"),
    -1: ("rather-disagrees", "Rather disagrees"),
    -2: ("disagrees", "Disagrees"),
    -3: ("strongly-disagrees", "Strongly disagrees"),
}
_ENDS = {2: "support", -2: "oppose"}  # where nothing is stronger

STANCE_IDS: tuple[str, ...] = tuple(s["id"] for s in SHIPPED_STANCES)

# The scale's own ids and names: certain anywhere, also where the other words might mean something else.
SCALE_WORDS: Mapping[str, str] = {loose(s[c]): s["id"] for s in SHIPPED_STANCES for c in ("id", "name", "name_zh")}

# What people write for a stance of the shipped scale.
STANCE_WORDS: Mapping[str, str] = {
    **{word: id for id, words in _WORDS.items() if id in STANCE_IDS for word in _each(words)},
    **{word: "support" if n > 0 else "oppose" for word, n in STRENGTHS.items() if abs(n) == 3},
    **SCALE_WORDS,
}
# The same, with what is neither for nor against, for which a scale may have to be widened.
VOTE_WORDS: Mapping[str, str] = {**dict.fromkeys(_each(_WORDS[NEUTRAL]), NEUTRAL), **STANCE_WORDS}

_PARTS = frozenset(part for word in (*VOTE_WORDS, *STRENGTHS) for part in word.split())
_SHORT = 4  # letters
_CLEARLY = 8  # points of likeness by which a misspelt word is more like the one that was meant

# What a cell of 0 and 1 says where the column holds nothing but such numbers, or in the cells of a wide sheet.
NUMBERS: Mapping[str, str] = {"1": "support", "+1": "support", "-1": "oppose", "−1": "oppose"}


_IF = (
    r"(?:only |nur |aber nur |but only )?"
    r"(?:if|provided|as long as|wenn(?! auch\b)|falls|sofern|solange|vorausgesetzt)\b|如果|若|前提|只要"
)
_LABEL = re.compile(r"(?:on )?(?:condition|conditions|bedingung|bedingungen|条件|條件)\s*[:：]\s*", re.IGNORECASE)
_CONDITION = re.compile(_IF, re.IGNORECASE)
# Where a word for a stance may end and its condition begin, in the order in which they are tried.
_CUTS = (
    re.compile(r"\s*[:：]\s*"),
    re.compile(r"\s*[(（]\s*"),
    re.compile(r"\s*[,，;；]\s*|\s*[–—]\s*|\s+-\s+"),
    re.compile(rf"\s+(?={_IF})|(?=如果|前提)", re.IGNORECASE),
)


# What may stand in or around a word without changing what it says; anything else is a mark of doubt, or a note.
_HARMLESS = frozenset(" -‐‑–—'’`\"“”„«»‹›.,!:;、。，！：；&·\u00a0")  # noqa: RUF001
_UNSURE = re.compile(r"[?？~～≈()（）\[\]{}…]|\.\.\.")  # noqa: RUF001
_NEGATION = re.compile(
    r"\b(?:not|no|non|never|nor|neither|without|against|anti|hardly|un\w+|dis\w+|in(?:compatible|sufficient)\w*|"
    r"nicht|nichts|kein\w*|nie|niemals|weder|ohne|gegen|ab|ablehn\w*|pas|ne|aucun\w*|sans|ni|sin|ningún\w*|contra|"
    r"contro|niet|geen|не|нет|nie)\b|n['’]t\b|[不无無未非反否没沒別别]",
    re.IGNORECASE,
)
_TICKS: Mapping[str, str] = {
    **dict.fromkeys("✓✔☑✅👍🗸○〇◯⭕", "support"),  # noqa: RUF001
    **dict.fromkeys("✗✘❌👎✕✖☒❎🗴×", "oppose"),
}
_STYLE = str.maketrans("", "", "\ufe0e\ufe0f\u200d")


_RANGE = re.compile(r"([-−]?\d{1,2})\.\.(\d{1,3})")
_ENDS_OF = {"oppose..support": 1, "support..oppose": -1}
# How strong each step is, by the number of steps of a scale.
_LEVELS: Mapping[int, tuple[int, ...]] = {
    2: (-2, 2),
    3: (-2, 0, 2),
    4: (-3, -2, 2, 3),
    5: (-3, -2, 0, 2, 3),
    6: (-3, -2, -1, 1, 2, 3),
    7: (-3, -2, -1, 0, 1, 2, 3),
}
_OF_A_HUNDRED = {"0": -3, "25": -2, "50": 0, "75": 2, "100": 3}  # as smartvote has them
_NUMBER = re.compile(r"[-−]?\d{1,2}|100")
# `1 = strongly disagree`, `5 (strongly agree)`.
_KEY = re.compile(
    r"(?<![^\s,;|/(（:：])([^\s=＝,;|/()（）:：]{1,3})\s*[=＝]\s*([^=＝,;|/\n()（）]+)"  # noqa: RUF001
    r"|(?<!\S)(\d{1,2})\s*[(（]([^)）]+)[)）]"
)


def legend_of(texts: Iterable[str]) -> dict[str, str]:
    """What a legend in the sheet says of signs, letters and numbers: `J = ja; N = nein`."""
    found: dict[str, str] = {}
    for text in texts:
        if "=" in text or "＝" in text or "(" in text:  # noqa: RUF001
            for sign, words, number, beside in _KEY.findall(text):
                found.setdefault(exact(sign or number), exact(words or beside))
    return found


@dataclass(frozen=True, eq=False)
class StanceWords:
    """The words with a certain meaning, on the scale of the dataset or the shipped one."""

    known: Mapping[str, str]  # folded word -> stance id
    chosen: Mapping[str, str]  # word as the user gave it -> stance id or skip
    ids: tuple[str, ...]
    conditional: frozenset[str]
    names: Mapping[str, str]  # id -> its name, of all that a word may mean
    rest: str = ""  # what the user says of all other words
    graded: bool = False  # whether a scale of more steps may be made
    scale: tuple[str, ...] = ()  # the ids that are there, while `ids` also has those that are made at need
    made: tuple[Mapping[str, str], ...] = ()  # rows of stances that are made for the words of a column
    alone: bool = False  # whether they are a scale of their own
    levels: Mapping[str, int] = field(default_factory=dict)  # number -> how strong, of a scale that the user names
    legend: Mapping[str, str] = field(default_factory=dict)  # sign -> the word that the sheet gives for it
    wrong: tuple[str, ...] = ()  # scales of numbers that cannot be

    @classmethod
    def of(
        cls, chosen: Mapping[str, str], into: Dataset | None, legend: Mapping[str, str] | None = None
    ) -> StanceWords:
        """With the user's words, on the scale of `into`;
        `legend` says what signs mean, as far as its words are known."""
        rows = records(into.stances) if into is not None else list(SHIPPED_STANCES)
        scale = into.scale if into is not None else _shipped_scale()
        ids = scale.ids
        possible = (*ids, *(() if NEUTRAL in ids else (NEUTRAL,)))
        known = {word: id for word, id in VOTE_WORDS.items() if id in possible}
        known |= {loose(str(r[c])): str(r["id"]) for r in rows for c in ("name_zh", "name", "id") if r.get(c)}
        conditional = frozenset(id for id, c in zip(ids, scale.conditional, strict=True) if c)
        graded = into is None or not len(into.statements)
        names = {str(r["id"]): str(r.get("name") or r["id"]) for r in rows}
        names |= {NEUTRAL: names.get(NEUTRAL, "Neutral")}
        names |= dict(_GRADES.values()) if graded else {}
        ranges = {w: id for w, id in chosen.items() if _RANGE.fullmatch(w)}
        own = {w: id for w, id in chosen.items() if w != "*" and w not in ranges}
        levels: dict[str, int] = {}
        wrong = []
        for word, id in ranges.items():
            steps = _steps_of(word, id)
            if not steps or not (graded or _on(steps, possible)):
                wrong.append(f"{word}={id}")
            levels |= steps
        made = cls(known, own, possible, conditional, names, chosen.get("*", ""), graded, ids, levels=levels)
        made = replace(made, wrong=tuple(wrong))
        says = {s: w for s, w in (legend or {}).items() if s not in own and s not in levels and made.certain(w)}
        if len(says) < 2:
            return made
        steps = {} if levels else _between({n: w for n, w in says.items() if n.isdecimal()}, known)
        return replace(made, legend=says, levels=levels or (steps if graded or _on(steps, possible) else {}))

    def certain(self, word: str) -> bool:
        """Whether the word's meaning is known, alone or with a condition beside it."""
        word = self.legend.get(word, word)
        return bool(self.meaning(word)[0]) or (_plain(word) and loose(word) in STRENGTHS) or word in self.levels

    def meaning(self, word: str) -> tuple[str, str]:
        """The stance id (or skip) of a cell, '' where it is not certain, and the condition in it.

        A condition follows a word for a conditional stance (`conditional: others do`), or begins with `if` after a
        word for support (`yes, if others do`), or follows any word that the user calls conditional.
        """
        word = self.legend.get(word, word)
        if id := self._meaning(word):
            return id, self._cut(word)[1] if word in self.chosen and id in self.conditional else ""
        for cut in _CUTS:
            head, rest = _parted(cut, word)
            id = self._meaning(head) if any(map(str.isalnum, rest)) else ""
            if id in self.conditional:
                return id, rest
            if id == "support" and len(self.conditional) == 1 and (_CONDITION.match(rest) or _labelled(cut, word)):
                return min(self.conditional), rest
        return "", ""

    def split(self, word: str) -> tuple[str, str]:
        """The cell without the condition in it, and that condition; '' where there is none."""
        condition = self.meaning(word)[1]
        return (self._cut(word)[0] if condition else word), condition

    def _cut(self, word: str) -> tuple[str, str]:
        """The word at its first cut, whatever it means."""
        return next((parts for cut in _CUTS if (parts := _parted(cut, word))[1]), (word, ""))

    def doubt(self, word: str) -> str:
        """The id of the word that `support?` or `(support)` marks as doubtful; '' for any other word."""
        if _plain(word) or not any(map(str.isalpha, word)) or (word not in self.chosen and self.meaning(word)[0]):
            return ""
        return self.known.get(loose("".join(c if c.isalpha() or c.isdecimal() else " " for c in word)), "")

    def unsure(self, word: str) -> bool:
        """Whether its mark says that someone was not sure, as `?` does; a star or dagger points at a footnote."""
        return bool(_UNSURE.search(word))

    def problems(self, file: str) -> list[Problem]:
        """Options that name no stance of the scale."""
        return [
            Problem(file, 0, "", f"--stance {word}={id}: {not_one_of(id, [*self.ids, SKIP])}")
            for word, id in (*self.chosen.items(), *([("*", self.rest)] if self.rest else []))
            if id not in (*self.names, SKIP)
        ] + [
            Problem(
                file,
                0,
                "",
                f"--stance {each}: say a scale of numbers as 1..5=oppose..support or 1..5=support..oppose, of 2 to 7 "
                "steps, or as 0..100=… for 0, 25, 50, 75, 100"
                + ("" if self.graded else " that the dataset's scale has; else say what each number means"),
            )
            for each in self.wrong
        ]

    def on_scale_of(self, words: Collection[str]) -> StanceWords:
        """The same for a column of these words: where they say how strongly, on a scale of as many steps.

        The steps are as far apart as those of a survey: five of 1, 0.5, 0, -0.5, -1, seven in thirds.
        """
        own = replace(self, known={**self.known, **self._steps(words)})
        used = {own.meaning(w)[0] or own.known.get(w, "") for w in words if w not in self.levels or w in own.known} | {
            *self.chosen.values(),
            self.rest,
        }
        levels = [n for n, (id, _) in _GRADES.items() if id in used]
        sizes = {abs(n) for n in levels if n}
        if not sizes:
            lacking = [] if NEUTRAL in self.scale or NEUTRAL not in used else [_stance(0, 0.0)]
            return replace(own, made=tuple(lacking))
        plain, both = 2 in sizes, {1, 3} <= sizes
        if not self.graded or (not plain and used & {*_ENDS.values()} and 3 in sizes):
            return own
        sizes |= set() if plain or 3 in sizes else {2}
        scores = {3: 1.0, 2: 2 / 3 if both else 0.5 if 3 in sizes else 1.0, 1: 1 / 3 if both and plain else 0.5, 0: 0.0}
        whole = [n for n in _GRADES if abs(n) in sizes or (not n and (0 in levels or 3 in sizes))]
        made = [_stance(n, scores[abs(n)], ends=not plain or 3 not in sizes) for n in whole]
        return replace(own, made=tuple(made), alone=True)

    def _steps(self, words: Collection[str]) -> dict[str, str]:
        """The steps that words of strength, and those beside them, are on; none where the plain scale will do."""
        legend = self.legend
        keys = {loose(w) for each in words if _plain(w := legend.get(each, each))}
        numbers = self._numbers(words)
        plain = {k: 2 if id == "support" else -2 for k in keys if (id := self.known.get(k)) in _ENDS.values()}
        levels = {**plain, **{k: STRENGTHS[k] for k in keys if k in STRENGTHS}, **numbers}
        strong = {n for n in levels.values() if abs(n) == 3}
        weak = any(abs(n) == 1 for n in levels.values())
        some_plain = any(abs(n) == 2 for n in levels.values())
        mixed = any(self.known.get(k) in ("conditional", "concern") for k in keys)
        survey = weak or bool(numbers) or {3, -3} <= strong or any(self.known.get(k) == NEUTRAL for k in keys)
        if mixed or not survey or not (weak or numbers or (strong and some_plain)):
            return {}
        steps = {w: _grade(n, strong=bool(strong)) for w, n in levels.items()}
        return steps if self.graded or {*steps.values()} <= {*self.scale} else {}

    def _numbers(self, words: Collection[str]) -> dict[str, int]:
        """Numbers and how strong each is: as the user says, as the legend says of both ends, or around zero."""
        if self.levels and not self.wrong:
            return dict(self.levels)
        return _signed(words)

    def meanings(self, cells: SheetCells, header: str, words: Coded, problems: list[Problem]) -> dict[str, str]:
        """word -> stance id or skip, for all that are certain; a problem with the near miss for each other."""
        counts = words.counts
        numeric = all(w in NUMBERS or w == "0" or (w in self.chosen and _up_to_one(w)) for w in counts)
        ticked = {_TICKS[t] for w in counts if (t := w.translate(_STYLE)) in _TICKS} >= {"support", "oppose"}
        meant: dict[str, str] = {}
        asked = self._scale_question(counts)
        if asked:
            problems.append(cells.problem(words.first(next(w for w in counts if _NUMBER.fullmatch(w))), header, asked))
        for word, number in counts.items():
            id = self.meaning(word)[0] or self.known.get(word, "")
            if not id and numeric and NUMBERS.get(word) in self.ids:
                id = NUMBERS[word]
            if not id and ticked and _TICKS.get(word.translate(_STYLE)) in self.ids:
                id = _TICKS[word.translate(_STYLE)]
            if id := id or self.rest:
                meant[word] = id
                continue
            if asked and _NUMBER.fullmatch(word):
                continue
            problems.append(cells.problem(words.first(word), header, self._question(word, number)))
        return meant

    def _scale_question(self, counts: Mapping[str, int]) -> str:
        """One question for all steps of a scale of numbers; '' where there is none, or no scale to put them on."""
        open_ = [w for w in counts if _NUMBER.fullmatch(w) and not (self.meaning(w)[0] or self.known.get(w))]
        numbers = sorted(int(w.replace("−", "-")) for w in open_)
        if (
            len(open_) < 3
            or numbers[0] < 0
            or self.rest
            or self.levels
            or any(w in self.chosen for w in counts if w.isdecimal())
        ):
            return ""
        first, last = min(numbers[0], 1), numbers[-1]
        steps = 5 if {*map(str, numbers)} <= _OF_A_HUNDRED.keys() and last == 100 else last - first + 1
        first = 0 if last == 100 else first
        if not (self.graded or _on(_steps_of(f"{first}..{last}", "oppose..support"), self.ids)) or steps not in _LEVELS:
            return ""
        listed = ", ".join(map(str, numbers))
        times = plural(sum(counts[w] for w in open_), "cell")
        return (
            f"the numbers {listed} ({times}) are not stances for certain: say "
            f"--stance '{first}..{last}=oppose..support' if {last} is most for it, or "
            f"--stance '{first}..{last}=support..oppose' if {first} is (with the "
            f"scale's own ends), or what each means, as --stance {last}=support"
        )

    def _question(self, word: str, number: int) -> str:
        times = plural(number, "cell")
        if marked := self.doubt(word):
            return (
                f"{shown(word)} ({times}) has a mark of doubt: say --stance '{word}={marked}' to take it with the "
                f"doubt kept beside it, or '{word}=…' with another of {', '.join(self.ids)}, or {SKIP}"
            )
        return (
            f"{shown(word)} ({times}) is not a stance for certain{self._near(word)}: say "
            f"--stance '{word}=…' with one of {', '.join(self.ids)}, or {SKIP}"
        )

    def _meaning(self, word: str) -> str:
        if word in self.chosen:
            return self.chosen[word]
        if not any(map(str.isalpha, word)):
            return ""  # of +1 and -1, only the 1 would be left
        key = exact(word).casefold()
        if own := next((id for w, id in self.chosen.items() if w.casefold() == key), ""):
            return own
        return self.known.get(loose(word), "") if _plain(word) else ""

    def _near(self, word: str) -> str:
        """The word of which this may be a misspelling: never one that says more, less or the opposite."""
        from rapidfuzz.fuzz import ratio
        from rapidfuzz.process import extract

        key = loose(word)
        if _NEGATION.search(word):
            return ""
        hits = [
            (hit, score)
            for hit, score, _ in extract(key, self.known.keys(), scorer=ratio, score_cutoff=75, limit=20)
            if self.known[hit] != NEUTRAL and not _NEGATION.search(hit) and _misspelt(key.split(), hit.split())
        ]
        if not hits or hits[0][0] == key:
            return ""
        (first, best), id = hits[0], self.known[hits[0][0]]
        rivals = any(self.known[hit] != id and score > best - _CLEARLY for hit, score in hits)
        if rivals or key[:1] != first[:1]:
            return ""
        return f"; did you mean {first!r} ({id})?"


def _misspelt(words: Sequence[str], known: Sequence[str]) -> bool:
    """Whether some words are others with a mistake in spelling: as many, and each that differs is no known one."""
    from rapidfuzz.distance.OSA import distance
    from rapidfuzz.fuzz import ratio

    if len(words) != len(known):
        return False
    pairs = [(a, b) for a, b in zip(words, known, strict=True) if a != b]
    # In a short word, another letter or two make another word: `proti` is not `pro`.
    return all(
        a not in _PARTS and ratio(a, b) >= 70 and (min(len(a), len(b)) > _SHORT or distance(a, b) < 2) for a, b in pairs
    )


def _plain(word: str) -> bool:
    """Whether nothing but letters, digits and harmless signs is there."""
    return "..." not in word and all(c.isalpha() or c.isdecimal() or c in _HARMLESS for c in exact(word))


def _grade(level: int, *, strong: bool) -> str:
    """The stance of a level; where nothing is stronger, a plain word is at the end of the scale."""
    return _ENDS[level] if level in _ENDS and not strong else _GRADES[level][0]


def _stance(level: int, score: float, *, ends: bool = False) -> dict[str, str]:
    """A row of the table of stances; none of them needs a condition."""
    id, name = _GRADES[level]
    if ends and level in _ENDS:
        shipped = next(dict(s) for s in SHIPPED_STANCES if s["id"] == _ENDS[level])
        return {**shipped, "conditional": "false"}
    signed = round(score if level > 0 else -score, 4) if level else 0.0
    return {"id": id, "name": name, "score": f"{signed:g}", "conditional": "false"}


def _steps_of(word: str, id: str) -> dict[str, int]:
    """Each number of `1..5` and how strong it is, from `oppose..support`; none where that is no scale."""
    found, ends = _RANGE.fullmatch(word), _ENDS_OF.get(id)
    if not found or not ends:
        return {}
    if word == "0..100":
        return {number: ends * level for number, level in _OF_A_HUNDRED.items()}
    first, last = (int(n.replace("−", "-")) for n in found.groups())
    levels = _LEVELS.get(last - first + 1, ())
    return {str(first + i): ends * level for i, level in enumerate(levels)}


def _between(ends: Mapping[str, str], known: Mapping[str, str]) -> dict[str, int]:
    """The steps of a scale of numbers of which a legend gives both ends, and not all between them."""
    numbers = sorted(map(int, ends))
    if len(numbers) < 2 or len(numbers) == numbers[-1] - numbers[0] + 1:
        return {}
    plain = {"support": 2, "oppose": -2}
    first, last = (
        STRENGTHS.get(key) or plain.get(known.get(key, ""), 0)
        for key in (loose(ends[str(numbers[0])]), loose(ends[str(numbers[-1])]))
    )
    way = "oppose..support" if last > 0 else "support..oppose"
    return _steps_of(f"{numbers[0]}..{numbers[-1]}", way) if first * last < 0 else {}


def _on(steps: Mapping[str, int], ids: Collection[str]) -> bool:
    """Whether a scale has each of these steps."""
    return {_grade(n, strong=3 in steps.values()) for n in steps.values()} <= {*ids}


def _signed(words: Collection[str]) -> dict[str, int]:
    """Numbers around zero of five or seven steps, and how strong each is; none where they are no such scale."""
    found = {w: int(w.replace("−", "-")) for w in words if re.fullmatch(r"[-+−]?[0-3]", w)}
    top = max(map(abs, found.values()), default=0)
    if len(found) != len(words) or top < 2 or min(found.values()) >= 0 or max(found.values()) <= 0:
        return {}
    strength = {3: {3: 3, 2: 2, 1: 1, 0: 0}, 2: {2: 3, 1: 2, 0: 0}}[top]
    return {w: strength[abs(n)] * (1 if n >= 0 else -1) for w, n in found.items()}


def is_tick(word: str) -> bool:
    """Whether it is a tick, a cross, or a thumb up or down."""
    return word.translate(_STYLE) in _TICKS


def begins_condition(text: str) -> bool:
    """Whether it begins as a condition does: with `if`, `falls`, `如果`."""
    return bool(_CONDITION.match(text.strip()))


def _parted(cut: re.Pattern[str], word: str) -> tuple[str, str]:
    """Before and after the first cut, without the bracket and the label of the condition."""
    found = cut.search(word)
    if not found:
        return word, ""
    rest = word[found.end() :].strip()
    if found[0].strip() in ("(", "（"):
        rest = rest.rstrip(")）").strip()
    return exact(word[: found.start()]), _LABEL.sub("", rest, count=1) if _LABEL.match(rest) else rest


def _labelled(cut: re.Pattern[str], word: str) -> bool:
    """Whether what follows the cut is called a condition."""
    found = cut.search(word)
    return bool(found and _LABEL.match(word, found.end()))


def _up_to_one(word: str) -> bool:
    """Whether it is a number that leaves 1 and -1 the ends of the scale."""
    return bool(re.fullmatch(r"[-+−]?(0?[.,]\d+|[01]([.,]0+)?)", word))


def _shipped_scale() -> Scale:
    import pandas as pd

    return Scale.of(pd.DataFrame())
