"""Asking a colleague to approve a reply, and the colleague's answer: the fields of both."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from thulium_portal.lib.html import sanitize
from thulium_portal.lib.html.posted import may_be_read
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import BodyType, Reply
from thulium_portal.replies.readiness import rules
from thulium_portal.replies.readiness.complaints import Complaint, is_doubt_code

LONGEST_NOTE = 300
ASK = "ask"
_MOST_PASSED = 50
_LONGEST_CODE = 200


class NoteInput(forms.Textarea):
    """A note that may stand in two places of a page: what was written last counts."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        """Return the last of the values that says something."""
        given = data.getlist(name) if hasattr(data, "getlist") else [data.get(name) or ""]
        return next((value for value in reversed(given) if value.strip()), "")


class NoteField(forms.CharField):
    """A few words from one colleague to another, kept with the reply."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"rows": 2, "maxlength": LONGEST_NOTE}
        messages = {"max_length": gettext_lazy("Use at most %(limit_value)d characters.")}
        given: dict[str, Any] = {
            "widget": NoteInput(attrs=attrs),
            "error_messages": messages,
        } | kwargs
        super().__init__(max_length=LONGEST_NOTE, **given)


class ApprovalFields(forms.Form):
    """``approval=ask`` lets the reply wait for a colleague, who reads ``approval_note``."""

    approval = forms.CharField(required=False, widget=forms.HiddenInput)
    approval_note = NoteField(
        label=gettext_lazy("Note to whoever approves it (optional)"), required=False
    )

    doubts: list[Complaint]
    """What guards ask about the reply."""

    @property
    def needs_colleague(self) -> bool:
        """Tell whether something was found that only a colleague's approval lets pass."""
        return any(doubt.needs_second_person for doubt in self.doubts)

    @property
    def asks_colleague(self) -> bool:
        """Whether the author wants it approved before it leaves; only for a valid form."""
        return self.cleaned_data.get("approval") == ASK


class ApproveForm(forms.Form):
    """What an approver was shown, and the text where they changed it; nothing typed is lost."""

    shown = forms.CharField(widget=forms.HiddenInput, required=False)
    body = forms.CharField(
        label=gettext_lazy("The text to be sent"),
        widget=forms.Textarea(attrs={"rows": 14}),
        required=False,
        strip=False,
    )
    body_type = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, reply: Reply, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reply = reply
        self.to_pass: list[tuple[str, Complaint]] = []
        self.recalls: list[tuple[str, Complaint]] = []
        if self.is_changing:
            self.recalls = list(rules.open_recalls(Text.of(reply)))

    @property
    def is_changing(self) -> bool:
        """Whether the text stands open to be changed."""
        return "body" in (self.data if self.is_bound else self.initial)

    def clean(self) -> dict[str, Any]:
        """Make a changed text safe; one that no parser may read comes back as plain text."""
        cleaned = super().clean() or {}
        is_html = self._reply.body_type != BodyType.PLAIN
        if not self.is_changing or (is_html and not may_be_read(self)):
            return cleaned
        body = str(cleaned.get("body", "")).replace("\r\n", "\n").replace("\r", "\n")
        cleaned["body"] = sanitize.clean(body).html if is_html else body
        return cleaned

    @property
    def passed(self) -> list[str]:
        """Codes of the doubts about the changed text that were let pass."""
        given = self.data.getlist("confirm") if hasattr(self.data, "getlist") else []
        return [code for code in map(str, given[:_MOST_PASSED]) if _may_be_code(code)]

    @property
    def kept(self) -> list[str]:
        """Codes of what was let pass before, and is not asked on the page any more."""
        asked = {code for code, _recall in self.recalls}
        return [code for code in self.passed if code not in asked]

    def complain(self, complaints: Iterable[Complaint]) -> None:
        """Say what keeps the reply from leaving, beside the text where that can be changed."""
        for complaint in complaints:
            is_beside = self.is_changing and complaint.field == "body"
            self.add_error("body" if is_beside else None, complaint.message)
            if complaint.is_doubt:
                self.to_pass.append((complaint.pass_code, complaint))
            elif complaint.code == "unfinished":
                self.to_pass.append((rules.unfinished_code(complaint.about), complaint))


def _may_be_code(code: str) -> bool:
    """Tell whether *code* is written like one of those that let something pass."""
    is_known = is_doubt_code(code) or code.startswith(("unfinished:", "recalled:"))
    return is_known and len(code) <= _LONGEST_CODE


class SendBackForm(forms.Form):
    """Why a reply is not approved: its author reads it above their draft."""

    note = NoteField(
        label=gettext_lazy("What should its author change?"),
        error_messages={
            "required": gettext_lazy("Write what should change; the author reads it."),
            "max_length": gettext_lazy("Use at most %(limit_value)d characters."),
        },
    )
