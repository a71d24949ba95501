"""The password is in nothing that may be printed, kept or logged, whatever happens."""

import base64
import logging
import traceback
from collections.abc import Iterator

import pytest

from tests.support.fault_server import FaultServer, answering
from tests.thulium.calling import ACCEPTED, post
from tests.thulium.truth_table import ROWS
from thulium_portal.thulium import ThuliumError

PASSWORD = "śezam-otwórz-się-7c1f"
USER = "sentinel-user"
TRACES = (
    PASSWORD,
    "otw",
    "7c1f",
    ascii(PASSWORD)[1:-1],
    base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode(),
    base64.b64encode(PASSWORD.encode()).decode()[:-4],
)


def assert_clean(text: str) -> None:
    assert [trace for trace in TRACES if trace in text] == []


def told_by(error: BaseException) -> Iterator[str]:
    """Yield what *error* and all that led to it would print, local variables included."""
    yield "".join(traceback.format_exception(error))
    yield "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    seen: BaseException | None = error
    while seen is not None:
        yield f"{seen!r} {seen} {seen.args!r}"
        seen = seen.__cause__ or seen.__context__


@pytest.fixture
def secretive(client_of):
    """Make a client that knows the password."""
    return lambda url, **given: client_of(url, user=USER, password=PASSWORD, **given)


@pytest.fixture
def logged(caplog):
    """Everything that was logged, by whomever and on every level."""
    caplog.set_level(logging.DEBUG)
    for name in ("urllib3", "requests", "thulium_portal"):
        caplog.set_level(logging.DEBUG, logger=name)

    def text() -> str:
        shown = [f"{record.getMessage()} {record.__dict__!r}" for record in caplog.records]
        return "\n".join([*shown, caplog.text])

    return text


def test_what_is_looked_for_does_leave_for_thulium(secretive, logged):
    """So that the tests below could fail."""
    with FaultServer(ACCEPTED) as server:
        post(secretive(server.url))
    assert TRACES[4].encode() in server.ledger.requests[0]
    assert "agent_response" in logged()


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_send(row, certificates, secretive, logged, capfd):
    with certificates.server(row) as server:
        client = secretive(server.url, **dict.fromkeys(row.waits, 0.1))
        result = post(client, row.body)
    assert_clean(f"{result!r} {result} {result.detail} {client!r} {client}")
    assert_clean(logged())
    assert_clean("".join(capfd.readouterr()))


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_reading(row, certificates, secretive, logged, capfd):
    with certificates.server(row) as server, pytest.raises(ThuliumError) as raised:
        secretive(server.url, **dict.fromkeys(row.waits, 0.1)).get_ticket(7)
    for text in told_by(raised.value):
        assert_clean(text)
    assert_clean(logged())
    assert_clean("".join(capfd.readouterr()))


@pytest.mark.parametrize("barrier", ["gate", "fence"])
def test_a_closed_gate(secretive, logged, barrier):
    def close():
        raise RuntimeError("closed")

    with FaultServer(ACCEPTED) as server:
        assert_clean(repr(post(secretive(server.url), **{barrier: close})))
    assert_clean(logged())


@pytest.mark.parametrize("host", ["a..b", "x" * 70, "a b"])
def test_an_impossible_host(secretive, logged, host):
    client = secretive(f"http://{host}")
    assert_clean(repr(post(client)))
    with pytest.raises(ThuliumError) as raised:
        client.get_ticket(7)
    for text in told_by(raised.value):
        assert_clean(text)
    assert_clean(logged())


@pytest.mark.parametrize("code", [0xDCB3, 0xD800])
def test_a_password_that_is_no_text(client_of, code):
    """An environment in another encoding gives such; its error would show the whole password."""
    broken = chr(code)
    client = client_of("http://a..b", user=USER + broken, password=PASSWORD + broken)
    assert_clean(repr(client))
    with answering({}) as server:
        client = client_of(server.url, user=USER, password=PASSWORD + broken)
        assert post(client).status == 200
        [sent] = server.requests[0].header("Authorization")
    assert base64.b64decode(sent.removeprefix("Basic ")).decode() == f"{USER}:{PASSWORD}?"
