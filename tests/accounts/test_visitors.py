"""Who is not signed in begins few sessions, which end soon; signing in gives one its whole time."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from tests.accounts.test_passkeys import ALONE
from tests.accounts.test_reset import KEY, NEW, ask, sent_link
from tests.support.pages import missing
from thulium_portal.accounts.sessions import visitors

HERE, ELSEWHERE = "203.0.113.7", "203.0.113.8"
PASSWORD = "Sroka-liczy-7-orzechow"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _few(monkeypatch):
    monkeypatch.setattr(visitors, "MOST", 3)


def begin(address=HERE, client=None):
    """Ask as a visitor for what a passkey signs, which is remembered in a session."""
    asked = {"Accept": "application/json"}
    return (client or Client()).get(ALONE, REMOTE_ADDR=address, headers=asked)


def seconds_left():
    return [(one.expire_date - timezone.now()).total_seconds() for one in Session.objects.all()]


def test_one_too_many_writes_nothing_and_is_told_when_to_come_back(settings):
    answers = [begin().status_code for _ in range(3)]
    assert answers == [200] * 3
    refused = begin()
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= visitors.WINDOW
    assert "Odczekaj" in refused.json()["label"]
    page = Client().post("/accounts/language/", {"language": "pl"}, REMOTE_ADDR=HERE)
    assert page.status_code == 429
    assert not missing(page, "Bardzo wiele odwiedzin")
    assert settings.SESSION_COOKIE_NAME not in page.cookies
    assert Session.objects.count() == 3


def test_a_neighbour_and_who_has_a_session_go_on():
    known = Client()
    for client in (known, Client(), Client()):
        begin(client=client)
    assert begin().status_code == 429
    assert begin(client=known).status_code == 200
    assert begin(ELSEWHERE).status_code == 200


def test_pages_that_remember_nothing_are_not_counted():
    for _ in range(5):
        assert Client().get("/accounts/login/", REMOTE_ADDR=HERE).status_code == 200
    assert Session.objects.count() == 0
    assert begin().status_code == 200


def test_a_visitors_session_is_short_and_grows_by_signing_in(anna, settings):
    anna.set_password(PASSWORD)
    anna.save()
    client = Client()
    begin(client=client)
    assert seconds_left() == [pytest.approx(visitors.LIFETIME, abs=60)]
    typed = {"login": anna.username, "password": PASSWORD}
    assert client.post("/accounts/login/", typed).status_code == 302
    assert seconds_left() == [pytest.approx(settings.SESSION_COOKIE_AGE, abs=60)]


@pytest.mark.parametrize("path", ["/accounts/language/", "/accounts/2fa/webauthn/login/"])
def test_what_is_posted_in_vain_is_counted_as_well(path):
    answers = [
        Client().post(path, {"language": "en", "credential": "{}"}, REMOTE_ADDR=HERE).status_code
        for _ in range(6)
    ]
    assert Session.objects.count() <= 3
    assert 500 not in answers


@pytest.mark.django_db(transaction=True)
def test_a_new_password_is_told_and_not_refused_to_who_was_signed_in(anna, settings):
    """Signing out for it begins another session, which takes the place of theirs."""
    settings.MAIL_OFFERED = True
    anna.email = "anna@sklep.example"
    anna.save()
    known = Client()
    known.force_login(anna)
    ask(anna.username)
    begin(), begin(), begin()
    assert known.get(sent_link(), REMOTE_ADDR=HERE)["Location"] == KEY
    answer = known.post(KEY, {"password": NEW}, REMOTE_ADDR=HERE)
    assert answer.status_code == 302
    assert "Hasło" in known.get(answer["Location"], REMOTE_ADDR=HERE).content.decode()
    assert begin().status_code == 429


def test_the_window_to_sign_in_again_finds_the_words():
    """``sign_in_again.js`` shows what stands in ``data-too-fast``."""
    begin(), begin(), begin()
    page = Client().post("/accounts/language/", {"language": "pl"}, REMOTE_ADDR=HERE)
    assert not missing(page, "<p data-too-fast>Bardzo wiele odwiedzin")
