"""Where a person is signed in: the list, and signing out of one, of all others, for good."""

import json

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings as portal_settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import PASSWORD
from thulium_portal.accounts import services as people
from thulium_portal.accounts.sessions import services
from thulium_portal.accounts.sessions.devices import device_of
from thulium_portal.accounts.sessions.middleware import NOTE_EVERY
from thulium_portal.audit.models import AuditContent, AuditEntry

pytestmark = pytest.mark.django_db

START = 1_800_000_000
LIST = "/accounts/sessions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/128.0.0.0 Mobile Safari/537.36"
)


@pytest.fixture(autouse=True)
def _clock(time_machine):
    time_machine.move_to(START, tick=False)


def signed_in(username="anna", *, agent=FIREFOX, at="203.0.113.7", client=None):
    client = client or Client()
    client.defaults |= {"HTTP_USER_AGENT": agent, "REMOTE_ADDR": at}
    fields = {"login": username, "password": PASSWORD}
    assert client.post("/accounts/login/", fields).status_code == 302
    return client


def confirm(client):
    """Type the password again, as ending a session asks for."""
    path = "/accounts/reauthenticate/"
    assert client.post(path, {"password": PASSWORD}).status_code == 302


def is_in(client):
    return client.get("/").status_code == 200


def told(action):
    entry = AuditEntry.objects.get(action=action)
    kept = AuditContent.objects.filter(entry=entry)
    return entry, json.loads(entry.record)["facts"], "".join(row.data for row in kept)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("pl", ["Moje sesje", "po 30 minutach bez użycia", "po 10 godzinach", "ta sesja"]),
        ("en", ["My sessions", "after 30 minutes without use", "10 hours", "this session"]),
    ],
)
def test_the_list_tells_device_place_and_last_use_and_no_key(anna, language, words, time_machine):
    anna.language = language
    anna.save()
    signed_in(agent=PHONE, at="198.51.100.4")
    time_machine.shift(600)
    here = signed_in()
    page = here.get(LIST).content.decode()
    for word in (*words, "Firefox, Windows", "203.0.113.7", "Chrome, Android", "198.51.100.4"):
        assert word in page
    assert page.index("Firefox, Windows") < page.index("Chrome, Android")
    assert not [row.session_key for row in Session.objects.all() if row.session_key in page]
    assert 'datetime="2027-01-15T08:00:00' in page


@pytest.mark.parametrize(
    ("agent", "words", "icon"),
    [
        (FIREFOX, "Firefox, Windows", "monitor"),
        (PHONE, "Chrome, Android", "smartphone"),
        (f"{PHONE} EdgA/128.0", "Edge, Android", "smartphone"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) Safari/605.1.15",
            "Safari, macOS",
            "monitor",
        ),
        ("Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) CriOS/128", "Chrome, iPad", "tablet"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5) FxiOS/128", "Firefox, iPhone", "smartphone"),
        ("curl/8.5", "inna przeglądarka, inny system", "monitor"),
        ("", "inna przeglądarka, inny system", "monitor"),
        ("<script>Firefox/" * 9, "Firefox, inny system", "monitor"),
    ],
)
def test_a_device_has_a_name_that_people_know(agent, words, icon):
    device = device_of(agent)
    assert (str(device), device.icon) == (words, icon)


def test_signing_in_lists_a_session_and_signing_out_takes_it_off(anna):
    client = signed_in()
    row = UserSession.objects.get()
    assert (row.user, row.ip, row.user_agent) == (anna, "203.0.113.7", FIREFOX)
    client.post("/accounts/logout/")
    assert not UserSession.objects.exists()


def test_reading_writes_nothing_and_use_is_noted_now_and_then(anna, time_machine):
    client = signed_in()
    time_machine.shift(NOTE_EVERY)
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/accounts/profile/").status_code == 200
    assert not [query for query in queries if query["sql"].startswith(("UPDATE", "INSERT"))]
    client.defaults["REMOTE_ADDR"] = "192.0.2.9"
    time_machine.shift(1)
    assert is_in(client)
    row = UserSession.objects.get()
    assert (row.ip, row.last_seen_at.timestamp()) == ("192.0.2.9", START + NOTE_EVERY + 1)


def test_one_session_is_ended_for_good_and_recorded(anna):
    lost, here = signed_in(agent=PHONE, at="198.51.100.4"), signed_in()
    number = UserSession.objects.get(user_agent=PHONE).pk
    confirm(here)
    answer = here.post(f"{LIST}{number}/end/", follow=True)
    assert "Wylogowano tam: Chrome, Android." in answer.content.decode()
    assert (is_in(here), is_in(lost)) == (True, False)
    entry, _facts, content = told("person.session_ended")
    assert (entry.actor, entry.subject_id) == (anna, str(anna.pk))
    assert "198.51.100.4" in content
    assert "198.51.100.4" not in entry.record
    answer = here.post(f"{LIST}{number}/end/", follow=True)
    assert "Ta sesja była już zakończona." in answer.content.decode()


