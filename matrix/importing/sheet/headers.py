"""What people write above a column, in English, German, Chinese and more, and the field that each header means."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matrix.dataset.problems import Problem, near_miss, not_one_of
from matrix.importing.name_matching import loose
from matrix.importing.result import COLUMN_ASKED, NO_COLUMN, some

if TYPE_CHECKING:
    from matrix.importing.sheet.named_columns import SheetCells


@dataclass(frozen=True)
class Field:
    """What a column may say: the table and column it goes to, and the words for it."""

    table: str
    column: str
    words: str


# field | table.column | words; more of them, of other languages, below
_FIELDS = """
id | statements.id | id; statement id; no; nr; nummer; number; lfd nr; 编号; 序号
actor | actors.name | actor; actors; who; speaker; expert; stakeholder; name; akteur; akteure; akteurin;
    wer; sprecher; sprecherin; experte; expertin; partei kurzbezeichnung; ms name; 行为体; 行动者; 发言人; 专家; 主体
actor_native | actors.name_native | name native; native name; actor native; originalname; 原名; 中文名
side | sides.name | side; camp; group; bloc; seite; lager; gruppe; block; 方; 阵营; 一方
role | actors.role | role; office; position held; function; rolle; amt; funktion; 职务; 职位
institution | actors.institution | institution; affiliation; employer; organisation; organization; org; orgs;
    arbeitgeber; 单位; 机构; 组织; 所属机构
actor_kind | actors.kind | actor kind; actor type; type of actor; art des akteurs; akteurstyp; 行为体类型
authority | actors.authority | authority; autorität; 权威
proposal | proposals.title | proposal; proposals; policy; policies; measure; issue; topic; demand; claim;
    concept; recommendation; option; vorschlag; vorschläge; maßnahme; massnahme; forderung; thema; these;
    empfehlung; these titel; 提案; 主张; 建议; 议题; 政策; 措施
proposal_zh | proposals.title_zh | proposal zh; title zh; chinese title; 提案中文
theme | proposals.theme | theme; heading; category; themenfeld; rubrik; kategorie; 主题; 类别
definition | proposals.definition | definition; these these; 定义
stance | statements.stance | stance; position; opinion; view; sentiment; direction; polarity; pro con; pro contra;
    for against; support oppose; yes no; ms vote; pro kontra; dafür dagegen; attitude; agreement; vote; haltung;
    standpunkt; meinung; position position; zustimmung; bewertung; votum; answer; response; antwort; 立场; 态度; 观点;
    回答; 投票; réponse; posición; postura; respuesta; voto; posizione; risposta
condition | statements.condition | condition; conditions; on condition; if; bedingung; bedingungen;
    auflage; 条件; 前提
condition_quote | statements.condition_quote | condition quote; zitat der bedingung; 条件引文
quote | statements.quote | quote; quotation; citation; words; verbatim; exact words; text; zitat; wortlaut;
    originaltext; 引文; 原文; 引用; 原话
summary | statements.summary | summary; paraphrase; in our words; zusammenfassung; inhalt; position begründung;
    摘要; 概述; 总结
date | statements.date_start | date; date start; start date; when; day; said on; date signed; signed on;
    date of signature; signature date; timestamp; datum; zeitstempel; wann; tag; unterzeichnet am; unterschrieben am;
    year; jahr; 日期;
    时间; 签署日期; 年份; année;
    año
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


