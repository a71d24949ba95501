"""Files: streamed piece by piece, never more nor less than announced, refused in plain words."""

import errno
import io
import itertools
import tracemalloc

import pytest

from tests.support.fault_server import (
    BODY,
    FIN,
    HEAD,
    RST,
    UNREAD,
    FaultServer,
    answering,
    http,
    say,
)
from tests.thulium.truth_table import HASTY
from thulium_portal.thulium import Reason, ThuliumError, Unreachable

LARGE = 8_000_000
TOKEN = {"filename": "cennik.pdf", "token": "0a1b2c", "size": 5}
TAKEN = http(200, b'{"filename": "cennik.pdf", "token": "0a1b2c", "size": 5}')
TOO_LARGE = http(413, b'{"errors": [{"message": "Plik jest za duzy"}]}')


class Endless(io.RawIOBase):
    """A file made while it is read; remembers how much was asked for at a time."""

    def __init__(self, size: int) -> None:
        self.left, self.asked = size, list[int]()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        self.asked.append(size)
        piece = self.left if size < 0 else min(size, self.left)
        self.left -= piece
        return b"x" * piece


class Failing(Endless):
    """A file on a disk that fails after the first piece."""

    def __init__(self, error: OSError) -> None:
        super().__init__(LARGE)
        self._error = error

    def read(self, size: int = -1) -> bytes:
        if self.asked:
            raise self._error
        return super().read(size)


@pytest.fixture
def upload(client_of):
    """Hand a file to a server that plays a script."""

    def to(server: FaultServer, stream, size: int, **waits: float):
        return client_of(server.url, **waits).upload_temporary_file("cennik.pdf", stream, size)

    return to


def test_a_large_file_is_streamed_in_small_pieces(upload):
    stream = Endless(LARGE)
    with answering(TOKEN) as server:
        upload(server, stream, LARGE)
        assert len(server.requests[0].body) == LARGE
    assert 0 < min(stream.asked) <= max(stream.asked) <= 64 * 1024
    assert len(stream.asked) > LARGE / (64 * 1024)


def test_a_large_file_does_not_fill_the_memory(upload):
    def swallow(call) -> None:
        for _ in range(LARGE // 4096):
            call.sock.recv(4096)
        call.say(TAKEN)

    with FaultServer((swallow, FIN)) as server:
        tracemalloc.start()
        try:
            upload(server, Endless(LARGE), LARGE)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < LARGE / 4


@pytest.mark.parametrize("size", [0, 1, 16 * 1024, 64 * 1024, 64 * 1024 + 1])
def test_every_byte_arrives(upload, size):
    with answering(TOKEN) as server:
        upload(server, io.BytesIO(b"x" * size), size)
        [request] = server.requests
    assert request.header("Content-Length") == [str(size)]
    assert request.body == b"x" * size


def test_a_file_that_grew_goes_only_as_far_as_announced(upload):
    """What follows the announced length would be read as another request."""
    with FaultServer((HEAD, BODY, say(TAKEN), FIN)) as server:
        upload(server, io.BytesIO(b"12345GET /evil"), 5)
    assert server.ledger.requests[0].endswith(b"\r\n\r\n12345")


@pytest.mark.parametrize("left", [0, 1, 4, 70_000])
def test_a_file_that_shrank_is_no_fault_of_the_line(upload, left):
    """Told at once: left alone, both sides would wait for the rest until they gave up."""
    with (
        FaultServer((HEAD, BODY, say(TAKEN), FIN)) as server,
        pytest.raises(OSError, match="ends") as raised,
    ):
        upload(server, io.BytesIO(b"x" * left), left + 1)
    assert not isinstance(raised.value, TimeoutError)
    assert server.ledger.bodies == 0


@pytest.mark.parametrize(
    "error",
    [OSError(errno.EIO, "Input/output error"), TimeoutError("the share is away"),
     BrokenPipeError(errno.EPIPE, "Broken pipe"), ConnectionResetError("the share is gone")],
    ids=repr,
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_no_fault_of_the_line(upload, error):
    """Not even where the disk's error looks like the line's, and the server speaks early."""
    with (
        FaultServer((HEAD, say(TAKEN), FIN)) as server,
        pytest.raises(OSError, match=r"Input|share|Broken") as raised,
    ):
        upload(server, Failing(error), LARGE)
    assert raised.value is not error
    assert server.ledger.bodies == 0


@pytest.mark.parametrize("end", [FIN, RST], ids=["FIN", "RST"])
@pytest.mark.parametrize("cut", [0, 1, 20])
def test_a_refusal_midway_is_heard(upload, end, cut):
    """Servers refuse a large file while it is being sent, and then hang up on it."""
    answer = TOO_LARGE[: len(TOO_LARGE) - cut]
    with FaultServer((HEAD, say(answer), end)) as server, pytest.raises(ThuliumError) as raised:
        upload(server, Endless(LARGE), LARGE)
    assert (raised.value.reason, raised.value.status) == (Reason.TOO_LARGE, 413)
    assert raised.value.detail == ("" if cut else "Plik jest za duzy")
    assert server.ledger.bodies == 0


def test_a_token_for_half_a_file_is_none(upload):
    with FaultServer((HEAD, say(TAKEN), RST)) as server, pytest.raises(Unreachable) as raised:
        upload(server, Endless(LARGE), LARGE)
    assert (raised.value.reason, raised.value.status) == (Reason.BROKEN_OFF, 200)
    assert server.ledger.bodies == 0


def test_nobody_reads_the_file(upload):
    with FaultServer((UNREAD,)) as server, pytest.raises(Unreachable) as raised:
        upload(server, Endless(LARGE), LARGE, **HASTY)
    assert raised.value.reason is Reason.TIMED_OUT
    assert server.ledger.accepted == 1


def test_each_upload_is_one_connection(upload):
    with FaultServer((HEAD, BODY, say(TAKEN), FIN)) as server:
        tokens = [upload(server, io.BytesIO(b"12345"), 5).token for _ in itertools.repeat(0, 3)]
    assert tokens == ["0a1b2c"] * 3
    assert server.ledger.accepted == server.ledger.bodies == 3
