"""Which encoding a text file is in: `encoding_of` says so by mark, validity or letters, and what else it may be."""

# ruff: noqa: RUF001  (letters and signs of all scripts that look like others are what this is about)

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import IO

from matrix.dataset.problems import near_miss, refuse, shown

_CHUNK = 1 << 20
_SAMPLE = 1 << 17  # bytes of lines that are not ASCII
_MOST_WORDS = 3_000  # by which encodings are told apart
_EXAMPLES = 3  # words that are shown in each reading
_FEW = 60  # characters that may be valid UTF-8 by chance
_OTHERS = 4  # readings beside the best one

# Penalties. Letters of the language cost nothing or little, so a right reading costs about 0.3 a letter.
_FOREIGN, _IN_WORD, _CASE, _SCRIPTS, _ODD, _CLUSTER = 6.0, 5.0, 3.0, 5.0, 2.0, 1.5
_CLEAR = 3.0  # by so much in all the best reading must be better than each that differs
_POOR = 1.5  # a letter of a right reading costs less on average


@dataclass(frozen=True)
class Reading:
    """A way to read a file: the codec, the name that people know it by, and a few words as it makes them."""

    encoding: str
    label: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Encoding:
    """How a file is read. `others`: readings that differ; where `asked`, none of all is clearly the best."""

    name: str
    label: str
    how: str = ""  # that is known: "" for what needs no word
    readings: tuple[Reading, ...] = ()
    asked: bool = False

    @property
    def note(self) -> str:
        """A sentence about it; '' where all encodings read the same."""
        return f"read as {self.label}{self.how}." if self.how else ""

    @property
    def question(self) -> str:
        """What is to be decided, where it is not certain; '' where it is."""
        if not self.asked:
            return ""
        each = "; ".join(
            f"{', '.join(map(shown, r.words))} with --encoding {r.encoding} ({r.label})" for r in self.readings
        )
        return f"may be in several encodings, and its letters do not say which: it reads {each}"


@dataclass(frozen=True)
class _CodePage:
    encoding: str
    label: str
    languages: tuple[str, ...]
    before: float = 0.0  # what makes it less likely before anything is read


# Letters that are not ASCII: the common ones of a language, then the others.
_LETTERS: Mapping[str, tuple[str, str]] = {
    "German": ("äöüß", "é"),
    "French": ("éèêàç", "ùâîôûëïœæÿü"),
    "Spanish": ("áéíóñ", "úü"),
    "Portuguese": ("ãçáéíóê", "õâôúàü"),
    "Italian": ("àèéìòù", "î"),
    "Nordic": ("äöåøæ", "éü"),
    "Icelandic": ("áíðóéöúæ", "þý"),
    "Catalan": ("àéèóíç", "òúïü"),
    "Dutch": ("éëï", "öüèá"),
    "Polish": ("ąęłóśżć", "ńź"),
    "Czech": ("áíěéčřžýšů", "úňťďóöü"),
    "Slovak": ("áéíčžýšľúť", "ňôďóäŕĺö"),
    "Hungarian": ("áéöóőíü", "úű"),
    "Croatian": ("čšžć", "đ"),
    "Romanian": ("ăîâşţ", "șț"),
    "Albanian": ("ëç", ""),
    "Turkish": ("ışğüçö", "âîû"),
    "Lithuanian": ("ėšžčįū", "ųąę"),
    "Latvian": ("āīšēņļū", "žčķģ"),
    "Estonian": ("äõüö", "šž"),
    "Russian": ("оеаинтсрвлкмдпуыьгзбя", "чйхжшюцщэфъё"),
    "Ukrainian": ("оаинтівресклудмпзяьбгїєй", "чхжшюцщфґ"),
    "Bulgarian": ("аиоетнрсвлкдпмзъуябг", "чйхжшюцщфь"),
    "Serbian": ("аоиенрсјтквудплмзгб", "чцшњжћљхђфџ"),
    "Greek": ("αοιετσνηυρπκμλςίόάέή", "δγθωχφβξζψώύϊϋΐΰ"),
    "Hebrew": ("יוהלאתרבשמנדקעםחפטכסגצזן", "ךץף"),
    "Arabic": ("اليمونرتةبعدفأحسقه", "كشطجىصخضذئزثغإءظآؤ،؟"),
    "Persian": ("اینردهمتوسبشک", "لزخفگقپحعجآغصطچضژذثئظءأ،؟"),
    "Thai": ("านรอกเงมยลวดทสตะปบคหแจพชขใไโผถซธณศ", "่้ัิีืุูำ็์ึญภฐฝฟฉฎฏฆษฮฬๆฯฤ๊๋ฌฒ"),
    "Vietnamese": ("ăâđêôơưàáèéìíòóùúý", "\u0300\u0301\u0303\u0309\u0323"),
}
_WEST = ("German", "French", "Spanish", "Portuguese", "Italian", "Nordic", "Icelandic", "Catalan", "Dutch", "Estonian")
_CENTRAL = ("Polish", "Czech", "Slovak", "Hungarian", "Croatian", "Romanian", "Albanian", "German")
_BALTIC = ("Lithuanian", "Latvian", "Estonian", "German")
_TURKISH = ("Turkish", "German", "French", "Spanish", "Italian")
_CYRILLIC = ("Russian", "Ukrainian", "Bulgarian", "Serbian")

