"""Errors of reading from Thulium.

ThuliumError
 ├── NotFound            no such ticket, agent or customer
 ├── WrongCredentials    401 or 403
 ├── Unreachable         no connection, time-out, 5xx, 429
 └── UnexpectedAnswer    HTML, a redirection, anything that cannot be understood
      └── OtherTicket    another ticket under the number that was asked for: merged, presumably
"""

from thulium_portal.thulium.types import Reason


class ThuliumError(Exception):
    """A reading that gave nothing.

    ``detail`` is Thulium's own sentence, ``location`` where a redirection leads, ``retry_after``
    the seconds Thulium asks to be left alone.
    """

    def __init__(
        self,
        reason: Reason,
        *,
        status: int | None = None,
        detail: str = "",
        request_id: str = "",
        location: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(str(reason))
        self.reason, self.status, self.detail, self.request_id = reason, status, detail, request_id
        self.location, self.retry_after = location, retry_after


class NotFound(ThuliumError):
    """Thulium has no such ticket, agent or customer."""


class WrongCredentials(ThuliumError):
    """The API user was refused."""


class Unreachable(ThuliumError):
    """Thulium could not be asked just now."""


class UnexpectedAnswer(ThuliumError):
    """Thulium answered something else."""


class OtherTicket(UnexpectedAnswer):
    """Thulium answered for a ticket with another number than was asked for, ``ticket_id``."""

    def __init__(self, ticket_id: int, *, status: int | None = None) -> None:
        super().__init__(Reason.OTHER_TICKET, status=status)
        self.ticket_id = ticket_id
