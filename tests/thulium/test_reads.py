"""Readings: tolerant of how PHP writes, exact about what could not be read and why."""

import io
import json

import pytest

from tests.support.fault_server import (
    BODY,
    FIN,
    HEAD,
    RST,
    STALL,
    FaultServer,
    answering,
    drip,
    flood,
    http,
    say,
)
from tests.thulium.truth_table import HASTY, LIMITED, Tls
from thulium_portal.thulium import (
    MessageKind,
    NotFound,
    Reason,
    ThuliumError,
    UnexpectedAnswer,
    Unreachable,
    WrongCredentials,
)

TICKET = {
    "ticket_id": 4711,
    "from": "Maria Wiśniewska <maria@example.org>",
    "ticket_queue_name": "pomoc@example.com",
    "ticket_queue_id": 3,
    "subject": "Pytanie o zwrot",
    "status_id": "1",
    "substatus_id": "2",
    "customer_id": 52,
    "full_status_name": "Nowe - pilne",
    "category_id": "7",
    "user_login": "agent.example",
    "created_at": "2026-01-08 08:05",
    "updated_at": "2026-01-08 09:10",
    "closed_at": "2026-01-09 10:00",
    "close_time": "25:55:00",
    "messages": [
        {
            "message_id": 902,
            "user_login": "agent.example",
            "type": "REPLY",
            "body": "<p>Dzień dobry</p>",
            "comment": "",
            "system_comment": "Changed status",
            "created_at": "2026-01-08 09:10",
            "attachments": ["0a1b2c3d4e5f60718293a4"],
        },
        {
            "message_id": 901,
            "user_login": "",
            "type": "MAIL",
            "body": "Kiedy?",
            "comment": "",
            "system_comment": "",
            "created_at": "2026-01-08 08:05",
            "attachments": [],
        },
    ],
}
AGENT = {"agent_id": "1", "login": "anna.nowak", "name": "Anna", "surname": "Nowak",
         "email": "anna@example.com", "active": True, "number": 559933}  # fmt: skip
CUSTOMER = {"customer_id": 52, "name": "Jan", "surname": "Testowy", "email": "jan@example.org",
            "company_id": "", "custom_fields": {"Numer umowy": None}}  # fmt: skip


@pytest.fixture
def read(client_of):
    """Read the ticket, agent or customer in an answer."""

    def ask(told, noun="ticket"):
        with answering(told) as server:
            client = client_of(server.url)
            asks = {
                "ticket": lambda: client.get_ticket(4711),
                "agent": lambda: client.get_agent("anna.nowak"),
                "customer": lambda: client.get_customer(52),
                "file": lambda: client.upload_temporary_file("a.pdf", io.BytesIO(b"12345"), 5),
            }
            return asks[noun]()

    return ask


@pytest.fixture
def read_raw(client_of):
    """Read a ticket off a server that plays a script, and return what was raised."""

    def ask(*script, tls=None, **waits) -> ThuliumError:
        with FaultServer(script, tls=tls) as server, pytest.raises(ThuliumError) as raised:
            client_of(server.url, **waits).get_ticket(4711)
        assert server.ledger.accepted == 1
        return raised.value

    return ask


def test_a_ticket_as_documented(read):
    ticket = read(TICKET)
    assert (ticket.id, ticket.subject) == (4711, "Pytanie o zwrot")
    assert (ticket.customer_id, ticket.customer_email) == (52, "maria@example.org")
    assert (ticket.queue_id, ticket.queue_name) == (3, "pomoc@example.com")
    assert (ticket.status_name, ticket.agent_login) == ("Nowe - pilne", "agent.example")
    moments = (ticket.created_at, ticket.updated_at, ticket.closed_at)
    assert [str(moment) for moment in moments] == [
        "2026-01-08 08:05:00",
        "2026-01-08 09:10:00",
        "2026-01-09 10:00:00",
    ]
    assert {moment.tzinfo for moment in moments} == {None}
    asked, answered = ticket.messages
    assert (asked.id, asked.kind, asked.body) == (901, MessageKind.MAIL, "Kiedy?")
    assert (asked.agent_login, asked.attachments) == ("", ())
    assert (answered.id, answered.kind) == (902, MessageKind.REPLY)
    assert (answered.body, answered.system_comment) == ("<p>Dzień dobry</p>", "Changed status")
    assert [file.token for file in answered.attachments] == ["0a1b2c3d4e5f60718293a4"]
    assert ticket.last_message_id == 902


