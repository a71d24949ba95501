"""Guessing is slowed down; who has signed in before, and neighbours of a guesser, are not hurt."""

import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from http.cookies import Morsel
from urllib.parse import urlsplit

import pytest
from django.conf import settings as portal_settings
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client, RequestFactory

from tests.factories import PASSWORD
from thulium_portal import settings as production
from thulium_portal.accounts import guesses, services
from thulium_portal.accounts.guesses import AT_ONE_PLACE, ONE_ACCOUNT, ONE_ADDRESS
from thulium_portal.accounts.passwords import reset
from thulium_portal.audit.models import AuditEntry

pytestmark = pytest.mark.django_db

START = 1_800_000_000
WRONG = "nie-to-hasło"
HERE, ELSEWHERE = "203.0.113.7", "198.51.100.20"


@pytest.fixture(autouse=True)
def _as_in_real_use(db, settings, time_machine):
    """Count in the database, and let the clock stand still."""
    settings.CACHES = production.CACHES
    call_command("createcachetable")
    time_machine.move_to(START, tick=False)


def counts():
    """Return what the database keeps of guesses."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM portal_cache")
        return [str(row) for row in cursor.fetchall() if "guess:" in row[0]]


def attempt(username="anna", password=WRONG, *, at=HERE, client=None, **headers):
    """Try to sign in from an address, in a new browser unless told otherwise."""
    fields = {"login": username, "password": password}
    client = client or Client()
    return client.post("/accounts/login/", fields, REMOTE_ADDR=at, headers=headers)


def status(*args, **kwargs):
    return attempt(*args, **kwargs).status_code


def words(page):
    """Return a page without what is new in each: its tokens."""
    return re.sub(r'value="\w{64}"', "", page.content.decode())


def known_browser(username="anna", at=HERE):
    """Return a browser in which a person has signed in, and out again."""
    client = Client()
    assert status(username, PASSWORD, at=at, client=client) == 302
    client.post("/accounts/logout/")
    return client


def browser_cookie(client) -> Morsel[str]:
    return client.cookies[portal_settings.BROWSER_COOKIE_NAME]


@pytest.mark.parametrize("username", ["anna", "nobody-at-all"])
@pytest.mark.parametrize(
    ("language", "seconds", "minutes"),
    [
        ("pl", "Poczekaj 15 sekund", "Poczekaj 2 minuty"),
        ("en", "Wait 15 seconds", "Wait 2 minutes"),
    ],
)
def test_the_wait_grows_and_is_told(anna, time_machine, username, language, seconds, minutes):
    speaks = {"Accept-Language": language}
    assert [status(username) for _ in range(5)] == [422] * 5
    page = attempt(username, PASSWORD, **speaks)
    assert (page.status_code, page["Retry-After"]) == (429, "15")
    assert seconds in page.content.decode()
    for wait in (15, 30, 60):
        time_machine.shift(wait)
        assert status(username) == 422
    page = attempt(username, PASSWORD, **speaks)
    assert (page.status_code, page["Retry-After"]) == (429, "120")
    assert minutes in page.content.decode()


def test_a_name_that_nobody_has_is_told_exactly_the_same(anna, settings):
    settings.PRACTICE_MODE = False

    def told(username):
        pages = [attempt(username) for _ in range(7)]
        return [(page.status_code, words(page).replace(username, "NAME")) for page in pages]

    assert told("anna") == told("nobody-at-all")


def test_the_right_password_counts_once_the_wait_is_over_and_waiting_is_not_prolonged(
    anna, time_machine
):
    assert [status() for _ in range(5)] == [422] * 5
    for _ in range(15):
        assert status(password=PASSWORD) == 429
        time_machine.shift(1)
    assert status(password=PASSWORD) == 302


def test_no_wait_is_longer_than_a_quarter_of_an_hour():
    waits = [limit.wait(10**9) for limit in (AT_ONE_PLACE, ONE_ACCOUNT, ONE_ADDRESS)]
    assert waits == [900, 300, 30]


def test_failures_are_forgotten_after_an_hour_without_one(anna, time_machine):
    assert [status() for _ in range(5)] == [422] * 5
    time_machine.shift(3600 + 16)
    assert [status() for _ in range(6)] == [422] * 5 + [429]


def test_other_spellings_and_names_of_the_portal_are_no_further_chances(anna, settings):
    settings.ALLOWED_HOSTS = ["*"]
    for number, typed in enumerate(("anna", "ANNA", "Anna", "ａｎｎａ", "anna ")):
        assert status(typed, Host=f"portal.example:800{number}") == 422
    assert status("aNNa", PASSWORD, Host="portal.example") == 429


def test_a_whole_ipv6_line_is_one_place(anna):
    for number in range(5):
        assert status(at=f"2001:db8:1:2::{number}") == 422
    assert status(at="2001:db8:1:2:ffff::9") == 429
    assert status(at="2001:db8:1:3::1") == 422


def test_signing_in_well_is_not_counted_and_wipes_no_failure_out(anna):
    assert [status(password=PASSWORD) for _ in range(7)] == [302] * 7
    assert [status() for _ in range(4)] == [422] * 4
    assert [status(password=PASSWORD), status(), status(password=PASSWORD)] == [302, 422, 429]


def test_twenty_guesses_a_second_for_a_minute_shut_nobody_out(anna, ewa, time_machine):
    own = known_browser()
    compared = 0
    for _ in range(1200):
        with suppress(guesses.TooManyTries):
            guesses.begin(RequestFactory().post("/", REMOTE_ADDR=HERE), "anna").went_wrong()
            compared += 1
        time_machine.shift(0.05)
    assert compared == 7
    assert status(password=PASSWORD) == 429
    assert status(password=PASSWORD, client=own) == 302
    assert status("ewa", PASSWORD) == 302
    assert status(password=PASSWORD, at=ELSEWHERE) == 302


def test_many_names_from_one_address_pause_it_shortly_and_no_known_browser(anna, ewa, time_machine):
    own = known_browser()
    answers = [status(f"osoba{number}") for number in range(70)]
    assert answers == [422] * 60 + [429] * 10
    assert status(password=PASSWORD, client=own) == 302
    refused = attempt("ewa", PASSWORD)
    assert (refused.status_code, refused["Retry-After"]) == (429, "1")
    time_machine.shift(1)
    assert status("ewa", PASSWORD) == 302


def test_many_addresses_at_one_account_are_slowed_down_together(anna, ewa):
    own = known_browser(at=ELSEWHERE)
    assert [status(at=f"192.0.2.{number}") for number in range(25)] == [422] * 20 + [429] * 5
    assert status(password=PASSWORD, client=own) == 302
    assert status("ewa", PASSWORD, at="192.0.2.1") == 302


def test_a_known_browser_has_a_budget_of_its_own(anna):
    own = known_browser()
    assert [status(client=own) for _ in range(6)] == [422] * 5 + [429]
    # It may have been stolen; the person gets in elsewhere, and by another browser.
    assert status(password=PASSWORD) == 302
    thief = Client()
    thief.cookies.load({portal_settings.BROWSER_COOKIE_NAME: browser_cookie(own).value})
    assert status(password=PASSWORD, client=thief) == 429


def test_a_browser_is_known_for_its_own_people_alone(anna, ewa):
    shared = known_browser()
    assert [status("ewa") for _ in range(5)] == [422] * 5
    assert status("ewa", PASSWORD, client=shared) == 429
    assert status("ewa", PASSWORD, client=shared, at=ELSEWHERE) == 302
    shared.post("/accounts/logout/")
    for username in ("anna", "ewa"):
        assert [status(username, at="192.0.2.1") for _ in range(6)][-1] == 429
        assert status(username, PASSWORD, client=shared, at="192.0.2.1") == 302
        shared.post("/accounts/logout/")


@pytest.mark.parametrize("end", ["password", "switched off and on", "forged", "another's"])
def test_a_browser_is_known_no_longer(anna, adam, end):
    own = known_browser()
    password = PASSWORD
    if end == "password":
        password = "zupełnie-nowe-hasło"
        services.set_own_password(anna, password)
    elif end == "switched off and on":
        for is_active in (False, True):
            text = services.PersonText("anna", "Anna", "", "agent", "pl", is_active=is_active)
            services.change_person(anna, text, check=None, actor=adam)
    elif end == "forged":
        own.cookies[portal_settings.BROWSER_COOKIE_NAME] = browser_cookie(own).value[:-1] + "!"
    else:
        own = known_browser("adam")
    assert [status() for _ in range(5)] == [422] * 5
    assert status(password=password, client=own) == 429
    assert status(password=password, client=own, at=ELSEWHERE) == 302


def test_changing_ones_own_password_keeps_this_browser_known(anna):
    own, other = known_browser(), known_browser()
    assert status(password=PASSWORD, client=own) == 302
    new = "zupełnie-nowe-hasło"
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert own.post("/accounts/password/", fields).status_code == 302
    assert own.get("/").status_code == 200
    own.post("/accounts/logout/")
    assert [status() for _ in range(5)] == [422] * 5
    assert status(password=new, client=other) == 429
    assert status(password=new, client=own) == 302


def test_a_new_password_by_link_opens_the_way_in_while_strangers_guess(anna, adam):
    for number in range(20):
        assert status(at=f"192.0.2.{number}") == 422
    link, new, own = reset.give_link(anna, actor=adam).link, "zupełnie-nowe-hasło", Client()
    form = own.get(urlsplit(link).path)["Location"]
    assert own.post(form, {"password": new}).status_code == 302
    assert status(password=new) == 429
    assert status(password=new, client=own) == 302


def test_the_cookie_of_a_browser_is_closed_to_scripts_and_says_no_name(anna):
    cookie = browser_cookie(known_browser())
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert "anna" not in cookie.value
    assert production.BROWSER_COOKIE_NAME == "portal_browser"


def test_few_strangers_wait_for_a_comparison_and_known_browsers_have_a_line_of_their_own(anna):
    own = known_browser()
    with ExitStack() as line:
        for _ in range(3):
            assert guesses._OF_STRANGERS._places.acquire(blocking=False)
            line.callback(guesses._OF_STRANGERS._places.release)
        refused = attempt(password=PASSWORD, at=ELSEWHERE)
        assert (refused.status_code, refused["Retry-After"]) == (429, "2")
        assert status(password=PASSWORD, client=own) == 302
    assert status(password=PASSWORD, at=ELSEWHERE) == 302


def test_a_failed_sign_in_makes_no_browser_known(anna):
    client = Client()
    assert status(client=client) == 422
    assert portal_settings.BROWSER_COOKIE_NAME not in client.cookies


def test_that_guesses_had_to_wait_is_recorded_once(anna, time_machine):
    answers = [status() for _ in range(30)]
    time_machine.shift(60)
    assert [*answers, status()].count(422) == 6
    entries = AuditEntry.objects.filter(action="person.sign_in_failed").order_by("sequence")
    told = [json.loads(entry.record)["facts"].get("reason") for entry in entries]
    assert (told, {entry.subject_id for entry in entries}) == (
        [None, "slowed_down"],
        {str(anna.pk)},
    )


def test_what_was_typed_as_a_name_lies_nowhere_and_the_rows_have_a_limit(anna):
    attempt("moje-tajne-haslo")
    assert len(counts()) == 3
    assert "tajne" not in str(counts())
    store = production.CACHES["default"]
    # In the database, so that the tries are counted across all web processes.
    assert store["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"
    assert store["OPTIONS"]["MAX_ENTRIES"] == 50_000


@pytest.mark.django_db(transaction=True)
def test_guesses_at_the_same_moment_are_counted_one_by_one(anna):
    assert [status() for _ in range(3)] == [422] * 3
    start = threading.Barrier(6)

    def guess(_number: int) -> str:
        start.wait()
        try:
            guesses.begin(RequestFactory().post("/", REMOTE_ADDR=HERE), "anna")
        except guesses.TooManyTries:
            return "waits"
        else:
            return "compares"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as threads:
        assert sorted(threads.map(guess, range(6))) == ["compares"] * 2 + ["waits"] * 4


def test_nothing_is_remembered_of_one_who_signed_in_at_once(anna):
    assert status(password=PASSWORD) == 302
    assert counts() == []
