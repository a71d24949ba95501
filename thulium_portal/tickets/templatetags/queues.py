"""Queues of Thulium to choose from, where the page's own room knows none."""

from typing import Any

from django import template
from django.forms import BoundField

from thulium_portal.lib.forms import parse_id
from thulium_portal.tickets import queues

register = template.Library()


@register.inclusion_tag("tickets/_queue_choices.html")
def queue_choices(field: BoundField) -> dict[str, Any]:
    """Offer the queues that tickets were seen in, and those that *field* holds already."""
    held = {number for one in field.value() or () if (number := parse_id(str(one))) is not None}
    others = {number: str(number) for number in held}
    choices = [(value, name, int(value) in held) for value, name in queues.choices(others)]
    return {"field": field, "choices": choices}