# The same fields in Arabic, Danish, Dutch, French, Italian, Japanese, Korean, Polish, Portuguese, Russian, Spanish,
# Swedish, Turkish, Ukrainian and Chinese in traditional signs.
_MORE = """
actor | aktor; aktör; aktører; attore; ator; acteur; acteurs; actores; attori; atores; podmiot; uczestnik; актор; актёр;
    актер; участник; участники; кто; субъект; спикер; хто; учасник; 行為者; 行為體; アクター; 主体; 発言者;
    話者; 団体; 행위자;
    발언자; الجهة; الفاعل; الطرف; المتحدث; aktörler; talare; konuşmacı; aktor polityczny; mówca; porte parole; portavoz
side | camp; bando; lado; сторона; лагерь; 陣営; 陣營; 진영; الجانب; kamp; taraf
institution | institución; organización; organisme; institución de origen; organizacja; instytucja; учреждение;
    организация; 組織; 所属; 기관; المؤسسة; المنظمة; kurum; istituzione; organizzazione; organização; instituição
proposal | proposition; propositions; propuesta; propuestas; proposta; proposte; propostas; voorstel; voorstellen;
    förslag; forslag; propozycja; propozycje; postulat; предложение; предложения; инициатива; пропозиція; 제안; 안건;
    المقترح; الاقتراح; مقترح; öneri; öneriler; teklif; mesure; mesures; medida; medidas; misura; 提言; 施策; 論点
theme | thème; temat; тема; テーマ; 主題; 類別; 주제; الموضوع; konu; catégorie; categoría;
    categoria; kategoria;
    kategori; категория; カテゴリ
stance | posición; postura; posizione; posição; standpunt; ståndpunkt; stanowisko; holdning; позиция; отношение;
    позиція; ставлення; 立場; 態度; スタンス; 賛否; 입장; 태도; الموقف; tutum; duruş; opinión; avis; głos; голос; 표결;
    opinião; opinione; parere; mening
quote | citation; cita; citas; citazione; citação; citaat; citat; cytat; цитата; 引用文; 發言; 発言; 인용;
    인용문; الاقتباس;
    اقتباس; alıntı; verbatim
summary | résumé; resumen; riassunto; resumo; samenvatting; sammanfattning; streszczenie; резюме; 要約; 要旨; 요약;
    ملخص; الملخص; özet
date | fecha; data; dato; дата; 日付; 年月日; 날짜; التاريخ; تاريخ; tarih; rok; rik; год; рік; ano; anno; 年
source | fuente; fuentes; fonte; fonti; fontes; bron; bronnen; källa; kilde; źródło; źródła; источник; источники;
    джерело; 來源; 出典; 出所; 資料; 情報源; 출처; المصدر; مصدر; kaynak; kaynaklar
url | lien; enlace; collegamento; ссылка; посилання; リンク; 網址; 鏈接; 링크; الرابط; bağlantı; länk; hyperlink
author | auteur; autore; автор; 著者; 作者; 저자; المؤلف; yazar; författare
note | note; nota; notas; commentaire; commentaires; comentario; comentarios; commento; comentário; opmerking;
    opmerkingen;
    kommentar; uwagi; uwaga; komentarz; комментарий; комментарии; примечание; примечания; примітка; 備考; 備註; 비고;
    ملاحظات; ملاحظة; notlar; açıklama; anteckning; observaciones; remarque; remarques
"""  # noqa: RUF001


def _field(line: str) -> tuple[str, Field]:
    name, place, words = (part.strip() for part in line.split("|"))
    table, _, column = place.partition(".")
    return name, Field(table, column, words)


FIELDS: Mapping[str, Field] = dict(map(_field, re.sub(r"\n +", " ", _FIELDS).strip().splitlines()))
_FURTHER = [line.split("|") for line in re.sub(r"\n +", " ", _MORE).strip().splitlines()]

ACROSS = {"proposal": "actor", "actor": "proposal"}  # what is in the columns of a wide sheet that has these in its rows
SEVERAL = {"actors": "actor", "proposals": "proposal"}  # what --map says of cells that hold several names
GROUPED = {"proposal": "theme", "actor": "side"}  # what a group of them is
REQUIRED = ("actor", "proposal", "stance")
KEEP, SKIP = "keep", "skip"  # what --map may say instead of a field: an extra column, or nothing at all
DATES = ("date", "date_end", "source_date")

