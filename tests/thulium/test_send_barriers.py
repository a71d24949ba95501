"""Gate and fence: what is stopped there has not left, whatever stopped it."""

import errno
import itertools
import ssl

import pytest
import requests

from tests.support.fault_server import FIN, HEAD, FaultServer, http, say
from tests.thulium.calling import ACCEPTED, post
from tests.thulium.truth_table import NOT_SENT, SENT, UNKNOWN, Tls
from thulium_portal.thulium import Reason


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
    assert result.reason is not Reason.GATE_CLOSED
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
