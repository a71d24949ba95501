"""Texts are collected from code and templates, compiled without msgfmt, and none is forgotten."""

import gettext
import os
import shutil
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from thulium_portal.site import translations

PLURAL = (
    "nplurals=4; plural=(n==1 ? 0 : (n%10>=2 && n%10<=4) && (n%100<12 || n%100>14) ? 1 :"
    " n!=1 && (n%10>=0 && n%10<=1) || (n%10>=5 && n%10<=9) || (n%100>=12 && n%100<=14) ? 2 : 3);"
)
HEADER = f"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: {PLURAL}\\n"

"""
COMPLETE = """msgid "Send reply"
msgstr "Wyślij odpowiedź"

msgctxt "button"
msgid "Open"
msgstr "Otwórz"

msgid "%(count)s reply"
msgid_plural "%(count)s replies"
msgstr[0] "%(count)s odpowiedź"
msgstr[1] "%(count)s odpowiedzi"
msgstr[2] "%(count)s odpowiedzi"
msgstr[3] "%(count)s odpowiedzi"
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A small project with three texts, one of them in a template."""
    root = tmp_path_factory.mktemp("project")
    (root / "thulium_portal").mkdir()
    (root / "thulium_portal" / "views.py").write_text(
        'pgettext("button", "Open")\nngettext("%(count)s reply", "%(count)s replies", count)\n'
    )
    (root / "templates").mkdir()
    (root / "templates" / "page.html").write_text('{% load i18n %}{% translate "Send reply" %}')
    return root


@pytest.fixture(scope="module")
def texts(project):
    before = sorted(project.rglob("*"))
    collected = translations.collected(project)
    assert sorted(project.rglob("*")) == before, "collecting left something behind"
    return collected


def test_collecting_twice_writes_the_same_catalogue(project, tmp_path, monkeypatch, settings):
    shutil.copytree(project, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "locale" / "pl" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(HEADER + COMPLETE)
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    call_command("makemessages", locale=["pl"], verbosity=0)
    first = path.read_text()
    assert "Wyślij odpowiedź" in first
    assert "POT-Creation-Date" not in first
    call_command("makemessages", locale=["pl"], verbosity=0)
    assert path.read_text() == first


@pytest.fixture
def catalogue(tmp_path, settings) -> Path:
    path = tmp_path / "pl" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(HEADER + COMPLETE)
    settings.LOCALE_PATHS = [tmp_path]
    return path


def test_texts_of_code_and_templates_are_collected(texts):
    assert {entry.msgid for entry in texts} == {"Send reply", "Open", "%(count)s reply"}


def test_a_complete_catalogue_has_no_gaps(catalogue, texts):
    assert translations.gaps(catalogue, texts) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('msgctxt "button"\n', "", "“Open”: not in the catalogue"),
        ("Wyślij odpowiedź", "", "“Send reply”: not translated"),
        ('msgid "Send reply"', '#, fuzzy\nmsgid "Send reply"', "“Send reply”: marked as fuzzy"),
        ('msgstr[3] "%(count)s odpowiedzi"', 'msgstr[3] ""', "“%(count)s reply”: not translated"),
    ],
)
def test_a_gap_is_named(catalogue, texts, old, new, problem):
    catalogue.write_text(catalogue.read_text().replace(old, new))
    assert any(problem in found for found in translations.gaps(catalogue, texts))


def test_a_lost_placeholder_is_named(catalogue, texts):
    entry = '\n#, python-format\nmsgid "at %(time)s"\nmsgstr "o %(godzina)s"\n'
    catalogue.write_text(catalogue.read_text() + entry)
    assert any("godzina" in found for found in translations.gaps(catalogue, texts))


def test_a_missing_catalogue_is_named(tmp_path, settings):
    settings.LOCALE_PATHS = [tmp_path]
    assert translations.problems() == [
        f"{tmp_path}/pl/LC_MESSAGES/django.po is missing; “make messages” writes it."
    ]


def test_what_is_compiled_reads_as_gettext_reads_it(catalogue):
    assert translations.compile_all() == 1
    with catalogue.with_suffix(".mo").open("rb") as compiled:
        polish = gettext.GNUTranslations(compiled)
    assert polish.gettext("Send reply") == "Wyślij odpowiedź"
    assert polish.pgettext("button", "Open") == "Otwórz"
    assert polish.ngettext("%(count)s reply", "%(count)s replies", 5) == "%(count)s odpowiedzi"


def test_only_what_changed_is_compiled_again(catalogue):
    translations.compile_all()
    assert translations.compile_all() == 0
    compiled = catalogue.with_suffix(".mo").stat().st_mtime
    os.utime(catalogue, (compiled + 1, compiled + 1))
    assert translations.compile_all() == 1
