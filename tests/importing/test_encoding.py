"""The encoding of a text file: named, asked where two readings are as good, and never a wrong one in silence."""

from __future__ import annotations

import codecs
import io
import json
from pathlib import Path

import pytest

from matrix.dataset.problems import DatasetError
from matrix.importing import ImportOptions, read_file
from matrix.importing.file_cells.encoding import Encoding, encoding_of

RUSSIAN = "Actor;Proposal;Stance\nМинистерство торговли;Реестр моделей;support\nСоюз печатников;Запрет;oppose\n"
POLISH = "Actor;Proposal;Stance\nŁódzka Izba;Rejestr;support\nZwiązek Drukarzy;Zakaz;oppose\nŻółkiewski;Zakaz;oppose\n"
# What people have: a short sheet in the language, and the encodings in which it must come in right without a question.
RIGHT = {
    "German": ("Akteur;Haltung\nMüller;dafür\nGrüne;dagegen\n", "cp1252 cp1250 iso8859_15 mac_roman"),
    "French": (
        "Acteur,Position\nMinistère de l’Économie,favorable aux modèles\nSénat,défavorable\n",
        "cp1252 mac_roman",
    ),
    "Spanish": ("Actor,Postura\nMuñoz,a favor\nCámara de Comercio,en contra\n", "cp1252 mac_roman"),
    "Portuguese": ("Ator;Posição\nAssociação Comercial;não\nMinistério;sim\n", "cp1252 mac_roman"),
    "Danish": ("Aktør;Holdning\nØkonomiministeriet;støtter\nSørensen;imod\n", "cp1252"),
    "Polish": (POLISH, "cp1250 iso8859_2 mac_latin2 cp852"),
    "Czech": (
        "Actor;Proposal\nŘehoř Dvořák;Zákaz vývozu\nČeská komora;Registr modelů\n",
        "cp1250 iso8859_2 mac_latin2",
    ),
    "Croatian": ("Actor;Proposal\nŽupanija;Zabrana\nČović Šime;Podržava đake\n", "cp1250 iso8859_2"),
    "Romanian": ("Actor;Proposal\nMinisterul Economiei şi Comerţului;Interdicţie\n", "cp1250 iso8859_2"),
    "Turkish": ("Actor,Proposal\nDışişleri Bakanlığı,Kayıt\nİstanbul Odası,Yasak\n", "cp1254 iso8859_9"),
    "Lithuanian": ("Actor,Proposal\nŪkio ministerija,Registras\nPramonininkų sąjunga,Draudimas įvežti\n", "cp1257"),
    "Russian": (RUSSIAN, "cp1251 koi8_r iso8859_5 mac_cyrillic cp866"),
    "Ukrainian": ("Actor;Proposal\nМіністерство економіки;Реєстр\nСпілка друкарів;Заборона\n", "cp1251 koi8_u"),
    "Greek": ("Actor;Proposal\nΥπουργείο Εμπορίου;Μητρώο\nΈνωση Τυπογράφων;Απαγόρευση\n", "cp1253 iso8859_7"),
    "Hebrew": ("Actor,Proposal\nמשרד המסחר,מרשם\nאיגוד,איסור\n", "cp1255"),
    "Arabic": ("Actor,Proposal\nوزارة التجارة,سجل\nاتحاد الطابعين,حظر التصدير\n", "cp1256 iso8859_6"),
    "Thai": ("Actor,Proposal\nกระทรวงพาณิชย์,ทะเบียน\nสหภาพ,ห้ามส่งออก\n", "cp874"),
    "Chinese": ("Actor,Stance\n外交部,支持\n商务部,反对\n", "gb18030"),
    "Chinese of Taiwan": ("Actor,Stance\n外交部,支持\n臺灣大學,反對\n", "cp950"),
    "Japanese": ("Actor,Stance\n経済産業省,支持\nトヨタ自動車,反対\n", "cp932 euc_jp"),
    "Korean": ("Actor,Stance\n외교부,등록\n삼성전자,수출 금지\n", "cp949"),
    "typographic signs": ("actor,quote\nAnn,it’s “fine” – really\n", "cp1252 mac_roman"),
}
# So short, or in so rare an encoding, that a question is as good: but never wrong in silence.
SHORT = {
    "Zoë": ("Actor;Proposal\nZoë;Register\n", "cp1252 mac_roman cp850"),
    "Muñoz": ("Actor;Proposal\nMuñoz;Register\n", "cp1252 mac_roman cp850 iso8859_15"),
    "Łódź": ("Actor;Proposal\nŁódź;Register\n", "cp1250 iso8859_2 cp852 mac_latin2"),
    "Même": ("Acteur;Avis\nMême;pour\n", "cp1252"),
    "dzięki": ("Actor;Quote\nAnna;dzięki\n", "cp1250"),
    "erősítés": ("Actor;Quote\nAnna;erősítés\n", "cp1250 iso8859_2"),
    "€5": ("Actor,Quote\nAnn,costs €5 a day\n", "cp1252"),
    "§": ("Actor,Quote\nAnn,see § 5\n", "cp1252 mac_roman"),
    "Hungarian": ("Actor;Proposal\nGyőri Kamara;Nyilvántartás\nMűszaki Egyetem;Tilalom\n", "cp1250 iso8859_2"),
    "Italian": ("Attore;Posizione\nUniversità;sì\nComunità;no\n", "cp1252 mac_roman cp850"),
    "Estonian": ("Actor,Proposal\nVälisministeerium,Register\nŠveits,Õpetajad\n", "cp1257 cp1252"),
    "capitals": ("ACTOR;PROPOSAL\nМИНИСТЕРСТВО;РЕЕСТР\n", "cp1251 koi8_r cp866"),
    "Россия": ("Actor;Proposal\nРоссия;Да\n", "cp1251 koi8_r iso8859_5 mac_cyrillic cp866"),
    "서울": ("Actor,Stance\n외교부,support\n서울대학교,oppose\n", "cp949"),
    "東京": ("Actor,Stance\n外務省,support\n東京大学,oppose\n", "cp932 euc_jp"),
    "北京": ("Actor,Stance\n外交部,support\n清华大学,oppose\n", "gb18030"),
    "Ελλάδα": ("Actor,Stance\nΕλλάδα,support\n", "cp1253 iso8859_7 mac_greek"),
    "通, whose bytes are valid UTF-8": ("Actor\n通\n", "gb18030"),
}


