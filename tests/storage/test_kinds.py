"""What a file really is, read from its bytes."""

import io
import zipfile

import pytest

from tests.support.pace import lasts
from thulium_portal.storage import kinds

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
INVOICE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!-- KSeF -->\n'
    '<Faktura xmlns="http://crd.gov.pl/wzor/2025/06/25/13775/"><Naglowek/></Faktura>'
)


def zipped(*names: str) -> bytes:
    """Return a ZIP with these names in it."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return data.getvalue()


def kind_of(data: bytes) -> str:
    return kinds.sniff(io.BytesIO(data))


@pytest.mark.parametrize(
    "data",
    [
        b"MZ\x90\x00\x03" + bytes(200), b"\x7fELF\x02\x01" + bytes(50),
        b"#!/bin/sh\nrm -rf ~\n", b"#! /usr/bin/env python3\n",
        b"\xcf\xfa\xed\xfe" + bytes(50), b"\xca\xfe\xba\xbe" + bytes(50),
        b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(50),
    ],
)  # fmt: skip
def test_programs_are_known_by_their_first_bytes(data):
    assert kind_of(data) == kinds.PROGRAM


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html><html>", "<html><body>", "<!-- x -->\n<svg xmlns='x'/>",
        '<?xml version="1.0"?><svg/>', '<?xml version="1.0"?><s:svg xmlns:s="x"/>',
        '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b>">]><svg/>',
        '<?xml version="1.0"?><a><s:script xmlns:s="http://www.w3.org/1999/xhtml">x</s:script></a>',
        "<SCRIPT>alert(1)</SCRIPT>",
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_web_pages_and_drawings_with_code_are_known(text, encoding):
    assert kind_of(text.encode(encoding)) == kinds.WEB_PAGE


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (INVOICE, kinds.XML),
        ('<?xml version="1.0"?><?xml-stylesheet href="styl.xsl"?><UPO/>', kinds.XML),
        ('<?xml version="1.0"?><!-- ' + "-" * 70_000, kinds.XML + kinds.UNSEEN),
        ("Zażółć gęślą jaźń", kinds.TEXT),
        ("<b>pogrubione</b>", kinds.TEXT),
        ("MZ odpowiedziało, że nie.", kinds.MZ_TEXT),
        ("BMW 320d\nrocznik 2019", kinds.TEXT),
        ("lp;nazwa;cena\n1;żółw;12,50", kinds.TEXT),
    ],
)
def test_texts_are_texts_whatever_letters_they_begin_with(text, kind):
    assert kind_of(text.encode()) == kind


def test_letters_of_an_old_code_page_are_text():
    assert kind_of("Zażółć;gęślą".encode("cp1250")) == kinds.TEXT


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (["[Content_Types].xml", "word/document.xml"], DOCX),
        (["[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"], DOCX + kinds.MACROS),
        (["umowa.pdf", "zdjęcia/1.jpg"], "application/zip"),
        (["umowa.pdf", "faktura.pdf.EXE"], "application/zip" + kinds.PROGRAMS),
        (["umowa.pdf", "skrypt.js "], "application/zip" + kinds.PROGRAMS),
        (["mimetype", "content.xml", "Basic/script-lc.xml"], "application/zip" + kinds.MACROS),
    ],
)
def test_archives_are_known_by_the_names_in_them(names, kind):
    assert kind_of(zipped(*names)) == kind


def test_an_archive_behind_other_bytes_is_read_too():
    assert kinds.zip_names(io.BytesIO(b"PK" + b"x" * 5000 + zipped("a.exe"))) == ["a.exe"]


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04 broken", zipped("a")[:-30], zipped("a")[:-22] + b"PK\x05\x06" + b"\xff" * 18],
    ids=["nothing behind its start", "cut in its list", "a list of countless files"],
)
def test_a_broken_archive_is_not_looked_through(data):
    assert kind_of(data) == "application/zip" + kinds.UNSEEN


def test_an_archive_of_countless_names_costs_no_more():
    data = zipped(*(str(number) for number in range(kinds._MOST_ENTRIES + 1)))
    assert kind_of(data) == "application/zip" + kinds.UNSEEN
    assert lasts(lambda: kind_of(data), enough=10) < 10


def test_macros_of_the_old_documents_are_found():
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)
    assert not kind_of(old).endswith(kinds.MACROS)
    assert kind_of(old + "_VBA_PROJECT".encode("utf-16-le")).endswith(kinds.MACROS)


@pytest.mark.parametrize(
    "data",
    [
        b"<!---->" * 9000, b"<?x?>" * 13_000, b" " * 70_000, b"<" * 70_000,
        b"<?xml?>" + b"<a>" * 8_000_000, b"<!DOCTYPE [" * 6000, b"#!" * 12_000_000,
    ],
)  # fmt: skip
def test_no_text_takes_long_to_be_known(data):
    assert lasts(lambda: kind_of(data), enough=15) < 15
