"""A posted text that no parser may read: it comes back in its form as plain text."""

from typing import cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from thulium_portal.lib.html.bounds import MOST_CHARACTERS, is_bounded
from thulium_portal.lib.html.readable import readable

_TOO_MUCH = _(
    "This text is too long or too deeply nested to be read with its formatting. It stands here "
    "as plain text now: look at it, and send it again."
)


def may_be_read(form: forms.Form) -> bool:
    """Tell whether the ``body`` of *form* may be read as HTML; refuse it where it may not.

    Nothing of it is parsed; the form then holds its words as plain text, so that they are seen and
    can be sent as they are.
    """
    body = str(form.data.get("body") or "")
    if str(form.data.get("body_type") or "HTML").upper() == "PLAIN" or is_bounded(body):
        return True
    data = cast("QueryDict", form.data).copy()
    data["body"] = body if len(body) > MOST_CHARACTERS else readable(body)
    data["body_type"] = "PLAIN"
    form.data = data
    form.add_error("body", _TOO_MUCH)
    return False
