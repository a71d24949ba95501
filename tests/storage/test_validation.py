"""What may be attached."""

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.storage.test_kinds import INVOICE, zipped
from thulium_portal.environment import Environment
from thulium_portal.storage import kinds
from thulium_portal.storage.models import StoredFile
from thulium_portal.storage.validation import check, clean_name, doubt, ending

PDF = b"%PDF-1.4\n1 0 obj"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(40)
PROGRAM = b"MZ\x90\x00" + bytes(200)
DOCX = zipped("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Ala\\cennik 2026.pdf", "cennik 2026.pdf"),
        ("zdj\r\nęcie\u202egpj.png", "zdjęciegpj.png"),
        ("umowa\u00ad\u2060\u200b\u3164.pdf", "umowa.pdf"),
        ("faktura.exe. . ", "faktura.exe"),
        ("faktura.exe:umowa.pdf", "faktura.exe-umowa.pdf"),
        ("  .ukryty  ", "ukryty"),
        ("pół\ud83dznak.pdf", "półznak.pdf"),
        ("ł" * 300 + ".pdf", "ł" * 146 + ".pdf"),
    ],
)
def test_a_files_name_loses_what_could_harm_and_nothing_else(given, clean):
    assert clean_name(given) == clean


def test_a_file_without_a_name_is_called_a_file_in_the_readers_language():
    assert clean_name("") == "plik"


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("umowa.2026.PDF", "pdf"), ("faktura.pdf .exe", "exe"), ("faktura．exe", "exe"),
        ("faktura․exe", "exe"), ("plik", ""), (".pdf", ""), ("umowa.pdf.", "pdf"),
    ],
)  # fmt: skip
def test_the_last_ending_counts_as_it_is_seen(name, last):
    assert ending(name) == last


def attempt(name: str, data: bytes) -> str:
    """Return the sentence with which a file is refused, "" where it may go."""
    try:
        check(SimpleUploadedFile(name, data))
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("umowa.2026.pdf", PDF), ("v1.2.js.pdf", PDF), ("instalator.exe.pdf", PDF),
        ("zdjęcie.jpg", PNG), ("zdjęcie.PNG", JPG), ("faktura.xml", INVOICE.encode()),
        ("UPO_5265877635.xml", INVOICE.encode("utf-16")), ("umowa.docx", DOCX),
        ("umowa.doc", DOCX), ("umowa.doc", b"{\\rtf1 Umowa}"), ("pismo.txt", b"MZ odpisalo"),
        ("kod.txt", b"<html><b>tak</b></html>"), ("paczka.zip", zipped("a.pdf")),
        ("podpis.p7m", bytes(30)), ("list.eml", b"From: a@example.org\n\nTak."),
        ("dane.json", b'{"a": 1}'), ("nowy.pdf", b"x"),
    ],
)  # fmt: skip
def test_ordinary_files_go(name, data):
    assert attempt(name, data) == ""


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("pusty.pdf", b"", "pusty"),
        ("faktura.pdf.exe", PROGRAM, ".exe"),
        ("faktura.pdf .exe", PROGRAM, ".exe"),
        ("faktura\u202efdp.exe", PROGRAM, ".exe"),
        ("umowa.pdf.lnk", b"x", ".lnk"),
        ("umowa.pdf.{00020C01-0000-0000-C000-000000000046}", b"x", "ZIP"),
        ("obraz.svg", b"<svg/>", ".svg"),
        ("strona.html", b"<html>", ".html"),
        ("README", b"tekst", "Zmień nazwę"),
        ("umowa.pdf", PROGRAM, "programem"),
        ("umowa.pdf", b"MZ123", "programem"),
        ("umowa.txt", b"#!/bin/sh\n", "programem"),
        ("zdjęcie.jpg", b"<svg xmlns='x'/>", "PDF"),
        ("faktura.xml", b"<?xml version='1.0'?><svg/>", "PDF"),
        ("faktura.xml", b"<html><script>1</script>", "PDF"),
        ("umowa.pdf", zipped("a.pdf"), "zip"),
        ("zdjęcie.png", PDF, "pdf"),
        ("notatka.txt", PDF, "pdf"),
    ],
)
def test_what_cannot_go_is_refused_with_what_to_do(name, data, words):
    assert words in attempt(name, data)


def test_the_list_is_a_setting(settings):
    settings.ATTACHMENT_TYPES = frozenset({"svg"})
    assert attempt("rysunek.svg", b"<svg/>") == ""
    assert ".pdf" in attempt("umowa.pdf", PDF)


def test_no_setting_lets_a_program_pass(settings):
    settings.ATTACHMENT_TYPES = frozenset({"exe"})
    assert "programem" in attempt("gra.exe", PROGRAM)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("umowa.docm", DOCX, "macro_file"),
        ("arkusz.XLSM", DOCX, "macro_file"),
        ("arkusz.xlsb", DOCX, "macro_file"),
        ("umowa.docx", zipped("[Content_Types].xml", "word/vbaProject.bin"), "macro_file"),
        ("paczka.zip", zipped("a.pdf", "b.exe"), "program_file"),
        ("paczka.zip", b"PK\x03\x04 broken", "unread_file"),
        ("umowa.docx", DOCX, ""),
        ("paczka.zip", zipped("a.pdf"), ""),
        ("umowa.pdf", PDF, ""),
    ],
)
def test_some_files_are_asked_about_and_not_refused(name, data, code):
    upload = SimpleUploadedFile(name, data)
    check(upload)
    found = doubt(name, StoredFile(content_type=kinds.sniff(upload), sha256="ab12"))
    assert (found.code if found else "") == (f"{code}:ab12" if code else "")
    if found:
        assert name in found.message


def test_endings_are_read_with_or_without_their_dots(monkeypatch, tmp_path):
    env = Environment(tmp_path / ".env")
    monkeypatch.setenv("ATTACHMENT_TYPES", " .PDF, docx ,jpg")
    assert env.endings("ATTACHMENT_TYPES", ["x"]) == {"pdf", "docx", "jpg"}
    monkeypatch.setenv("ATTACHMENT_TYPES", "pdf, *.docx")
    with pytest.raises(ImproperlyConfigured, match="ATTACHMENT_TYPES holds"):
        env.endings("ATTACHMENT_TYPES", ["x"])
