"""Turns what the practice Thulium holds into its page, in the reader's language."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from django.template import Context, Engine
from django.utils import formats, translation
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from lucide.templatetags.lucide import lucide

from thulium_portal.practice import faults, shop
from thulium_portal.practice.faults import Faults, Plan
from thulium_portal.practice.store import Row, Store, local_now
from thulium_portal.practice.text import words_of

_ROOT = Path(__file__).resolve().parents[2]
STATIC = _ROOT / "static"
SHOWN_REPLIES = 200
"""Newest replies on the page; more would only make it slow."""


class Choice(NamedTuple):
    """A fault in words."""

    kind: str
    icon: str
    name: Promise
    meaning: Promise

    @property
    def drawing(self) -> SafeString:
        """The icon as inline SVG."""
        return _icon(self.icon)


CHOICES = (
    Choice(
        faults.SLOW,
        "hourglass",
        gettext_lazy("Slow answer"),
        gettext_lazy("The customer gets the reply at once, Thulium’s answer takes 8 seconds."),
    ),
    Choice(
        faults.REFUSED,
        "ban",
        gettext_lazy("Refusal"),
        gettext_lazy("Thulium turns the reply down and says why (400)."),
    ),
    Choice(
        faults.BUSY,
        "traffic-cone",
        gettext_lazy("Too much traffic"),
        gettext_lazy("Thulium asks to try again in a few seconds (429)."),
    ),
    Choice(
        faults.SERVER_ERROR,
        "server-crash",
        gettext_lazy("Fault inside Thulium"),
        gettext_lazy("Thulium reports an error of its own (500). The customer gets nothing."),
    ),
    Choice(
        faults.HTML,
        "construction",
        gettext_lazy("Maintenance page"),
        gettext_lazy("A web page comes back instead of an answer. The customer gets nothing."),
    ),
    Choice(
        faults.BROKEN_BEFORE,
        "unplug",
        gettext_lazy("Connection cut too early"),
        gettext_lazy("It breaks before Thulium has read the reply. The customer gets nothing."),
    ),
    Choice(
        faults.BROKEN_AFTER,
        "cable",
        gettext_lazy("Connection cut too late"),
        gettext_lazy("The customer gets the reply, but the line breaks before Thulium says so."),
    ),
    Choice(
        faults.WRONG_PASSWORD,
        "key-round",
        gettext_lazy("Wrong password"),
        gettext_lazy("Thulium does not accept the portal’s user and password (401)."),
    ),
    Choice(
        faults.DOWN,
        "power-off",
        gettext_lazy("Thulium is down"),
        gettext_lazy("Every call is dropped, reading tickets too, until you switch it off."),
    ),
)

DONE = {
    "fault": gettext_lazy("Set. It happens to the next reply sent from the portal."),
    "recovered": gettext_lazy("Everything works again."),
    "mail": gettext_lazy("Sent. The portal shows it when the ticket is opened or read again."),
    "reset": gettext_lazy("Everything is as on the first day."),
}


def page(store: Store, planned: Faults, *, language: str, facts: Mapping[str, Any]) -> str:
    """Return the whole page; *facts* may hold ``done``, ``error``, ``text`` and ``ticket_id``."""
    with translation.override(language):
        context = _live(store, planned, language) | {
            "choices": CHOICES,
            "times": (1, 2, 3),
            "tickets": _tickets_to_write_on(store),
            "done": DONE.get(facts.get("done", "")),
            "icons": _Icons(),
            **{name: facts[name] for name in ("error", "text", "ticket_id") if name in facts},
        }
        return _engine().get_template("practice/page.html").render(Context(context))


def live_part(store: Store, planned: Faults, *, language: str) -> str:
    """Return the part of the page that changes by itself."""
    with translation.override(language):
        context = _live(store, planned, language) | {"icons": _Icons()}
        return _engine().get_template("practice/_live.html").render(Context(context))


def refusal_page(language: str, status: int) -> str:
    """Return a small page that says why a request was turned away."""
    with translation.override(language):
        context = Context({"language": language, "status": status, "icons": _Icons()})
        return _engine().get_template("practice/refused.html").render(context)


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


def _live(store: Store, planned: Faults, language: str) -> dict[str, Any]:
    return {
        "language": language,
        "down": planned.down,
        "planned": [_plan(plan) for plan in planned.planned()],
        "conversations": _conversations(store),
    }


def _plan(plan: Plan) -> dict[str, Any]:
    names = {choice.kind: choice.name for choice in CHOICES}
    return {"name": names[plan.kind], "left": plan.left}


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


def _tickets_to_write_on(store: Store) -> list[dict[str, Any]]:
    _count, rows = store.tickets(limit=100, offset=0)
    rows.sort(key=lambda row: -row["ticket_id"])
    return [_heading(row) for row in rows if can_write_on(row)]


def can_write_on(ticket: Row) -> bool:
    """Whether a customer can write on *ticket*: it has an address and was not merged."""
    return bool(ticket["sender"]) and ticket["status"] != shop.MERGED


def _customer_name(ticket: Row) -> str:
    customer = shop.CUSTOMERS.get(ticket["customer_id"] or 0, {})
    return f"{customer.get('name', '')} {customer.get('surname', '')}".strip()
