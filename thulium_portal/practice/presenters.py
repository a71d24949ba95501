"""Turns what the practice Thulium holds into its page, in the language that is active."""

from datetime import datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from django.template import Context, Engine
from django.utils import formats, translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from lucide.templatetags.lucide import lucide

from thulium_portal.practice import faults, shop
from thulium_portal.practice.faults import Faults
from thulium_portal.practice.store import Row, Store, local_now
from thulium_portal.practice.text import words_of

_ROOT = Path(__file__).resolve().parents[2]
STATIC = _ROOT / "static"
SHOWN_REPLIES = 200
"""Newest replies on the page; more would only make it slow."""
MOST_TICKETS = 1000
SHOWN_CLOSED = 40


FAULTS = {
    faults.SLOW: ("hourglass", _("Slow answer")),
    faults.REFUSED: ("ban", _("Refusal")),
    faults.BUSY: ("traffic-cone", _("Too much traffic")),
    faults.SERVER_ERROR: ("server-crash", _("Fault inside Thulium")),
    faults.HTML: ("construction", _("Maintenance page")),
    faults.BROKEN_BEFORE: ("unplug", _("Connection cut too early")),
    faults.BROKEN_AFTER: ("cable", _("Connection cut too late")),
    faults.WRONG_PASSWORD: ("key-round", _("Wrong password")),
    faults.DOWN: ("power-off", _("Thulium is down")),
}
"""Icon and name of each fault."""

AREAS = {
    faults.REPLIES: _("Sending a reply"),
    faults.LISTS: _("Reading the list of tickets"),
}
"""What a person can let go wrong."""
TIMES = (1, 2, 3, 10)
"""How often; the portal asks for the list by itself, so that a few times are soon over."""

MEANINGS = {
    faults.SLOW: _("The customer gets the reply at once, Thulium’s answer takes 8 seconds."),
    faults.REFUSED: _("Thulium turns the reply down and says why (400)."),
    faults.BUSY: _("Thulium asks to try again in a few seconds (429)."),
    faults.SERVER_ERROR: _("Thulium reports an error of its own (500). The customer gets nothing."),
    faults.HTML: _("A web page comes back instead of an answer. The customer gets nothing."),
    faults.BROKEN_BEFORE: _(
        "It breaks before Thulium has read the reply. The customer gets nothing."
    ),
    faults.BROKEN_AFTER: _(
        "The customer gets the reply, but the line breaks before Thulium says so."
    ),
    faults.WRONG_PASSWORD: _("Thulium does not accept the portal’s user and password (401)."),
    faults.DOWN: _("Every call is dropped, reading tickets too, until you switch it off."),
}

DONE = {
    "fault": _("Set. It happens to the next reply sent from the portal."),
    "list_fault": _("Set. It happens the next time the portal asks for the list of tickets."),
    "recovered": _("Everything works again."),
    "mail": _("Sent. The portal shows it when the ticket is opened or read again."),
    "reset": _("Everything was reset."),
}


def page(store: Store, planned: Faults, **facts: Any) -> str:
    """Return the whole page; *facts* may hold ``done``, ``error``, ``text`` and ``ticket_id``."""
    choices = [
        {"kind": kind, "drawing": _icon(icon), "name": name, "meaning": MEANINGS[kind]}
        for kind, (icon, name) in FAULTS.items()
    ]
    tickets = _tickets_to_write_on(store)
    known = {"choices": choices, "areas": AREAS.items(), "times": TIMES, **tickets}
    return _rendered("page", _live(store, planned) | known | facts)


def live_part(store: Store, planned: Faults) -> str:
    """Return the part of the page that changes by itself."""
    return _rendered("_live", _live(store, planned))


def refusal_page(status: int) -> str:
    """Return a small page that says why a request was turned away."""
    return _rendered("refused", {"status": status})


def _rendered(name: str, context: dict[str, Any]) -> str:
    context |= {"language": translation.get_language(), "icons": _Icons()}
    return _engine().get_template(f"practice/{name}.html").render(Context(context))


class _Icons:
    """``icons.rotate_ccw`` in a template; the markup is the icon package's own."""

    def __getitem__(self, name: str) -> SafeString:
        return _icon(name.replace("_", "-"))


@cache
def _icon(name: str) -> SafeString:
    drawing = lucide(name, size=20, aria_hidden="true", focusable="false", **{"class": "icon"})
    return mark_safe(str(drawing))  # noqa: S308 - nothing of a visitor's is in it


@cache
def _engine() -> Engine:
    return Engine(
        dirs=[str(_ROOT / "templates")],
        libraries={"i18n": "django.templatetags.i18n", "l10n": "django.templatetags.l10n"},
    )


def _live(store: Store, planned: Faults) -> dict[str, Any]:
    return {
        "down": planned.down,
        "planned": [
            {"name": FAULTS[plan.kind][1], "left": plan.left, "is_list": plan.area == faults.LISTS}
            for plan in planned.planned()
        ],
        "conversations": _conversations(store),
    }


def _conversations(store: Store) -> list[dict[str, Any]]:
    """Return what customers received: tickets by their newest reply, replies newest first."""
    replies = store.received()[-SHOWN_REPLIES:]
    groups = [
        (ticket_id, list(group))
        for ticket_id, group in groupby(
            sorted(replies, key=lambda row: (row["ticket_id"], -row["message_id"])),
            key=lambda row: row["ticket_id"],
        )
    ]
    groups.sort(key=lambda group: -group[1][0]["message_id"])
    return [
        _heading(store.ticket(ticket_id) or {}) | {"replies": [_reply(row) for row in rows]}
        for ticket_id, rows in groups
    ]


def _heading(ticket: Row) -> dict[str, Any]:
    return {
        "ticket_id": ticket["ticket_id"],
        "subject": ticket["subject"],
        "customer": _customer_name(ticket),
        "address": ticket["sender"],
    }


def _reply(row: Row) -> dict[str, Any]:
    words = words_of(row["body"]) if row["body_type"] == "HTML" else row["body"]
    arrived = datetime.fromisoformat(row["arrived_at"])
    return row | {"words": words, "when": _spoken(arrived), "arrived": arrived.isoformat()}


def _spoken(moment: datetime) -> str:
    clock = formats.date_format(moment, "H:i:s")
    if moment.date() == local_now().date():
        return _("today at %(time)s") % {"time": clock}
    return f"{formats.date_format(moment, 'j M')}, {clock}"


def _tickets_to_write_on(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Return every open ticket and the newest of the closed ones, by their numbers."""
    _count, rows = store.tickets(limit=MOST_TICKETS, offset=0)
    rows = sorted(filter(can_write_on, rows), key=lambda row: -row["ticket_id"])
    closed = [row for row in rows if row["status"] == shop.CLOSED]
    is_open = [row for row in rows if row["status"] != shop.CLOSED]
    return {
        "open_tickets": [_heading(row) for row in is_open],
        "closed_tickets": [_heading(row) for row in closed[:SHOWN_CLOSED]],
    }


def can_write_on(ticket: Row) -> bool:
    """Whether a customer can write on *ticket*: it has an address and was not merged."""
    return bool(ticket["sender"]) and ticket["status"] != shop.MERGED


def _customer_name(ticket: Row) -> str:
    customer = shop.CUSTOMERS.get(ticket["customer_id"] or 0, {})
    return f"{customer.get('name', '')} {customer.get('surname', '')}".strip()
