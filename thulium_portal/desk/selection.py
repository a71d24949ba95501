"""What the desk shows, as its address says it: ``/?list=mine&queue=5&q=paczka&page=2``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse

from thulium_portal.accounts.models import User
from thulium_portal.lib.forms import parse_id, ticket_number
from thulium_portal.tickets.index.lists import List

LONGEST_QUERY = 200
_LAST_PAGE = 10_000
_NAMES_A_TICKET = re.compile(r"#?\s*[0-9]{1,12}|https?://\S+", re.IGNORECASE)


@dataclass(frozen=True)
class Selection:
    """Which tickets to show; a *query* looks through all that are known, closed ones as well."""

    which: List
    query: str = ""
    queue: int | None = None
    page: int = 1
    choosing: bool = False
    """Whether several tickets are being chosen for one reply."""
    waits: bool = False
    """Whether of all tickets those are shown whose customers wait, the longest waiting first."""

    @property
    def is_of_waiting(self) -> bool:
        """Whether all tickets shown are those whose customers wait, to be answered in turn."""
        return not self.query and (self.which is List.MINE or self.waits)

    def address(self, **changes: object) -> str:
        """Return the address of the desk with *changes*; what is not said begins at page 1."""
        new = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]
        given = {
            "list": str(new.which),
            "q": new.query,
            "queue": new.queue,
            "page": new.page if new.page > 1 else None,
            "choose": 1 if new.choosing else None,
            "waits": 1 if new.waits else None,
        }
        query = urlencode({name: value for name, value in given.items() if value not in {None, ""}})
        return f"{reverse('desk:index')}?{query}"


def selection_of(params: Mapping[str, str], person: User) -> Selection:
    """Return what *params* of an address ask for; what they do not say is as *person* needs it."""
    named = params.get("list", "")
    usual = List.MINE if person.agent_login else List.UNASSIGNED
    which = List(named) if named in set(List) else usual
    return Selection(
        which=which,
        query=" ".join(params.get("q", "")[:LONGEST_QUERY].split()),
        queue=parse_id(params.get("queue")),
        page=min(max(parse_id(params.get("page")) or 1, 1), _LAST_PAGE),
        choosing=params.get("choose") == "1",
        waits=which is List.ALL and params.get("waits") == "1",
    )


def named_ticket(query: str) -> int | None:
    """Return the ticket that *query* names by nothing but its number or its address, or None."""
    query = query.strip()
    return ticket_number(query) if _NAMES_A_TICKET.fullmatch(query) else None
