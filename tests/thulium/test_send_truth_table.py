"""Every fault of ``truth_table``: the verdict against the count of what the customer truly got."""

import contextlib
import errno
import itertools
import socket
import ssl
import threading
import tracemalloc
import warnings
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.fault_server import (
    BODY,
    FIN,
    HEAD,
    PROCESS,
    RST,
    STALL,
    FaultServer,
    flood,
    garble,
    http,
    say,
)
from tests.thulium.truth_table import (
    ACT,
    GARBLED,
    LARGE,
    NOT_SENT,
    RECEIVE,
    REFUSALS,
    REJECTED,
    ROWS,
    SENT,
    UNKNOWN,
    Tls,
)
from thulium_portal.thulium import Reason, SendResult, ThuliumClient
from thulium_portal.thulium.client import retry_after
from thulium_portal.thulium.wire import OneShotAdapter, Wire

ACCEPTED = (*ACT, say(http(200, b"[]")), FIN)


def post(client: ThuliumClient, body: str = "<p>Dzień dobry</p>", **given) -> SendResult:
    return client.send_agent_response(7, body=body, body_type="HTML", agent_login="anna", **given)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_verdict_of_every_fault(row, certificates, client_of):
    with certificates.server(row) as server:
        result = post(client_of(server.url, **row.waits), row.body)
    assert result.verdict is row.verdict
    assert server.ledger.processed == row.processed
    assert server.ledger.accepted == 1
    assert (result.reason, result.status) == (row.reason, row.status)
    assert result.line_down is row.line_down
    if row.impatient:
        assert result.seconds < 2


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
        result = post(client_of(f"http://127.0.0.1:{listener.getsockname()[1]}"))
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


@pytest.fixture
def deadline_passed(monkeypatch):
    """An event that is set once a call's deadline has cut it."""
    event = threading.Event()
    abort = Wire.abort

    def abort_and_tell(wire):
        abort(wire)
        event.set()

    monkeypatch.setattr(Wire, "abort", abort_and_tell)
    return event


def test_the_name_is_found_after_the_deadline(client_of, monkeypatch, deadline_passed):
    look_up = socket.getaddrinfo

    def late(*asked, **more):
        assert deadline_passed.wait(10)
        return look_up(*asked, **more)

    with FaultServer(ACCEPTED) as server:
        monkeypatch.setattr(socket, "getaddrinfo", late)
        result = post(client_of(server.url, total_timeout=0.1))
    assert (result.verdict, result.reason) == (NOT_SENT, Reason.TIMED_OUT)
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


# Gate and fence


class Breach(RuntimeError):
    pass


OBSTACLES = [
    Breach("the reply was undone"),
    OSError(errno.ENOSPC, "No space left on device"),
    BrokenPipeError(errno.EPIPE, "Broken pipe"),
    ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"),
    TimeoutError("lock not obtained"),
    ssl.SSLError(1, "the database's line"),
    UnicodeError("bad"),
    requests.ConnectionError("somebody else's"),
]


def raising(error: Exception, *, at: int = 1):
    calls = itertools.count(1)

    def check():
        if next(calls) == at:
            raise error

    return check


@pytest.mark.parametrize("obstacle", OBSTACLES, ids=repr)
@pytest.mark.parametrize("barrier", ["gate", "fence"])
def test_nothing_leaves_through_a_closed_gate(client_of, barrier, obstacle):
    """Not even where the server speaks first, which an error taken for the line's would let in."""
    with FaultServer((say(http(200, b"[]")), *ACCEPTED)) as server:
        result = post(client_of(server.url), **{barrier: raising(obstacle)})
    assert (result.verdict, result.reason) == (NOT_SENT, Reason.GATE_CLOSED)
    assert not result.line_down
    assert server.ledger.accepted == 1
    assert (server.ledger.bytes_received, server.ledger.processed) == (0, 0)


@pytest.mark.parametrize("tls", [Tls.V1_2, Tls.V1_3])
def test_nothing_leaves_through_a_closed_gate_over_tls(client_of, tls, certificates):
    with FaultServer(ACCEPTED, tls=certificates.context(tls)) as server:
        client = client_of(server.url)
        result = post(client, gate=raising(Breach()))
    assert (result.verdict, result.reason) == (NOT_SENT, Reason.GATE_CLOSED)
    assert (server.ledger.bytes_received, server.ledger.processed) == (0, 0)


@pytest.mark.parametrize("obstacle", OBSTACLES, ids=repr)
def test_a_fence_that_falls_midway_leaves_doubt(client_of, obstacle):
    """Not even where the server takes half a request for a whole one."""
    with FaultServer((HEAD, say(http(200, b"[]")), FIN)) as server:
        result = post(client_of(server.url), fence=raising(obstacle, at=2))
    assert result.verdict is UNKNOWN
    assert (server.ledger.heads, server.ledger.bodies) == (1, 0)


def test_gate_once_fence_before_every_send_and_after_the_gate(client_of):
    order = []
    with FaultServer(ACCEPTED) as server:

        def note(name):
            return lambda: order.append((name, server.ledger.bytes_received == 0))

        assert post(client_of(server.url), gate=note("gate"), fence=note("fence")).verdict is SENT
    assert order[:2] == [("gate", True), ("fence", True)]
    assert [name for name, _ in order[2:]] == ["fence"]