def test_ids_may_be_strings(read):
    messages = [{"message_id": "902", "type": "MAIL"}]
    ticket = read(TICKET | {"ticket_id": "4711", "customer_id": "52", "messages": messages})
    assert (ticket.id, ticket.customer_id, ticket.messages[0].id) == (4711, 52, 902)


def test_most_may_be_missing(read):
    ticket = read({"ticket_id": 4711, "messages": [{"message_id": 1}]})
    assert (ticket.subject, ticket.customer_email, ticket.customer_id) == ("", "", None)
    assert (ticket.created_at, ticket.closed_at) == (None, None)
    assert ticket.messages[0].created_at is None
    assert ticket.messages[0].kind is MessageKind.OTHER


@pytest.mark.parametrize("empty", [None, "", [], {}])
def test_emptiness_comes_in_many_shapes(read, empty):
    fields = ["from", "subject", "customer_id", "user_login", "closed_at", "messages"]
    ticket = read(TICKET | dict.fromkeys(fields, empty))
    assert (ticket.customer_email, ticket.subject, ticket.agent_login) == ("", "", "")
    assert (ticket.customer_id, ticket.closed_at, ticket.messages) == (None, None, ())
    assert ticket.last_message_id is None


def test_an_unknown_key_is_passed_over(read):
    assert read(TICKET | {"new_key": {"deep": [1]}}) == read(TICKET)


def test_a_list_with_gaps_comes_as_an_object(read):
    """PHP's ``json_encode`` keeps the keys of a list from which something was filtered out."""
    first, second = TICKET["messages"]
    assert read(TICKET | {"messages": {"0": first, "2": second}}) == read(TICKET)


def test_messages_come_oldest_first(read):
    def message(number, moment):
        return {"message_id": number, "type": "MAIL", "created_at": moment}

    told = [
        message(4, "2026-01-08 09:10"),
        message(3, "2026-01-08 09:10:30"),
        message(5, "2026-01-07 09:00"),
        message(2, "2026-01-08 09:10"),
    ]
    assert [m.id for m in read(TICKET | {"messages": told}).messages] == [5, 2, 4, 3]


@pytest.mark.parametrize("told", ["reply", "Reply", "REPLY"])
def test_a_kind_in_any_case(read, told):
    ticket = read(TICKET | {"messages": [{"message_id": 1, "type": told}]})
    assert ticket.messages[0].kind is MessageKind.REPLY


@pytest.mark.parametrize("told", ["SMS", "", None, 7, [], "ż"])
def test_an_unknown_kind_does_not_hide_the_ticket(read, told):
    ticket = read(TICKET | {"messages": [{"message_id": 1, "type": told, "body": "Halo"}]})
    assert ticket.messages[0].kind is MessageKind.OTHER
    assert ticket.messages[0].body == "Halo"


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("maria@example.org", "maria@example.org"),
        ("<maria@example.org>", "maria@example.org"),
        ("Maria Wiśniewska <maria@example.org>", "maria@example.org"),
        ("Wiśniewska, Maria <maria@example.org>", "maria@example.org"),
        ('"maria@dom" <maria@example.org>', "maria@example.org"),
        ("maria@example.org (Maria)", "maria@example.org"),
        (" 500 600 700 ", "500 600 700"),
    ],
)
def test_the_customers_address(read, told, address):
    assert read(TICKET | {"from": told}).customer_email == address


@pytest.mark.parametrize("told", ["2026-13-40 99:99", "yesterday", "0000-00-00 00:00", 12, {}])
def test_an_unreadable_moment_is_none(read, told):
    assert read(TICKET | {"updated_at": told}).updated_at is None


def test_an_agent(read):
    agent = read(AGENT, "agent")
    assert (agent.id, agent.login, agent.name) == (1, "anna.nowak", "Anna Nowak")
    assert (agent.email, agent.active) == ("anna@example.com", True)


