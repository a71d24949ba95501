"""What machines that watch are told."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from tests.support.record import note
from thulium_portal.audit.verification_runs import check_record
from thulium_portal.replies.delivery import circuit_breaker
from thulium_portal.replies.models import ThuliumConnection
from thulium_portal.tickets.models import KnownTicket, TicketIndex

pytestmark = pytest.mark.django_db


def test_a_portal_with_a_worker_is_ready(client: Client):
    circuit_breaker.pulse()
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"


def test_a_record_that_does_not_hold_is_told_and_stops_nobody(client: Client, tamper):
    circuit_breaker.pulse()
    note()
    with tamper() as sql:
        sql("UPDATE audit_audithead SET hash = 'ab'")
    assert client.get("/readyz").json()["record"] == "not checked yet"
    note()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["record"]) == (200, "not intact")
    assert "portal_record_broken 1.0" in client.get("/metrics").text
    check_record(actor=None)
    assert client.get("/readyz").json()["record"] == "intact"


@pytest.mark.parametrize(
    ("field", "part", "told"),
    [
        ("down_since", "thulium", "unreachable"),
        ("held_since", "sending", "held"),
        ("worker_seen_at", "worker", "not seen for a minute"),
    ],
)
def test_what_is_missing_is_named(client: Client, field, part, told):
    circuit_breaker.pulse()
    now = None if field == "worker_seen_at" else timezone.now()
    ThuliumConnection.objects.update(**{field: now})
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()[part] == told


def test_a_database_that_is_away_is_named(client: Client, monkeypatch):
    def refuse() -> None:
        raise OperationalError("the disk is gone")

    monkeypatch.setattr(circuit_breaker, "status", refuse)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "unreachable")
    assert "disk" not in answer.content.decode()


TOKEN = "an-example-of-a-token-0123456789"
AWAY = {"REMOTE_ADDR": "192.0.2.7"}


@pytest.mark.parametrize(
    "asked",
    [
        AWAY,
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_VIA": "1.1 proxy"},
        {"HTTP_X_REAL_IP": "127.0.0.1"},
        {"REMOTE_ADDR": ""},
        {"HTTP_AUTHORIZATION": "Bearer "},
        {"HTTP_AUTHORIZATION": "Bearer wrong"},
        AWAY | {"HTTP_AUTHORIZATION": f"Basic {TOKEN}"},
        AWAY | {"HTTP_AUTHORIZATION": f"Bearer {TOKEN[:-1]}"},
    ],
)
def test_nobody_else_reads_more_than_ready_or_not(client: Client, settings, asked):
    settings.MONITORING_TOKEN = TOKEN
    answer = client.get("/readyz", **asked)
    assert (answer.status_code, answer.json()) == (503, {"status": "not ready"})
    answer = client.get("/metrics", **asked)
    assert (answer.status_code, answer.content) == (401, b"")
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("asked", [{}, {"HTTP_AUTHORIZATION": "Bearer "}, AWAY])
def test_without_a_token_nothing_is_a_token(client: Client, asked):
    here = client.get("/metrics", **{"HTTP_X_REAL_IP": "192.0.2.7"} | asked)
    assert here.status_code == 401


@pytest.mark.parametrize("asked", [{}, {"HTTP_X_FORWARDED_FOR": "192.0.2.9"}, AWAY])
def test_the_token_opens_both_from_anywhere(client: Client, settings, asked):
    settings.MONITORING_TOKEN = TOKEN
    asked = asked | {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}
    assert client.get("/readyz", **asked).json()["database"] == "reachable"
    assert b"portal_worker_alive" in client.get("/metrics", **asked).content


def test_a_token_is_not_taken_by_a_line_that_everybody_can_read(client: Client, settings):
    settings.MONITORING_TOKEN, settings.SECURE_SSL_REDIRECT = TOKEN, True
    asked = AWAY | {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}
    assert client.get("/metrics", **asked).status_code == 401
    assert client.get("/metrics", secure=True, **asked).status_code == 200


def test_behind_https_this_computer_asks_without_the_proxy(client: Client, settings):
    settings.SECURE_SSL_REDIRECT = True
    for path, status in (("/healthz", 200), ("/readyz", 503), ("/metrics", 200)):
        assert client.get(path).status_code == status
    assert client.get("/accounts/login/").status_code == 301


@pytest.mark.parametrize("path", ["/readyz", "/metrics"])
def test_only_reading_is_answered(client: Client, path):
    assert client.post(path).status_code == 405


def test_prometheus_reads_counts_and_nothing_about_customers(client: Client, submit):
    submit()
    told = client.get("/metrics").content.decode()
    assert 'portal_replies{state="pending"} 1.0' in told
    assert "portal_audit_entries 1.0" in told
    assert "portal_ticket_index_age_seconds -1.0" in told
    assert "paczka" not in told
    assert "anna" not in told


def test_prometheus_reads_how_old_the_lists_are_and_no_subject(client: Client, time_machine):
    time_machine.move_to("2026-11-26T10:00:00+00:00", tick=False)
    now = timezone.now()
    TicketIndex.objects.create(listed_at=now - timedelta(seconds=90), problem="server_error")
    KnownTicket.objects.create(pk=77, subject="Zwrot", read_due_at=now)
    KnownTicket.objects.create(pk=78, read_due_at=now + timedelta(seconds=61))
    told = client.get("/metrics").content.decode()
    assert "portal_ticket_index_age_seconds 90.0" in told
    assert "portal_ticket_index_failing 1.0" in told
    assert "portal_tickets_due 1.0" in told
    assert "Zwrot" not in told
    circuit_breaker.pulse()
    assert client.get("/readyz").status_code == 200
