"""The composer's form: what was typed, checked, and never thrown away."""

import re
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from thulium_portal.accounts.models import User
from thulium_portal.canned import attachments as filing
from thulium_portal.canned import must_keep
from thulium_portal.canned.models import CannedResponse, CannedResponseVersion, Recall
from thulium_portal.canned.permissions import nameable_by
from thulium_portal.canned.placeholders import parser
from thulium_portal.lib.html.plain_text import html_to_text
from thulium_portal.lib.html.sanitize import clean_reply_html
from thulium_portal.replies import attachments as files
from thulium_portal.replies.composer import unfinished
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import BodyType
from thulium_portal.tickets.snapshot import Snapshot, read_snapshot

FARTHEST_SEND_LATER = timedelta(days=365)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TICKET_NUMBER = re.compile(r"[0-9]{1,12}")


class FilesInput(forms.ClearableFileInput):
    """A field for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, each checked; every refused one has a sentence of its own."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Return the files; refuse too many, too large, empty or forbidden ones."""
        given = [file for file in (data or []) if file]
        errors: list[ValidationError] = []
        if len(given) > settings.MAX_ATTACHMENTS:
            errors.append(_too_many_files())
        for file in given:
            try:
                files.check(file)
            except ValidationError as error:
                errors.append(error)
        if errors:
            raise ValidationError(errors)
        return given


def _too_many_files() -> ValidationError:
    words = ngettext(
        "At most %(most)d file can go with one reply. Remove some.",
        "At most %(most)d files can go with one reply. Remove some.",
        settings.MAX_ATTACHMENTS,
    )
    return ValidationError(words, params={"most": settings.MAX_ATTACHMENTS})