@pytest.mark.parametrize(
    ("told", "active"),
    [(True, True), (1, True), ("1", True), ("true", True),
     (False, False), (0, False), ("0", False), ("", False), (None, False)],
)  # fmt: skip
def test_an_agent_is_active_or_not(read, told, active):
    assert read(AGENT | {"active": told}, "agent").active is active


def test_an_agent_without_a_surname(read):
    assert read(AGENT | {"surname": None}, "agent").name == "Anna"


def test_a_customer(read):
    customer = read(CUSTOMER, "customer")
    assert (customer.id, customer.first_name, customer.last_name) == (52, "Jan", "Testowy")
    assert customer.email == "jan@example.org"


def test_a_customer_of_whom_little_is_known(read):
    customer = read({"customer_id": "52", "name": None, "custom_fields": []}, "customer")
    assert (customer.first_name, customer.last_name, customer.email) == ("", "", "")


@pytest.mark.parametrize("login", ["a/b", "a?b=c#d", "żółw", "a b", "a%2Fb", "\ud800"])
def test_a_login_stays_one_part_of_the_path(client_of, login):
    with answering(AGENT) as server:
        with pytest.raises(UnexpectedAnswer):  # it is another's
            client_of(server.url).get_agent(login)
        [request] = server.requests
    assert request.path.count("/") == 3
    assert request.path.startswith("/api/agents/")
    assert "?" not in request.path


# What cannot be read


@pytest.mark.parametrize(
    "told",
    [
        b"<!doctype html><title>Zaloguj</title>",
        b"",
        b"null",
        b"[]",
        b"{}",
        b"7",
        b'"text"',
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        {"ticket_id": None},
        {"ticket_id": "many"},
        {"ticket_id": []},
        b'{"ticket_id": 1e999}',
        b'{"ticket_id": NaN}',
        b'{"ticket_id": ' + b"9" * 5000 + b"}",
        {"ticket_id": 4711, "messages": 7},
        {"ticket_id": 4711, "messages": "none"},
        {"ticket_id": 4711, "messages": True},
        {"agent_id": 1, "login": "ewa.kot"},
        {"customer_id": 53},
    ],
    ids=lambda told: repr(told)[:40],
)
@pytest.mark.parametrize("noun", ["ticket", "agent", "customer", "file"])
def test_an_answer_that_is_none(read, told, noun):
    with pytest.raises(UnexpectedAnswer) as raised:
        read(told, noun)
    assert (raised.value.reason, raised.value.status) == (Reason.UNEXPECTED_ANSWER, 200)


@pytest.mark.parametrize("told", [{}, {"token": ""}, {"token": "abc"}, {"token": "a", "size": "x"}])
def test_an_upload_without_token_or_size(read, told):
    with pytest.raises(UnexpectedAnswer):
        read(told, "file")


SENTENCE = {"errors": [{"message": "Nie ma takiego\nzgłoszenia " + "x" * 400}], "request_id": "r1"}


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [
        (401, WrongCredentials, Reason.WRONG_CREDENTIALS),
        (403, WrongCredentials, Reason.NO_RIGHT),
        (404, NotFound, Reason.NOT_FOUND),
        (400, ThuliumError, Reason.REFUSED),
        (422, ThuliumError, Reason.REFUSED),
        (413, ThuliumError, Reason.TOO_LARGE),
        (409, UnexpectedAnswer, Reason.UNEXPECTED_ANSWER),
        (429, Unreachable, Reason.BUSY),
        (500, Unreachable, Reason.SERVER_ERROR),
        (502, Unreachable, Reason.SERVER_ERROR),
        (503, Unreachable, Reason.SERVER_ERROR),
        (522, Unreachable, Reason.SERVER_ERROR),
        (301, UnexpectedAnswer, Reason.REDIRECTED),
        (307, UnexpectedAnswer, Reason.REDIRECTED),
        (103, UnexpectedAnswer, Reason.UNEXPECTED_ANSWER),
        (204, UnexpectedAnswer, Reason.UNEXPECTED_ANSWER),
    ],
)
def test_what_a_status_means(read_raw, status, kind, reason):
    body = json.dumps(SENTENCE).encode() if status >= 300 else b""
    error = read_raw(HEAD, BODY, say(http(status, body, {"Location": "/login"})), FIN)
    assert type(error) is kind
    assert (error.reason, error.status) == (reason, status)
    if status >= 300:
        assert error.detail.startswith("Nie ma takiego zgłoszenia x")
        assert len(error.detail) == 300
        assert error.request_id == "r1"


