from datetime import timedelta

from django import template

from thulium_portal.lib.times import duration

register = template.Library()


@register.filter
def in_words(time: timedelta | None) -> str:
    """Return a length of time as people say it; None is ""."""
    return duration(time)
