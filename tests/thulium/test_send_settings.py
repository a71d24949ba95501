"""What no setting, no environment and no server can change about a send."""

import ssl
import tracemalloc

import pytest
import requests
from urllib3.connectionpool import HTTPConnectionPool

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
from tests.thulium.calling import ACCEPTED, post
from tests.thulium.truth_table import (
    ACT,
    GARBLED,
    LARGE,
    NOT_SENT,
    RECEIVE,
    REJECTED,
    SENT,
    UNKNOWN,
    Tls,
)
from thulium_portal.thulium import Reason
from thulium_portal.thulium.transport import OneShotAdapter, Wire


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


def test_the_line_is_given_up_at_once(client_of, monkeypatch):
    """Not when urllib3's pool is collected, which a kept traceback puts off."""
    kept, gone = [], []
    init = HTTPConnectionPool.__init__

    def keep(pool, *args, **more):
        kept.append(pool)
        init(pool, *args, **more)

    monkeypatch.setattr(HTTPConnectionPool, "__init__", keep)
    alive = http(200, b"[]", {"Connection": "keep-alive"})
    script = (*ACT, say(alive), lambda call: gone.append(call.client_is_gone(within=5)))
    with FaultServer(script) as server:
        assert post(client_of(server.url)).verdict is SENT
    assert gone == [True]
    assert kept


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


def test_a_large_reply_arrives_whole(client_of):
    with FaultServer((HEAD, BODY, PROCESS, say(http(200, b"[]")), FIN)) as server:
        result = post(client_of(server.url), LARGE)
    assert result.verdict is SENT
    assert len(server.ledger.requests[0]) > len(LARGE)
