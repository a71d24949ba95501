"""The verbs of canned responses: the only writers of their tables."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.html import format_html
from django.utils.translation import gettext as _

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.audit.actions import Action
from thulium_portal.audit.services import Subject, record
from thulium_portal.canned import placeholders
from thulium_portal.canned.models import CannedResponse, CannedResponseVersion
from thulium_portal.canned.searching import folded_words, search, usable_by, visible_to
from thulium_portal.lib.html import clean_reply_html
from thulium_portal.lib.text import html_to_text

__all__ = [
    "ChangedMeanwhile",
    "ResponseText",
    "archive",
    "bring_back",
    "checked",
    "create_response",
    "restore_version",
    "revise",
    "search",
    "usable_by",
    "visible_to",
]


@dataclass(frozen=True)
class ResponseText:
    """Everything about a canned response that an author writes. ``body`` is HTML."""

    title: str
    body: str
    shortcut: str = ""
    category: str = ""
    language: str = settings.LANGUAGE_CODE
    keywords: str = ""
    use_when: str = ""

    @classmethod
    def of(cls, response: CannedResponse) -> "ResponseText":
        """Return what *response* holds now."""
        columns = {name: getattr(response, name) for name in _COLUMNS}
        return cls(body=response.current.body if response.current else "", **columns)


_COLUMNS = ("title", "shortcut", "category", "language", "keywords", "use_when")


class ChangedMeanwhile(Exception):
    """Someone else saved a newer version since the author opened the text; nothing was stored."""

    def __init__(self, newest: CannedResponseVersion) -> None:
        super().__init__(f"version {newest.number} is newer")
        self.newest = newest


def checked(text: ResponseText, response: CannedResponse | None = None) -> ResponseText:
    """Return *text* tidied, to be stored as *response* or as a new one.

    Raises ``ValidationError`` by field with everything that has to be mended.
    """
    errors: dict[str, Any] = {}
    words = {name: " ".join(getattr(text, name).split()) for name in _COLUMNS}
    try:
        body = _checked_body(text.body)
    except ValidationError as error:
        body, errors["body"] = "", error
    if not words["title"]:
        errors["title"] = _("Give the canned response a title.")
    if _is_taken(words["shortcut"], response):
        errors["shortcut"] = _taken(words["shortcut"])
    if errors:
        raise ValidationError(errors)
    return ResponseText(body=body, **words)


def create_response(text: ResponseText, *, note: str = "", actor: User) -> CannedResponse:
    """Store a new live response with its first version.

    Raises ``ValidationError`` for a text that cannot be saved, ``PermissionDenied`` for a person
    who may not manage canned responses.
    """
    _require_manager(actor)
    with _shortcut_free(text.shortcut), transaction.atomic():
        text = checked(text)
        response = CannedResponse(owner=actor, **_columns(text))
        response.save()
        version = _add_version(response, text, number=1, note=note, actor=actor)
        _record(Action.CANNED_CREATED, response, version, actor)
    return response


def revise(
    response: CannedResponse, text: ResponseText, *, seen_version: int, note: str = "", actor: User
) -> CannedResponse:
    """Store *text* as the next version of *response*; an unchanged text stores nothing.

    ``seen_version`` is the number of the version the author started from. Raises
    :class:`ChangedMeanwhile` where it is not the newest any more, otherwise as ``create_response``.
    """
    _require_manager(actor)
    with _shortcut_free(text.shortcut, response), transaction.atomic():
        stored = _locked(response)
        newest = _newest(stored)
        text = checked(text, stored)
        if text == ResponseText.of(stored):
            return stored
        if newest.number != seen_version:
            raise ChangedMeanwhile(newest)
        for name, value in _columns(text).items():
            setattr(stored, name, value)
        version = _add_version(stored, text, number=newest.number + 1, note=note, actor=actor)
        _record(Action.CANNED_REVISED, stored, version, actor)
    return stored


def restore_version(
    response: CannedResponse, number: int, *, seen_version: int, actor: User
) -> CannedResponse:
    """Make title and text of version *number* the newest version; nothing between is lost.

    Raises ``CannedResponseVersion.DoesNotExist`` for an unknown number, else as ``revise``.
    """
    old = response.versions.get(number=number)
    now = asdict(ResponseText.of(response))
    return revise(
        response,
        ResponseText(**(now | {"title": old.title, "body": old.body})),
        seen_version=seen_version,
        note=_("Text of version %(number)d brought back") % {"number": number},
        actor=actor,
    )


def archive(response: CannedResponse, *, actor: User) -> CannedResponse:
    """Take *response* out of use; it stays in the library's archive with all its versions."""
    return _change_state(response, CannedResponse.State.ARCHIVED, actor)