def found(data: bytes, chosen: str = "") -> Encoding:
    return encoding_of(io.BytesIO(data), "f.csv", chosen)


@pytest.mark.parametrize("language", RIGHT)
def test_a_short_sheet_in_an_old_encoding_comes_in_right_and_says_so(language: str) -> None:
    text, encodings = RIGHT[language]
    for encoding in encodings.split():
        data = text.encode(encoding)
        how = found(data)
        assert (how.asked, data.decode(how.name)) == (False, text), encoding
        assert how.note == f"read as {how.label}, from the letters; --encoding to change."


@pytest.mark.parametrize("word", SHORT)
def test_where_two_readings_are_as_good_the_right_one_is_among_those_asked_about(word: str) -> None:
    text, encodings = SHORT[word]
    for encoding in encodings.split():
        data = text.encode(encoding)
        how = found(data)
        read = {data.decode(r.encoding) for r in how.readings} if how.asked else {data.decode(how.name)}
        assert text in read, encoding
        if how.asked:
            assert all(f"--encoding {r.encoding} ({r.label})" in how.question for r in how.readings)


@pytest.mark.parametrize(
    ("data", "encoding", "note"),
    [
        (b"Actor,Stance\nAnn,yes\n", "utf-8", ""),
        ("Actor\nMüller\n".encode(), "utf-8", "read as UTF-8, which all of its bytes are."),
        ("Actor\nՀայաստան\n".encode(), "utf-8", "read as UTF-8, which all of its bytes are."),
        ("Actor\nMüller\n".encode("utf-8-sig"), "utf-8-sig", "read as UTF-8, by its first bytes."),
        ("Actor,x\nMüller,1\n".encode("utf-16"), "utf-16", "read as UTF-16, by its first bytes."),
        (
            "Actor,x\n外交部,1\n".encode("utf-16-le"),
            "utf-16-le",
            "read as UTF-16, from its bytes; --encoding to change.",
        ),
        (
            "Actor,x\n外交部,1\n".encode("utf-16-be"),
            "utf-16-be",
            "read as UTF-16, from its bytes; --encoding to change.",
        ),
    ],
)
def test_unicode_is_told_by_its_mark_or_because_it_is_valid(data: bytes, encoding: str, note: str) -> None:
    assert (found(data).name, found(data).note) == (encoding, note)


