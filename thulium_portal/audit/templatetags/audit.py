"""Tags of the review's pages."""

from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from thulium_portal.audit.labels import Outcome

register = template.Library()


@register.simple_tag
def outcome_pill(outcome: Outcome) -> SafeString:
    """Return how a state is shown; a list shows a dozen of them again and again."""
    return _pill(outcome, get_language())


@cache
def _pill(outcome: Outcome, _language: str | None) -> SafeString:
    return render_to_string("audit/_outcome.html", {"outcome": outcome})
