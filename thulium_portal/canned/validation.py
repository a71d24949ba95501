"""What an author writes of a canned response, checked and made ready to be stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.utils.html import format_html
from django.utils.text import slugify
from django.utils.translation import gettext as _

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.canned import must_keep
from thulium_portal.canned.attachments import file_ids
from thulium_portal.canned.models import CannedFile, CannedResponse
from thulium_portal.canned.permissions import visible_to
from thulium_portal.canned.placeholders import parser
from thulium_portal.canned.placeholders.nodes import PlaceholderError
from thulium_portal.lib.full_text import folded_words, stems_in
from thulium_portal.lib.html.plain_text import html_to_text
from thulium_portal.lib.html.sanitize import clean_reply_html
from thulium_portal.lib.leftovers import Place, leftovers
from thulium_portal.storage import validation as storage_validation
from thulium_portal.storage.validation import Doubt

CATEGORY_LEVELS = 2
MOST_ASKED = 10
"""So many wordings that look left over are asked about at a time."""
Scope = CannedResponse.Scope


@dataclass(frozen=True)
class ResponseText:
    """Everything about a canned response that an author writes. ``body`` is HTML.

    ``queues`` are the ids of the queues a team's response is for; ``owner_id`` None leaves the
    owner as it is, and makes the author of a new response its owner. ``must_keep`` are passages of
    the body that a reply keeps word for word, ``files`` the ids of the files that go with it.
    ``meant`` are wordings that look left over and belong there by the author's word; None where
    nobody was asked, so that replies still are. ``let_pass`` are the codes of the doubts about its
    files (:func:`storage.validation.doubt`) that the author waved through.
    """

    title: str
    body: str
    shortcut: str = ""
    category: str = ""
    language: str = settings.LANGUAGE_CODE
    keywords: str = ""
    use_when: str = ""
    scope: str = Scope.SHARED.value
    queues: tuple[int, ...] = ()
    review_by: date | None = None
    owner_id: int | None = None
    must_keep: tuple[str, ...] = ()
    files: tuple[int, ...] = ()
    status_after: str = ""
    status_after_name: str = ""
    meant: tuple[str, ...] | None = None
    let_pass: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def of(cls, response: CannedResponse) -> "ResponseText":
        """Return what *response* holds now; what was meant in it stays so, unasked."""
        columns = {name: getattr(response, name) for name in _COLUMNS}
        return cls(
            body=response.current.body if response.current else "",
            scope=response.scope,
            queues=tuple(sorted(queue.queue_id for queue in response.queues.all())),
            review_by=response.review_by,
            must_keep=response.current.must_keep if response.current else (),
            files=file_ids(response.current),
            status_after=response.status_after,
            status_after_name=response.status_after_name,
            **columns,
        )


_SETTINGS = ("scope", "review_by", "status_after", "status_after_name")
_COLUMNS = ("title", "shortcut", "category", "language", "keywords", "use_when")


def require_valid(
    text: ResponseText, response: CannedResponse | None = None, *, actor: User | None = None
) -> ResponseText:
    """Return *text* tidied, to be stored as *response* or as a new one, by *actor*.

    Raises ``ValidationError`` by field with everything that has to be mended.
    """
    errors: dict[str, Any] = {}
    words: dict[str, Any] = {name: " ".join(getattr(text, name).split()) for name in _COLUMNS}
    tidy = replace(text, queues=_queues(text), **words)
    try:
        tidy = replace(tidy, body=_require_valid_body(text.body, response))
    except ValidationError as error:
        errors["body"] = error
    if not tidy.title:
        errors["title"] = _("Give the canned response a title.")
    if is_shortcut_taken(tidy, response, actor):
        errors["shortcut"] = shortcut_taken(tidy.shortcut)
    if "body" not in errors and (faults := _passage_faults(tidy)):
        errors["must_keep"] = faults
    if "body" not in errors and (left := not_meant(tidy)):
        asked = _("Is this intended? Change it, or tick below to keep it.")
        places = left[:MOST_ASKED]
        errors["body"] = [places[0].shown(asked), *(place.shown("") for place in places[1:])]
    if sentences := [doubt.message for doubt in file_doubts(tidy, response)]:
        errors["files"] = sentences
    errors |= _category_errors(tidy, response, actor) | _scope_errors(tidy, response, actor)
    if errors:
        raise ValidationError(errors)
    return tidy


def left_over(text: ResponseText) -> list[Place]:
    """Return what looks left over in the body of *text*."""
    return leftovers(html_to_text(text.body))


def not_meant(text: ResponseText) -> list[Place]:
    """Return what looks left over in *text* and its author, who was asked, did not let pass."""
    if text.meant is None:
        return []
    return [place for place in left_over(text) if place.words not in text.meant]


def file_doubts(text: ResponseText, response: CannedResponse | None) -> list[Doubt]:
    """Return what is to be asked about the files of *text* and was not let pass.

    A file that a version or a proposal of *response* names was asked about then.
    """
    if not text.files:
        return []
    files = CannedFile.objects.filter(pk__in=text.files)
    if response is not None:
        known = Q(versions__response=response) | Q(proposals__response=response)
        files = files.exclude(pk__in=CannedFile.objects.filter(known).values("pk"))
    doubts = (storage_validation.doubt(file.name, file.file) for file in files.order_by("pk"))
    return [doubt for doubt in doubts if doubt and doubt.code not in text.let_pass]


def columns(text: ResponseText) -> dict[str, Any]:
    """Return the columns of a canned response that hold *text*, those for searching included."""
    # Folding may lengthen (one Arabic sign gives eighteen letters); the columns end somewhere.
    title = folded_words(text.title)[:400]
    keywords = folded_words(f"{text.keywords} {text.category}")[:1200]
    return {name: getattr(text, name) for name in (*_COLUMNS, *_SETTINGS)} | {
        "folded_title": title,
        "folded_shortcut": folded_words(text.shortcut)[:120],
        "folded_keywords": keywords,
        "folded_use_when": folded_words(text.use_when)[:600],
        "folded_text": folded_words(html_to_text(text.body)),
        "title_stems": stems_in(title)[:400],
        "keyword_stems": stems_in(keywords)[:1200],
    }


def details(text: ResponseText, response: CannedResponse) -> dict[str, Any]:
    """Return what a version keeps beside title and body."""
    words = {name: getattr(text, name) for name in _COLUMNS if name != "title"}
    return words | {
        "scope": text.scope,
        "queues": list(text.queues),
        "review_by": text.review_by.isoformat() if text.review_by else "",
        "must_keep": list(text.must_keep),
        "status_after": text.status_after_name,
        "status_after_id": text.status_after,
        "meant": _meant(text, response),
        "owner": response.owner_id,
    }


def _meant(text: ResponseText, response: CannedResponse) -> list[str]:
    """Return which wordings of *text* are meant: by its author's word, else as they were."""
    before = response.current.meant if response.current else ()
    meant = before if text.meant is None else text.meant
    return [place.words for place in left_over(text) if place.words in meant] if meant else []


