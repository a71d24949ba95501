"""Canned responses as pages show them: placeholders as chips, sample values."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from thulium_portal.accounts.models import User
from thulium_portal.canned.placeholders.nodes import Ask, Forms, Known, Literal, Part
from thulium_portal.canned.placeholders.parser import parts_of
from thulium_portal.canned.placeholders.registry import (
    MOST_WORKING_DAYS,
    PLACEHOLDERS,
    find,
    working_day_name,
)
from thulium_portal.canned.placeholders.render import value_of
from thulium_portal.canned.placeholders.values import placeholder_values
from thulium_portal.lib.html.plain_text import html_to_text
from thulium_portal.lib.html.sanitize import clean_reply_html
from thulium_portal.tickets.snapshot import Snapshot

_EXCERPT = 150
_SOME_DAYS = 3
"""The number of working days that stands in the author's list, to be changed as needed."""


@dataclass(frozen=True)
class Choice:
    """A placeholder an author can insert: the words on its button and what it puts in."""

    label: str
    source: str


def with_chips(body: str) -> SafeString:
    """Return *body* with every placeholder as a chip in the reader's words."""
    return _joined(_chip(part) for part in parts_of(clean_reply_html(body)))


def with_samples(
    cleaned: str, author: User, language: str, signature: str | None = None
) -> SafeString:
    """Return *cleaned*, made safe before, as a made-up customer who writes *language* would get it.

    To make it safe once more would cost as much as all the rest of the page. Where it is not told
    which *signature* a reply would have, its chip stands in its place.
    """
    values = _sample_values(author, language) | {"my_signature": signature or ""}
    known = values if signature is not None else {}
    return _joined(
        _sample(part, known if _is_signature(part) else values) for part in parts_of(cleaned)
    )


def asks_signature(body: str) -> bool:
    """Tell whether *body* puts the signature of who replies somewhere."""
    return any(map(_is_signature, parts_of(body)))


def sample_ticket(language: str) -> Snapshot:
    """Return a made-up ticket whose customer writes *language*."""
    with translation.override(language):
        return Snapshot(
            ticket_id=1234,
            subject=_("Where is my parcel?"),
            customer_name="Maria Wiśniewska",
            customer_first_name="Maria",
            customer_email="maria@example.org",
            queue_name=_("Deliveries"),
            language=language,
        )


def _is_signature(part: Part) -> bool:
    return isinstance(part, Known) and part.name == "my_signature"


def excerpt(body: str) -> SafeString:
    """Return the beginning of *body* on one line, its placeholders as chips."""
    left, shown = _EXCERPT, []
    for part in parts_of(body):
        if left <= 0:
            break
        text = html_to_text(part.html) if isinstance(part, Literal) else part.label
        spaced = _spaced(text, part.html) if isinstance(part, Literal) else text
        shown.append(_chip(part) if not isinstance(part, Literal) else _cut(spaced, left))
        left -= len(spaced)
    return _joined(shown)


def fallbacks(body: str) -> list[tuple[str, str]]:
    """Return label and fallback of each placeholder that has one, in order of use."""
    known = (part for part in parts_of(body) if isinstance(part, Known))
    return list(dict.fromkeys((part.label, part.fallback) for part in known if part.fallback))


def choices() -> list[Choice]:
    """Return the placeholders for the author's list, in the reader's words and language."""
    some_days = working_day_name(_SOME_DAYS)
    others = set(map(working_day_name, range(1, MOST_WORKING_DAYS + 1))) - {some_days}
    known = [
        Choice(
            _("N working days from today") if name == some_days else str(each.label),
            Known(name, str(each.example), _own_word(name)).source,
        )
        for name, each in PLACEHOLDERS.items()
        if name not in others
    ]
    return [*known, _forms_choice(), *_ask_choices()]


def _forms_choice() -> Choice:
    word, example = pgettext("keyword in a placeholder", "forms"), _("Mr / Ms / customer")
    return Choice(_("words for Mr or Ms"), f"{{{{ {word}: {example} }}}}")


def _ask_choices() -> list[Choice]:
    ask = pgettext("keyword in a placeholder", "ask")
    return [
        Choice(label, f"{{{{ {ask}: {words} }}}}")
        for label, words in (
            (_("ask me for…"), _("what to fill in")),
            (_("ask me for a date"), _("day | date")),
            (_("ask me for an amount"), _("amount | amount")),
            (_("ask me to choose"), _("what to choose | choice: one; other")),
            (_("ask me, may stay empty"), _("what to fill in | optional")),
        )
    ]


def _sample_values(author: User, language: str) -> dict[str, str]:
    """Return values of a made-up ticket, with *author* as the person who replies."""
    with translation.override(language):
        greeting = pgettext("greeting of a made-up customer", "Madam")
    values = placeholder_values(sample_ticket(language), author, language)
    return values | {"greeting": greeting, "address": "she"}


def _own_word(name: str) -> str:
    """Return the reader's own word for *name* where the grammar takes it, else the name itself."""
    label = str(PLACEHOLDERS[name].label)
    return label if find(label) else name


def _chip(part: Part) -> str:
    if isinstance(part, Literal):
        return _trusted(part.html)
    if isinstance(part, Ask):
        return format_html('<span class="chip chip-ask">{}</span>', part.label)
    return format_html('<span class="chip">{}</span>', part.label)


def chip_in_full(part: Known | Ask | Forms) -> SafeString:
    """Return the chip of a placeholder with its fallback: everything an author can change of it."""
    if isinstance(part, Known) and part.fallback:
        return format_html('<span class="chip">{} → {}</span>', part.label, part.fallback)
    if isinstance(part, Ask) and part.options:
        words = ", ".join(part.options)
        return format_html('<span class="chip chip-ask">{} → {}</span>', part.label, words)
    return format_html("{}", _chip(part))


def _sample(part: Part, values: dict[str, str]) -> str:
    if isinstance(part, Literal):
        return _trusted(part.html)
    value = value_of(part, values, {})
    if value is None:
        return _chip(part)
    return format_html('<span class="chip">{}</span>', _trusted(value))


def _trusted(html: str) -> SafeString:
    # Stored bodies and drafts have passed clean_reply_html; values were escaped on the way in.
    return mark_safe(html)  # noqa: S308


def _joined(pieces: Iterator[str] | list[str]) -> SafeString:
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _spaced(text: str, html: str) -> str:
    """Return *text* on one line, with the spaces it had at its ends in *html*."""
    words = " ".join(text.split())
    before = " " if html[:1].isspace() or html.startswith("<") else ""
    after = " " if unescape(html)[-1:].isspace() or html.endswith(">") else ""
    return f"{before}{words}{after}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]}…"