def test_all_others_are_ended_at_once_listed_or_not(anna, sign_in):
    lost, unlisted, here = signed_in(agent=PHONE), sign_in(anna), signed_in()
    confirm(here)
    page = here.post(LIST, follow=True).content.decode()
    assert "Zakończono 1 sesję." in page
    assert (is_in(here), is_in(lost), is_in(unlisted)) == (True, False, False)
    assert UserSession.objects.count() == 1
    entry, facts, _content = told("person.sessions_ended")
    assert (entry.actor, facts) == (anna, {"ended": 1})


@pytest.mark.parametrize("path", [LIST, f"{LIST}1/end/"])
def test_a_session_that_was_found_open_ends_no_other_without_the_password(anna, path):
    lost = signed_in(agent=PHONE)
    open_one = signed_in()
    answer = open_one.post(path)
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert is_in(lost)


def test_anothers_session_is_not_there(anna, ewa):
    client = signed_in("ewa")
    number = UserSession.objects.get().pk
    other = signed_in()
    confirm(other)
    assert other.post(f"{LIST}{number}/end/").status_code == 404
    assert is_in(client)


def test_an_administrator_sees_and_ends_the_sessions_of_a_person(anna, as_adam, adam):
    client = signed_in(agent=PHONE)
    page = as_adam.get(f"/people/{anna.pk}/").content.decode()
    assert "Chrome, Android" in page
    answer = as_adam.post(f"/people/{anna.pk}/end-sessions/", follow=True)
    assert "Zakończono 1 sesję." in answer.content.decode()
    assert "Nie ma żadnej trwającej sesji." in answer.content.decode()
    assert not is_in(client)
    entry, facts, _content = told("person.sessions_ended")
    assert (entry.actor, entry.subject_id, facts) == (adam, str(anna.pk), {"ended": 1})


@pytest.mark.parametrize("change", ["switched off and on", "another role", "another password"])
def test_a_change_ends_all_sessions_for_ever(anna, adam, sign_in, change):
    old, unlisted = signed_in(), sign_in(anna)
    cookie = old.cookies[portal_settings.SESSION_COOKIE_NAME].value
    stored = Session.objects.get(session_key=cookie)
    changes = {
        "another role": [{"role": "supervisor"}],
        "another password": [{"password": "zupełnie-nowe-hasło"}],
        "switched off and on": [{"is_active": False}, {"is_active": True}],
    }
    for given in changes[change]:
        password = given.pop("password", "")
        text = people.PersonText(
            "anna", "Anna Nowak", "", **{"role": "agent", **given}, language="pl"
        )
        people.change_person(anna, text, check=None, actor=adam, password=password)
    # Not even where the row itself comes back, as out of a backup.
    stored.save(force_insert=True)
    assert (is_in(old), is_in(unlisted)) == (False, False)


def test_ones_own_password_ends_the_others_and_keeps_this_one_listed(anna, time_machine):
    lost = signed_in(agent=PHONE)
    here = signed_in()
    time_machine.shift(60)
    new = "zupełnie-nowe-hasło"
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post("/accounts/password/", fields).status_code == 302
    assert (is_in(here), is_in(lost)) == (True, False)
    (row,) = services.sessions_of(anna)
    assert (str(row.device), row.began.timestamp()) == ("Firefox, Windows", START)


@pytest.mark.parametrize("began", [None, START - 30_000])
def test_a_session_from_before_signing_in_is_not_gone_on_with(anna, began):
    client = Client()
    planted = client.session
    planted["began"] = began or START
    planted.save()
    key = planted.session_key
    client.cookies[portal_settings.SESSION_COOKIE_NAME] = key
    signed_in(client=client)
    assert client.cookies[portal_settings.SESSION_COOKIE_NAME].value != key
    assert client.session["began"] == START
    thief = Client()
    thief.cookies[portal_settings.SESSION_COOKIE_NAME] = key
    assert not is_in(thief)


def test_what_is_over_is_neither_listed_nor_kept(anna, time_machine):
    client = signed_in()
    signed_in(agent=PHONE)
    Session.objects.filter(
        session_key=UserSession.objects.get(user_agent=PHONE).session_key
    ).delete()
    assert len(services.sessions_of(anna)) == 1
    services.forget_old()
    assert UserSession.objects.count() == 1
    time_machine.shift(portal_settings.SESSION_IDLE_SECONDS + 1)
    assert services.sessions_of(anna) == []
    assert not is_in(client)
    assert not UserSession.objects.exists()


def test_old_rows_are_removed_at_night(anna, time_machine):
    signed_in()
    time_machine.shift(portal_settings.SESSION_COOKIE_AGE + 1)
    services.forget_old()
    assert not UserSession.objects.exists()