def test_the_gate_opens_only_on_a_connection_that_stands(client_of):
    asked = []
    with FaultServer(ACCEPTED) as gone:
        pass
    assert post(client_of(gone.url), gate=lambda: asked.append(1)).verdict is NOT_SENT
    assert asked == []


def test_the_deadline_passes_inside_the_gate(client_of, deadline_passed):
    def slow_gate():
        assert deadline_passed.wait(10)

    with FaultServer(ACCEPTED) as server:
        result = post(client_of(server.url, total_timeout=0.1), gate=slow_gate)
    assert (result.verdict, result.reason) == (NOT_SENT, Reason.TIMED_OUT)
    assert (server.ledger.bytes_received, server.ledger.processed) == (0, 0)


def test_an_interruption_of_the_worker_is_not_swallowed(client_of):
    with FaultServer(ACCEPTED) as server, pytest.raises(KeyboardInterrupt):
        post(client_of(server.url), gate=raising(KeyboardInterrupt()))
    assert server.ledger.bytes_received == 0


# What stands firm


def test_no_retry_whatever_the_fault(client_of, certificates):
    assert OneShotAdapter(Wire(), ssl.create_default_context()).max_retries.total == 0
    again = [ACT, ACCEPTED]
    for script in ((*ACT, FIN), (*ACT, RST), (*ACT, garble(GARBLED), STALL)):
        with FaultServer(script, *again, tls=certificates.context(Tls.V1_3)) as server:
            post(client_of(server.url))
        assert (server.ledger.accepted, server.ledger.processed) == (1, 1)


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 305, 307, 308])
def test_nothing_reaches_the_target_of_a_redirection(client_of, status):
    with FaultServer(ACCEPTED) as target:
        moved = http(status, b"[]", {"Location": f"{target.url}/api/tickets/7/agent_response"})
        with FaultServer((*ACT, say(moved), FIN), ACCEPTED) as server:
            result = post(client_of(server.url))
    assert (result.verdict, result.reason, result.status) == (UNKNOWN, Reason.REDIRECTED, status)
    assert (server.ledger.accepted, server.ledger.processed) == (1, 1)
    assert target.ledger.accepted == 0


@pytest.mark.parametrize("location", ["http://a..b/", "mailto:x@example.org", "//", "\xff"])
def test_an_impossible_target_changes_nothing(client_of, location):
    moved = http(302, headers={"Location": location})
    with FaultServer((*ACT, say(moved), FIN)) as server:
        result = post(client_of(server.url))
    assert (result.verdict, result.reason, result.status) == (UNKNOWN, Reason.REDIRECTED, 302)


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_environment_adds_no_authority(client_of, name, monkeypatch, certificates):
    monkeypatch.setenv(name, certificates.ca_file)
    with FaultServer(ACCEPTED, tls=certificates.context(Tls.V1_3)) as server:
        result = post(client_of(server.url, ca_file=None))
    assert (result.verdict, result.reason) == (NOT_SENT, Reason.CERTIFICATE)
    assert (server.ledger.bytes_received, server.ledger.processed) == (0, 0)


@pytest.mark.parametrize("name", ["http_proxy", "https_proxy", "all_proxy"])
def test_the_environments_proxy_gets_nothing(client_of, name, monkeypatch, certificates):
    with FaultServer(ACCEPTED) as proxy:
        monkeypatch.setenv(name, proxy.url)
        with FaultServer(ACCEPTED, tls=certificates.context(Tls.V1_3)) as server:
            result = post(client_of(server.url))
    assert result.verdict is SENT
    assert (proxy.ledger.accepted, server.ledger.processed) == (0, 1)


def test_verification_outlives_every_call(client_of, certificates):
    """One context serves all calls, so none may soften it."""
    good, bad = certificates.context(Tls.V1_3), certificates.context(Tls.OTHER_HOST)
    with FaultServer(ACCEPTED, tls=good) as first, FaultServer(ACCEPTED, tls=bad) as second:
        client = client_of(first.url)
        assert post(client).verdict is SENT
        client._base = f"{second.url}/api"
        assert post(client).reason is Reason.CERTIFICATE
        client._base = f"{first.url}/api"
        assert post(client).verdict is SENT
    assert second.ledger.bytes_received == 0


def test_one_connection_per_send(client_of):
    """A second answer lying on the first connection is nobody's."""
    stray = http(200, b"[]", {"Connection": "keep-alive"})
    refusal = (*RECEIVE, say(http(422, b"{}")), FIN)
    with FaultServer((*ACT, say(stray * 2), STALL), refusal) as server:
        client = client_of(server.url)
        verdicts = [post(client).verdict, post(client).verdict]
    assert verdicts == [SENT, REJECTED]
    assert (server.ledger.accepted, server.ledger.processed) == (2, 1)