def text_of(title: str, body: str, kept: Mapping[str, Any], files: Iterable[int]) -> ResponseText:
    """Return what ``details`` made *kept* of, with the rest that goes with it."""
    words: dict[str, Any] = {name: str(kept.get(name, "")) for name in _COLUMNS if name != "title"}
    return ResponseText(
        title=title,
        body=body,
        scope=str(kept["scope"]),
        queues=tuple(kept["queues"]),
        review_by=date.fromisoformat(kept["review_by"]) if kept["review_by"] else None,
        must_keep=tuple(kept["must_keep"]),
        files=tuple(sorted(files)),
        status_after=str(kept["status_after_id"]),
        status_after_name=str(kept["status_after"]),
        **words,
    )


def shortcut_word(typed: str) -> str:
    """Return one lower-case word; a slash in front, capitals and spaces are tidied away.

    Raises ``ValidationError`` where nothing is left of what was typed.
    """
    typed = typed.strip().lstrip("/")
    word = str(slugify(typed, allow_unicode=True))
    if typed and not word:
        raise ValidationError(_("Use letters and digits in the shortcut, for example /delay."))
    return word


def category_path(typed: str) -> str:
    """Return the levels of a category with even spaces around their strokes."""
    return " / ".join(map(str.strip, typed.split("/"))).strip(" /")


