"""What people do with the texts around replies; and the one way a signature gets below a text."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.audit.actions import Action
from thulium_portal.audit.services import Fact, Subject, record
from thulium_portal.canned.placeholders.values import placeholder_values as known_values
from thulium_portal.lib.html.plain_text import html_to_text
from thulium_portal.signatures import choice, lines
from thulium_portal.signatures.choice import Choice
from thulium_portal.signatures.models import TAKEN, TOO_MANY, StandingText
from thulium_portal.tickets.snapshot import Snapshot

Kind = StandingText.Kind
MOST = 500
"""So many texts one person, or the office, may keep."""


@dataclass(frozen=True)
class Wording:
    """What its author says of a text around replies; its body is safe HTML."""

    kind: str
    body: str
    language: str = ""
    queue_id: int | None = None
    queue_name: str = ""


# In replies


def signed(body: str, body_type: str, signature: str, *, snapshot: Snapshot, user: User) -> str:
    """Return *body* as it leaves: with the chosen *signature* below it, once.

    *signature* is what a form names (an id, ``own``); ``none``, nothing and what is not offered
    leave the text as it is, and so does a text that has the signature already.
    """
    return _signed(body, body_type, signature, choice.Texts(snapshot, user))


def begun_and_signed(
    body: str, body_type: str, signature: str, *, snapshot: Snapshot, user: User
) -> str:
    """Return *body* as :func:`signed` does, and "" where :func:`is_only_around` is true of it."""
    texts = choice.Texts(snapshot, user)
    if _is_only_around(body, body_type, texts):
        return ""
    return _signed(body, body_type, signature, texts)


def _signed(body: str, body_type: str, signature: str, texts: choice.Texts) -> str:
    if not body.strip() or not signature or signature == choice.NONE:
        return body
    found = texts.chosen(signature)
    return lines.put_below(body, body_type, found.html) if found else body


def unsigned(body: str, body_type: str, signature: str, *, snapshot: Snapshot, user: User) -> str:
    """Return *body* without the *signature* that :func:`signed` put below it, where it is there."""
    found = choice.Texts(snapshot, user).chosen(signature) if signature else None
    if not found:
        return body
    html = found.html
    below = html if body_type != lines.PLAIN else f"\n\n{html_to_text(html).strip()}"
    return body.removesuffix(below)


def without_signatures(body: str, body_type: str, *, snapshot: Snapshot, user: User) -> str:
    """Return *body* without the signature of *user* that ends it, whichever it is."""
    for one in choice.Texts(snapshot, user).offered():
        below = one.html if body_type != lines.PLAIN else f"\n\n{html_to_text(one.html).strip()}"
        if body.endswith(below):
            return body.removesuffix(below)
    return body


def signed_as_usual(body: str, snapshot: Snapshot, user: User, *, language: str) -> str:
    """Return the HTML *body*, a text of *language*, with the signature this person usually has."""
    found = choice.Texts(snapshot, user).usual(language)
    return lines.put_below(body, "HTML", found.html) if found else body


def opening_of(snapshot: Snapshot, user: User) -> str:
    """Return how a reply to the ticket usually begins, as HTML; "" where nothing is usual."""
    return choice.Texts(snapshot, user).opening()


def closing_of(snapshot: Snapshot, user: User) -> str:
    """Return how a reply to the ticket usually ends, as HTML; "" where nothing is usual.

    Also where the usual signature says it already.
    """
    return around(snapshot, user)[1]


def around(snapshot: Snapshot, user: User) -> tuple[str, str, list[Choice]]:
    """Return the usual opening and closing, and the signatures to choose from."""
    texts = choice.Texts(snapshot, user)
    closing, signatures = texts.closing(), texts.offered()
    usual = next((one.html for one in signatures if one.is_usual), "")
    is_said = bool(closing) and lines.holds(usual, "HTML", closing)
    return texts.opening(), "" if is_said else closing, signatures


def is_only_around(body: str, body_type: str, snapshot: Snapshot, user: User) -> bool:
    """Tell whether *body* says no more than the usual opening and closing: nobody wrote yet."""
    return _is_only_around(body, body_type, choice.Texts(snapshot, user))


def _is_only_around(body: str, body_type: str, texts: choice.Texts) -> bool:
    said = lines.lines_of(body, body_type)
    if not said or len(said) > _MOST_LINES:
        return False
    usual = (texts.opening(), texts.closing())
    return set(said) <= {line for html in usual for line in lines.lines_of(html, "HTML")}


def placeholder_values(snapshot: Snapshot, user: User, language: str) -> dict[str, str]:
    """Return what fills placeholders; ``my_signature`` is the usual one for this ticket."""
    found = choice.Texts(snapshot, user).usual(language)
    values = known_values(snapshot, user, language)
    return values | {"my_signature": html_to_text(found.html).strip() if found else ""}


_MOST_LINES = 20


# What is kept


def save(text: Wording, *, row: StandingText | None, whose: User | None, actor: User) -> None:
    """Store a new text around replies, or change *row*; *whose* is None for the office's.

    Raises ``ValidationError`` where there is one for the same queue and language, and
    ``PermissionDenied``.
    """
    _require_keeper(whose, actor)
    stored = row or StandingText(person=whose)
    before = None if row is None else row.body
    for name, value in vars(text).items():
        setattr(stored, name, value)
    stored.changed_by = actor
    try:
        with transaction.atomic(durable=True):
            if row is None and StandingText.objects.filter(person=whose).count() >= MOST:
                raise ValidationError(TOO_MANY)
            stored.save()
            _record(stored, actor, {"is_new": before is None}, {"body": stored.body})
    except IntegrityError as error:
        raise ValidationError(TAKEN) from error


def remove(row: StandingText, *, actor: User) -> None:
    """Delete a text around replies; what was sent with it keeps its words."""
    _require_keeper(row.person, actor)
    with transaction.atomic(durable=True):
        _record(row, actor, {"is_removed": True}, {"body": row.body})
        StandingText.objects.filter(pk=row.pk).delete()


def _require_keeper(whose: User | None, actor: User) -> None:
    right = Permission.MANAGE_SIGNATURES if whose is None else Permission.SEND_REPLIES
    if not actor.may(right) or whose not in {None, actor}:
        raise PermissionDenied


def _record(
    row: StandingText, actor: User, facts: dict[str, Fact], content: dict[str, str]
) -> None:
    record(
        Action.SIGNATURE_CHANGED,
        actor=actor,
        subject=Subject("signature", str(row.pk)),
        facts={
            "kind": str(row.kind),
            "person": row.person_id,
            "queue_id": row.queue_id,
            "language": row.language,
            **facts,
        },
        content=content,
    )
