"""How long a session lasts, and what happens to a text when it is over."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from tests.support.pages import shown
from thulium_portal import settings as production
from thulium_portal.accounts.models import User
from thulium_portal.accounts.sessions.middleware import NOTE_EVERY

pytestmark = pytest.mark.django_db

START = 1_800_000_000
IDLE_SECONDS = production.SESSION_IDLE_SECONDS
LONGEST_SECONDS = production.SESSION_COOKIE_AGE
TYPED = "<p>Dzień dobry,</p><p>paczka <b>już</b> jedzie &amp; dotrze.</p>"
COMPOSE = {"body": TYPED, "body_type": "HTML"}


@pytest.fixture
def client(sign_in, anna, time_machine):
    """Return the client of a person who has just opened their first page."""
    time_machine.move_to(START, tick=False)
    client = sign_in(anna)
    assert client.get("/").status_code == 200
    return client


@pytest.mark.parametrize(("idle", "status"), [(IDLE_SECONDS, 200), (IDLE_SECONDS + 1, 302)])
def test_a_session_ends_when_it_is_idle_for_half_an_hour(client, time_machine, idle, status):
    assert IDLE_SECONDS == 30 * 60
    time_machine.shift(idle)
    assert client.get("/").status_code == status


@pytest.mark.parametrize(("longer", "status"), [(0, 200), (1, 302)])
def test_a_session_ends_after_ten_hours_however_busy(client, time_machine, longer, status):
    assert LONGEST_SECONDS == 10 * 3600
    for _ in range(23):
        time_machine.shift(IDLE_SECONDS - NOTE_EVERY)
        assert client.get("/").status_code == 200
    time_machine.move_to(START + LONGEST_SECONDS + longer, tick=False)
    assert client.get("/").status_code == status


def test_a_page_that_asks_by_itself_keeps_no_session_alive(client, time_machine):
    for _ in range(4):
        time_machine.shift(IDLE_SECONDS // 4)
        assert client.get("/session/", headers={"HX-Request": "true"}).status_code == 204
    time_machine.shift(1)
    assert client.get("/session/", headers={"HX-Request": "true"}).status_code == 401


def test_writing_keeps_a_session_alive(client, time_machine):
    for _ in range(4):
        time_machine.shift(IDLE_SECONDS - NOTE_EVERY)
        saved = client.post("/tickets/1234/draft/", COMPOSE, headers={"HX-Request": "true"})
        assert saved.status_code != 401


@pytest.mark.parametrize(("later", "writes"), [(NOTE_EVERY, 0), (NOTE_EVERY + 1, 1)])
def test_reading_page_after_page_writes_a_note_now_and_then(client, time_machine, later, writes):
    time_machine.shift(later)
    with CaptureQueriesContext(connection) as queries:
        client.get("/accounts/profile/")
    # Of the session, and of the list of sessions, which did not know it yet.
    written = [query["sql"] for query in queries if query["sql"].startswith(("UPDATE", "INSERT"))]
    assert len(written) == 2 * writes


def test_a_person_who_is_switched_off_is_out_at_once(client, anna):
    User.objects.filter(pk=anna.pk).update(is_active=False)
    assert client.get("/")["Location"] == "/accounts/login/?next=/"


def test_a_role_that_was_taken_away_is_gone_at_once(sign_in, adam):
    client = sign_in(adam)
    assert client.get("/people/").status_code == 200
    User.objects.filter(pk=adam.pk).update(role="agent")
    assert client.get("/people/").status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{"HX-Request": "true"}, {"X-Requested-With": "XMLHttpRequest"}, {"Sec-Fetch-Dest": "empty"}],
)
@pytest.mark.parametrize(
    ("language", "words"), [("pl", "Twoja sesja się zakończyła."), ("en", "You were signed out.")]
)
def test_a_script_is_told_and_led_nowhere(db, headers, language, words):
    headers = headers | {"Accept-Language": language}
    answer = Client().post("/tickets/1234/draft/", COMPOSE, headers=headers)
    assert answer.status_code == 401
    assert answer.json() == {"saved": False, "label": words}
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("path", ["/tickets/1234/", "/tickets/1234/insert/", "/canned/new/"])
@pytest.mark.parametrize(
    ("language", "ended", "go_on"),
    [
        ("pl", "W międzyczasie Twoja sesja się zakończyła", "Zaloguj się i wróć na stronę"),
        ("en", "You were signed out in the meantime", "Sign in and go back to the page"),
    ],
)
def test_a_written_text_comes_back_when_the_session_is_over(db, path, language, ended, go_on):
    answer = Client().post(path, COMPOSE, headers={"Accept-Language": language})
    page = answer.content.decode()
    assert answer.status_code == 401
    assert "no-store" in answer["Cache-Control"]
    assert (ended in page, go_on in page) == (True, True)
    assert "Dzień dobry,\n\npaczka już jedzie &amp; dotrze.</textarea>" in page
    assert f'href="/accounts/login/?next={path}"' in page


def test_plain_text_comes_back_letter_by_letter(db):
    fields = {"body": "2 < 3 & <b>nie</b>\r\n  wcięte", "body_type": "PLAIN"}
    page = Client().post("/tickets/1234/", fields).content.decode()
    assert "2 &lt; 3 &amp; &lt;b&gt;nie&lt;/b&gt;\r\n  wcięte</textarea>" in page


def test_a_whole_note_comes_back_letter_by_letter(db):
    note = "\nżółć <b>2 & 3</b>" + "a" * 30_000 + "koniec"
    page = Client().post("/tickets/1234/note/", {"note": note}).content.decode()
    assert f">\n{escape(note)}</textarea>" in page


def test_a_script_in_a_text_is_given_back_to_nobody(db):
    fields = {"body": "<p>tekst</p><script>alert(1)</script></textarea><img src=x onerror=y>"}
    page = Client().post("/tickets/1234/", fields).content.decode()
    assert not shown(page, "alert(1)", "onerror")
    assert page.count("</textarea>") == 1


@pytest.mark.parametrize("fields", [{}, {"body": "  "}, {"body": "<p></p>"}, {"note": " "}])
def test_a_form_without_a_text_leads_to_sign_in(db, fields):
    answer = Client().post("/tickets/1234/", fields)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/tickets/1234/")


def test_a_form_of_another_site_gets_nothing_back(db):
    answer = Client(enforce_csrf_checks=True).post("/tickets/1234/", COMPOSE)
    assert answer.status_code == 403
    assert "<textarea" not in answer.content.decode()


def test_signing_in_after_an_interrupted_insert_leads_to_the_ticket(anna, thulium):
    client = Client()
    answer = client.post(
        "/accounts/login/",
        {"login": "anna", "password": "tajne-hasło-testów", "next": "/tickets/1234/insert/"},
        headers={"Accept": "text/html"},
        follow=True,
    )
    assert answer.redirect_chain[-1] == ("/tickets/1234/", 302)
    assert answer.status_code == 200