_PAGES = (
    _CodePage("cp1252", "Windows-1252", _WEST),
    _CodePage("cp1250", "Windows-1250", _CENTRAL),
    _CodePage("cp1251", "Windows-1251", _CYRILLIC),
    _CodePage("cp1253", "Windows-1253", ("Greek",)),
    _CodePage("cp1254", "Windows-1254", _TURKISH),
    _CodePage("cp1255", "Windows-1255", ("Hebrew",)),
    _CodePage("cp1256", "Windows-1256", ("Arabic", "Persian")),
    _CodePage("cp1257", "Windows-1257", _BALTIC, 0.5),
    _CodePage("cp1258", "Windows-1258", ("Vietnamese",), 1.0),
    _CodePage("cp874", "Windows-874", ("Thai",), 1.0),
    _CodePage("gb18030", "GB18030", ("Chinese",)),
    _CodePage("cp950", "Big5", ("Traditional Chinese",)),
    _CodePage("cp932", "Shift-JIS", ("Japanese",)),
    _CodePage("cp949", "EUC-KR", ("Korean",)),
    _CodePage("euc_jp", "EUC-JP", ("Japanese",), 0.5),
    _CodePage("koi8_r", "KOI8-R", ("Russian",), 0.5),
    _CodePage("koi8_u", "KOI8-U", ("Ukrainian",), 0.5),
    _CodePage("iso8859_15", "ISO-8859-15", _WEST, 0.5),
    _CodePage("iso8859_2", "ISO-8859-2", _CENTRAL, 0.5),
    _CodePage("iso8859_5", "ISO-8859-5", _CYRILLIC, 1.0),
    _CodePage("iso8859_6", "ISO-8859-6", ("Arabic",), 1.0),
    _CodePage("iso8859_7", "ISO-8859-7", ("Greek",), 0.5),
    _CodePage("iso8859_8", "ISO-8859-8", ("Hebrew",), 1.0),
    _CodePage("iso8859_9", "ISO-8859-9", _TURKISH, 0.5),
    _CodePage("iso8859_13", "ISO-8859-13", _BALTIC, 1.5),
    _CodePage("iso8859_4", "ISO-8859-4", _BALTIC, 3.5),
    _CodePage("mac_roman", "Mac Roman", _WEST, 1.5),
    _CodePage("mac_latin2", "Mac Central European", _CENTRAL, 2.5),
    _CodePage("mac_cyrillic", "Mac Cyrillic", _CYRILLIC, 1.0),
    _CodePage("mac_greek", "Mac Greek", ("Greek",), 1.5),
    _CodePage("mac_turkish", "Mac Turkish", _TURKISH, 2.5),
    _CodePage("cp850", "DOS 850", _WEST, 2.0),
    _CodePage("cp852", "DOS 852", _CENTRAL, 2.5),
    _CodePage("cp866", "DOS 866", ("Russian",), 1.0),
)
_UTF8 = _CodePage("utf-8", "UTF-8", (*_LETTERS, "any"), -_CLEAR)
_LABELS = {p.encoding: p.label for p in _PAGES} | {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "latin-1": "ISO-8859-1",
}
_NOT_OF_FILES = {"idna", "punycode", "unicode_escape", "raw-unicode-escape", "undefined", "utf-7", "mbcs", "oem"}
# Frequent characters; of all others, those that the code pages put first are common words' too.
_CHINESE = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    "十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平"
    "形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党"
    "程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干"
    "做必战先回则任取据处理世车议支持反对部门规定办委协商务环境保护技术研究中心安全人工智能模型监管登记出口限制公司集团北京上海"
)
_TRADITIONAL = frozenset(
    "的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分對成會可主發年動同工也能下過子說產種面而方後多定行學法所民得經"
    "十三之進著等部度家電力里如水化高自二理起小物現實加量都兩體制機當使點從業本去把性好應開它合還因由其些然前外天政四日那社義事平"
    "形相全表間樣與關各重新線內數正心反你明看原又麼利比或但質氣第向道命此變條只沒結解問意建月公無系軍很情者最立代想已通並提直題黨"
    "支持反對部門規定辦委協商務環境保護技術研究中心安全人工智慧能模型監管登記出口限制公司集團台灣北京上海交議員院長經濟"
)
_KOREAN = frozenset(
    "이다의에는을를은가하고지로서한사도기인어해자들정대시리그부과있제나라수일전것원만으보장구국공연소주상위무아오면간조여동경관게성신"
    "안모요우선등법행당중세미민문화학적없된될할합니까비교중생년월각외내반지찬개발금산업회의협회노총환경노동등록규제수출인공지능"
)
_VOWELS = frozenset("aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýÿœąęăőűěůāēīūėįųıəạ")
_BEFORE_NO_VOWEL = frozenset("ńśźć")  # in Polish, which writes ni, si, zi, ci there
_VOWEL_SIGN = "\u0e31\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c"  # Thai, above or below
_OPENING, _CLOSING, _ALONE = "“„«‹‘‚¿¡（「『《【〈", "”»›’“‘）」』》】〉，。、；：！？…·・、ー", "–—…•·©®™†‡°"
_BESIDE_NUMBERS = "§€£¥№×±−→‰½¼¾²³µ"
_NO_VOWEL = re.compile(r"(?i)[бвгджзйклмнпрстфхцчшщъьґђћљњџѓќ]{3,}|[βγδζθκλμνξπρσςτφχψ]{3,}")
_APOSTROPHE = re.compile(r"(?i)[a-z]’(s|t|re|ll|d|ve|m)$|^(d|l|qu|n|s|j|c|m)’")
_WORD = re.compile(r"[^\s,;|\t\"()\[\]{}<>/\\!?:=+*&#@]+")


