from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from thulium_portal.audit.models import ReviewRow
from thulium_portal.lib.diff import Piece
from thulium_portal.lib.times import day_and_time
from thulium_portal.replies import labels as replies
from thulium_portal.review import labels
from thulium_portal.review.labels import StateBadge

register = template.Library()


@register.simple_tag
def outcome_pill(outcome: StateBadge) -> SafeString:
    """Return how a state is shown; a list shows a dozen of them again and again."""
    return _pill(outcome, get_language())


@cache
def _pill(outcome: StateBadge, _language: str | None) -> SafeString:
    return render_to_string("review/_outcome.html", {"outcome": outcome})


@register.filter
def outcome(row: ReviewRow) -> StateBadge:
    """Return how the last known state of the reply is shown."""
    return labels.outcome(row.state)


@register.filter
def outcome_among(row: ReviewRow, discarded: Collection[int]) -> StateBadge:
    """Return how the last known state is shown; *discarded* names what are discarded drafts."""
    return labels.DISCARDED if row.opened_sequence in discarded else labels.outcome(row.state)


@register.filter
def at_entry(snippets: Mapping[int, SafeString], sequence: int) -> SafeString | str:
    """Return the words found in what is listed as entry *sequence*; "" where there are none."""
    return snippets.get(sequence, "")


@register.filter
def planned_in(row: ReviewRow, planned: Mapping[str, datetime]) -> str:
    """Return for when the reply of *row* is planned, in words; "" where it is not."""
    return day_and_time(planned.get(row.subject_id))


@register.filter
def fault_at(faults: Mapping[int, str], sequence: int) -> str:
    """Return what is wrong with what is listed as entry *sequence*, in words; "" where it holds."""
    return faults.get(sequence, "")


@register.filter
def why(row: ReviewRow) -> str:
    """Return why the reply is where it is, in words; empty where there is nothing to explain."""
    return replies.why(row.reason)


@register.filter
def marked(piece: Piece) -> SafeString:
    """Return a piece of a comparison, marked as added or removed where it was."""
    forms = {"same": "{}", "added": "<ins>{}</ins>", "removed": "<del>{}</del>"}
    return format_html(forms[piece.kind], piece.text)