@pytest.mark.parametrize(
    "told",
    [b"", b"<html>", b"[]", b"7", b'{"errors": {}}', b'{"errors": []}', b'{"errors": ["no"]}',
     b'{"errors": [{"message": null}], "request_id": null}', b"[" * 100_000],
    ids=lambda told: repr(told)[:40],
)  # fmt: skip
def test_a_refusal_without_a_sentence(read_raw, told):
    error = read_raw(HEAD, BODY, say(http(404, told)), FIN)
    assert type(error) is NotFound
    assert (error.detail, error.request_id) == ("", "")


WHOLE = http(200, json.dumps(TICKET).encode())


@pytest.mark.parametrize(
    ("script", "reason", "status"),
    [
        ((FIN,), Reason.BROKEN_OFF, None),
        ((HEAD, RST), Reason.BROKEN_OFF, None),
        ((HEAD, STALL), Reason.TIMED_OUT, None),
        ((HEAD, say(b"garbage\r\n\r\n"), FIN), Reason.BROKEN_OFF, None),
        ((HEAD, say(WHOLE[:-1]), FIN), Reason.BROKEN_OFF, 200),
        ((HEAD, say(WHOLE[:-1]), RST), Reason.BROKEN_OFF, 200),
        ((HEAD, say(WHOLE[:-1]), STALL), Reason.BROKEN_OFF, 200),
        ((HEAD, say(http(200, length=False)), flood(30_000_000)), Reason.BROKEN_OFF, 200),
    ],
)
def test_a_line_that_breaks(read_raw, script, reason, status):
    error = read_raw(*script, **(HASTY if STALL in script else {}))
    assert type(error) is Unreachable
    assert (error.reason, error.status) == (reason, status)


def test_a_drip_ends_at_the_deadline(read_raw):
    slow = (HEAD, say(http(200, length=False)), drip(b" "))
    error = read_raw(*slow, **LIMITED)
    assert type(error) is Unreachable
    assert (error.reason, error.status) == (Reason.TIMED_OUT, 200)


def test_a_wrong_certificate(read_raw, certificates):
    error = read_raw(HEAD, tls=certificates.context(Tls.OTHER_HOST))
    assert type(error) is Unreachable
    assert error.reason is Reason.CERTIFICATE


def test_nobody_there(client_of):
    with FaultServer((HEAD,)) as gone:
        pass
    with pytest.raises(Unreachable) as raised:
        client_of(gone.url).get_ticket(1)
    assert raised.value.reason is Reason.NO_CONNECTION


def test_a_redirection_is_not_followed(client_of):
    with answering(TICKET) as target:
        moved = http(302, headers={"Location": f"{target.url}/api/tickets/4711"})
        with FaultServer((HEAD, say(moved), FIN)) as server, pytest.raises(UnexpectedAnswer):
            client_of(server.url).get_ticket(4711)
        assert target.requests == []


@pytest.mark.parametrize(
    ("location", "other"),
    [
        ("/api/tickets/4712", 4712),
        ("https://sklep.thulium.com/api/tickets/4712/", 4712),
        ("/api/tickets/4711", None),
        ("/login", None),
        ("/api/tickets/" + "9" * 900, None),
        ("http://[", None),
    ],
)
def test_a_redirection_to_another_ticket_tells_which(client_of, location, other):
    moved = http(302, headers={"Location": location})
    with FaultServer((HEAD, say(moved), FIN)) as server, pytest.raises(UnexpectedAnswer) as raised:
        client_of(server.url).get_ticket(4711)
    assert getattr(raised.value, "ticket_id", None) == other


def test_an_error_says_its_reason_and_nothing_else():
    error = NotFound(Reason.NOT_FOUND, status=404, detail="Nie ma", request_id="r1")
    assert (str(error), repr(error)) == ("not_found", "NotFound('not_found')")
