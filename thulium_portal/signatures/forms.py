"""The form in which a signature, an opening or a closing is written."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from thulium_portal.canned.placeholders import parser
from thulium_portal.canned.placeholders.nodes import Ask, Known, PlaceholderError
from thulium_portal.lib.html.plain_text import html_to_text
from thulium_portal.lib.html.posted import may_be_read
from thulium_portal.lib.html.sanitize import clean_reply_html, plain_to_html
from thulium_portal.signatures.models import LONGEST_BODY, StandingText
from thulium_portal.signatures.services import Wording
from thulium_portal.tickets import queues

PLAIN, HTML = "PLAIN", "HTML"


class StandingTextForm(forms.Form):
    """A text around replies as it is written; a refused form keeps every word."""

    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=StandingText.Kind.choices)
    queue = forms.ChoiceField(label=gettext_lazy("Queue"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language of the reply"), required=False)
    body = forms.CharField(
        label=gettext_lazy("Text"), widget=forms.Textarea, required=False, strip=False
    )
    body_type = forms.CharField(widget=forms.HiddenInput, required=False, initial=PLAIN)

    def __init__(
        self, data: Any = None, *, row: StandingText | None, is_office: bool, **kwargs: Any
    ) -> None:
        super().__init__(data, initial=_start(row) | kwargs.pop("initial", {}), **kwargs)
        self._names: dict[str, str] = {}
        others = {row.queue_id: row.queue_name} if row and row.queue_id is not None else {}
        self._names = dict(queues.choices(others))
        queue = cast("forms.ChoiceField", self.fields["queue"])
        queue.choices = [("", _("All queues")), *self._names.items()]
        language = cast("forms.ChoiceField", self.fields["language"])
        language.choices = [("", _("Any language")), *settings.LANGUAGES]
        if not is_office:
            self.fields["kind"] = forms.ChoiceField(
                choices=[(StandingText.Kind.SIGNATURE, "")],
                widget=forms.HiddenInput,
                initial=StandingText.Kind.SIGNATURE,
            )

    def clean(self) -> dict[str, Any]:
        """Make the text safe, and say what in it cannot be filled in a reply."""
        cleaned = super().clean() or {}
        if not may_be_read(self):
            return cleaned
        cleaned["body"] = body = safe_body(
            str(cleaned.get("body", "")), str(cleaned.get("body_type", ""))
        )
        if not html_to_text(body).strip():
            self.add_error("body", _("Write the text."))
        elif len(body) > LONGEST_BODY:
            most = {"most": LONGEST_BODY}
            self.add_error("body", _("The text is too long: %(most)d characters at most.") % most)
        for fault in faults(body):
            self.add_error("body", fault)
        return cleaned

    def wording(self) -> Wording:
        """Return what was written; the form is valid."""
        queue = self.cleaned_data["queue"]
        return Wording(
            kind=self.cleaned_data["kind"],
            body=self.cleaned_data["body"],
            language=self.cleaned_data["language"],
            queue_id=int(queue) if queue else None,
            queue_name=self._names.get(queue, "")[:200],
        )


def safe_body(body: str, body_type: str) -> str:
    """Return a posted text as safe HTML."""
    return clean_reply_html(plain_to_html(body) if body_type.upper() == PLAIN else body)


def faults(body: str) -> list[ValidationError]:
    """Return what keeps *body* from standing around replies: nobody is asked there."""
    try:
        parts = parser.parse(body).parts
    except PlaceholderError as fault:
        return [ValidationError(str(fault))]
    if any(isinstance(part, Ask) for part in parts):
        return [ValidationError(_("Nobody is asked here: remove the question in the braces."))]
    if any(isinstance(part, Known) and part.name == "my_signature" for part in parts):
        return [ValidationError(_("A signature cannot hold itself: remove that placeholder."))]
    return []


def _start(row: StandingText | None) -> dict[str, Any]:
    if row is None:
        return {"body_type": PLAIN}
    queue = "" if row.queue_id is None else str(row.queue_id)
    return {
        "kind": row.kind,
        "queue": queue,
        "language": row.language,
        "body": row.body,
        "body_type": HTML,
    }
