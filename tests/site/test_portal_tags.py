"""The tags every template uses."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.template import engines
from django.utils import timezone, translation
from lucide import IconDoesNotExist

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Role
from thulium_portal.lib.times import clock
from thulium_portal.site.templatetags.portal import (
    icon,
    initials,
    isolated,
    may,
    moment,
    one_line,
)

WARSAW = ZoneInfo("Europe/Warsaw")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=WARSAW)


def test_an_icon_is_hidden_from_screen_readers_and_has_the_asked_size():
    drawing = icon("check", 15)
    assert drawing.startswith("<svg ")
    assert 'aria-hidden="true"' in drawing
    assert 'width="15"' in drawing
    assert 'height="15"' in drawing


def test_a_template_asks_what_a_person_may_do():
    roles = (Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR)
    answers = [may(User(role=role), "people.manage") for role in roles]
    assert answers == [False, False, True]
    with pytest.raises(ValueError, match=r"people\.mange"):
        may(User(role=Role.ADMINISTRATOR), "people.mange")


def test_an_unknown_icon_is_an_error_not_an_empty_place():
    with pytest.raises(IconDoesNotExist):
        icon("no-such-icon")


def test_an_icon_needs_no_load_line():
    assert "<svg" in engines["django"].from_string('{% icon "check" %}').render({})


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Anna Nowak", "AN"),
        ("Łucja Anna Ćwik", "ŁĆ"),
        ("anna", "AN"),
        ("Ż", "Ż"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_initials_come_from_the_first_and_the_last_word(name, letters):
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("at", "polish", "english"),
    [
        (NOON - timedelta(hours=2), "Dzisiaj 10:00", "Today 10:00"),
        (NOON - timedelta(days=1), "Wczoraj 12:00", "Yesterday 12:00"),
        (NOON - timedelta(days=3), "20 listopada, 12:00", "20 November, 12:00"),
        (NOON - timedelta(days=400), "19 października 2025, 12:00", "19 October 2025, 12:00"),
    ],
)
def test_a_moment_is_said_as_people_say_it(at, polish, english):
    with time_machine.travel(NOON, tick=False):
        for language, words in (("pl", polish), ("en", english)):
            with translation.override(language):
                assert f">{words}</time>" in moment(at)


def test_a_moment_follows_the_readers_time_zone():
    late = datetime(2026, 11, 23, 23, 30, tzinfo=WARSAW)
    with time_machine.travel(late, tick=False), translation.override("en"):
        assert ">Today 23:30<" in moment(late)
        with timezone.override("Asia/Tokyo"):
            assert ">Today 07:30<" in moment(late)


def test_no_moment_is_nothing():
    assert moment(None) == ""
    assert clock(None) == ""


def test_a_clock_time_names_the_day_unless_it_is_today():
    with time_machine.travel(NOON, tick=False), translation.override("pl"):
        assert clock(NOON - timedelta(hours=1)) == "11:00"
        assert clock(NOON - timedelta(days=1)) == "12:00, 22.11.2026"


def test_words_of_different_paragraphs_do_not_run_together():
    markup = "<p>Dzień dobry,</p><p>raz<br>dwa</p><ul><li>a&nbsp;b</li><li>c &lt;d&gt;</li></ul>"
    assert one_line(markup) == "Dzień dobry, raz dwa a b c <d>"


def test_words_on_one_line_are_escaped_again_by_the_template():
    template = engines["django"].from_string("{{ text|one_line }}")
    shown = template.render({"text": "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"})
    assert shown == "&lt;script&gt;alert(1)&lt;/script&gt;"


def test_a_text_of_others_is_set_apart_and_escaped():
    assert isolated("<b>שלום") == "<bdi>&lt;b&gt;שלום</bdi>"


@pytest.mark.parametrize(
    ("days", "polish", "english"),
    [(0, "dziś o 10:42", "today at 10:42"), (1, "wczoraj o 10:42", "yesterday at 10:42")],
)
def test_a_moment_inside_a_sentence_begins_with_a_small_letter(days, polish, english):
    at = datetime(2026, 11, 23 - days, 10, 42, tzinfo=WARSAW)
    with time_machine.travel(NOON, tick=False):
        for language, words in (("pl", polish), ("en", english)):
            with translation.override(language):
                assert f">{words}</time>" in moment(at, inside=True)


@pytest.mark.django_db
def test_windows_that_are_kept_speak_the_language_of_who_reads(sign_in, ewa):
    client = sign_in(ewa)

    def page(language):
        client.post("/accounts/language/", {"language": language})
        return client.get("/").content.decode()

    polish, english = page("pl"), page("en")
    assert 'id="keys-title">Skróty klawiszowe<' in polish
    assert 'id="keys-title">Keyboard shortcuts<' in english
    assert page("pl").count("data-command-box") == polish.count("data-keys ") == 1