def _queues(text: ResponseText) -> tuple[int, ...]:
    return tuple(sorted(set(text.queues))) if text.scope == Scope.TEAM else ()


def _scope_errors(
    text: ResponseText, response: CannedResponse | None, actor: User | None
) -> dict[str, str]:
    if text.scope not in Scope.values:
        return {"scope": _("Choose who may use the canned response.")}
    if text.scope == Scope.TEAM and not text.queues:
        return {"queues": _("Choose at least one queue whose team uses it.")}
    owner_id = text.owner_id or (response.owner_id if response else actor and actor.pk)
    if text.scope == Scope.PERSONAL and actor is not None and owner_id != actor.pk:
        return {"scope": _("Only the owner can keep a canned response to themselves.")}
    return {}


def _category_errors(
    text: ResponseText, response: CannedResponse | None, actor: User | None
) -> dict[str, str]:
    if text.category.count("/") >= CATEGORY_LEVELS:
        return {
            "category": _("A category has two levels at most, for example Deliveries / Abroad.")
        }
    is_old = not text.category or (response is not None and response.category == text.category)
    if is_old or actor is None or actor.may(Permission.MANAGE_CANNED):
        return {}
    if visible_to(actor).filter(category=text.category).exists():
        return {}
    return {"category": _("Choose a category from the list; your supervisor can add one.")}


def _passage_faults(text: ResponseText) -> list[str]:
    """Return what is wrong with the must-keep passages, a sentence each."""
    unsteady = must_keep.with_placeholders(text.must_keep)
    steady = [passage for passage in text.must_keep if passage not in unsteady]
    strange = must_keep.missing(steady, html_to_text(text.body))
    return [
        _("“%(passage)s” holds a placeholder; choose words that are the same for everyone.")
        % {"passage": passage}
        for passage in unsteady
    ] + [
        _(
            "The text does not contain “%(passage)s”. Copy the passage exactly as it stands in the "
            "text."
        )
        % {"passage": passage}
        for passage in strange
    ]


def _require_valid_body(html: str, response: CannedResponse | None) -> str:
    """Return *html* cleaned, or raise ``ValidationError``.

    A body that was not touched stays to the letter, whatever has been on the list of markup since.
    """
    stored = response.current.body if response and response.current else ""
    is_same = _with_even_lines(html) == _with_even_lines(stored)
    body = stored if is_same else clean_reply_html(html)
    if not html_to_text(body).strip():
        raise ValidationError(_("Write the text of the canned response."))
    if len(body) > settings.MAX_BODY_CHARACTERS:
        raise ValidationError(
            _("The text has %(count)d characters, %(most)d are allowed. Shorten it.")
            % {"count": len(body), "most": settings.MAX_BODY_CHARACTERS}
        )
    faults = parser.check(body)
    if faults:
        raise ValidationError([_in_place(fault) for fault in faults])
    return body


def _with_even_lines(text: str) -> str:
    """Return *text* with its line ends as a form posts them."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def is_shortcut_taken(
    text: ResponseText, response: CannedResponse | None, actor: User | None
) -> bool:
    """Tell whether another canned response has it: one's own personal ones, or those of all."""
    if not text.shortcut:
        return False
    # Asked in the words of the constraints, so that their indexes answer in a large library too.
    low = {"low": Lower(Value(text.shortcut))}
    named = CannedResponse.objects.alias(low=Lower("shortcut")).filter(~Q(shortcut=""), **low)
    others = named.exclude(pk=response.pk if response else 0)
    if text.scope != Scope.PERSONAL:
        return others.filter(~Q(scope=Scope.PERSONAL)).exists()
    owner_id = response.owner_id if response else actor and actor.pk
    return others.filter(scope=Scope.PERSONAL, owner_id=owner_id).exists()


def shortcut_taken(shortcut: str) -> str:
    """Return the error for a shortcut that another canned response has."""
    return _("Another canned response has the shortcut /%(shortcut)s. Choose a different one.") % {
        "shortcut": shortcut
    }


def _in_place(fault: PlaceholderError) -> str:
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
