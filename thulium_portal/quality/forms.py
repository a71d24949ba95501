"""The verdict on a reply and the author's answer to it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from thulium_portal.quality.models import LONGEST_NOTE, Assessment

_TOO_LONG = _("Use at most %(limit_value)d characters; there are %(show_value)d.")


class NoteField(forms.CharField):
    """A few lines of plain text."""

    widget = forms.Textarea(attrs={"rows": 2})

    def __init__(self, label: Any) -> None:
        super().__init__(
            label=label,
            required=False,
            max_length=LONGEST_NOTE,
            error_messages={"max_length": _TOO_LONG},
        )


class AssessmentForm(forms.Form):
    """A reviewer's verdict on a reply, with a note."""

    note = NoteField(_("What could be better, or what was done well"))
    verdict = forms.ChoiceField(choices=Assessment.Verdict.choices)


class AnswerForm(forms.Form):
    """The author's answer to a verdict; an empty one only acknowledges it."""

    answer = NoteField(_("Your answer (optional)"))
