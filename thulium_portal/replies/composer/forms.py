"""The composer's form: what was typed, checked, and never thrown away."""

import json
import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from thulium_portal.accounts.models import User
from thulium_portal.canned import attachments as canned_attachments
from thulium_portal.canned import must_keep
from thulium_portal.canned.models import CannedFile, CannedResponse, CannedResponseVersion
from thulium_portal.canned.permissions import nameable_by
from thulium_portal.canned.placeholders.forms import Answers, read_answers
from thulium_portal.lib.forms import parse_id
from thulium_portal.lib.html import sanitize
from thulium_portal.lib.html.posted import may_be_read
from thulium_portal.replies import attachments
from thulium_portal.replies.audit_facts import plain
from thulium_portal.replies.composer import around, reminders, statuses
from thulium_portal.replies.composer.approval_forms import ApprovalFields
from thulium_portal.replies.composer.fields import FilesField, PostedValues
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Attachment, BodyType
from thulium_portal.replies.readiness import rules
from thulium_portal.replies.readiness.complaints import LEFTOVER, Complaint, is_doubt_code
from thulium_portal.replies.readiness.rules import Outgoing
from thulium_portal.replies.readiness.situation import Origin
from thulium_portal.storage import validation
from thulium_portal.storage.services import Attachable
from thulium_portal.storage.validation import Doubt
from thulium_portal.tickets.snapshot import Snapshot, read_snapshot

