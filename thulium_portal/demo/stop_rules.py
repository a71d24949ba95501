"""The stop rules of practice mode, made once behind its past, and a reply that waits for one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from thulium_portal.accounts.models import User
from thulium_portal.demo import story
from thulium_portal.demo.reader import read_data
from thulium_portal.demo.sent import Telling, Written, snapshot
from thulium_portal.quality.stop_rules import trial
from thulium_portal.replies.states import State
from thulium_portal.stop_rules import services
from thulium_portal.stop_rules.models import StopRule
from thulium_portal.stop_rules.services import Terms


@dataclass(frozen=True, kw_only=True)
class _Rule:
    name: str
    sentence: str
    words: tuple[str, ...] = ()
    new_for: int | None = None
    file_kinds: tuple[str, ...] = ()
    second_person: bool = False
    on: bool = False

    def terms(self) -> Terms:
        """Return it as a supervisor would set it."""
        effects = StopRule.Effect
        return Terms(
            name=self.name,
            sentence=self.sentence,
            words="\n".join(self.words),
            audience=StopRule.Audience.NEW if self.new_for else StopRule.Audience.EVERYONE,
            new_for=self.new_for,
            files=StopRule.Files.KIND if self.file_kinds else "",
            file_kinds=self.file_kinds,
            effect=effects.SECOND_PERSON if self.second_person else effects.ASK,
        )


@dataclass(frozen=True)
class _Waiting:
    rule: str
    author: str
    words: str
    note: str


@dataclass(frozen=True)
class RulesFile:
    rules: tuple[_Rule, ...]
    waiting: _Waiting


_FILE = read_data(RulesFile, "stop_rules.toml")


def load_waiting_reply(people: Mapping[str, User], told_at: datetime, at: datetime) -> None:
    """Let a reply of the story of *told_at* wait since *at* for whom a rule wants."""
    told, author = _FILE.waiting, people[_FILE.waiting.author]
    rule = StopRule.objects.get(name=told.rule)
    mine = (one for one in story.waiting(told_at) if one.login == author.agent_login)
    *_others, ticket = (one for one in mine if "Dzień dobry" in one.answer)
    head, closing, end = ticket.answer.rpartition("<p>")
    telling = Telling(
        Written(
            author=author,
            snapshot=snapshot(ticket, ticket.lines),
            body=f"{head}<p>{told.words}</p>{closing}{end}",
            leaves_at=at + timedelta(seconds=settings.UNDO_SECONDS),
            state=State.UNAPPROVED,
            values={
                "submitted_at": at,
                "approval_reasons": [rule.code],
                "approval_sentences": {rule.code: rule.sentence},
                "approval_note": told.note,
            },
        )
    )
    _at, submit = telling.submitted()
    with transaction.atomic():
        submit()
    services.note_stops([rule.code], key=telling.reply.submission_key, author=author)


def load_demo_rules(supervisor: User) -> int:
    """Store the demo rules as *supervisor*, try them and switch on what is to be on.

    Returns how many. Expects that there is none yet.
    """
    for each in _FILE.rules:
        rule = services.create(each.terms(), actor=supervisor)
        while not trial.step(rule, actor=supervisor).is_over:
            continue
        if each.on:
            services.start(rule, actor=supervisor)
    return len(_FILE.rules)
