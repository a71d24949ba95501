"""How old the lists are is said honestly, and why, and what works all the same."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from tests.support.pages import missing
from thulium_portal.desk.freshness import freshness
from thulium_portal.tickets.models import TicketIndex

pytestmark = pytest.mark.django_db

WORKS = "lista może być nieaktualna, numer i wyszukiwanie działają"


def told(age: timedelta | None = None, **given: object) -> tuple[str, bool]:
    """Return what is said of an index that was followed *age* ago, at ten to eleven."""
    now = timezone.now()
    listed = {"listed_at": now - age, "whole_at": now - age} if age is not None else {}
    TicketIndex.objects.update_or_create(pk=1, defaults=listed | given)
    with translation.override("pl"):
        return tuple(freshness())


@pytest.fixture(autouse=True)
def _ten_to_eleven(time_machine):
    moment = timezone.localtime().replace(hour=10, minute=50, second=0, microsecond=0)
    time_machine.move_to(moment, tick=False)


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=8), "Stan z Thulium sprzed 8 s"),
        (timedelta(seconds=-5), "Stan z Thulium sprzed 0 s"),
        (timedelta(minutes=2), "Stan z Thulium sprzed 2 min"),
    ],
)
def test_a_young_list_tells_its_age_quietly(age, words):
    assert told(age) == (words, False)


def test_an_old_list_tells_from_when_it_is():
    assert told(timedelta(minutes=38)) == (f"Stan z Thulium z 10:12; {WORKS}", True)


def test_before_the_first_reading_numbers_work():
    with translation.override("pl"):
        assert "otwieraj je po numerze" in freshness().words
    assert "otwieraj je po numerze" in told()[0]


def test_a_list_that_fills_tells_how_far_it_is():
    words, is_bad = told(whole={"offset": 4200, "count": 30000})
    assert words.replace("\xa0", " ") == "Lista się zapełnia: 4 200 z 30 000 zgłoszeń"
    assert not is_bad


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        ("no_right", "Portal nie ma uprawnień do listy zgłoszeń w Thulium"),
        ("unreachable", f"Thulium nie odpowiada od 10:12; {WORKS}"),
    ],
)
def test_what_hinders_is_said_before_anything_else(problem, words):
    since = timezone.now() - timedelta(minutes=38)
    said, is_bad = told(timedelta(minutes=38), problem=problem, problem_since=since)
    assert said.startswith(words)
    assert is_bad


@pytest.mark.parametrize(
    "problem", ["wrong_credentials", "server_error", "unexpected_answer", "busy"]
)
def test_every_problem_has_words(problem):
    since = timezone.now() - timedelta(minutes=38)
    said, is_bad = told(timedelta(minutes=38), problem=problem, problem_since=since)
    assert is_bad
    assert "numer" in said


def test_bad_news_stands_above_the_rows(as_anna):
    words, _ = told(timedelta(minutes=38))
    page = as_anna.get("/").content.decode()
    assert page.count(words) == 1
    assert page.index(words) < page.index('data-part="rows"')
    assert as_anna.get("/desk/").headers["X-Desk-Worrying"] == "1"
    told(timedelta(seconds=8))
    assert as_anna.get("/desk/").headers["X-Desk-Worrying"] == ""


def test_the_page_says_it_at_the_foot_of_the_list(as_anna):
    words, _ = told(timedelta(seconds=8))
    assert not missing(as_anna.get("/"), f"data-age>{words}</p>")
