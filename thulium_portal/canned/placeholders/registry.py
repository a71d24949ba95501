"""The placeholders the portal can fill: their names, what people call them, other spellings."""

import re
from dataclasses import dataclass
from difflib import get_close_matches

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from thulium_portal.lib.folding import fold

_LONGEST_NAME = 60


@dataclass(frozen=True)
class Placeholder:
    """A name the portal can fill: what people call it and whether it may well be unknown."""

    label: str | Promise
    aliases: tuple[str, ...]
    example: str | Promise = ""
    """A fallback to suggest; it stands where the value may well be unknown."""
    instead: str = ""
    """Another placeholder whose value is taken where this one's is unknown."""


MOST_WORKING_DAYS = 30


def working_day_name(days: int) -> str:
    """Return the name of the placeholder for the day that lies *days* working days ahead."""
    return f"in_{days}_working_days"


def _working_day(days: int) -> Placeholder:
    label = ngettext_lazy("in {days} working day", "in {days} working days", days)
    return Placeholder(
        format_lazy(label, days=days),
        (
            *(f"za {days} {word}" for word in ("dzień roboczy", "dni robocze", "dni roboczych")),
            *(f"in {days} working {word}" for word in ("day", "days")),
        ),
    )


PLACEHOLDERS: dict[str, Placeholder] = {
    "greeting": Placeholder(
        _("greeting"),
        ("powitanie", "zwrot do klienta"),
        example=pgettext_lazy("fallback: greeting", "Hello"),
    ),
    "customer_name": Placeholder(
        _("customer’s first and last name"),
        (
            *("klient", "imię i nazwisko klienta", "nazwa klienta"),
            *("customer", "customer’s name", "customer’s first and last name"),
        ),
        example=pgettext_lazy("fallback: customer's name", "Sir or Madam"),
    ),
    "customer_first_name": Placeholder(
        _("customer’s first name"),
        ("imię klienta", "customer’s first name"),
        example=pgettext_lazy("fallback: customer's first name", "there"),
    ),
    "customer_email": Placeholder(
        _("customer’s e-mail"),
        ("e-mail klienta", "email klienta", "adres klienta", "customer’s e-mail"),
        example=pgettext_lazy("fallback: customer's e-mail", "your e-mail address"),
    ),
    "ticket_number": Placeholder(_("ticket number"), ("numer zgłoszenia", "zgłoszenie", "ticket")),
    "ticket_subject": Placeholder(
        _("ticket subject"),
        ("temat", "temat zgłoszenia", "subject"),
        example=pgettext_lazy("fallback: ticket subject", "your message"),
    ),
    "queue_name": Placeholder(
        _("queue name"),
        ("kolejka", "nazwa kolejki", "queue"),
        example=pgettext_lazy("fallback: queue name", "our team"),
    ),
    "my_name": Placeholder(
        _("my first and last name"), ("moje imię i nazwisko", "my first and last name")
    ),
    "my_first_name": Placeholder(_("my first name"), ("moje imię",)),
    "my_signature": Placeholder(
        _("my signature"), ("podpis", "mój podpis", "signature"), instead="my_name"
    ),
    "today": Placeholder(
        _("today’s date"), ("dzisiaj", "dziś", "data", "dzisiejsza data", "today’s date")
    ),
} | {working_day_name(days): _working_day(days) for days in range(1, MOST_WORKING_DAYS + 1)}


def find(name: str) -> str:
    """Return the stable name behind any spelling of it, or an empty string."""
    return _SPELLINGS.get(folded(name), ("", ""))[0]


def nearest(name: str) -> str:
    """Return the spelling that *name* was probably meant to be, or an empty string."""
    near = get_close_matches(folded(name)[:_LONGEST_NAME], _SPELLINGS, n=1, cutoff=0.6)
    return _SPELLINGS[near[0]][1] if near else ""


def folded(name: str) -> str:
    """Return *name* without case, accents and the signs people put between words."""
    return " ".join(re.sub(r"[_\-’']", " ", fold(name)).split())


_SPELLINGS = {
    folded(alias): (name, alias)
    for name, known in PLACEHOLDERS.items()
    for alias in (name, *known.aliases)
}
