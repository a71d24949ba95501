"""Posting one reply, as the tests of sending do it."""

from tests.support.fault_server import FIN, http, say
from tests.thulium.truth_table import ACT
from thulium_portal.thulium import SendResult, ThuliumClient

ACCEPTED = (*ACT, say(http(200, b"[]")), FIN)
"""What a healthy Thulium does."""


def post(client: ThuliumClient, body: str = "<p>Dzień dobry</p>", **given) -> SendResult:
    return client.send_agent_response(7, body=body, body_type="HTML", agent_login="anna", **given)