def test_the_deadline_outweighs_an_answer_already_read(client_of, deadline_passed, monkeypatch):
    """A complete ``200 []`` is believed only in time; here its last byte came just before."""
    close = requests.Response.close

    def close_late(response):
        assert deadline_passed.wait(10)
        close(response)

    monkeypatch.setattr(requests.Response, "close", close_late)
    with FaultServer(ACCEPTED) as server:
        result = post(client_of(server.url, total_timeout=0.1))
    assert (result.verdict, result.reason, result.status) == (UNKNOWN, Reason.TIMED_OUT, 200)
    assert server.ledger.processed == 1


@pytest.mark.parametrize(
    "answer",
    [
        http(200, length=False),
        http(200, headers={"Content-Length": "200000000"}, length=False),
        http(400, length=False),
        http(302, headers={"Location": "/x"}, length=False),
        http(500, headers={"Content-Encoding": "gzip"}, length=False),
    ],
    ids=["endless", "announced", "400", "302", "gzip"],
)
def test_a_flood_does_not_fill_the_memory(client_of, answer):
    with FaultServer((*ACT, say(answer), flood(200_000_000))) as server:
        client = client_of(server.url)
        tracemalloc.start()
        try:
            result = post(client)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert result.verdict in {UNKNOWN, REJECTED}
    assert peak < 4_000_000
    assert server.ledger.bytes_sent < 20_000_000


# Cuts at every byte

GOOD = http(200, b"[]")
CHUNKED = http(200, b"2\r\n[]\r\n", {"Transfer-Encoding": "chunked"}, length=False)
REFUSED = http(400, b'{"errors": [{"message": "no"}]}')


def verdicts_of_cuts(client_of, answer: bytes, end) -> dict[int, SendResult]:
    scripts = [(*ACT, say(answer[:cut]), end) for cut in range(len(answer) + 1)]
    with FaultServer(*scripts) as server:
        client = client_of(server.url)
        told = {cut: post(client) for cut in range(len(answer) + 1)}
    assert server.ledger.processed == server.ledger.accepted == len(answer) + 1
    return told


@pytest.mark.parametrize("end", [FIN, RST], ids=["FIN", "RST"])
def test_only_the_whole_answer_says_sent(client_of, end):
    told = verdicts_of_cuts(client_of, GOOD, end)
    assert told.pop(len(GOOD)).verdict is SENT
    assert {result.verdict for result in told.values()} == {UNKNOWN}


def test_an_answer_in_chunks_without_its_last_chunk_does_not_say_sent(client_of):
    told = verdicts_of_cuts(client_of, CHUNKED, FIN)
    assert {result.verdict for result in told.values()} == {UNKNOWN}


def test_a_cut_refusal_is_a_refusal_or_doubt(client_of):
    told = verdicts_of_cuts(client_of, REFUSED, FIN)
    assert {result.verdict for result in told.values()} == {UNKNOWN, REJECTED}
    assert told[len(b"HTTP/1.1 40")].verdict is UNKNOWN
    assert told[len(REFUSED)].detail == "no"


BODIES = st.one_of(
    st.binary(max_size=40),
    st.text("[]{}0, \n\t\ufeff", max_size=6).map(str.encode),
    st.just(b"[]"),
)
LINES = st.lists(
    st.sampled_from(
        [
            "Content-Length: 2", "Content-Length: 7", "Content-Length: -1", "Content-Length: x",
            "Transfer-Encoding: chunked", "Transfer-Encoding: gzip", "Connection: keep-alive",
            "Connection: close", "Content-Encoding: br", "Location: http://a..b", "Location: /x",
            "Retry-After: 99999999999999999999", "Retry-After: Mon", "Set-Cookie: a=\x80; b", ": x",
            "X", " folded", "Content-Type: text/html",
        ]
    ),
    max_size=5,
)  # fmt: skip


@pytest.fixture
def any_server():
    with FaultServer(ACCEPTED) as server:
        yield server


@pytest.fixture
def any_client(any_server, client_of):
    return client_of(any_server.url)


@settings(max_examples=300)
@given(
    status=st.one_of(st.just(200), st.integers(0, 1100)),
    lines=LINES,
    body=BODIES,
    end=st.sampled_from([FIN, RST]),
)
def test_no_answer_at_all_is_an_error_and_only_an_empty_list_says_sent(
    any_server, any_client, status, lines, body, end
):
    head = "".join(f"{line}\r\n" for line in [f"HTTP/1.1 {status} x", *lines])
    any_server.scripts[:] = [(*ACT, say(head.encode("latin-1") + b"\r\n" + body), end)]
    verdict = post(any_client).verdict
    if verdict is SENT:
        assert status == 200
        assert b"[" in body
        assert b"]" in body
    if verdict is REJECTED:
        assert status in REFUSALS
    if verdict is NOT_SENT:
        assert status == 429


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


# Large bodies go through


def test_a_large_reply_arrives_whole(client_of):
    with FaultServer((HEAD, BODY, PROCESS, say(http(200, b"[]")), FIN)) as server:
        result = post(client_of(server.url, connect_timeout=5, read_timeout=5), LARGE)
    assert result.verdict is SENT
    assert len(server.ledger.requests[0]) > len(LARGE)
