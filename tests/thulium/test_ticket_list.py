"""The list of tickets as Thulium tells it, and what a ticket's change asks for."""

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from tests.support.fault_server import FIN, HEAD, FaultServer, answering, http, say
from thulium_portal.thulium import Habits, Reason, ThuliumError, UnexpectedAnswer

ROW = {
    "ticket_id": "4711",
    "from": "Maria Wiśniewska <maria@example.org>",
    "customer_id": "52",
    "source": "email",
    "subject": "Pytanie o zwrot",
    "full_status_name": "Nowe - pilne",
    "ticket_queue_name": "pomoc@example.com",
    "user_login": "agent.example",
    "created_at": "2026-01-08 08:05",
    "updated_at": "2026-01-08T09:10:00+01:00",
}
WARSAW = Habits(ZoneInfo("Europe/Warsaw"))


@pytest.fixture
def page(client_of):
    """Read the page in an answer."""

    def ask(told):
        with answering(told) as server:
            return client_of(server.url, habits=WARSAW).get_tickets()

    return ask


def test_a_row_as_clients_have_met_it(page):
    found = page({"count": "30000", "result": [ROW]})
    [row] = found.rows
    assert (found.count, found.passed_over, row.id, row.customer_id) == (30_000, 0, 4711, 52)
    assert (row.subject, row.customer_email) == ("Pytanie o zwrot", "maria@example.org")
    assert (row.status_name, row.queue_name) == ("Nowe - pilne", "pomoc@example.com")
    assert (row.agent_login, row.source, row.queue_id) == ("agent.example", "email", None)
    assert str(row.created_at) == "2026-01-08 08:05:00"
    assert row.updated_at == datetime(2026, 1, 8, 9, 10)  # noqa: DTZ001 - Thulium's own
    assert (row.is_closed, row.is_merged) == (False, False)


@pytest.mark.parametrize(
    "told",
    [
        [ROW],
        {"result": {"0": ROW}},
        {"count": 1, "data": [ROW]},
        {"items": [ROW]},
        {"tickets": [ROW], "links": []},
        {"page": 1, "rows": [ROW]},
        {"0": ROW, "2": "garbage"},
    ],
    ids=["bare", "gaps", "data", "items", "tickets", "rows", "object"],
)
def test_other_envelopes(page, told):
    assert [row.id for row in page(told).rows] == [4711]


@pytest.mark.parametrize(
    "told", [[], {"count": 0, "result": []}, {"result": None}, {"data": []}], ids=str
)
def test_an_empty_list(page, told):
    assert page(told).rows == ()


@pytest.mark.parametrize(
    "told",
    ["", None, 7, {}, {"count": 3}, {"errors": [{"message": "no"}]}, {"result": "none"},
     {"result": [{"id": 1}, 7]}, [[ROW]]],
    ids=str,
)  # fmt: skip
def test_what_is_no_list_is_said_to_be_none(page, told):
    with pytest.raises(UnexpectedAnswer):
        page(told)


def test_a_row_that_cannot_be_read_is_passed_over_and_counted(page):
    found = page({"count": 4, "result": [ROW, {"ticket_id": "x"}, None, ROW | {"ticket_id": 12}]})
    assert [row.id for row in found.rows] == [4711, 12]
    assert found.passed_over == 2


def test_a_row_of_which_nothing_but_the_number_is_known(page):
    [row] = page([{"ticket_id": 5}]).rows
    assert (row.id, row.subject, row.updated_at, row.is_closed) == (5, "", None, False)


def test_closed_and_merged_by_the_names_of_thuliums_own_statuses(page):
    told = [ROW | {"full_status_name": name} for name in ("Zamknięte", "Połączone - x", "Nowe")]
    rows = page({"result": [row | {"ticket_id": at} for at, row in enumerate(told, 1)]}).rows
    assert [(row.is_closed, row.is_merged) for row in rows] == [
        (True, False),
        (False, True),
        (False, False),
    ]


def test_what_is_asked_for(client_of):
    since = datetime(2026, 7, 1, 10, 0, 59, tzinfo=UTC)
    with answering([]) as server:
        client_of(server.url, habits=WARSAW).get_tickets(since, offset=270, limit=90)
        [request] = server.requests
    asked = urlsplit(request.path)
    assert (request.method, asked.path) == ("GET", "/api/tickets")
    assert parse_qs(asked.query) == {
        "limit": ["90"],
        "offset": ["270"],
        "date_from": ["2026-07-01 12:00"],
    }


def test_how_long_thulium_wants_to_be_left_alone(client_of):
    busy = http(429, b"", {"Retry-After": "77"})
    with FaultServer((HEAD, say(busy), FIN)) as server, pytest.raises(ThuliumError) as raised:
        client_of(server.url).get_tickets()
    assert (raised.value.reason, raised.value.retry_after) == (Reason.BUSY, 77.0)


def test_a_ticket_is_given_to_an_agent(client_of):
    with answering("") as server:
        client_of(server.url).assign_ticket(4711, "żółw.ż")
        [request] = server.requests
    assert (request.method, request.path) == ("PUT", "/api/tickets/4711")
    assert json.loads(request.body) == {"user_login": "żółw.ż"}
