"""The client of Thulium's API; knows nothing of Django."""

from thulium_portal.thulium.client import ThuliumClient
from thulium_portal.thulium.exceptions import (
    NotFound,
    ThuliumError,
    UnexpectedAnswer,
    Unreachable,
    WrongCredentials,
)
from thulium_portal.thulium.types import (
    Agent,
    Customer,
    MessageKind,
    Reason,
    SendResult,
    TemporaryFile,
    Ticket,
    TicketMessage,
    TicketStatus,
    Verdict,
)

__all__ = [
    "Agent",
    "Customer",
    "MessageKind",
    "NotFound",
    "Reason",
    "SendResult",
    "TemporaryFile",
    "ThuliumClient",
    "ThuliumError",
    "Ticket",
    "TicketMessage",
    "TicketStatus",
    "UnexpectedAnswer",
    "Unreachable",
    "Verdict",
    "WrongCredentials",
]