@pytest.mark.parametrize("name", ["cp1251", "Windows-1251", "windows-1251", "CP1251"])
def test_what_the_user_says_is_taken(name: str) -> None:
    how = found(RUSSIAN.encode("cp1251"), name)
    assert (how.name, how.note) == ("cp1251", "read as Windows-1251, as asked.")


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("cp-1251", RUSSIAN.encode("cp1251"), "'cp-1251' is not an encoding; did you mean 'cp1251'"),
        ("hex", b"a,b\n", "'hex' is not an encoding"),
        ("utf-8", RUSSIAN.encode("cp1251"), r"row 2: holds bytes that are not UTF-8, as --encoding says"),
        ("utf-16", b"a,b\n1,2\n\n", "bytes that are not UTF-16"),
        (
            "",
            "Actor\nMüller, Grüne, Schröder, Süß und Käthe\n".encode() + b"\xfc\n",
            "row 3: is in UTF-8 but for 1 bytes",
        ),
    ],
)
def test_an_encoding_that_there_is_not_or_that_does_not_fit_is_refused(name: str, data: bytes, message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        found(data, name)


def test_a_sheet_of_an_old_encoding_becomes_a_dataset(tmp_path: Path) -> None:
    file = tmp_path / "russian.csv"
    file.write_bytes(RUSSIAN.encode("cp1251"))
    read = read_file(file)
    assert read.dataset is not None
    assert list(read.dataset.actors["name"]) == ["Министерство торговли", "Союз печатников"]
    assert read.notes[0] == "read as Windows-1251, from the letters; --encoding to change."
    assert (read.encoding, read.encodings[0].encoding) == ("cp1251", "cp1251")


def test_a_question_about_the_encoding_says_what_each_reading_makes_and_its_answer_settles_it(tmp_path: Path) -> None:
    file = tmp_path / "short.csv"
    file.write_bytes("Actor,Proposal,Stance,Quote\nAnna,Ban,support,dzięki\n".encode("cp1250"))
    asked = read_file(file)
    assert (asked.dataset, asked.encoding, asked.sound) == (None, "", False)
    assert "'dziêki' with --encoding cp1252" in str(asked.problems[0])
    assert "'dzięki' with --encoding cp1250" in str(asked.problems[0])
    assert {r.encoding: r.words for r in asked.encodings}["cp1250"] == ("dzięki",)
    settled = read_file(file, options=ImportOptions(encoding="cp1250"))
    assert settled.dataset is not None
    assert list(settled.dataset.statements["quote"]) == ["dzięki"]
    assert json.dumps(settled.notes, ensure_ascii=False).count("read as Windows-1250, as asked.") == 1


@pytest.mark.parametrize("ending", ["tsv", "txt", "csv"])
@pytest.mark.parametrize("separator", ["\t", ";", ",", "|"])
def test_text_of_any_ending_and_separator_is_read(tmp_path: Path, ending: str, separator: str) -> None:
    file = tmp_path / f"sheet.{ending}"
    rows = [("Actor", "Proposal", "Stance"), ("Adams", "Registry", "support"), ("Bell", "Registry", "oppose")]
    file.write_text("".join(f"{separator.join(row)}\n" for row in rows), encoding="utf-8")
    read = read_file(file)
    assert read.dataset is not None
    stated = read.dataset.statements[["actor", "stance"]].astype("str").to_numpy().tolist()
    assert stated == [["adams", "support"], ["bell", "oppose"]]


@pytest.mark.parametrize("start", [b"", codecs.BOM_UTF8])
def test_utf_8_that_was_saved_twice_is_asked_about(tmp_path: Path, start: bytes) -> None:
    text = "Partei,Zölle,Präambel\nGrüne,ja,nein\nÖDP – „neu“,nein,ja\n"
    path = tmp_path / "twice.csv"
    path.write_bytes(start + text.encode().decode("cp1252", "ignore").encode())
    found = read_file(path)
    assert [(r.encoding, r.words[0]) for r in found.encodings] == [("utf-8-twice", "Zölle"), ("utf-8", "ZÃ¶lle")]
    assert "'Zölle, Präambel' with --encoding utf-8-twice" in str(found.problems[0]).replace("', '", ", ")
    read = read_file(path, options=ImportOptions(encoding="utf-8-twice"))
    assert read.dataset is not None
    assert read.dataset.actors["name"].tolist()[0] == "Grüne"
    assert read.dataset.proposals["title"].tolist() == ["Zölle", "Präambel"]
    kept = read_file(path, options=ImportOptions(encoding="utf-8"))
    assert kept.dataset is not None
    assert kept.dataset.actors["name"].tolist()[0] == "GrÃ¼ne"
    plain = tmp_path / "plain.csv"
    plain.write_text(text, "utf-8")
    assert not read_file(plain).encodings
    with pytest.raises(DatasetError, match="is not UTF-8 that was read as Windows-1252"):
        read_file(plain, options=ImportOptions(encoding="utf-8-twice"))
