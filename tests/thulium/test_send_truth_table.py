"""Every fault of ``truth_table``: the verdict against the count of what the customer truly got."""

import contextlib
import socket
import ssl
import warnings
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fault_server import FIN, HEAD, FaultServer, http, say
from tests.thulium.calling import ACCEPTED, post
from tests.thulium.truth_table import HASTY, NOT_SENT, RECEIVE, REFUSALS, REJECTED, ROWS, SENT, Tls
from thulium_portal.thulium import Reason, ThuliumClient
from thulium_portal.thulium.moments import retry_after


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_verdict_of_every_fault(row, certificates, client_of):
    with certificates.server(row) as server:
        result = post(client_of(server.url, **row.waits), row.body)
    assert result.verdict is row.verdict
    assert (server.ledger.processed, server.ledger.accepted) == (row.processed, 1)
    assert (result.reason, result.status) == (row.reason, row.status)
    assert result.line_down is row.line_down
    if row.waits:
        assert result.seconds < 3


def test_the_table_holds_every_status_of_refusal():
    told = {row.status for row in ROWS if row.verdict is REJECTED}
    assert told == set(REFUSALS)


# Before anybody is reached


@pytest.fixture
def connections(monkeypatch):
    """What Python was asked to connect to."""
    seen = []
    connect = socket.socket.connect

    def note(sock, address):
        seen.append(address)
        return connect(sock, address)

    monkeypatch.setattr(socket.socket, "connect", note)
    return seen


def test_connection_refused(client_of):
    with FaultServer(ACCEPTED) as gone:
        pass
    result = post(client_of(gone.url))
    assert (result.verdict, result.reason) == (NOT_SENT, Reason.NO_CONNECTION)
    assert result.line_down
    assert gone.ledger.accepted == 0


def test_connecting_hangs(client_of):
    with contextlib.ExitStack() as open_sockets:
        listener = open_sockets.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            filler = open_sockets.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        result = post(client_of(f"http://127.0.0.1:{listener.getsockname()[1]}", **HASTY))
    assert (result.verdict, result.reason) == (NOT_SENT, Reason.TIMED_OUT)
    assert result.line_down


def test_the_name_is_not_found(client_of, monkeypatch, connections):
    def nowhere(*_asked, **_more):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    result = post(client_of("http://unknown.thulium.test"))
    assert (result.verdict, result.reason) == (NOT_SENT, Reason.NO_CONNECTION)
    assert result.line_down
    assert connections == []


def test_the_name_is_found_after_the_deadline(client_of, monkeypatch, deadline_passed):
    look_up = socket.getaddrinfo

    def late(*asked, **more):
        assert deadline_passed.wait(10)
        return look_up(*asked, **more)

    with FaultServer(ACCEPTED) as server:
        monkeypatch.setattr(socket, "getaddrinfo", late)
        asked = []
        result = post(client_of(server.url, total_timeout=0.1), gate=lambda: asked.append(1))
    assert (result.verdict, result.reason) == (NOT_SENT, Reason.TIMED_OUT)
    assert asked == []
    assert (server.ledger.bytes_received, server.ledger.processed) == (0, 0)


def test_the_deadline_passes_inside_the_handshake(client_of, deadline_passed, certificates):
    def shake_hands_late(call):
        assert deadline_passed.wait(10)
        call.secure(certificates.context(Tls.V1_3))

    with FaultServer((shake_hands_late, *ACCEPTED), scheme="https") as server:
        result = post(client_of(server.url, connect_timeout=10, total_timeout=0.1))
    assert (result.verdict, result.reason) == (NOT_SENT, Reason.TIMED_OUT)
    assert (server.ledger.bytes_received, server.ledger.processed) == (0, 0)


@pytest.mark.parametrize("host", ["a..b", "a b", ".thulium.test", "x" * 70, "ż" * 70, "[::1"])
def test_an_impossible_host(client_of, host, connections):
    result = post(client_of(f"http://{host}"))
    assert (result.verdict, result.reason) == (NOT_SENT, Reason.LOCAL_ERROR)
    assert connections == []


@pytest.mark.parametrize("field", ["body", "agent_login", "date"])
def test_a_lone_surrogate(client_of, field):
    fields = {"body": "x", "agent_login": "anna", "date": None, field: "a\ud800b"}
    with FaultServer(ACCEPTED) as server:
        result = client_of(server.url).send_agent_response(7, body_type="HTML", **fields)
    assert (result.verdict, result.reason) == (NOT_SENT, Reason.LOCAL_ERROR)
    assert server.ledger.accepted == 0


@pytest.mark.parametrize(("user", "password"), [("żółw", "jaźń"), ("a", "b\udcb3"), ("\ud800", "")])
def test_credentials_of_any_letters_go_out(user, password):
    with FaultServer(ACCEPTED) as server:
        client = ThuliumClient(server.url, user, password, connect_timeout=1, read_timeout=1)
        assert post(client).verdict is SENT
    assert server.ledger.processed == 1


def test_the_server_of_old_tls_speaks_to_those_who_let_it(certificates):
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.load_verify_locations(certificates.ca_file)
    old.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        old.minimum_version = ssl.TLSVersion.TLSv1
    with (
        FaultServer((HEAD, FIN), tls=certificates.context(Tls.V1_1)) as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=5) as plain,
        old.wrap_socket(plain, server_hostname="127.0.0.1") as secured,
    ):
        assert secured.version() == "TLSv1.1"


# Retry-After


def test_retry_after_in_seconds_and_as_a_date(client_of):
    moment = datetime.now(UTC) + timedelta(minutes=2)
    for value, least, most in [("7", 7, 7), (format_datetime(moment, usegmt=True), 110, 121)]:
        busy = http(429, b"{}", {"Retry-After": value})
        with FaultServer((*RECEIVE, say(busy), FIN)) as server:
            result = post(client_of(server.url))
        assert (result.verdict, result.reason) == (NOT_SENT, Reason.BUSY)
        assert least <= result.retry_after <= most
        assert server.ledger.processed == 0


@pytest.mark.parametrize("value", ["", "soon", "-5", "1.5", "٣", "Mon, 99 Foo 2026"])
def test_an_unreadable_retry_after_means_half_a_minute(value):
    assert retry_after(value) == 30


@pytest.mark.parametrize("value", ["0", "Mon, 06 Jan 2020 10:00:00 GMT", "Mon, 06 Jan 2020 10:00"])
def test_a_retry_after_that_is_over_still_asks_for_a_pause(value):
    assert retry_after(value) == 1


@given(st.one_of(st.text(), st.from_regex(r"Mon, \d+ Jan \d+ \d+:\d+:\d+ ([+-]\d+|GMT)")))
def test_any_retry_after_means_between_a_second_and_a_quarter_of_an_hour(value):
    assert 1 <= retry_after(value) <= 900