def bring_back(response: CannedResponse, *, actor: User) -> CannedResponse:
    """Put an archived response into use again."""
    return _change_state(response, CannedResponse.State.LIVE, actor)


def _change_state(
    response: CannedResponse, state: CannedResponse.State, actor: User
) -> CannedResponse:
    _require_manager(actor)
    with transaction.atomic():
        stored = _locked(response)
        before = stored.state
        if before == state:
            return stored
        stored.state = state
        stored.save(update_fields=["state", "updated_at"])
        _record(Action.CANNED_STATE_CHANGED, stored, _newest(stored), actor, before=before)
    return stored


def _require_manager(actor: User) -> None:
    if not actor.may(Permission.MANAGE_CANNED):
        raise PermissionDenied


def _locked(response: CannedResponse) -> CannedResponse:
    return CannedResponse.objects.select_for_update().get(pk=response.pk)


def _newest(response: CannedResponse) -> CannedResponseVersion:
    return response.versions.select_related("author").latest("number")


def _checked_body(html: str) -> str:
    """Return *html* cleaned, or raise ``ValidationError``."""
    body = clean_reply_html(html)
    if not html_to_text(body).strip():
        raise ValidationError(_("Write the text of the canned response."))
    if len(body) > settings.MAX_BODY_CHARACTERS:
        raise ValidationError(
            _("The text has %(count)d characters, %(most)d are allowed. Shorten it.")
            % {"count": len(body), "most": settings.MAX_BODY_CHARACTERS}
        )
    faults = placeholders.check(body)
    if faults:
        raise ValidationError([_in_place(fault) for fault in faults])
    return body


def _is_taken(shortcut: str, response: CannedResponse | None) -> bool:
    others = CannedResponse.objects.exclude(scope=CannedResponse.Scope.PERSONAL)
    if response is not None:
        others = others.exclude(pk=response.pk)
    return bool(shortcut) and others.filter(shortcut__iexact=shortcut).exists()


def _taken(shortcut: str) -> str:
    return _("Another canned response has the shortcut /%(shortcut)s. Choose a different one.") % {
        "shortcut": shortcut
    }


@contextmanager
def _shortcut_free(shortcut: str, response: CannedResponse | None = None) -> Iterator[None]:
    """Say it kindly where someone takes *shortcut* between our look and our write."""
    try:
        yield
    except IntegrityError as error:
        if not _is_taken(shortcut, response):
            raise
        raise ValidationError({"shortcut": _taken(shortcut)}) from error


def _columns(text: ResponseText) -> dict[str, str]:
    return {name: getattr(text, name) for name in _COLUMNS} | {
        # Folding may lengthen (one Arabic sign gives eighteen letters); the columns end somewhere.
        "folded_title": folded_words(text.title)[:400],
        "folded_shortcut": folded_words(text.shortcut)[:120],
        "folded_keywords": folded_words(f"{text.keywords} {text.category}")[:1200],
        "folded_use_when": folded_words(text.use_when)[:600],
        "folded_text": folded_words(html_to_text(text.body)),
    }


def _add_version(
    response: CannedResponse, text: ResponseText, *, number: int, note: str, actor: User
) -> CannedResponseVersion:
    version = CannedResponseVersion.objects.create(
        response=response,
        number=number,
        title=text.title,
        body=text.body,
        placeholders=placeholders.parse(text.body).fallbacks,
        details={name: getattr(text, name) for name in _COLUMNS if name != "title"},
        author=actor,
        note=" ".join(note.split()),
    )
    response.current = version
    response.save()
    return version


def _record(
    action: Action,
    response: CannedResponse,
    version: CannedResponseVersion,
    actor: User,
    *,
    before: str = "",
) -> None:
    record(
        action,
        actor=actor,
        subject=Subject("canned", str(response.pk)),
        state=response.state,
        facts={
            "canned_id": response.pk,
            "canned_version": version.number,
            "body_sha256": hashlib.sha256(version.body.encode()).hexdigest(),
            "state_before": before,
        },
        content={"title": version.title, "body": version.body},
    )


def _in_place(fault: placeholders.PlaceholderError) -> str:
    """Return the sentence of *fault* with the spot marked."""
    if not fault.place:
        return str(fault)
    return format_html(
        '{} <q class="fault">{}<mark>{}</mark>{}</q>',
        str(fault),
        fault.before,
        fault.place,
        fault.after,
    )
