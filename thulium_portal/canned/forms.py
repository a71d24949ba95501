"""The author's form: everything about a canned response, and what the library is asked for."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from thulium_portal.canned import services
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.services import ResponseText
from thulium_portal.lib.html import plain_to_html

PLAIN, HTML = "PLAIN", "HTML"


class ResponseForm(forms.Form):
    """A canned response as it is written; a refused form keeps every word."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("What you and others look for, for example “Parcel delayed”."),
    )
    use_when = forms.CharField(
        label=gettext_lazy("Use when…"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("One line that tells colleagues when this is the right answer."),
    )
    body = forms.CharField(
        label=gettext_lazy("Text"), widget=forms.Textarea, required=False, strip=False
    )
    body_type = forms.CharField(widget=forms.HiddenInput, required=False, initial=PLAIN)
    category = forms.CharField(
        label=gettext_lazy("Category"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"list": "categories", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the text"), choices=settings.LANGUAGES
    )
    shortcut = forms.CharField(
        label=gettext_lazy("Shortcut"),
        max_length=41,
        required=False,
        help_text=gettext_lazy("One short word to find it fast, for example /delay."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    keywords = forms.CharField(
        label=gettext_lazy("Other words people search for"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("For example: late, courier, tracking."),
    )
    note = forms.CharField(
        label=gettext_lazy("What did you change?"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Optional. Shown in the history beside your name."),
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, response: CannedResponse | None = None, **kwargs: Any) -> None:
        if response is not None and "initial" not in kwargs:
            kwargs["initial"] = _initial(response)
        kwargs.setdefault("initial", {"language": get_language() or settings.LANGUAGE_CODE})
        super().__init__(*args, **kwargs)
        self._response = response
        if response is None:
            del self.fields["note"]

    def clean_body_type(self) -> str:
        """Absent means HTML; without its script the page says PLAIN."""
        value = str(self.cleaned_data["body_type"] or HTML).upper()
        if value not in {HTML, PLAIN}:
            raise ValidationError(_("The kind of text must be HTML or PLAIN."))
        return value

    def clean_shortcut(self) -> str:
        """Return one lower-case word; a slash in front, capitals and spaces are tidied away."""
        typed = str(self.cleaned_data["shortcut"]).strip().lstrip("/")
        word = str(slugify(typed, allow_unicode=True))
        if typed and not word:
            raise ValidationError(_("Use letters and digits in the shortcut, for example /delay."))
        return word

    def clean_category(self) -> str:
        """Return the levels of the category with even spaces around their strokes."""
        return re.sub(r"\s*/\s*", " / ", str(self.cleaned_data["category"])).strip(" /")

    def clean(self) -> dict[str, Any]:
        """Check the text as a whole, so that everything to mend is told at once."""
        cleaned = super().clean() or {}
        services.checked(self.text(), self._response)
        return cleaned

    def text(self) -> ResponseText:
        """Return what was written, the text as HTML."""
        written: dict[str, Any] = {
            name: str(self.cleaned_data.get(name) or "") for name in _WRITTEN
        }
        if self.cleaned_data.get("body_type") == PLAIN:
            written["body"] = plain_to_html(written["body"])
        # A field with an error of its own is not to be called empty as well.
        written["title"] = written["title"] or ("title" in self.errors and "…") or ""
        return ResponseText(**written)


_WRITTEN = ("title", "body", "shortcut", "category", "language", "keywords", "use_when")


def _initial(response: CannedResponse) -> dict[str, Any]:
    """Return the fields for editing; the text as HTML, so that nothing of its form is lost."""
    text = ResponseText.of(response)
    return {name: getattr(text, name) for name in _WRITTEN} | {
        "body_type": HTML,
        "seen_version": response.current.number if response.current else 0,
    }
