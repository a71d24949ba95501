"""Mails to whoever looks after the portal: once for each event, and once when it is over."""

import pytest

from tests.support.mail_server import mail_server
from thulium_portal.operations import alerts, checks
from thulium_portal.operations.checks import Check, Finding, Level
from thulium_portal.operations.housekeeping import Housekeeping

pytestmark = pytest.mark.django_db

FINE, BAD = Finding(Level.FINE, "seen just now"), Finding(Level.FAILS, "was not seen", "Start it.")


@pytest.fixture
def found(monkeypatch):
    """What the one check of a portal finds; tests change it."""
    state = {"worker": FINE}
    one = Check("worker", "Worker", lambda: state["worker"], needs_database=False)
    monkeypatch.setattr(checks, "CHECKS", (one,))
    return state


@pytest.fixture
def received(settings):
    """Mails that a real mail server took, as (receiver, subject, text)."""
    settings.ALERT_EMAILS = ["dyzur@example.org", "noc@example.org"]
    settings.LANGUAGE_CODE = "en"
    with mail_server(settings) as server:
        yield lambda: [read(mail) for mail in server.received]


def read(mail):
    return mail["To"], mail["Subject"], mail.get_content().replace("\r\n", "\n")


def look(time_machine, seconds=alerts.EVERY):
    time_machine.shift(seconds)
    alerts.tell()


@pytest.fixture(autouse=True)
def _clock(time_machine):
    time_machine.move_to(1_800_000_000, tick=False)


def test_what_fails_is_told_once_and_once_when_it_is_over(found, received, time_machine):
    alerts.tell()
    found["worker"] = BAD
    look(time_machine)
    assert received() == []  # a restart is nobody's business
    look(time_machine)
    look(time_machine)
    assert [who for who, _subject, _text in received()] == ["dyzur@example.org", "noc@example.org"]
    _who, subject, text = received()[0]
    assert subject == "Somebody is needed at the Reply Portal"
    assert "Worker: was not seen\nStart it." in text
    found["worker"] = FINE
    look(time_machine)
    look(time_machine)
    assert [subject for _who, subject, _text in received()[2:]] == [
        "The Reply Portal is well again"
    ] * 2
    assert "- Worker: seen just now" in received()[2][2]
    found["worker"] = BAD
    look(time_machine)
    look(time_machine)
    assert len(received()) == 6


def test_what_is_over_before_it_was_told_is_not_told(found, received, time_machine):
    found["worker"] = BAD
    look(time_machine)
    found["worker"] = FINE
    look(time_machine)
    found["worker"] = BAD
    look(time_machine)
    assert received() == []


def test_a_mail_that_was_not_taken_is_sent_with_the_next_look(found, settings, time_machine):
    settings.ALERT_EMAILS = ["dyzur@example.org"]
    found["worker"] = BAD
    with mail_server(settings) as server:
        server_port = settings.EMAIL_PORT
        settings.EMAIL_PORT = 1
        look(time_machine)
        look(time_machine)
        assert server.received == []
        settings.EMAIL_PORT = server_port
        look(time_machine)
        look(time_machine)
        assert len(server.received) == 1
        found["worker"] = FINE
        settings.EMAIL_PORT = 1
        look(time_machine)
        settings.EMAIL_PORT = server_port
        look(time_machine)
        assert len(server.received) == 2


def test_it_speaks_the_portals_language(found, received, settings, time_machine):
    settings.LANGUAGE_CODE = "pl"
    found["worker"] = BAD
    look(time_machine)
    look(time_machine)
    assert received()[0][1] == "Portal odpowiedzi: potrzebny jest człowiek"


def test_web_and_worker_look_every_two_minutes_where_there_is_an_address(
    client, settings, monkeypatch
):
    monkeypatch.setattr(alerts, "_next_look", 0.0)
    asked = []
    monkeypatch.setattr(alerts._looker, "submit", asked.append)
    settings.ALERT_EMAILS = []
    client.get("/healthz")
    assert asked == []
    settings.ALERT_EMAILS = ["dyzur@example.org"]
    client.get("/healthz")
    client.get("/healthz")
    Housekeeping().run_if_due()
    assert len(asked) == 1
    monkeypatch.setattr(alerts, "_next_look", 0.0)
    Housekeeping().run_if_due()
    assert len(asked) == 2
