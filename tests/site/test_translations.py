"""Texts are collected from code and templates, compiled without msgfmt, and none is forgotten."""

import gettext
import os
from pathlib import Path

import pytest

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


@pytest.fixture
def project(tmp_path, settings):
    """A small project with three texts, one of them in a template."""
    (tmp_path / "thulium_portal").mkdir()
    (tmp_path / "thulium_portal" / "views.py").write_text(
        'pgettext("button", "Open")\nngettext("%(count)s reply", "%(count)s replies", count)\n'
    )
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text('{% load i18n %}{% translate "Send reply" %}')
    settings.BASE_DIR, settings.LOCALE_PATHS = tmp_path, [tmp_path / "locale"]
    (tmp_path / "locale" / "pl" / "LC_MESSAGES").mkdir(parents=True)
    return tmp_path


@pytest.fixture
def catalogue(project) -> Path:
    path = project / "locale" / "pl" / "LC_MESSAGES" / "django.po"
    path.write_text(HEADER + COMPLETE)
    return path


def test_texts_of_code_and_templates_are_collected(project):
    assert {entry.msgid for entry in translations.collected(project)} == {
        "Send reply",
        "Open",
        "%(count)s reply",
    }


def test_collecting_leaves_nothing_behind(project):
    before = sorted(project.rglob("*"))
    translations.collected(project)
    assert sorted(project.rglob("*")) == before


def test_a_complete_catalogue_has_no_problems(catalogue):
    assert translations.problems() == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('msgctxt "button"\n', "", "“Open”: not in the catalogue"),
        ("Wyślij odpowiedź", "", "“Send reply”: not translated"),
        ('msgid "Send reply"', '#, fuzzy\nmsgid "Send reply"', "“Send reply”: marked as fuzzy"),
        ('msgstr[3] "%(count)s odpowiedzi"', 'msgstr[3] ""', "“%(count)s reply”: not translated"),
    ],
)
def test_a_gap_is_named(catalogue, old, new, problem):
    catalogue.write_text(catalogue.read_text().replace(old, new))
    assert any(problem in found for found in translations.problems())


def test_a_lost_placeholder_is_named(catalogue):
    entry = '\n#, python-format\nmsgid "at %(time)s"\nmsgstr "o %(godzina)s"\n'
    catalogue.write_text(catalogue.read_text() + entry)
    assert any("godzina" in found or "time" in found for found in translations.problems())


def test_a_missing_catalogue_is_named(project):
    assert translations.problems() == [
        f"{project}/locale/pl/LC_MESSAGES/django.po is missing; “make messages” writes it."
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
