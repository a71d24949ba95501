"""An answer cut at every byte, and answers nobody would think of."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.fault_server import FIN, RST, FaultServer, http, say
from tests.thulium.calling import ACCEPTED, post
from tests.thulium.truth_table import ACT, NOT_SENT, REFUSALS, REJECTED, SENT, UNKNOWN
from thulium_portal.thulium import SendResult

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
    st.binary(max_size=40), st.text("[]{}0, \n\t\ufeff", max_size=6).map(str.encode), st.just(b"[]")
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