def label_of(encoding: str) -> str:
    """The name that people know an encoding by."""
    return _LABELS.get(encoding, encoding)


def encoding_of(file: IO[bytes], name: str, chosen: str = "", *, utf8: str = "'CSV UTF-8'") -> Encoding:
    """The encoding of a text file; DatasetError for what is not text, or not in the `chosen` encoding at all.

    `name`: the file's in messages; `utf8`: as what to save it instead.
    """
    file.seek(0)
    start = file.read(_SAMPLE)
    if start[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        refuse(name, "is a workbook, not CSV, despite its name; name it .xlsx (or .ods, .xls)")
    if chosen:
        return _as_chosen(file, name, chosen, start)
    if marked := _marked(start):
        if not _reads(file, marked):
            refuse(name, f"is not whole: it begins as {_LABELS[marked]} and continues in another encoding")
        return Encoding(marked, _LABELS[marked], ", by its first bytes")
    if b"\0" in start:
        found = next((e for e in ("utf-16-le", "utf-16-be") if _plain_utf16(start, e) and _reads(file, e)), "")
        if not found:
            refuse(name, f"is not text, or not in UTF-8; save it as {utf8}")
        return Encoding(found, _LABELS[found], ", from its bytes; --encoding to change")
    if _reads(file, "ascii"):
        return Encoding("utf-8", "UTF-8")
    if _reads(file, "utf-8"):
        valid = Encoding("utf-8", "UTF-8", ", which all of its bytes are")
        # A few bytes of another encoding may happen to be valid: then its letters make no words.
        doubted = _by_letters(file, name, (*_PAGES, _UTF8), utf8) if _doubtful(_lines(file)) else valid
        return valid if doubted.name == valid.name else replace(doubted, asked=True)
    return _by_letters(file, name, _PAGES, utf8)


def _as_chosen(file: IO[bytes], name: str, chosen: str, start: bytes) -> Encoding:
    """The encoding that the user says; DatasetError where there is none of that name, or the file cannot be in it."""
    wanted = chosen.strip().casefold()
    known = {p.label.casefold(): p.encoding for p in _PAGES} | {"ansi": "cp1252", "unicode": "utf-16"}
    try:
        codec = codecs.lookup(known.get(wanted, wanted.replace(" ", "-"))).name
        with suppress(UnicodeError):
            b"ab".decode(codec)  # LookupError where it is not of texts, as `hex` is
        if codec in _NOT_OF_FILES:
            raise LookupError
    except (LookupError, ValueError):
        names = sorted({*(p.label for p in _PAGES), *(p.encoding for p in _PAGES), "utf-8", "utf-16", "latin-1"})
        refuse(
            name,
            f"--encoding {shown(chosen)} is not an encoding{near_miss(chosen, names)}; known are utf-8, cp1252, "
            "cp1251, cp1250, gb18030, shift-jis and others",
        )
    codec = {"utf-8": "utf-8-sig", "iso8859-1": "latin-1"}.get(codec, codec)
    codec = codec.replace("iso8859-", "iso8859_").replace("mac-", "mac_")
    if codec == "utf-16" and not start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        codec = next((e for e in ("utf-16-le", "utf-16-be") if _plain_utf16(start, e)), codec)
    if not _reads(file, codec):
        others = "" if codec == "utf-8-sig" else "; without --encoding its letters are looked at"
        row = _first_unreadable(file, codec)
        refuse(name, f"holds bytes that are not {label_of(codec)}, as --encoding says{others}", row)
    return Encoding(codec, label_of(codec), ", as asked")


def _marked(start: bytes) -> str:
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else ""


def _plain_utf16(start: bytes, encoding: str) -> bool:
    """Whether the bytes make a text with the signs that any table has, without control characters."""
    text = start[: len(start) // 2 * 2].decode(encoding, "ignore")
    return any(c in text for c in ",;\t|\n") and not any(
        unicodedata.category(c) in ("Cc", "Co", "Cn") for c in set(text) - {*"\t\r\n"}
    )


def _reads(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", True)
    except UnicodeError:
        return False
    return True


def _first_unreadable(file: IO[bytes], encoding: str) -> int:
    """The line with the first byte that is not of the encoding; 0 where lines cannot be told."""
    file.seek(0)
    if encoding.startswith(("utf-16", "utf-32")):
        return 0
    for number, line in enumerate(file, 1):
        try:
            line.decode(encoding)
        except UnicodeDecodeError:
            return number
    return 0


def _doubtful(lines: Sequence[bytes]) -> bool:
    """Whether valid UTF-8 holds only a few characters, of those that two bytes of another encoding may make."""
    letters = [c for c in b"".join(lines).decode("utf-8", "ignore") if c > "\x7f"]
    return len(letters) <= _FEW and all(c < "\u0800" for c in letters)


def _by_letters(file: IO[bytes], name: str, pages: Sequence[_CodePage], utf8: str) -> Encoding:
    """The encoding whose letters make words; several, to be asked about, where more than one does."""
    lines = _lines(file)
    if broken := _broken_utf8(lines):
        row = _first_unreadable(file, "utf-8")
        refuse(
            name,
            f"is in UTF-8 but for {broken} bytes, the first of them in this line: save it again as {utf8}"
            ", or say which encoding it is in with --encoding",
            row,
        )
    sample = b"".join(lines)
    found: dict[str, tuple[float, float, _CodePage]] = {}  # text -> cost of its best page
    for page in pages:
        try:
            text = codecs.getincrementaldecoder(page.encoding)().decode(sample)  # whose last line may be cut off
        except UnicodeDecodeError:
            continue
        if any("\x7f" <= c < "\xa0" or unicodedata.category(c) in ("Co", "Cn") for c in set(text)):
            continue
        words = _words(text)
        cost = page.before + _cost(words, page.languages)
        if page.languages != _WEST and not any(c > "\x7f" and c.isalpha() for word in words for c in word):
            cost += _CLEAR  # of its own letters it holds none
        if text not in found or cost < found[text][0]:
            found[text] = (cost, cost / max(1, sum(c > "\x7f" for w in words for c in w)), page)
    ranked = sorted(((*value, text) for text, value in found.items()), key=lambda r: r[0])
    best = next((r for r in ranked if _reads(file, r[2].encoding)), None)
    if best is None:
        refuse(name, f"is not text in any known encoding; save it as {utf8}, or name its encoding with --encoding")
    cost, mean, page, _ = best
    others = ranked[ranked.index(best) + 1 :][:_OTHERS]
    close = [r for r in others if r[0] < cost + _CLEAR and _reads(file, r[2].encoding)]
    asked = bool(close) or mean > _POOR
    readings = _readings([(p, text) for _, _, p, text in [best, *(close or others)]])
    return Encoding(page.encoding, page.label, ", from the letters; --encoding to change", readings, asked)


def _lines(file: IO[bytes]) -> list[bytes]:
    """Whole lines that are not ASCII, as many as show the encoding."""
    found, size = [], 0
    file.seek(0)
    for line in file:
        if not line.isascii():
            found.append(line[:_SAMPLE] if len(line) > _SAMPLE else line)
            size += len(found[-1])
        if size > _SAMPLE:
            break
    return found


def _broken_utf8(lines: Sequence[bytes]) -> int:
    """How many bytes are wrong in what is UTF-8 otherwise; 0 where it is not."""
    whole = wrong = 0
    for line in lines:
        text = line.decode("utf-8", "replace")
        wrong += text.count("\ufffd")
        whole += sum(c > "\x7f" and c != "\ufffd" for c in text)
    return wrong if wrong and whole > 4 * wrong else 0


def _words(text: str) -> list[str]:
    """The distinct words that are not ASCII, in order."""
    words: dict[str, None] = {}
    for found in _WORD.finditer(text):
        if not found[0].isascii():
            words[found[0]] = None
            if len(words) == _MOST_WORDS:
                break
    return list(words)


def _cost(words: Sequence[str], languages: Sequence[str]) -> float:
    """How little the words look like words of the languages: of the best one for each, and of the best for all."""
    table = [[_letters_cost(w, language) for language in languages] for w in words]
    each = sum(map(min, table))
    together = min((sum(column) for column in zip(*table, strict=True)), default=0.0)
    return (each + together) / 2 + sum(map(_shape_cost, words))


@lru_cache(maxsize=100_000)
def _letters_cost(word: str, language: str) -> float:
    if language in ("Chinese", "Traditional Chinese", "Japanese", "Korean"):
        return sum(_east_asian(c, language) for c in word if c > "\x7f")
    if language == "any":
        return float(sum(c > "\x7f" and c.isalpha() for c in word))
    common, rare = _alphabet(language)
    cost = 0.0
    for c, after in zip(word, [*word[1:], " "], strict=True):
        if c > "\x7f" and (c.isalpha() or unicodedata.combining(c)):
            if language == "Polish" and c.lower() in _BEFORE_NO_VOWEL and after.lower() in _VOWELS:
                cost += _SCRIPTS
            low = "i" if c == "İ" and language == "Turkish" else c.lower()
            cost += 0.2 if low in common else 1.2 if low in rare else 0.0 if low == "i" else _FOREIGN
    return cost


@cache
def _alphabet(language: str) -> tuple[frozenset[str], frozenset[str]]:
    common, rare = _LETTERS[language]
    return frozenset(common), frozenset(rare)


def _east_asian(c: str, language: str) -> float:
    """The cost of one character; ideographs that a code page puts among the common ones cost less than others."""
    if "\u3040" <= c <= "\u30ff":
        return 0.1 if language == "Japanese" else 3.0
    if "\uac00" <= c <= "\ud7a3":
        return (0.1 if c in _KOREAN else 0.9) if language == "Korean" else _FOREIGN
    if "\u4e00" <= c <= "\u9fff":
        if language == "Korean":
            return 3.0
        if language == "Japanese":
            return 0.7 if _lead(c, "euc_jp") < 0xD0 else 3.0
        frequent = _CHINESE if language == "Chinese" else _TRADITIONAL
        first = _lead(c, "gb2312") < 0xD8 if language == "Chinese" else _lead(c, "big5") < 0xC9
        return 0.1 if c in frequent else 0.9 if first else 3.0
    if c in _OPENING or c in _CLOSING or c in _ALONE:
        return 0.1
    if "\uff01" <= c <= "\uff5e":  # full width
        return 0.5
    return 3.0


@lru_cache(maxsize=50_000)
def _lead(c: str, encoding: str) -> int:
    try:
        return c.encode(encoding)[0]
    except UnicodeEncodeError:
        return 0xFF


@lru_cache(maxsize=100_000)
def _shape_cost(word: str) -> float:
    """What no word looks like: a capital after a small letter, two scripts in one, a sign amidst letters."""
    cost = 1.0 if len(word) > 1 and word.isupper() else _ODD if len(word) == 1 and word.isalpha() else 0.0
    cost += _CASE if _NO_VOWEL.fullmatch(word) and not word.isupper() else 0.0
    cost -= _CLUSTER if _APOSTROPHE.search(word) else 0.0
    around = [" ", *word, " "]
    for before, c, after in zip(around, word, around[2:], strict=False):
        other = c > "\x7f"
        if c.isalpha() and c not in "ªº" and before.isalpha() and (other or before > "\x7f"):
            cost += _CASE if c.isupper() and before.islower() else 0.0
            cost += _scripts(before, c)
            cost += _CLUSTER if other and all(map(_is_consonant, (before, c, after))) else 0.0
        elif other and not c.isalpha():
            cost += _sign(before, c, after)
        if c in "ªº":
            cost += _IN_WORD if not before.isdigit() else 0.0
    return cost


@lru_cache(maxsize=2_000)
def _is_consonant(c: str) -> bool:
    return c.isalpha() and _script(c) == "LATIN" and c.lower() not in _VOWELS


def _scripts(a: str, b: str) -> float:
    one, two = _script(a), _script(b)
    if one == two or "MARK" in (one, two):
        return 0.0
    asian = {one, two} & {"CJK", "HIRAGANA", "KATAKANA", "HANGUL"}
    if len(asian) == 2:
        return 0.0 if "HANGUL" not in asian else 1.0
    if asian:  # 支持AI对话 is usual, a small letter beside it is not
        return _SCRIPTS if any(c.islower() for c in (a, b)) else 0.5
    return _SCRIPTS


@lru_cache(maxsize=20_000)
def _script(c: str) -> str:
    if c <= "\x7f":
        return "LATIN"
    first = unicodedata.name(c, "NONE").split()[0]
    return {"HALFWIDTH": "HALFWIDTH", "KATAKANA-HIRAGANA": "KATAKANA", "FULLWIDTH": "CJK"}.get(first, first)


def _sign(before: str, c: str, after: str) -> float:
    """The cost of a sign, by what is around it."""
    if c in _VOWEL_SIGN:
        return 0.1 if "\u0e00" <= before <= "\u0e7f" else _IN_WORD
    if unicodedata.combining(c):
        return 0.1 if before.lower() in _VOWELS or unicodedata.combining(before) else _IN_WORD
    left, right = before.isalpha(), after.isalpha()
    if c == "’":
        return 0.1
    if c == "\xa0":
        return 0.3
    if c in _OPENING and not left:
        return 0.1
    if c in _CLOSING and not right:
        return 0.1
    if c > "\u2fff":  # signs of Chinese and Japanese have no blanks around
        return _IN_WORD if (left and before < "\u2fff") or (right and after < "\u2fff") else 0.1
    if c in _ALONE and not (left and right):
        return 0.3 if not (left or right) else _ODD
    return _IN_WORD if left or right else 0.3 if c in _BESIDE_NUMBERS else _ODD


def _readings(pages: Sequence[tuple[_CodePage, str]]) -> tuple[Reading, ...]:
    """Each reading with the first words in which it differs from the others."""
    lines = [text.splitlines() for _, text in pages]
    words: list[list[str]] = [[] for _ in pages]
    for row in zip(*lines, strict=False):
        for cells in _side_by_side(row):
            if len(set(cells)) > 1 and len(words[0]) < _EXAMPLES and cells[0] not in words[0]:
                for at, cell in enumerate(cells):
                    words[at].append(cell[:60])
    return tuple(Reading(p.encoding, p.label, tuple(w)) for (p, _), w in zip(pages, words, strict=True))


def _side_by_side(row: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The cells of a line in each reading, where they are as many in all; else the lines."""
    cells = [re.split(r"[,;\t|]", line) for line in row]
    if len({len(c) for c in cells}) == 1:
        yield from ((tuple(c.strip().strip('"') for c in each)) for each in zip(*cells, strict=True))
    else:
        yield tuple(row)
