"""What keeps a reply from leaving, in the words of its page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from thulium_portal.storage import validation
from thulium_portal.tickets.models import KnownTicket

LEFTOVER = "leftover"
"""The guard that stops what is left over in a text."""
GUARDS = (
    *("attachment", "greeting", "other_customer"),
    *("recipient_changed", "newer_message", "ticket_closed", "agent_inactive"),
)
"""Codes of the guards that ask about something unusual, as the form's contract names them.

Besides them there is ``rule:<id>`` of each stop rule.
"""
RULE = "rule:"


@dataclass(frozen=True)
class Complaint:
    """What keeps a reply from leaving.

    ``code`` names the rule, ``field`` the composer's field it is shown beside, ``message`` is the
    sentence in the reader's language (HTML where it marks a place), ``about`` what it is about.
    ``needs_second_person`` tells that its author cannot let it pass: a colleague has to approve.
    What ``is_final`` nobody lets pass: the reply could not be sent.
    """

    code: str
    field: str
    message: str
    about: str = ""
    needs_second_person: bool = False
    is_final: bool = False

    @property
    def guard(self) -> str:
        """The code of the guard that the contract of the form names, "" for a rule without one."""
        if self.code in {"leftover", "stray_braces", "unfinished"}:
            return LEFTOVER
        if self.is_doubt:
            return self.code
        kind = self.code.partition(":")[0]
        return kind if kind in validation.DOUBTS else ""

    @property
    def is_doubt(self) -> bool:
        """Tell whether a guard asks, so that a person may let it pass."""
        return is_doubt_code(self.code)

    @property
    def pass_code(self) -> str:
        """The code that lets this doubt pass, and no other of its kind."""
        return f"{self.code}:{self.about}" if self.about else self.code

    def is_passed(self, confirmed: Collection[str]) -> bool:
        """Tell whether a person let this doubt pass: just it, or by a script its whole kind.

        What needs a second person no author lets pass, whatever a form says.
        """
        if self.needs_second_person or self.is_final:
            return False
        return self.code in confirmed or self.pass_code in confirmed


def is_doubt_code(code: str) -> bool:
    """Tell whether *code* is a guard's, alone or with what it is about."""
    return code.startswith(RULE) or code.partition(":")[0] in GUARDS


@dataclass(frozen=True)
class Findings:
    """What keeps a reply from leaving, and which doubts its author was asked and let pass.

    ``failed`` names the guards that failed themselves: they hold nothing up.
    """

    complaints: Sequence[Complaint] = ()
    passed: Sequence[Complaint] = ()
    failed: Sequence[str] = ()
    known: KnownTicket | None = None
    """The ticket as the guards knew it."""


class NotReady(Exception):
    """A reply that must not leave as it is; nothing was stored."""

    def __init__(
        self, complaints: Sequence[Complaint], *, passed: Sequence[Complaint] = ()
    ) -> None:
        super().__init__(", ".join(complaint.code for complaint in complaints))
        self.complaints, self.passed = complaints, passed
