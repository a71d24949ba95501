"""The client of Thulium's API; knows nothing of Django."""

from thulium_portal.thulium.client import ThuliumClient
from thulium_portal.thulium.exceptions import (
    NotFound,
    OtherTicket,
    ThuliumError,
    UnexpectedAnswer,
    Unreachable,
    WrongCredentials,
)
from thulium_portal.thulium.plain_call import post
from thulium_portal.thulium.status_names import tells_merged
from thulium_portal.thulium.text import clean
from thulium_portal.thulium.types import (
    BY_CUSTOMER,
    Agent,
    AgentPage,
    Customer,
    Habits,
    MessageFile,
    MessageKind,
    Reason,
    SendResult,
    TemporaryFile,
    Ticket,
    TicketHeading,
    TicketMessage,
    TicketPage,
    TicketStatus,
    Verdict,
)

__all__ = [
    "BY_CUSTOMER",
    "Agent",
    "AgentPage",
    "Customer",
    "Habits",
    "MessageFile",
    "MessageKind",
    "NotFound",
    "OtherTicket",
    "Reason",
    "SendResult",
    "TemporaryFile",
    "ThuliumClient",
    "ThuliumError",
    "Ticket",
    "TicketHeading",
    "TicketMessage",
    "TicketPage",
    "TicketStatus",
    "UnexpectedAnswer",
    "Unreachable",
    "Verdict",
    "WrongCredentials",
    "clean",
    "post",
    "tells_merged",
]
