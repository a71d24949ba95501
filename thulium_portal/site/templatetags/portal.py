"""Tags every template may use without loading anything: icons, initials, times."""

from datetime import datetime, timedelta
from functools import cache

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from lucide.templatetags.lucide import lucide

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.lib.html import losses, markup
from thulium_portal.lib.html.plain_text import bare_text
from thulium_portal.lib.times import clock, day_and_time, duration
from thulium_portal.site.keys import SHORTCUTS

register = template.Library()


@cache
def _svg(name: str, size: int) -> SafeString:
    # The markup is the icon package's own file; nothing of a visitor's can be in it.
    attributes = {"class": "icon", "aria_hidden": "true", "focusable": "false"}
    return mark_safe(lucide(name, size=size, **attributes))  # noqa: S308


@register.simple_tag
def icon(name: str, size: int = 20) -> SafeString:
    """Return the icon *name* as inline SVG, *size* pixels square and hidden from screen readers.

    Raises ``lucide.IconDoesNotExist`` for an unknown name.
    """
    return _svg(name, size)


@cache
def _windows(language: str) -> SafeString:
    context = {"shortcuts": SHORTCUTS, "language": language[:2]}
    names = ("includes/_keys.html", "includes/_command.html")
    return mark_safe("".join(render_to_string(name, context) for name in names))  # noqa: S308


@register.simple_tag
def windows() -> SafeString:
    """Return the list of keys and the command box: drawn once, alike for whoever reads a language.

    Whoever works on the templates sees each change at once.
    """
    draw = _windows.__wrapped__ if settings.DEBUG else _windows
    return draw(get_language() or settings.LANGUAGE_CODE)


@register.simple_tag
def editor_data() -> SafeString:
    """Return the list of markup and the words of losses, which ``static/js/markup.js`` reads."""
    header = _(
        "The table has no header row. If its first row names the columns, put the cursor there and "
        "press “Header row”: screen readers then say it with each cell."
    )
    data = {"markup": markup.as_data(), "lost": losses.words(), "header": header}
    return json_script(data, "editor-data")


@register.filter
def may(person: User, permission: str) -> bool:
    """Tell whether *person* holds *permission*, as in ``{% if person|may:"people.manage" %}``.

    Raises ``ValueError`` for a permission there is none of.
    """
    return person.may(Permission(permission))


@register.filter
def initials(name: str) -> str:
    """Return the first letters of the first and the last word of *name*, in capitals."""
    words = str(name).split()
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[:2] for word in words]
    return "".join(letters).upper()


@register.filter
def isolated(text: object) -> SafeString:
    """Return *text* set apart, so that its direction does not reorder the words around it."""
    return format_html("<bdi>{}</bdi>", text)


@register.simple_tag
def moment(at: datetime | None, *, inside: bool = False) -> SafeString | str:
    """Return *at* as people say it, in the reader's zone: “Today 10:42”, “20 Nov, 09:15”.

    With *inside* it follows other words of a sentence: “today at 10:42”. The ``<time>`` element
    carries the exact time, and the full date as its tooltip. None gives an empty string.
    """
    if at is None:
        return ""
    local = timezone.localtime(at)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.isoformat(timespec="seconds"),
        formats.date_format(local, "DATETIME_FORMAT"),
        _within(local) if inside else _spoken(local),
    )


register.filter(clock)
register.filter(day_and_time)
register.filter(duration)


@register.filter
def in_parts(address: str) -> SafeString:
    """Return an e-mail address that breaks behind its @ where it does not fit a line."""
    return format_html("{}{}<wbr>{}", *address.partition("@"))


@register.filter
def one_line(markup: str) -> str:
    """Return the words of an HTML text on one line; the template escapes them again."""
    return " ".join(bare_text(str(markup)).split())


def _spoken(local: datetime) -> str:
    today = timezone.localdate()
    at = formats.time_format(local, "TIME_FORMAT")
    if local.date() == today:
        return _("Today %(time)s") % {"time": at}
    if local.date() == today - timedelta(days=1):
        return _("Yesterday %(time)s") % {"time": at}
    if local.year == today.year:
        day = formats.date_format(local, "MONTH_DAY_FORMAT")
        return _("%(day)s, %(time)s") % {"day": day, "time": at}
    return formats.date_format(local, "DATETIME_FORMAT")


def _within(local: datetime) -> str:
    today = timezone.localdate()
    at = formats.time_format(local, "TIME_FORMAT")
    if local.date() == today:
        return _("today at %(time)s") % {"time": at}
    if local.date() == today - timedelta(days=1):
        return _("yesterday at %(time)s") % {"time": at}
    return _spoken(local)