class ComposeForm(forms.Form):
    """A reply as it is written; ``for_draft`` keeps it as it is, sending asks for more."""

    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    snapshot = forms.CharField(widget=forms.HiddenInput, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    body = forms.CharField(
        label=gettext_lazy("Your reply"), widget=forms.Textarea, required=False, strip=False
    )
    body_type = forms.CharField(widget=forms.HiddenInput, required=False, initial=BodyType.PLAIN)
    canned_response = forms.CharField(widget=forms.HiddenInput, required=False)
    canned_version = forms.CharField(widget=forms.HiddenInput, required=False)
    attachments = FilesField(label=gettext_lazy("Files"), required=False)
    send_at = forms.CharField(label=gettext_lazy("Send later"), required=False)
    meant = forms.CharField(required=False)
    status_after = forms.CharField(widget=forms.HiddenInput, required=False)
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

    def __init__(
        self, *args: Any, ticket_id: int, user: User, for_draft: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._ticket_id, self._user, self._for_draft = ticket_id, user, for_draft
        self.leftovers: tuple[str, ...] = ()
        self.doubtful: tuple[str, ...] = ()
        names = [(name, name) for name in self._posted("keep_files")]
        self.fields["keep_files"] = forms.MultipleChoiceField(
            required=False, widget=forms.MultipleHiddenInput, choices=names
        )
        self.fields["inserted"] = forms.MultipleChoiceField(
            required=False,
            widget=forms.MultipleHiddenInput,
            choices=[(number, number) for number in self._posted("inserted")],
        )
        self.fields["canned_files"] = forms.MultipleChoiceField(
            required=False, choices=[(name, name) for name in self._posted("canned_files")]
        )
        self.fields["send_at"].widget = forms.DateTimeInput(attrs={"type": "datetime-local"})

    def _posted(self, name: str) -> Sequence[str]:
        return self.data.getlist(name) if hasattr(self.data, "getlist") else []

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
        kept = []
        for value in self.cleaned_data["keep_files"]:
            try:
                kept.append(uuid.UUID(value))
            except ValueError:
                continue
        return kept

    def clean_canned_files(self) -> list[uuid.UUID]:
        """Return the ids of the files that a canned response gave; anything else is none."""
        return [uuid.UUID(value) for value in self.cleaned_data["canned_files"] if is_uuid(value)]

    def clean_send_at(self) -> datetime | None:
        """Read a local time in the person's zone; the past and the impossible are refused."""
        value = self.cleaned_data["send_at"].strip()
        if not value or self._for_draft:
            return None
        try:
            moment = datetime.fromisoformat(value)
        except ValueError as error:
            raise ValidationError(
                _("Write the date and time to send like 2026-11-24 09:30, or leave it empty.")
            ) from error
        if moment.tzinfo is None:
            moment = _in_zone(moment, self._user.zone)
        return _refuse_past(moment)

    def clean(self) -> dict[str, Any]:
        """Make the text safe, then see whether it can go out."""
        cleaned = super().clean() or {}
        body = str(cleaned.get("body", "")).replace("\r\n", "\n").replace("\r", "\n")
        is_html = cleaned.get("body_type") != BodyType.PLAIN
        body = clean_reply_html(body) if is_html else body
        cleaned["body"] = body
        if not self._for_draft:
            self._refuse_unready(body, is_html=is_html)
            self._limit_files()
            self._refuse_lost_files()
            self._refuse_changed_status()
            self._warn_of_recall()
            self._ask_for_reason(html_to_text(body) if is_html else body)
        return cleaned

    def _limit_files(self) -> None:
        """Count every file that would go: attached now, kept from the draft, canned ones."""
        kinds = ("attachments", "keep_files", "canned_files")
        count = sum(len(self.cleaned_data.get(kind) or ()) for kind in kinds)
        if count > settings.MAX_ATTACHMENTS and "attachments" not in self.errors:
            self.add_error("attachments", _too_many_files())

    def _refuse_lost_files(self) -> None:
        """Refuse while a file of a canned response in this text is lost, ticked or not."""
        used = self._used
        responses = CannedResponse.objects.filter(versions__in=used).distinct() if used else ()
        for response in responses:
            for file in filing.gone(response.current):
                words = _(
                    "“%(name)s” of the canned response “%(title)s” is lost, so this reply "
                    "cannot be sent. Ask %(owner)s to add the file again; your text is kept."
                )
                told = {"name": file.name, "title": response.title, "owner": response.owner}
                self.add_error("canned_files", words % told)
        self._refuse_lost_ticked()

    def _refuse_lost_ticked(self) -> None:
        ticked = self.cleaned_data.get("canned_files") or ()
        for file in filing.to_send(ticked, actor=self._user):
            if "canned_files" not in self.errors and not filing.is_there(file):
                words = _("“%(name)s” is lost. Untick it, and attach the file yourself.")
                self.add_error("canned_files", words % {"name": file.name})

    def _refuse_changed_status(self) -> None:
        """Let nobody set a status they have not seen: its author changed it meanwhile."""
        if self.cleaned_data.get("status_after") and not self._status()[0]:
            words = _(
                "The canned response no longer sets the status you saw. "
                "Look at what it sets now, and send again."
            )
            self.add_error("status_after", words)

    def _warn_of_recall(self) -> None:
        """Want a second look where the text started from a version that was recalled."""
        used = self._used
        if not used or self.cleaned_data.get("despite_recall"):
            return
        for recalled in Recall.objects.filter(version__in=used):
            words = _("A canned response in this text was recalled: %(reason)s")
            self.add_error("despite_recall", words % {"reason": recalled.reason})

    def _ask_for_reason(self, text: str) -> None:
        """Want a reason where a must-keep passage was changed, and none where none was."""
        version = self._canned[1]
        changed = must_keep.missing(version.must_keep, text) if version else []
        if not changed:
            self.cleaned_data["keep_reason"] = ""
        elif not self.cleaned_data.get("keep_reason"):
            for passage in changed:
                words = _("These words were to stay: “%(passage)s”. Put them back, or say why not.")
                self.add_error("keep_reason", words % {"passage": passage})

    def _refuse_unready(self, body: str, *, is_html: bool) -> None:
        plain = html_to_text(body) if is_html else body
        if not plain.strip():
            self.add_error("body", _("Write the reply; there is no text to send yet."))
        elif len(body) > settings.MAX_BODY_CHARACTERS:
            self.add_error(
                "body",
                _("The reply has %(count)d characters, %(most)d are allowed. Shorten it.")
                % {"count": len(body), "most": settings.MAX_BODY_CHARACTERS},
            )
        self.leftovers = parser.leftovers(body)
        for name in self.leftovers:
            self.add_error("body", _("Fill in “%(name)s”.") % {"name": name})
        self.doubtful = tuple(place.words for place in unfinished.unfinished(plain))
        for complaint in unfinished.complaints(plain, self.cleaned_data["meant"].splitlines()):
            self.add_error("body", complaint)

    def text(self) -> Text:
        """Return what was written, with the canned response it started from."""
        response, version = self._canned
        cleaned = self.cleaned_data
        reason = cleaned.get("keep_reason", "")
        return Text(
            body=cleaned["body"],
            body_type=cleaned["body_type"],
            canned_response=response,
            canned_version=version,
            keep_reason=reason,
            inserted=self._inserted,
            status_after=self._status(),
        )

    @property
    def _used(self) -> set[int]:
        """The versions this text started from, or that were put into it."""
        version = self._canned[1]
        return {*self._inserted, *([version.pk] if version else [])}

    @cached_property
    def _inserted(self) -> tuple[int, ...]:
        """Return the versions that were put into the text, of texts this person may name."""
        named = self.cleaned_data.get("inserted") or ()
        numbers = [int(number) for number in named if _TICKET_NUMBER.fullmatch(number)]
        if not numbers:
            return ()
        versions = CannedResponseVersion.objects.filter(
            pk__in=numbers, response__in=nameable_by(self._user)
        )
        return tuple(sorted(versions.values_list("pk", flat=True)))

    def _status(self) -> tuple[str, str]:
        """Return id and name of the status to set afterwards, if ticked.

        It is that of the version this text started from, or the one its author chose since.
        """
        wanted = self.cleaned_data.get("status_after", "")
        response, version = self._canned
        if response is None or not wanted:
            return "", ""
        now = (response.status_after, response.status_after_name)
        then = version.status_after if version else ("", "")
        return next((status for status in (now, then) if status[0] == wanted), ("", ""))

    def snapshot_read(self) -> Snapshot:
        """Return what was known of the ticket when the form was made."""
        return read_snapshot(self.cleaned_data.get("snapshot", ""), ticket_id=self._ticket_id)

    @cached_property
    def _canned(self) -> tuple[CannedResponse | None, CannedResponseVersion | None]:
        """Return the canned response that is named, unless it is unknown or not for this person."""
        number = str(self.cleaned_data.get("canned_response", ""))
        if not _TICKET_NUMBER.fullmatch(number):
            return None, None
        response = nameable_by(self._user).filter(pk=int(number)).select_related("current").first()
        if response is None:
            return None, None
        wanted = str(self.cleaned_data.get("canned_version", ""))
        if _TICKET_NUMBER.fullmatch(wanted):
            version = response.versions.filter(pk=int(wanted)).first()
            if version is not None:
                return response, version
        return response, response.current


class RescheduleForm(forms.Form):
    """A new time for a waiting reply."""

    send_at = forms.CharField(label=gettext_lazy("Send later"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    clean_send_at = ComposeForm.clean_send_at
    _for_draft = False


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


def is_uuid(text: str) -> bool:
    """Tell whether *text* is written like the id of a file."""
    return _UUID.fullmatch(text) is not None


def ticket_number(text: str) -> int | None:
    """Return the ticket's number in what a person typed or pasted, or None.

    Accepts a number, ``#1234`` and any address whose path ends in the number.
    """
    text = text.strip()
    numbers = re.findall(r"[0-9]+", text.split("?")[0].split("#")[0] if "/" in text else text)
    if not numbers:
        numbers = re.findall(r"[0-9]+", text)
    if not numbers or ("/" not in text and len(numbers) > 1):
        return None
    number = numbers[-1]
    return int(number) if _TICKET_NUMBER.fullmatch(number) and int(number) > 0 else None