WORDS: Mapping[str, str] = {
    **{loose(word): name.strip() for name, words in _FURTHER for word in words.split(";")},
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

# What the rows of a table may be called, beyond the words for a column of actors or proposals: a country, a bill.
_ROWS = {
    "actor": """
        actor; actors; stakeholder; speaker; expert; country; countries; nation; state; party; parties; member;
        company;
        companies; corporation; firm; business; organisation; organization; institution; agency; ministry; government;
        delegation; delegate; person; people; senator; representative; legislator; lawmaker; councillor; councilor;
        councilmember; congressman; parliamentarian; mp; mep; candidate; politician; caucus; faction; coalition;
        alliance; association; union; ngo; respondent; participant; interviewee; signatory; signatories; witness;
        commenter; voter; sponsor; city; cities; province; entity; entities; body; lab; provider; supplier; bank;
        university
        akteur; akteure; akteurin; sprecher; sprecherin; staat; staaten; land; länder; bundesland; mitgliedstaat;
        mitgliedsstaat; mitgliedstaaten; mitglied; mitglieder; partei; parteien; fraktion; fraktionen; abgeordneter;
        abgeordnete; abgeordneten; unternehmen; firma; firmen; verband; verbände; verein; organisation;
        organisationen;
        institution; institutionen; behörde; behörden; ministerium; ministerien; regierung; kandidat; kandidatin;
        kandidaten; kandidierende; gewerkschaft; person; personen; teilnehmer; befragte; unterzeichner; kanton;
        gemeinde; delegation; nation
        行为体; 行动者; 国家; 国别; 政党; 党派; 成员; 成员国; 会员国; 公司; 企业; 组织; 机构; 代表; 代表团; 议员;
        团体;
        政府; 部门; 省份; 参与者; 候选人; 利益相关者; 利益相关方; 國家; 政黨; 黨派; 成員; 成員國; 會員國; 組織;
        機構; 議員; 国名; 党; 州; 国
        pays; parti; partis; état; états; membre; membres; entreprise; entreprises; société; acteur; acteurs; député;
        députés; sénateur; groupe parlementaire; organisme; ministère; gouvernement; candidat
        país; países; pais; paises; partido; partidos; estado; estados; miembro; miembros; empresa; empresas;
        organización; organizaciones; actores; diputado; diputada; diputados; senador; senadores; grupo parlamentario;
        ministerio; gobierno; candidato; entidad
        paese; paesi; partito; partiti; stato; stati; membro; membri; azienda; organizzazione; attore; deputato;
        governo
        membros; organização; ator; deputado; partij; partijen; staten; lid; leden; bedrijf; bedrijven; organisatie;
        fractie; страна; страны; партия; государство; организация; компания; депутат; państwo; kraj; partia;
        organizacja
        国々; 企業; 国会議員; 団体; 会派; 국가; 정당; 의원; 기관; 기업; 단체; parti; land;
        riksdagsledamot; medlem; strana; strany; poslanec; poslankyně; poslanci; klub;
        البلد; الدولة; دولة; الحزب; حزب; ülke; парламентарий; фракция; країна; партія; депутати; podmiot""",
    "proposal": """
        proposal; policy; policies; bill; act; law; legislation; statute; thesis; theses; motion; measure; item;
        resolution;
        amendment; question; statement; proposition; claim; demand; issue; topic; article; provision; clause; treaty;
        instrument; convention; recommendation; option; initiative; referendum; ballot; regulation; directive; plan;
        idea; commitment; principle; pledge; vote on; decision; rule; reform; title; action; intervention
        vorschlag; vorschläge; these; thesen; gesetz; gesetze; gesetzentwurf; gesetzesentwurf; gesetzesvorlage;
        antrag;
        anträge; änderungsantrag; maßnahme; maßnahmen; massnahme; massnahmen; forderung; forderungen; frage; fragen;
        vorlage; abstimmungsvorlage; beschluss; initiative; volksinitiative; artikel; empfehlung; vertrag; thema;
        themen; aussage; aussagen; punkt; vorhaben; verordnung; richtlinie; tagesordnungspunkt; titel; bestimmung
        提案; 议案; 法案; 法律; 措施; 政策; 条款; 主张; 议题; 建议; 动议; 决议; 问题; 倡议; 条约; 规定; 命题; 議案;
        條款;
        議題; 建議; 動議; 決議; 問題; 倡議; 观点陈述; 题目
        mesure; mesures; loi; projet de loi; proposition de loi; thèse; thèses; amendement; politique; résolution;
        proposition; propositions; recommandation; texte de loi
        propuesta; propuestas; medida; medidas; ley; proyecto de ley; tesis; moción; enmienda; pregunta; política;
        resolución; iniciativa; recomendación; tema
        proposta; proposte; misura; misure; legge; mozione; emendamento; tesi; domanda; propostas; lei; moção; tese;
        emenda; questão; voorstel; voorstellen; maatregel; maatregelen; wet; wetsvoorstel; motie; stelling;
        stellingen;
        предложение; закон; законопроект; мера; инициатива; вопрос; резолюция; propozycja; ustawa; wniosek; postulat;
        teza; 法案名; 제안; 법안; 안건; 정책; förslag; motion; тезис; тезисы; projeto; projeto de lei; قانون; القانون;
        مشروع القانون; السياسة; kanun; yasa; politika; закони; законопроєкт""",
}
_ROW_WORDS: Mapping[str, str] = {
    loose(word): meant for meant, words in _ROWS.items() for word in re.split(r"[;\n]", words) if word.strip()
}
_LOOKED_AT = 50  # different values of a column, to see whether it may hold names
_LETTERLESS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # scripts whose words no blank divides


# What a column of yes and no may say of a proposal, beside those of actors.
_ATTRIBUTES = """
    binding; legally binding; in force; adopted; enacted; implemented; passed; active; voluntary; mandatory; ratified;
    public; published; final; current; new; urgent; relevant; included; reviewed; checked; coded; done; verified;
    outcome; result; results; status; priority; importance; weight; rank; type; level; risk; cost; deadline;
    vote count;
    ergebnis; priorität; typ; gewicht; stufe; frist; 结果; 状态; 优先级; 类型; 重要性; résultat; statut; priorité;
    resultado;
    prioridad;
    verbindlich; bindend; in kraft; verabschiedet; umgesetzt; freiwillig; öffentlich; aktuell; neu; geprüft; kodiert;
    erledigt; ratifiziert; 有约束力; 约束力; 生效; 已生效; 通过; 已通过; 公开; 自愿; 强制; 实施; 审核; 已审核;
    contraignant; en vigueur; adopté; vinculante; en vigor; adoptado
"""
_OF_ROWS = frozenset(loose(word) for word in _ATTRIBUTES.split(";"))


def says_of_rows(header: str) -> bool:
    """Whether a column of yes and no under this header hardly holds someone's stances."""
    return loose(header) in _OF_ROWS


# A name, of whatever the rows are.
_NAMES = """
name; names; full name; last name; surname; namen; nachname; nom; noms; nom complet; nombre; nombres;
nombre completo; nome; cognome; naam; namn; navn; imię i nazwisko; имя; фио; 姓名; 名字; 名称; 名稱; 名前; 氏名; 이름
"""
_NAME_WORDS = frozenset(map(loose, _NAMES.split(";")))


# The two halves of a person's name.
_FIRST_NAMES = """
first name; first names; firstname; given name; given names; forename; vorname; vornamen; prénom; prénoms; nombre;
nombres; nome; voornaam; förnamn; fornavn; imię; imiona; имя; ім я; 名; ad; etunimi; jméno; keresztnév
"""
_LAST_NAMES = """
last name; last names; lastname; surname; surnames; family name; nachname; familienname; zuname; nom; nom de famille;
apellido; apellidos; cognome; sobrenome; apelido; achternaam; efternamn; etternavn; efternavn; nazwisko; фамилия;
прізвище; 姓; soyad; sukunimi; příjmení; vezetéknév
"""
_FIRST_NAME_WORDS, _LAST_NAME_WORDS = (frozenset(map(loose, w.split(";"))) for w in (_FIRST_NAMES, _LAST_NAMES))


def halves_of_names(headers: Sequence[str]) -> tuple[str, str] | None:
    """The columns of the first and last names of persons; None where these are not two columns, one each."""
    first = [h for h in headers if loose(h) in _FIRST_NAME_WORDS]
    last = [h for h in headers if loose(h) in _LAST_NAME_WORDS]
    return (first[0], last[0]) if len(first) == len(last) == 1 else None


def is_name_word(header: str) -> bool:
    """Whether the header says that a column holds names, and not of what."""
    return loose(header) in _NAME_WORDS


# What may be a stance, or the office that somebody holds; and words of such offices.
_OFFICE_OR_STANCE = frozenset(map(loose, ("position", "positions", "posición", "posizione", "posição", "pozycja")))
_OFFICES = re.compile(
    r"minister|profess|direct|direkt|presiden|präsident|président|chair|\bc[etfo]o\b|secretary|sekretär|senator|"
    r"manager|officer|advis|analyst|research|fellow|\bhead\b|\bdean\b|lecturer|ambassador|botschafter|commission|"
    r"governor|mayor|bürgermeister|deputy|\bmember\b|counsel|founder|partner|engineer|scientist|economist|lawyer|"
    r"journalist|editor|leiter|vorsitz|vorstand|sprecher|spokes|referent|abgeordnet|geschäftsführ|wissenschaft|"
    r"ministre|responsable|chercheu|ministro|ministra|investigador|jefe|\bex-|主任|部长|部長|教授|总裁|總裁|主席|经理|研究员|"
    r"院长|书记|司长|发言人",
    re.IGNORECASE,
)


def may_be_office(header: str) -> bool:
    """Whether the header may be of stances, or of the offices that people hold."""
    return loose(header) in _OFFICE_OR_STANCE


def is_office(text: str) -> bool:
    """Whether it reads as an office: `Minister of Trade`."""
    return bool(_OFFICES.search(text))


# Of those, words for people, who may have a party, a country or an institution beside them.
_PERSON = """
member; senator; representative; legislator; lawmaker; councillor; councilor; councilmember; congressman;
parliamentarian; mp; mep; candidate; politician; speaker; expert; delegate; person; respondent; interviewee; witness;
commenter; voter; signatory; sprecher; sprecherin; abgeordneter; abgeordnete; abgeordneten; mitglied; mitglieder;
kandidat; kandidatin; kandidaten; kandidierende; befragte; unterzeichner; person; personen; 议员; 成员; 代表; 候选人;
議員; 成員; 国会議員; membre; membres; député; députés; sénateur; candidat; miembro; miembros; diputado; diputada;
diputados; senador; senadores; candidato; deputato; membro; membri; deputado; membros; lid; leden; депутат; 의원;
riksdagsledamot; ledamot; poseł; posłowie; депутаты
"""
_PEOPLE = frozenset(map(loose, _PERSON.split(";")))


def is_person_word(header: str) -> bool:
    """Whether the header says that each row is a person."""
    return loose(header) in _PEOPLE or loose(header).removesuffix("s") in _PEOPLE


_PARTIES = """
party; parties; caucus; faction; parliamentary group; partei; fraktion; parti; groupe; groupe parlementaire; partido;
grupo parlamentario; partito; gruppo; partij; fractie; партия; фракция; партія; фракція; partia; strana; 政党; 党派;
会派; 政黨; 黨派; 정당
"""
_PARTY_WORDS = frozenset(loose(w) for w in re.split(r"[;\n]", _PARTIES) if w.strip())


def is_party_word(header: str) -> bool:
    """Whether the header says that a column holds the parties of persons."""
    return loose(header) in _PARTY_WORDS


def is_row_word(header: str) -> bool:
    """Whether the header says no more than what the rows are, as `Country` does."""
    return loose(header) in _ROW_WORDS


def rows_mean(header: str) -> str:
    """Whether rows under this header are actors or proposals; '' where the word says neither, or both."""
    key = loose(header)
    if key in _ROW_WORDS:
        return _ROW_WORDS[key]
    if _LETTERLESS.search(key):
        found = {m for word, m in _ROW_WORDS.items() if len(word) > 1 and _LETTERLESS.search(word) and word in key}
    else:
        words = [w for token in key.split() for w in (token, token.removesuffix("s"))]
        found = {_ROW_WORDS[w] for w in words if w in _ROW_WORDS}
    return found.pop() if len(found) == 1 else ""


# Words that say what a column beside another one holds: `USA reason`, `USA_text`, or `Reason` after `USA`.
_BESIDE = {
    "summary": """text; texts; why; why not; why or why not; please explain; explain; please explain your answer;
        explain your answer; please explain why; please give reasons; reason for your answer; bitte begründen;
        warum; wieso; pourquoi; por qué;
        为什么; reason; reasons; reasoning; justification; explanation; rationale; argument;
        arguments; details;
        statement; begründung; begruendung; erklärung; erläuterung; grund; gründe; argumente; 理由; 解释; 说明;
        原因; 论据;
        raison; raisons; justification; explication; motif; texte; razón; razon; razones; motivo; texto; explicación;
        justificación; motivazione; testo; toelichting; uitleg; причина; обоснование; uzasadnienie""",
    "note": """note; notes; comment; comments; any comments; additional comments; your comment; please comment;
        remark; remarks; kommentar; kommentare; anmerkung; bemerkung; notiz;
        备注;
        注释; 评论; 備註; commentaire; remarque; comentario; nota; opmerking; commento; комментарий; uwagi""",
    "quote": """quote; quotation; wording; verbatim; zitat; wortlaut; 引文; 原文; citation; cita; citazione; citaat;
        цитата""",
    "source": """source; sources; reference; document; evidence; quelle; beleg; 来源; 出处; 來源; fuente; fonte; bron;
        источник; źródło""",
    "url": "url; link; 链接; 网址; lien; enlace",
    "date": "date; datum; 日期; fecha; дата",
    "condition": "condition; conditions; bedingung; bedingungen; 条件; condición; condizione; voorwaarde",
    "confidence": "confidence; certainty; sicherheit; 可信度; 置信度",
    "stance": """stance; position; vote; view; opinion; agree; agreement; agree or disagree; do you agree;
        do you agree or disagree; do you support this; do you support it; zustimmung; stimmen sie zu; einverstanden;
        d accord; êtes vous d accord; de acuerdo; está de acuerdo; 是否同意; 您是否同意; 您同意吗; 是否支持;
        answer; response; score; rating; haltung; antwort; votum;
        standpunkt; 立场;
        态度; 回答; 投票; réponse; avis; postura; posición; respuesta; voto; posizione; risposta; standpunt;
        позиция""",
}
FIELDS_BESIDE: Mapping[str, str] = {
    loose(w): f for f, words in _BESIDE.items() for w in re.split(r"[;\n]", words) if w.strip()
}
_FIRST = re.compile(r"([^\W\d_]+)[\s_:–-]+(?:(?:of|on|from|zu|zum|zur|von|sur|sobre|over|по)\s+)?(.+)")
_BETWEEN = " _:.,/|()（）[]–—-\u00a0\t"
_GAP = re.compile(rf"[{re.escape(_BETWEEN)}]+(?=[^\s)）\]])")
_MOST_WORDS = 5  # of a phrase at the end of a header, such as `Do you agree or disagree?`


def without_stance_word(headers: Sequence[str]) -> list[str]:
    """`USA` and `EU` of `Position USA` and `Position EU`: the headers without a first word that all of them have."""
    found = [_FIRST.fullmatch(h) for h in headers]
    first = {loose(str(f[1])) for f in found if f}
    if len(headers) < 2 or len(first) != 1 or not all(found) or FIELDS_BESIDE.get(first.pop()) != "stance":
        return list(headers)
    return [str(f[2]) for f in found if f]


def before_last_word(header: str) -> str:
    """`Ban exports?` of `Ban exports? [Answer]`, as it is written."""
    return _last_word(header)[0]


def _last_word(header: str) -> tuple[str, str]:
    """The header before its last word, and that folded; more words where together they say what a column holds."""
    whole = header.strip()
    gaps = [*_GAP.finditer(whole)][-_MOST_WORDS:]
    if not gaps:
        return "", ""
    found = next((g for g in gaps if loose(whole[g.end() :]) in FIELDS_BESIDE), gaps[-1])
    return whole[: found.start()].rstrip(_BETWEEN), loose(whole[found.end() :])


def beside(header: str) -> tuple[str, str]:
    """`usa` and `summary` of `USA_text`: the folded name before the last word, and what that word says; else blanks."""
    head, last = _last_word(header)
    if head and (field := FIELDS_BESIDE.get(last)):
        return loose(head), field
    first = _FIRST.match(header.strip())
    if first and (field := FIELDS_BESIDE.get(loose(first[1]), "stance")) != "stance":  # `Reason USA`
        return loose(str(first[2])), str(field)
    key = loose(header)
    if _LETTERLESS.search(key):
        for word, field in FIELDS_BESIDE.items():
            if _LETTERLESS.search(word) and key.endswith(word) and key != word:
                return loose(key.removesuffix(word)), field
    return "", ""


# Beside a column of proposals, what was said of them.
_SAID = frozenset(("statement", "statements", "aussage", "aussagen", "utterance", "passage", "excerpt"))

# Words for a proposal that beside another one mean what several of them are about.
BROADER = frozenset(("thema", "topic", "issue", "议题"))

# The names of sums and averages.
_TOTALS = """
total totals sum count average mean median subtotal avg summe gesamt insgesamt gesamtsumme anzahl durchschnitt
mittelwert schnitt zwischensumme ø 合计 总计 总数 小计 合計 總計 平均 平均值 均值 somme totaux moyenne suma promedio
totale somma totaal gemiddelde итого среднее сумма suma razem średnia
"""
TOTALS = frozenset(map(loose, _TOTALS.split()))


def columns_of(
    cells: SheetCells, chosen: Mapping[str, str], made: Mapping[str, str], problems: list[Problem]
) -> dict[str, str]:
    """header -> field, keep or skip; problems for what is doubled, missing, or nearly a known word.

    `made`: what is known of some of them, such as those that were made of a wide sheet's cells.
    """
    columns: dict[str, str] = {}
    for header in cells.headers:
        given = chosen.get(header)
        columns[header] = (
            made.get(header)
            or (given if given in (*FIELDS, KEEP, SKIP) else "")
            or WORDS.get(loose(_unrepeated(header, cells.headers)))
            or KEEP
        )
    _with_remark(columns, {*chosen, *made})
    _themes(columns, chosen)
    if not {"source", "url"} & {*columns.values()}:  # of the sheet as a source, there would be but one
        columns |= {h: KEEP for h, f in columns.items() if f in ("publisher", "author") and h not in chosen}
    if cells.label_of is None:
        _by_what_rows_are(columns, chosen)
    _doubled(cells, columns, problems)
    unmapped = [h for h, f in columns.items() if f == KEEP and h not in chosen and h not in made]
    _missing(cells, columns, unmapped, problems)
    for header in unmapped:
        if loose(header) in _SAID and "proposal" in columns.values():
            message = f"may be what was said: say --map '{header}=quote' (or summary), or --map '{header}={KEEP}'"
            problems.append(Problem(cells.file, cells.header_row, header, message, kind=COLUMN_ASKED))
            continue
        if any(p.column == header for p in problems):
            continue  # one question at a time
        word = _nearly(header) if loose(header) not in WORDS else ""
        if word and WORDS[word] not in REQUIRED and WORDS[word] not in columns.values():
            meant = WORDS[word]
            message = (
                f"may be meant for {meant} ({word!r}): say --map '{header}={meant}', or --map '{header}={KEEP}' "
                "to keep it as a column of its own"
            )
            problems.append(Problem(cells.file, cells.header_row, header, message, kind=COLUMN_ASKED))
    return columns


def unknown_columns(
    cells: SheetCells,
    headers: Sequence[str],
    chosen: Mapping[str, str],
    stances: Sequence[str],
    names_of_rows: Collection[str] = (),
) -> list[Problem]:
    """Options for columns (and rows, and names in them) that the sheet does not have, or with no known field."""
    problems = []
    allowed = [*FIELDS, *SEVERAL, KEEP, SKIP, *stances]
    names = (*headers, *cells.headers, *cells.odd_rows)
    for column, target in chosen.items():
        message = ""
        if column in names_of_rows and target in (*SEVERAL.values(), SKIP):
            continue  # an answer about a name, of which another answer has made no name
        if column not in names:
            message = f"there is no such column{near_miss(column, headers)}"
        elif target not in allowed:
            message = _no_field(target, [*FIELDS, *SEVERAL, KEEP, SKIP])
        if message:
            problems.append(Problem(cells.file, cells.header_row, column, f"--map {column}={target}: {message}"))
    return problems


def _by_what_rows_are(columns: dict[str, str], chosen: Mapping[str, str]) -> None:
    """Where no column is called one of actors (or proposals), the only one under a word like `Country` holds them."""
    for wanted in ACROSS:
        if wanted not in columns.values():
            found = [h for h, f in columns.items() if f == KEEP and h not in chosen and rows_mean(h) == wanted]
            found = [h for h in found if is_person_word(h)] or found
            others = [h for h, f in columns.items() if f == "institution"] if wanted == "actor" else []
            # `Nom` beside `Parti`: either may be the actor.
            others += [h for h, f in columns.items() if wanted == "actor" and f == KEEP and is_name_word(h)]
            if len(found) == 1 and not (others and not is_person_word(found[0])):
                columns[found[0]] = wanted


def _with_remark(columns: dict[str, str], settled: Collection[str]) -> None:
    """A header such as `Position (-2 to 2)` is its first word's, where no other column is."""
    found: dict[str, list[str]] = {}
    for header, field in columns.items():
        meant = WORDS.get(loose(re.sub(r"\s*[(（\[][^()（）]*[)）\]]\s*$", "", header)), "")
        if field == KEEP and header not in settled and meant and meant not in columns.values():
            found.setdefault(meant, []).append(header)
    columns |= {headers[0]: meant for meant, headers in found.items() if len(headers) == 1}


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
            problems.append(
                Problem(cells.file, cells.header_row, header, message, kind=COLUMN_ASKED, others=(headers[0],))
            )


def _missing(cells: SheetCells, columns: Mapping[str, str], unmapped: Sequence[str], problems: list[Problem]) -> None:
    from matrix.importing.sheet.stances import VOTE_WORDS

    values = {h: [loose(str(v)) for v in cells.frame[h].unique()[:_LOOKED_AT]] for h in unmapped}
    known = {h: [v for v in each if len(v) > 1 and v in VOTE_WORDS] for h, each in values.items()}
    stated = {h for h in unmapped if known[h] and 2 * len(known[h]) >= len(values[h])}
    for wanted in REQUIRED:
        if wanted not in columns.values():
            meant = next((h for h in unmapped if (w := _nearly(h)) and WORDS[w] == wanted), "")
            if not meant and wanted == "actor":
                meant = next((h for h, f in columns.items() if f == "institution"), "")
            if meant:
                hint = f"; did you mean {meant!r}?: say --map '{meant}={wanted}'"
            else:
                hint = f": say --set '{wanted}=…' if it is the same in every row"
                if may := [h for h in unmapped if wanted == "stance" or h not in stated]:
                    hint += f", or name it with --map 'COLUMN={wanted}', where COLUMN is one of {some(may)}"
                    if wanted == "stance":
                        hint += (
                            "; where several columns hold stances, say so of each; for a list of names, "
                            "--map 'COLUMN=support' says that all of them support"
                        )
            message = f"no column holds the {wanted}{hint}"
            problems.append(
                Problem(cells.file, cells.header_row, wanted, message, kind=NO_COLUMN, others=(meant,) * bool(meant))
            )


def _nearly(header: str) -> str:
    """The known header word that this one may be a misspelling of; '' for none."""
    from rapidfuzz.fuzz import ratio
    from rapidfuzz.process import extractOne

    key = loose(header)
    hit = extractOne(key, WORDS.keys(), scorer=ratio, score_cutoff=80) if len(key) > 3 else None
    return str(hit[0]) if hit else ""
