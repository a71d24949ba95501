"""What reviewers do: look, search and export (each recorded), and keep views of their own."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, Q, QuerySet, When
from django.utils import timezone
from django.utils.crypto import salted_hmac

from thulium_portal.accounts.models import User
from thulium_portal.accounts.pace import limits
from thulium_portal.audit.actions import Action
from thulium_portal.audit.chain import canonical
from thulium_portal.audit.models import AuditEntry, ReviewRow
from thulium_portal.audit.services import Fact, Subject, record
from thulium_portal.replies.states import State
from thulium_portal.review.models import SavedView

MOST_SAVED_VIEWS = 30
MOST_SHARED_VIEWS = 10
"""Views of one person that others are offered."""
MOST_SHOWN_VIEWS = 60
"""One's own, and as many of what colleagues share as there is room for."""
ONE_VIEWING = timedelta(minutes=5)
"""Opening the same entry again within this time is one viewing."""


def discarded_drafts(rows: Iterable[ReviewRow]) -> set[int]:
    """Return which of *rows*, by the entry that began them, are drafts that nobody ever sent."""
    keys = [row.opened_sequence for row in rows if row.state == State.CANCELLED]
    found = AuditEntry.objects.filter(pk__in=keys, action=Action.DRAFT_DISCARDED)
    return set(found.values_list("pk", flat=True)) if keys else set()


def record_viewing(entry: AuditEntry, *, actor: User) -> None:
    """Record that *actor* opened *entry*, once in five minutes."""
    subject = Subject("audit", str(entry.sequence))
    if _is_recorded_lately(subject, Action.AUDIT_VIEWED, actor):
        return
    with transaction.atomic():
        record(Action.AUDIT_VIEWED, actor=actor, subject=subject, ticket_id=entry.ticket_id)


def record_search(table: str, filters: Mapping[str, Any], *, actor: User) -> None:
    """Record that *actor* looked for something, the same once in five minutes.

    Words may be a customer's name, so they are kept as erasable text, and compared by a keyed
    digest: without the key nobody can try out names against it. Raises ``TooFast`` for too many
    searches within a minute.
    """
    limits.count(limits.SEARCHES, actor)
    facts, content = _recorded(table, filters)
    subject = Subject("search", _keyed_digest(canonical({"facts": facts, "content": content})))
    if not _is_recorded_lately(subject, Action.AUDIT_SEARCHED, actor):
        with transaction.atomic():
            record(
                Action.AUDIT_SEARCHED,
                actor=actor,
                subject=subject,
                ticket_id=filters.get("ticket"),
                facts=facts,
                content=content,
            )


def record_export(
    kind: str, table: str, filters: Mapping[str, Any], *, actor: User | None
) -> AuditEntry:
    """Record that *table*, narrowed by *filters*, is about to be exported; returns the entry.

    Words searched for may be a customer's name, so they are kept as erasable text.
    """
    facts, content = _recorded(table, filters)
    with transaction.atomic():
        return record(
            Action.AUDIT_EXPORTED,
            actor=actor,
            ticket_id=filters.get("ticket"),
            facts={**facts, "format": str(kind)},
            content=content,
        )


class TooManyShared(ValueError):
    """One person's shared views would crowd out everybody else's."""


def save_view(name: str, query: str, *, is_shared: bool = False, actor: User) -> SavedView:
    """Keep *query* for *actor* by *name*; a view that has the name already shows it from now on.

    One that *is_shared* is offered to colleagues as well.

    Raises ``ValueError`` where they keep as many as they may, :class:`TooManyShared` where they
    share as many.
    """
    others = SavedView.objects.filter(person=actor).exclude(name=name)
    if others.count() >= MOST_SAVED_VIEWS:
        raise ValueError("too many saved views")
    if is_shared and others.filter(is_shared=True).count() >= MOST_SHARED_VIEWS:
        raise TooManyShared
    view, _is_new = SavedView.objects.update_or_create(
        person=actor, name=name, defaults={"query": query, "is_shared": is_shared}
    )
    return view


def views_of(reader: User) -> QuerySet[SavedView]:
    """Return the views *reader* saved, then those that colleagues share.

    Who works in some queues only gets none of others': their filters may name customers.
    """
    mine = Q(person=reader)
    shared = Q(is_shared=True, person__is_active=True)
    seen = mine if reader.narrowed_to is not None else mine | shared
    views = SavedView.objects.filter(seen).select_related("person")
    return views.order_by(Case(When(mine, then=0), default=1), "name", "id")[:MOST_SHOWN_VIEWS]


def forget_view(pk: int, *, actor: User) -> None:
    """Forget a view that *actor* has saved; anybody else's stays."""
    SavedView.objects.filter(pk=pk, person=actor).delete()


def erase_views(pks: Iterable[int]) -> int:
    """Forget saved views that look for an erased customer; return how many there were."""
    return SavedView.objects.filter(pk__in=list(pks)).delete()[0]


def _recorded(table: str, filters: Mapping[str, Any]) -> tuple[dict[str, Fact], dict[str, str]]:
    """Return the filters of a list for the record: facts, and words as erasable content."""
    person = filters.get("person")
    names = ("state", "since", "until", "login", "canned", "version", "changed", "hour")
    facts: dict[str, Fact] = {name: str(filters[name]) for name in names if name in filters}
    facts |= {"table": table, "person": person.pk if person else None}
    content = {"query": filters.get("q"), "customer": filters.get("customer")}
    return facts, {name: str(words) for name, words in content.items() if words}


def _keyed_digest(text: str) -> str:
    return salted_hmac("audit.search", text, algorithm="sha256").hexdigest()[:40]


def _is_recorded_lately(subject: Subject, action: Action, actor: User) -> bool:
    return AuditEntry.objects.filter(
        subject_kind=subject.kind,
        subject_id=subject.id,
        action=action,
        actor=actor,
        at__gt=timezone.now() - ONE_VIEWING,
    ).exists()
