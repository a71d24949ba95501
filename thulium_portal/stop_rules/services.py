"""Writes of stop rules: made, changed, tried, switched on and off; never deleted."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.audit.actions import Action
from thulium_portal.audit.services import Fact, Subject, record
from thulium_portal.lib.forms import parse_id
from thulium_portal.stop_rules.breadth import is_broad
from thulium_portal.stop_rules.models import RULE, RuleStop, StopRule
from thulium_portal.stop_rules.phrases import phrases_in


@dataclass(frozen=True)
class Terms:
    """What a person sets of a rule."""

    name: str
    sentence: str
    effect: str = StopRule.Effect.ASK
    words: str = ""
    queues: Mapping[str, str] = field(default_factory=dict)
    audience: str = StopRule.Audience.EVERYONE
    people: Sequence[int] = ()
    new_for: int | None = None
    new_unit: str = StopRule.Unit.DAYS
    files: str = ""
    larger_than_mb: int | None = None
    file_kinds: Sequence[str] = ()
    timing: str = ""

    def columns(self) -> dict[str, Any]:
        """Return the columns of a rule that hold them."""
        return asdict(self) | {
            "queues": dict(self.queues),
            "people": sorted(self.people),
            "file_kinds": sorted(self.file_kinds),
        }


class NotTried(Exception):
    """The rule has not been tried as it is now."""


class TooBroad(Exception):
    """The rule would stop nearly everything, and nobody has said that this is meant."""


class ChangedMeanwhile(Exception):
    """Somebody else changed the rule since its page was opened."""


def may_manage(actor: User) -> bool:
    """Tell whether *actor* may make, change and switch stop rules."""
    return actor.may(Permission.MANAGE_STOP_RULES)


def create(terms: Terms, *, actor: User) -> StopRule:
    """Store a new rule, switched off until it was tried.

    Raises ``PermissionDenied``, and :class:`phrases.BadLine` for words that cannot be found.
    """
    _require_manager(actor)
    phrases_in(terms.words)
    with transaction.atomic(durable=True):
        rule = StopRule.objects.create(
            **terms.columns(), created_by=actor, changed_by=actor, changed_at=timezone.now()
        )
        _record(Action.STOP_RULE_CREATED, rule, actor, {}, _told(rule))
    return rule


def change(rule: StopRule, terms: Terms, *, actor: User, seen: int | None = None) -> StopRule:
    """Store what is different now; a rule that stops other replies than before is switched off.

    *seen* is when its page had it changed last, in milliseconds; raises :class:`ChangedMeanwhile`
    where that is no longer so, ``PermissionDenied``, and :class:`phrases.BadLine`.
    """
    _require_manager(actor)
    phrases_in(terms.words)
    with transaction.atomic(durable=True):
        rule = StopRule.objects.select_for_update().get(pk=rule.pk)
        if seen is not None and seen != stamp(rule):
            raise ChangedMeanwhile
        before, columns = _told(rule), terms.columns()
        changed = [name for name, value in columns.items() if getattr(rule, name) != value]
        if not changed:
            return rule
        was_active = rule.is_active
        for name in changed:
            setattr(rule, name, columns[name])
        if not set(changed).isdisjoint(StopRule.CONDITIONS):
            rule.version, rule.trial, rule.is_active = rule.version + 1, {}, False
        rule.changed_by, rule.changed_at = actor, timezone.now()
        rule.save()
        after = _told(rule)
        told = {name: text for name, text in after.items() if text != before.get(name)}
        told |= {f"{name}_before": text for name, text in before.items() if name in told}
        told |= {f"{name}_before": text for name, text in before.items() if name not in after}
        told |= {"title": rule.name}
        facts: dict[str, Fact] = {"changed": sorted(changed)}
        _record(Action.STOP_RULE_CHANGED, rule, actor, facts, told)
        if was_active and not rule.is_active:
            because: dict[str, Fact] = {"since_changed": True}
            _record(Action.STOP_RULE_STOPPED, rule, actor, because, {"title": rule.name})
    return rule


def stamp(rule: StopRule) -> int:
    """Return when *rule* was changed last, in milliseconds, for its page to come back with."""
    return int(rule.changed_at.timestamp() * 1000)


def keep_trial(rule: StopRule, trial: Mapping[str, Any], *, actor: User) -> bool:
    """Store how far *rule* was tried as it is at its version; False where it changed meanwhile."""
    _require_manager(actor)
    rows = StopRule.objects.filter(pk=rule.pk, version=rule.version)
    rule.trial = dict(trial)
    return bool(rows.update(trial=rule.trial))


def start(rule: StopRule, *, actor: User, is_meant: bool = False) -> None:
    """Switch *rule* on, once it was tried; repeating it changes nothing.

    Raises :class:`NotTried`, and :class:`TooBroad` where it would stop nearly everything and
    *is_meant* does not say so.
    """
    _require_manager(actor)
    with transaction.atomic(durable=True):
        rule = StopRule.objects.select_for_update().get(pk=rule.pk)
        if rule.is_active:
            return
        phrases_in(rule.words)
        if not rule.trial.get("is_over"):
            raise NotTried
        if is_broad(rule) and not is_meant:
            raise TooBroad
        rule.is_active, rule.started_at = True, timezone.now()
        rule.save(update_fields=["is_active", "started_at"])
        facts: dict[str, Fact] = {
            "tried": rule.trial.get("tried", 0),
            "would_have_stopped": rule.trial.get("stopped", 0),
            "despite_warning": is_broad(rule),
        }
        _record(Action.STOP_RULE_STARTED, rule, actor, facts, {"title": rule.name})


def stop(rule: StopRule, *, actor: User) -> None:
    """Switch *rule* off; repeating it changes nothing."""
    _require_manager(actor)
    with transaction.atomic(durable=True):
        if StopRule.objects.filter(pk=rule.pk, is_active=True).update(is_active=False):
            _record(Action.STOP_RULE_STOPPED, rule, actor, {}, {"title": rule.name})


def note_stops(codes: Iterable[str], *, key: uuid.UUID, author: User) -> None:
    """Remember which rules stopped the reply under the form's *key*, or were let pass by it.

    Codes that are no rule's count for nothing. Runs outside of the transaction that stores the
    reply: what was stopped is not stored.
    """
    numbers = {parse_id(code.removeprefix(RULE)) for code in codes if code.startswith(RULE)}
    if numbers:
        found = StopRule.objects.filter(pk__in=[pk for pk in numbers if pk is not None])
        rows = [RuleStop(rule=rule, submission_key=key, author=author) for rule in found.only("pk")]
        RuleStop.objects.bulk_create(rows, ignore_conflicts=True)


def _require_manager(actor: User) -> None:
    if not may_manage(actor):
        raise PermissionDenied


def _told(rule: StopRule) -> dict[str, str]:
    """Return what a rule says that somebody typed: it may name a customer, so it can be erased."""
    told = {
        "title": rule.name,
        "sentence": rule.sentence,
        "words": rule.words,
        "queues": ", ".join(rule.queues.values()),
    }
    return {name: text for name, text in told.items() if text}


def _record(
    action: Action,
    rule: StopRule,
    actor: User,
    facts: Mapping[str, Fact],
    content: Mapping[str, str],
) -> None:
    """Record *action*, with all of the rule that is no text of anybody's."""
    record(
        action,
        actor=actor,
        subject=Subject("stop_rule", str(rule.pk)),
        facts={
            "version": rule.version,
            "effect": str(rule.effect),
            "audience": str(rule.audience),
            "people": list(rule.people),
            "new_for": rule.new_for,
            "new_unit": str(rule.new_unit),
            "queue_ids": sorted(rule.queues),
            "files": str(rule.files),
            "larger_than_mb": rule.larger_than_mb,
            "file_kinds": list(rule.file_kinds),
            "timing": str(rule.timing),
            **facts,
        },
        content=content,
    )