FARTHEST_SEND_LATER = timedelta(days=365)
_MOST_ANSWERED = 50_000
"""Characters that the answers to the questions of canned responses may take."""
_MOST_PASSED = 50
"""So many doubts of guards a form may let pass."""
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class SendTimeField(forms.CharField):
    """When to send, as a local time in the person's ``zone``; the past is refused."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"})
    zone: ZoneInfo = ZoneInfo("UTC")

    def clean(self, value: Any) -> datetime | None:
        """Return the moment, None for none; refuse the past and hours that do not exist."""
        text = super().clean(value).strip()
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                moment = _in_zone(moment, self.zone)
        except (ValueError, OverflowError) as error:  # the first and last day have no other zone
            raise ValidationError(
                _("Write the date and time to send like 2026-11-24 09:30, or leave it empty.")
            ) from error
        return _refuse_past(moment)


class DraftTimeField(SendTimeField):
    """When a draft is to be sent; a time that cannot be is none, and is told on sending."""

    def clean(self, value: Any) -> datetime | None:
        """Return the moment, None for none and for one that would be refused."""
        try:
            return super().clean(value)
        except ValidationError:
            return None


class ComposeForm(ApprovalFields):
    """A reply as it is written; ``for_draft`` keeps it as it is, sending asks for more."""

    asks_guards = False
    """The service asks the guards; here only where something else is to be said as well."""
    service_asks = False
    """Whether the service asks everything at once; here only beside other errors, or of uploads."""

    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    snapshot = forms.CharField(widget=forms.HiddenInput, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    body = forms.CharField(
        label=gettext_lazy("Your reply"), widget=forms.Textarea, required=False, strip=False
    )
    body_type = forms.CharField(widget=forms.HiddenInput, required=False, initial=BodyType.PLAIN)
    canned_response = forms.CharField(widget=forms.HiddenInput, required=False)
    canned_version = forms.CharField(widget=forms.HiddenInput, required=False)
    answers = forms.CharField(widget=forms.HiddenInput, required=False)
    attachments = FilesField(label=gettext_lazy("Files"), required=False)
    send_at = SendTimeField(label=gettext_lazy("Send later"), required=False)
    confirm = PostedValues(required=False)
    asked = forms.CharField(widget=forms.HiddenInput, required=False)
    status_after = forms.CharField(widget=forms.Select, required=False)
    signature = forms.CharField(widget=forms.HiddenInput, required=False)
    remind_after = reminders.DaysField(
        label=gettext_lazy("Remind me if the customer does not answer")
    )
    despite_recall = forms.BooleanField(
        label=gettext_lazy("I have read the text; what it says now is right"), required=False
    )
    keep_reason = forms.CharField(
        label=gettext_lazy("Why was the passage changed?"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": gettext_lazy("Use at most %(limit_value)d characters.")},
    )

    keep_files = PostedValues(required=False)
    seen_files = PostedValues(required=False)
    inserted = PostedValues(required=False)
    canned_files = PostedValues(required=False)

    def __init__(
        self, *args: Any, ticket_id: int, user: User, for_draft: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._ticket_id, self._user, self._for_draft = ticket_id, user, for_draft
        self.doubtful = rules.wordings(self.initial.get("confirm") or ())
        self.is_meant, self.is_left_over = bool(self.doubtful), False
        self.safe_body: str | None = None
        self._typed = ""
        self.lost: frozenset[str] = frozenset()
        self.to_confirm: list[Complaint] = []
        self.doubts: list[Complaint] = []
        self.passed_doubts: list[Complaint] = []
        reminders.offer(self["remind_after"], is_lenient=for_draft)
        if for_draft:
            self.fields["send_at"] = DraftTimeField(required=False)
        cast("SendTimeField", self.fields["send_at"]).zone = user.zone

    def clean_submission_key(self) -> uuid.UUID:
        """A form without its key gets a new one: the text must not depend on it."""
        return self.cleaned_data["submission_key"] or uuid.uuid4()

    def clean_body_type(self) -> str:
        """Absent means HTML, as in the API."""
        value = str(self.cleaned_data["body_type"] or BodyType.HTML).upper()
        if value not in BodyType.values:
            raise ValidationError(_("The kind of text must be HTML or PLAIN."))
        return value

    def clean_keep_files(self) -> list[uuid.UUID]:
        """Return the ids of the draft's files that stay; anything else is no file of ours."""
        return _uuids(self.cleaned_data["keep_files"])

    def clean_seen_files(self) -> list[uuid.UUID] | None:
        """Return the ids of the draft's files the page showed; None for a form without a page."""
        return _uuids(self.cleaned_data["seen_files"]) if "seen_files" in self.data else None

    def clean_canned_files(self) -> list[uuid.UUID]:
        """Return the ids of the files that a canned response gave; anything else is none."""
        return _uuids(self.cleaned_data["canned_files"])

    def clean_answers(self) -> dict[str, Answers]:
        """Return how questions of canned responses were answered, by version; junk is left out."""
        try:
            posted = json.loads(self.cleaned_data["answers"][:_MOST_ANSWERED] or "{}")
        except (ValueError, RecursionError):
            return {}
        read = posted.items() if isinstance(posted, dict) else ()
        known = ((number, read_answers(filled)) for number, filled in read if parse_id(number))
        return {number: filled for number, filled in known if filled is not None}

    def clean(self) -> dict[str, Any]:
        """Make the text safe, then see whether it can go out."""
        cleaned = super().clean() or {}
        if not self._for_draft and not may_be_read(self):
            return cleaned
        body = str(cleaned.get("body", "")).replace("\r\n", "\n").replace("\r", "\n")
        is_html = cleaned.get("body_type") != BodyType.PLAIN
        safe = sanitize.clean(body) if is_html else sanitize.Cleaned(body)
        cleaned["body"] = self._typed = safe.html
        self.lost = safe.lost
        if not self._for_draft:
            cleaned["body"] = around.as_it_leaves(cleaned, self.snapshot_read(), self._user)
        self.safe_body = cleaned["body"]  # a field that is complained of loses its value
        if not self._for_draft:
            self._forget_needless_reason(plain(cleaned["body"], cleaned.get("body_type", "")))
            if self.service_asks and not (self.errors or cleaned.get("attachments")):
                return cleaned
            outgoing = self.outgoing()
            if self.asks_guards or self.errors or rules.complaints(replace(outgoing, origin=None)):
                found = rules.findings(outgoing)
                self.complain(found.complaints, passed=found.passed)
        return cleaned

    def complain(self, complaints: Iterable[Complaint], passed: Sequence[Complaint] = ()) -> None:
        """Say beside its field what keeps the reply from leaving; offer to pass what may pass.

        What guards doubt is said in a block of its own, where what was *passed* stays ticked.
        """
        asked, self.passed_doubts = [], list(passed)
        for complaint in complaints:
            if complaint.is_doubt:
                self.doubts.append(complaint)
            elif complaint.code != "too_many_files" or "attachments" not in self.errors:
                self.add_error(complaint.field, complaint.message)
            self.is_left_over = self.is_left_over or complaint.guard == LEFTOVER
            asked += [complaint.about] if complaint.code == "unfinished" else []
            self.to_confirm += [complaint] if complaint.guard in validation.DOUBTS else []
        self.doubtful = (*asked, *rules.wordings(self._confirmed))
        self.is_meant = bool(self.doubtful) and not asked

    def passed(self) -> list[Doubt]:
        """Return what was asked of files and let pass: to be shown ticked where all comes back."""
        files = [*self.shared_files, *self.kept_files.values()] if self.is_bound else []
        doubts = (validation.doubt(link.name, link.file) for link in files)
        confirmed = self.cleaned_data.get("confirm") or () if self.is_bound else ()
        return [doubt for doubt in doubts if doubt is not None and doubt.code in confirmed]

    def _forget_needless_reason(self, words: str) -> None:
        """Keep a reason for a changed must-keep passage only where one was changed."""
        version = self._canned[1]
        kept = version.must_keep if version else ()
        if not must_keep.missing(kept, words):
            self.cleaned_data["keep_reason"] = ""

    def outgoing(self) -> Outgoing:
        """Return the reply as it would leave, for the rules to judge."""
        uploads = self.cleaned_data.get("attachments") or ()
        files = [*self.shared_files, *self.kept_files.values()]
        return Outgoing(
            self.text(files),
            files,
            [file.size or 0 for file in uploads],
            names_to_come=[validation.clean_name(file.name or "") for file in uploads],
            is_planned=bool(self.cleaned_data.get("send_at")),
            gone=len(self.cleaned_data.get("keep_files") or ()) - len(self.kept_files),
            unseen=self._unseen(),
            origin=Origin(self._user, self.snapshot_read()),
        )

    def _unseen(self) -> list[Attachment]:
        """Return the files its draft has and its page does not list.

        Not asked for a page that knows of no draft: the service asks once more, under its lock.
        """
        key = self.cleaned_data.get("submission_key")
        if not key or not self.cleaned_data.get("revision"):
            return []
        seen = self.cleaned_data.get("seen_files")
        return attachments.unseen(key, seen, author_id=self._user.pk)

    @cached_property
    def shared_files(self) -> list[CannedFile]:
        """The files of canned responses that are ticked and may go with a reply of this person."""
        ticked = self.cleaned_data.get("canned_files") or ()
        return canned_attachments.to_send(ticked, actor=self._user)

    @cached_property
    def kept_files(self) -> dict[uuid.UUID, Attachment]:
        """The files of this person's drafts on the ticket that are to go, by their ids."""
        kept = self.cleaned_data.get("keep_files") or ()
        return attachments.of_author(kept, author_id=self._user.pk, ticket_id=self._ticket_id)

    def text(self, files: Iterable[Attachable] = ()) -> Text:
        """Return what was written, with the canned response it started from.

        Of *files* it keeps which of them were confirmed.
        """
        response, version = self._canned
        asked = rules.file_codes(files, self.cleaned_data.get("confirm") or ())
        cleaned = self.cleaned_data
        return Text(
            body=cleaned.get("body", self.safe_body or ""),
            body_type=cleaned.get("body_type", BodyType.HTML),
            canned_response=response,
            canned_version=version,
            keep_reason=cleaned.get("keep_reason", ""),
            inserted=self._inserted,
            answers=self.cleaned_data.get("answers") or {},
            confirmed=(*self._confirmed, *asked),
            status_after=self._status(),
            remind_after=cleaned.get("remind_after"),
            signature=around.named(cleaned.get("signature", "")),
            typed=self._typed,
        )

    @cached_property
    def _confirmed(self) -> tuple[str, ...]:
        """The codes of what the person lets pass, of what stands in the text.

        ``leftover`` lets pass what the page asked about; all of it where a script names nothing.
        """
        given = frozenset(self.cleaned_data.get("confirm") or ())
        asked = self.cleaned_data.get("asked", "").replace("\r\n", "\n")
        shown = frozenset(asked.split("\n")) if asked else None
        words = plain(self.safe_body or "", self.cleaned_data.get("body_type", ""))
        codes = []
        version = self._canned[1]
        used = {*self._inserted, *([version.pk] if version else [])}
        for place in rules.may_be_meant(words, used) if given else ():
            is_shown = shown is None or place.words in shown
            code = rules.unfinished_code(place.words)
            if code in given or (LEFTOVER in given and is_shown):
                codes.append(code)
        codes += [code for code in sorted(given)[:_MOST_PASSED] if is_doubt_code(code)]
        if self.cleaned_data.get("despite_recall"):
            codes += rules.recalled_codes(used)
        return tuple(codes)

    @cached_property
    def _inserted(self) -> tuple[int, ...]:
        """Return the versions that were put into the text, of texts this person may name."""
        named = self.cleaned_data.get("inserted") or ()
        numbers = [pk for pk in map(parse_id, named) if pk is not None]
        if not numbers:
            return ()
        version = self._canned[1]  # of a response this person may name
        if version is not None and set(numbers) == {version.pk}:
            return (version.pk,)
        versions = CannedResponseVersion.objects.filter(
            pk__in=numbers, response__in=nameable_by(self._user)
        )
        return tuple(sorted(versions.values_list("pk", flat=True)))

    def _status(self) -> tuple[str, str]:
        """Return id and name of the status to set afterwards, if one was chosen.

        One that is offered no more has no name; a draft does without it.
        """
        wanted = self.cleaned_data.get("status_after", "")
        chosen = statuses.chosen(wanted, self._canned, is_draft=self._for_draft)
        return chosen if chosen[1] or not self._for_draft else rules.NO_STATUS

    @property
    def status_choices(self) -> dict[str, str]:
        """Id and name of each status to choose from; empty where none can be told."""
        kept = [self.initial.get(name) or "" for name in ("status_after", "status_after_name")]
        return statuses.offered(self.started_from, (kept[0], kept[1]))

    @cached_property
    def started_from(self) -> statuses.Origin:
        """The canned response that the page names, as it is shown, and its version."""
        named = [self[name].value() for name in ("canned_response", "canned_version")]
        return statuses.origin(self._user, *named)

    def snapshot_read(self) -> Snapshot:
        """Return what was known of the ticket when the form was made."""
        return read_snapshot(self.cleaned_data.get("snapshot", ""), ticket_id=self._ticket_id)

    @cached_property
    def _canned(self) -> tuple[CannedResponse | None, CannedResponseVersion | None]:
        """Return the canned response that is named, unless it is unknown or not for this person."""
        named = (self.cleaned_data.get(name) for name in ("canned_response", "canned_version"))
        return statuses.origin(self._user, *named)


class RescheduleForm(forms.Form):
    """A new time for a waiting reply."""

    send_at = SendTimeField(label=gettext_lazy("Send later"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("SendTimeField", self.fields["send_at"]).zone = user.zone


def _in_zone(local: datetime, zone: ZoneInfo) -> datetime:
    """Give a local time its zone; an hour that the spring change skips is refused."""
    moment = local.replace(tzinfo=zone)
    if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
        raise ValidationError(
            _("That hour does not exist: the clocks go forward that night. Choose another.")
        )
    return moment


def _refuse_past(moment: datetime) -> datetime:
    now = timezone.now()
    if moment <= now:
        raise ValidationError(_("That time has already passed. Choose a later one, or send now."))
    if moment > now + FARTHEST_SEND_LATER:
        raise ValidationError(_("That is more than a year ahead. Choose an earlier date."))
    return moment


def _uuids(values: Iterable[str]) -> list[uuid.UUID]:
    return [uuid.UUID(value) for value in dict.fromkeys(values) if is_uuid(value)]


def is_uuid(text: str) -> bool:
    """Tell whether *text* is written like the id of a file."""
    return _UUID.fullmatch(text) is not None
