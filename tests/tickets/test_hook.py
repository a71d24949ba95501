"""Thulium's webhook: whoever knows the password may hint at tickets, and at nothing else."""

import base64
import json

import pytest
from django.test import Client
from django.utils import timezone

from thulium_portal.tickets.index import hints
from thulium_portal.tickets.index.intake import Rank
from thulium_portal.tickets.index.lists import List, tickets
from thulium_portal.tickets.models import KnownTicket

pytestmark = pytest.mark.django_db
PASSWORD = "żółw-i-zając-2026"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
EVENT = {"action": "TICKET_MESSAGE_RECEIVED", "date": "2026-11-26 10:00:00"}


def basic(user: str = "thulium", password: str = PASSWORD) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.fixture
def post(settings):
    """Post a body to the webhook as Thulium does, and return the status of the answer."""
    settings.WEBHOOK_PASSWORD = PASSWORD
    client = Client(enforce_csrf_checks=True)

    def post(
        body: object, kind: str = JSON, authorization: str | None = None, *, secure: bool = False
    ) -> int:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": basic() if authorization is None else authorization}
        answer = client.generic(
            "POST", "/hooks/thulium/", data, kind, headers=headers, secure=secure
        )
        return answer.status_code

    return post


def due() -> set[int]:
    waiting = KnownTicket.objects.filter(read_due_at__lte=timezone.now())
    return set(waiting.filter(read_rank=Rank.HINTED).values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("body", "kind", "named"),
    [
        (EVENT | {"ticket_id": 7}, JSON, {7}),
        (EVENT | {"ticket_id": "7"}, JSON, {7}),
        ([EVENT | {"ticket_id": 7}, EVENT | {"ticket_id": "8"}, EVENT], JSON, {7, 8}),
        (EVENT | {"data": {"ticket_id": 9}}, JSON, {9}),
        (EVENT | {"ticket_id": 7}, "text/plain", {7}),
        (b"action=TICKET_CREATED&ticket_id=7&customer_id=52", FORM, {7}),
    ],
    ids=["number", "text", "list", "inner", "unnamed kind", "form"],
)
def test_the_tickets_an_event_names_are_read_now(post, body, kind, named, adam):
    assert post(body, kind) == 204
    assert due() == named
    assert not tickets(List.ALL, adam).exists()


@pytest.mark.parametrize(
    "body",
    [b"", b"\0", b"[", b"[" * 60_000, b"ticket_id", b"\xff\xfe", b"9" * 60_000,
     b'{"ticket_id": 1e999}',
     b'{"ticket_id": true}', b'{"ticket_id": -7}', b'{"ticket_id": 9999999999999999999999}',
     b'{"ticket_id": [7]}', b"null", b"7", b'"7"', b"[[[7]]]", b"ticket_id=%00",
     b"&".join(b"a%d=1" % number for number in range(2000))],
    ids=lambda body: str(body[:30]),
)  # fmt: skip
def test_what_names_no_ticket_is_refused(post, body):
    assert 400 <= post(body) < 500
    assert not KnownTicket.objects.exists()


def test_a_body_has_bounds(post):
    assert post({"ticket_id": 7, "more": "x" * 70_000}) == 413
    assert not KnownTicket.objects.exists()


@pytest.mark.parametrize(
    "authorization",
    ["", "Basic", "Basic !", "Bearer x", basic(password="x"), basic(user="adam"),
     "Basic " + "A" * 5000,
     basic(password=PASSWORD + "x"), basic()[:-4]],
)  # fmt: skip
def test_nobody_else_may(post, authorization):
    assert post({"ticket_id": 7}, authorization=authorization) == 401
    assert not KnownTicket.objects.exists()


def test_an_open_line_is_refused_and_not_led_on(post, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert post(EVENT | {"ticket_id": 7}) == 403
    assert post(EVENT | {"ticket_id": 7}, secure=True) == 204


def test_without_a_password_there_is_no_webhook(post, settings, as_adam):
    settings.WEBHOOK_PASSWORD = ""
    assert post({"ticket_id": 7}) == 403
    assert post({"ticket_id": 7}, authorization=basic(password="")) == 403
    assert as_adam.post("/hooks/thulium/").status_code == 403
    assert as_adam.get("/hooks/thulium/").status_code == 405


def test_a_known_ticket_keeps_what_is_known(post):
    KnownTicket.objects.create(pk=7, subject="Zwrot", waiting_since=timezone.now())
    assert post({"ticket_id": 7}) == 204
    row = KnownTicket.objects.get(pk=7)
    assert (row.subject, row.is_open, due()) == ("Zwrot", True, {7})


def test_many_hints_of_one_ticket_are_one_reading_in_ten_seconds(post, time_machine):
    time_machine.move_to("2026-11-26T10:00:00+00:00", tick=False)
    KnownTicket.objects.create(pk=7, read_at=timezone.now())
    time_machine.shift(2)
    for _time in range(20):
        assert post({"ticket_id": 7}) == 204
    assert due() == set()
    time_machine.shift(9)
    assert due() == {7}


def test_a_flood_is_bounded(post, monkeypatch):
    monkeypatch.setattr(hints, "MOST", 5)
    for number in range(1, 50):
        assert post([{"ticket_id": number}, {"ticket_id": number + 100}]) == 204
    assert KnownTicket.objects.count() == 5
