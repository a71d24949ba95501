"""Forms of the author's desk: a canned response, a file of them, decisions over them."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission, roles_with
from thulium_portal.canned import attachments, library, must_keep, permissions, validation
from thulium_portal.canned.models import CannedFile, CannedResponse
from thulium_portal.canned.validation import ResponseText
from thulium_portal.lib.forms import DayField, parse_id
from thulium_portal.lib.html.posted import may_be_read
from thulium_portal.lib.html.sanitize import plain_to_html
from thulium_portal.lib.spreadsheets.reader import MOST_BYTES, MOST_PACKED
from thulium_portal.tickets import queues, statuses

PLAIN, HTML = "PLAIN", "HTML"
Scope = CannedResponse.Scope


@dataclass(frozen=True)
class FileDoubt:
    """A file that is asked about before it is kept; ``is_passed`` where its author said so."""

    code: str
    name: str
    is_passed: bool


class FilesChoice(forms.ModelMultipleChoiceField):
    """Files by id; a number beyond what a database holds is the id of none."""

    def clean(self, value: Any) -> Any:
        """Return the files; refuse what is not the id of one that may be named."""
        for file_id in value or ():
            if parse_id(str(file_id)) is None:
                raise ValidationError(
                    self.error_messages["invalid_choice"], "invalid_choice", {"value": file_id}
                )
        return super().clean(value)


class ResponseForm(forms.Form):
    """A canned response as it is written; a refused form keeps every word."""

    title = forms.CharField(
        label=_("Title"),
        max_length=120,
        required=False,
        help_text=_("What you and others look for, for example “Parcel delayed”."),
    )
    use_when = forms.CharField(
        label=_("Use when…"),
        max_length=200,
        required=False,
        help_text=_("One line that tells colleagues when this is the right answer."),
    )
    body = forms.CharField(label=_("Text"), widget=forms.Textarea, required=False, strip=False)
    body_type = forms.CharField(widget=forms.HiddenInput, required=False, initial=PLAIN)
    category = forms.CharField(
        label=_("Category"),
        max_length=120,
        required=False,
        help_text=_(
            "Choose one or write a new one. Use “/” for a second level: Deliveries / Abroad."
        ),
        widget=forms.TextInput(attrs={"list": "categories", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)
    shortcut = forms.CharField(
        label=_("Shortcut"),
        max_length=41,
        required=False,
        help_text=_("One short word to find it fast, for example /delay."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    keywords = forms.CharField(
        label=_("Other words people search for"),
        max_length=300,
        required=False,
        help_text=_("For example: late, courier, tracking."),
    )
    scope = forms.ChoiceField(
        label=_("Who may use it"), choices=Scope.choices, required=False, widget=forms.RadioSelect
    )
    queues = forms.MultipleChoiceField(
        label=_("Queues of the team"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("It is offered on tickets of these queues only."),
    )
    owner = forms.ModelChoiceField(
        label=_("Owner"),
        queryset=User.objects.none(),
        required=False,
        help_text=_("Keeps the text right and is reminded when it is due for review."),
    )
    review_by = DayField(
        label=_("Review by"),
        help_text=_("Optional. From that day the owner is reminded to read it again."),
    )
    must_keep = forms.CharField(
        label=_("Must-keep passages"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "Optional. One passage of the text a line; who changes it in a reply has to say why."
        ),
    )
    status_after = forms.ChoiceField(
        label=_("After sending, set the ticket’s status to"),
        required=False,
        help_text=_("Optional. Whoever sends the reply sees it and can remove it."),
    )
    kept_files = FilesChoice(
        label=_("Files that go with it"),
        queryset=CannedFile.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label=_("What did you change?"),
        max_length=200,
        required=False,
        help_text=_("Optional. Shown in the history beside your name."),
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    confirm = forms.BooleanField(required=False)
    asked = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, user: User, response: CannedResponse | None = None, **kwargs: Any
    ) -> None:
        kwargs.setdefault("initial", _initial(response) if response else _fresh(user))
        super().__init__(*args, **kwargs)
        self._user, self._response = user, response
        self.doubtful: tuple[str, ...] = ()
        self.file_doubts: list[FileDoubt] = []
        self._offer_choices()
        self._offer_files()
        kept = {response.status_after: response.status_after_name} if response else {}
        kept.pop("", None)
        self._statuses = dict(statuses.choices(kept))
        chosen = cast("forms.ChoiceField", self.fields["status_after"])
        chosen.choices = [("", _("leave it as it is")), *self._statuses.items()]
        if response is None:
            del self.fields["note"]

    def _offer_choices(self) -> None:
        """Fill what depends on the person and the response: queues, categories, owners."""
        if self._response is not None and not _may_keep_to_oneself(self._response, self._user):
            scope = cast("forms.ChoiceField", self.fields["scope"])
            scope.choices = [each for each in Scope.choices if each[0] != Scope.PERSONAL]
        queues_field = cast("forms.MultipleChoiceField", self.fields["queues"])
        chosen = self._response.queues.all() if self._response else []
        queues_field.choices = queues.choices({queue.queue_id: str(queue) for queue in chosen})
        if self._user.may(Permission.MANAGE_CANNED):
            owners = cast("forms.ModelChoiceField", self.fields["owner"])
            owners.queryset = _owners(self._response)
            return
        del self.fields["owner"]
        self.fields["category"] = forms.ChoiceField(
            label=self.fields["category"].label,
            choices=_categories(self._user, self._response),
            required=False,
        )

    def _offer_files(self) -> None:
        """Let the form name the files it had and those uploaded with it, and no others."""
        named = self.data.getlist("kept_files") if hasattr(self.data, "getlist") else []
        file_ids = {file_id for name in named if (file_id := parse_id(name)) is not None}
        file_ids |= set(self.initial.get("kept_files") or ())
        field = cast("forms.ModelMultipleChoiceField", self.fields["kept_files"])
        field.queryset = attachments.visible_to(self._user).filter(pk__in=file_ids)

    def clean_body_type(self) -> str:
        """Return the kind of text: HTML where absent; a page without its script says PLAIN."""
        value = str(self.cleaned_data["body_type"] or HTML).upper()
        if value not in {HTML, PLAIN}:
            raise ValidationError(_("The kind of text must be HTML or PLAIN."))
        return value

    def clean_shortcut(self) -> str:
        return validation.shortcut_word(str(self.cleaned_data["shortcut"]))

    def clean_category(self) -> str:
        return validation.category_path(str(self.cleaned_data["category"]))

    def clean_scope(self) -> str:
        """Return who may use it; a form that does not say leaves it as it is."""
        return str(self.cleaned_data["scope"] or self.initial["scope"])

    def clean_queues(self) -> tuple[int, ...]:
        return tuple(sorted(int(queue_id) for queue_id in self.cleaned_data["queues"]))

    def clean(self) -> dict[str, Any]:
        """Check the response as a whole, so that every error is shown at once.

        A field with an error of its own has no value yet, so nothing more is said of it.
        """
        cleaned = super().clean() or {}
        if not may_be_read(self):
            return cleaned
        text = self.text()
        found = [place.words for place in validation.left_over(text)]
        meant = found if text.meant is None else text.meant
        asked = [words for words in found if words not in meant][: validation.MOST_ASKED]
        self.doubtful = (*asked, *(words for words in found if words in self._meant_now))
        self.is_meant = not asked
        self._ask_about_files(text)
        try:
            validation.require_valid(text, self._response, actor=self._user)
        except ValidationError as error:
            for name, sentences in error.error_dict.items():
                field = "kept_files" if name == "files" else name
                if field not in self.errors:
                    self.add_error(field, ValidationError(sentences))
        return cleaned

    def _ask_about_files(self, text: ResponseText) -> None:
        """Find the files that are asked about, and those of them that the author lets pass."""
        for doubt in validation.file_doubts(replace(text, let_pass=()), self._response):
            is_passed = doubt.code in text.let_pass
            self.file_doubts.append(FileDoubt(doubt.code, doubt.name, is_passed))

    def text(self) -> ResponseText:
        """Return what was written, the body as HTML."""
        cleaned = self.cleaned_data
        written: dict[str, Any] = {name: str(cleaned.get(name) or "") for name in _WRITTEN}
        if cleaned.get("body_type") == PLAIN:
            written["body"] = plain_to_html(written["body"])
        owner: User | None = cleaned.get("owner")
        return ResponseText(
            scope=cleaned.get("scope") or self.initial["scope"],
            queues=cleaned.get("queues") or (),
            review_by=cleaned.get("review_by"),
            owner_id=owner.pk if owner else None,
            must_keep=must_keep.passages(cleaned.get("must_keep") or ""),
            status_after=cleaned.get("status_after") or "",
            status_after_name=self._statuses.get(cleaned.get("status_after") or "", ""),
            files=tuple(sorted(file.pk for file in cleaned.get("kept_files") or ())),
            meant=(*self._meant_now, *self._meant_before),
            let_pass=self._files_let_pass,
            **written,
        )

    @property
    def _files_let_pass(self) -> tuple[str, ...]:
        """The codes of the doubts about files that the author waves through."""
        return tuple(self.data.getlist("confirm_files")) if hasattr(self.data, "getlist") else ()

    @property
    def _meant_now(self) -> list[str]:
        """The wordings that the page asked about and the author lets pass."""
        asked = self.cleaned_data.get("asked", "").replace("\r\n", "\n").split("\n")
        return asked if self.cleaned_data.get("confirm") else []

    @property
    def _meant_before(self) -> tuple[str, ...]:
        """The wordings that were let pass when the text was saved before."""
        return self._response.current.meant if self._response and self._response.current else ()


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, an Excel workbook (.xlsx), or the ZIP of an export."),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.zip"}),
    )

    def clean_file(self) -> UploadedFile:
        """Refuse what is too large to be read."""
        file: UploadedFile = self.cleaned_data["file"]
        is_zip = (file.name or "").lower().endswith(".zip")
        most = MOST_PACKED if is_zip else MOST_BYTES
        if file.size and file.size > most:
            words = _("The file is too large; %(most)d MB are allowed. Split it.")
            raise ValidationError(words % {"most": most // 1024 // 1024})
        return file


class DecisionForm(forms.Form):
    """The body of a proposal as it is to be accepted, or why it is declined."""

    body = forms.CharField(label=_("Text"), widget=forms.Textarea, required=False, strip=False)
    body_type = forms.CharField(widget=forms.HiddenInput, required=False)
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    answer = forms.CharField(
        label=_("Why not?"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def html(self) -> str:
        body = str(self.cleaned_data["body"])
        return plain_to_html(body) if self.cleaned_data["body_type"] == PLAIN else body


class RecallForm(forms.Form):
    """Why a version is recalled, and the correction its customers get."""

    reason = forms.CharField(
        label=_("What is wrong with it?"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    correction = forms.CharField(
        label=_("Draft of the correction for each customer"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "Placeholders are filled for each customer. A person reads, completes and sends each "
            "correction."
        ),
    )


class ReviewForm(forms.Form):
    """When a response is to be read again; empty asks for no reminder."""

    review_by = DayField(label=_("Next review by"))

    def clean_review_by(self) -> date | None:
        """Return the day, which lies ahead: a reminder that is due already reminds of nothing."""
        day: date | None = self.cleaned_data["review_by"]
        if day is not None and day <= timezone.localdate():
            raise ValidationError(_("Choose a day after today for the next review."))
        return day


_WRITTEN = ("title", "body", "shortcut", "category", "language", "keywords", "use_when")


def _initial(response: CannedResponse) -> dict[str, Any]:
    return start_of(response, ResponseText.of(response))


def start_of(response: CannedResponse, text: ResponseText) -> dict[str, Any]:
    """Return the fields for editing; the body as HTML, so that nothing of its form is lost."""
    return {name: getattr(text, name) for name in (*_WRITTEN, "scope", "queues", "review_by")} | {
        "body_type": HTML,
        "owner": response.owner_id,
        "must_keep": "\n".join(text.must_keep),
        "kept_files": list(text.files),
        "status_after": text.status_after,
        "seen_version": response.current.number if response.current else 0,
    }


def variant_start(twin: CannedResponse) -> dict[str, Any]:
    """Return the fields of a new variant of *twin*: its own words, in the next language."""
    languages = [code for code, _name in settings.LANGUAGES]
    following = languages[(languages.index(twin.language) + 1) % len(languages)]
    kept = {name: value for name, value in _initial(twin).items() if name != "seen_version"}
    return kept | {"language": following, "shortcut": "", "must_keep": ""}


def _may_keep_to_oneself(response: CannedResponse, user: User) -> bool:
    """Tell whether *user* may make *response* theirs alone: what is in use stays shared."""
    return response.owner_id == user.pk and not permissions.may_suggest(user, response)


def _fresh(user: User) -> dict[str, Any]:
    """Return the fields of a new response: a manager writes for everyone, others for themselves."""
    is_manager = user.may(Permission.MANAGE_CANNED)
    return {
        "language": get_language() or settings.LANGUAGE_CODE,
        "scope": Scope.SHARED if is_manager else Scope.PERSONAL,
        "owner": user.pk,
    }


def _owners(response: CannedResponse | None) -> QuerySet[User]:
    """Return who can own a response: everyone who writes here, and who owns it already."""
    able = Q(is_active=True, role__in=roles_with(Permission.WRITE_CANNED))
    if response is not None:
        able |= Q(pk=response.owner_id)
    return User.objects.filter(able).order_by("name", "username")


def _categories(user: User, response: CannedResponse | None) -> list[tuple[str, str]]:
    known = library.categories(user)
    if response is not None and response.category and response.category not in known:
        known = [response.category, *known]
    return [("", str(_("Without a category"))), *((name, name) for name in known)]
