"""Readings whose answer does not arrive whole: a status tells enough, half a ticket does not."""

import json

import pytest

from tests.support.fault_server import FIN, HEAD, RST, STALL, FaultServer, drip, flood, http, say
from tests.thulium.truth_table import HASTY, LIMITED
from thulium_portal.thulium import Reason, ThuliumError, Unreachable

REASONS = {
    302: Reason.REDIRECTED,
    401: Reason.WRONG_CREDENTIALS,
    403: Reason.NO_RIGHT,
    404: Reason.NOT_FOUND,
    413: Reason.TOO_LARGE,
    422: Reason.REFUSED,
    429: Reason.BUSY,
    500: Reason.SERVER_ERROR,
}
TICKET = http(200, json.dumps({"ticket_id": 7, "subject": "Zwrot"}).encode())


@pytest.fixture
def read(client_of):
    """Read a ticket off a server that plays a script, and return what was raised."""

    def ask(*script, **waits: float) -> ThuliumError:
        with FaultServer((HEAD, *script)) as server, pytest.raises(ThuliumError) as raised:
            client_of(server.url, **waits).get_ticket(7)
        assert server.ledger.accepted == 1
        return raised.value

    return ask


@pytest.mark.parametrize("end", [FIN, RST, flood(30_000_000)], ids=["FIN", "RST", "flood"])
@pytest.mark.parametrize("status", REASONS)
def test_a_status_is_heard_though_its_body_is_not(read, status, end):
    head = http(status, headers={"Content-Length": "40000000"}, length=False)
    error = read(say(head), end)
    assert (error.reason, error.status, error.detail) == (REASONS[status], status, "")


@pytest.mark.parametrize(
    ("end", "waits"), [(STALL, HASTY), (drip(b" "), LIMITED)], ids=["stall", "drip"]
)
def test_a_status_is_heard_though_its_body_never_ends(read, end, waits):
    error = read(say(http(404, length=False)), end, **waits)
    assert (error.reason, error.status) == (Reason.NOT_FOUND, 404)


@pytest.mark.parametrize("end", [FIN, RST], ids=["FIN", "RST"])
@pytest.mark.parametrize("cut", [len(TICKET) - 20, len(TICKET) - 1])
def test_half_a_ticket_is_none(read, cut, end):
    error = read(say(TICKET[:cut]), end)
    assert type(error) is Unreachable
    assert (error.reason, error.status) == (Reason.BROKEN_OFF, 200)
