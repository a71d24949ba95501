"""One entry as people read it: the text of the reply, how it fared, and the proof."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format, time_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Role
from thulium_portal.audit.actions import Action
from thulium_portal.audit.chain import GENESIS
from thulium_portal.audit.faults import Broken, RecordFault
from thulium_portal.audit.models import AuditContent, AuditEntry, ReviewRow, VerificationState
from thulium_portal.audit.review_index import REPLY
from thulium_portal.audit.verification import fault_of
from thulium_portal.lib.diff import Piece, diff
from thulium_portal.lib.html.plain_text import html_to_text
from thulium_portal.lib.times import clock
from thulium_portal.replies.labels import why
from thulium_portal.review import questions, scope
from thulium_portal.review.labels import FIELDS, UNNAMED, StateBadge, denial, outcome, ways

MOST_STEPS = 200
_LONGEST_UNDO = timedelta(minutes=10)
"""What UNDO_SECONDS may be at most."""


@dataclass(frozen=True)
class File:
    """An attachment by name and SHA-256."""

    name: str
    sha256: str


@dataclass(frozen=True)
class EntryView:
    """An entry with its record parsed and its texts at hand."""

    entry: AuditEntry
    record: dict[str, Any]
    texts: dict[str, str]

    @property
    def facts(self) -> dict[str, Any]:
        """The facts the chain holds."""
        facts: dict[str, Any] = self.record["facts"]
        return facts

    @property
    def label(self) -> str:
        """What happened, in words."""
        known = self.entry.action in Action.values
        return str(Action(self.entry.action).label) if known else self.entry.action

    @property
    def who(self) -> str:
        """Who did it: a person's name, the portal, or the command line."""
        if self.entry.actor:
            return self.entry.actor.get_full_name()
        return str(UNNAMED.get(self.record["actor"]["kind"], ""))

    @property
    def role(self) -> str | Promise:
        """The role the person had then, empty for no person."""
        role = str(self.record["actor"]["role"])
        return _role(role)

    @property
    def outcome(self) -> StateBadge | None:
        """How the state this led to is shown; None where no state is involved."""
        return outcome(self.entry.state, self.entry.action) if self.entry.state else None

    @property
    def details(self) -> list[str]:
        """Further facts of the entry, a sentence each."""
        facts = self.facts
        message_id, status = facts.get("message_id"), facts.get("http_status")
        recipient = "" if "body" in self.texts else self.texts.get("recipient")
        sentences = [
            _("To %(address)s.") % {"address": recipient} if recipient else "",
            _("Message %(number)s on the ticket.") % {"number": message_id} if message_id else "",
            why(facts.get("reason") or "", self.texts.get("reason_detail", "")),
            _("Thulium's answer: %(status)s.") % {"status": status} if status else "",
            self._change(),
            self._planned(),
            self._share(),
            ways(facts),
            *questions.let_pass(facts, self.texts),
            *questions.approval(self.entry.action, facts, self.texts),
            *self._audit_details(),
            *denial(facts),
        ]
        return [sentence for sentence in sentences if sentence]

    def _change(self) -> str:
        """What something was before and is now, where the entry holds both."""
        if not {"before", "after"} <= self.facts.keys():
            return ""
        values = [str(self.facts[name] or "–") for name in ("before", "after")]
        return " → ".join(str(_role(value)) for value in values)

    def _planned(self) -> str:
        """For when it was planned; the time to undo a reply is no plan."""
        at = parse_datetime(str(self.facts.get("not_before") or ""))
        if at is None or at - self.entry.at <= _LONGEST_UNDO:
            is_at_once = at is not None and self.entry.action == Action.REPLY_SCHEDULED
            return _("To be sent at once.") if is_at_once else ""
        local = timezone.localtime(at)
        day, time = date_format(local, "DATE_FORMAT"), time_format(local, "G:i")
        return _("Planned for %(day)s, %(time)s") % {"day": day, "time": time} + "."

    def _share(self) -> str:
        """How far the reply went from its canned response, where this entry says so."""
        if self.entry.action != Action.REPLY_COMPARED:
            return ""
        percent = self.facts.get("changed_percent")
        if percent is None:
            return _("Not compared: the texts are too long or repeat themselves too often.")
        return _("%(percent)s %% changed") % {"percent": percent}

    def _audit_details(self) -> list[str]:
        facts = self.facts
        if self.entry.action == Action.AUDIT_VIEWED:
            return [_("Entry %(number)s.") % {"number": self.entry.subject_id}]
        if self.entry.action == Action.AUDIT_EXPORTED:
            if facts.get("table") == "evidence":
                return [_("Evidence package.")]
            return [_("File format: %(format)s.") % {"format": str(facts.get("format")).upper()}]
        if self.entry.action in (Action.CONTENT_ERASED, Action.DATA_PRUNED):
            return [self._erased_details()]
        return [self._check_details()]

    def _check_details(self) -> str:
        """What a check or a rebuilding of the list came to; empty for any other entry."""
        if self.entry.action == Action.REVIEW_REBUILT:
            mended = self.facts.get("mended") or 0
            return _("Lines and words put right: %(count)d.") % {"count": mended}
        if self.entry.action != Action.AUDIT_VERIFIED:
            return ""
        is_intact = self.facts.get("holds")
        return _("The record was intact.") if is_intact else _("The record was not intact.")

    def _erased_details(self) -> str:
        counts = {name: self.facts.get(name) or 0 for name in ("texts", "replies", "files")}
        return _("Texts in the record: %(texts)d, replies: %(replies)d, files: %(files)d.") % counts

    @property
    def text(self) -> str | None:
        """The text written, None where it was erased (or there was none)."""
        if "body_text" in self.texts:
            return self.texts["body_text"]
        return html_to_text(self.texts["body"]) if "body" in self.texts else None

    @property
    def labelled_texts(self) -> list[tuple[str, str]]:
        """Every text kept with the entry, with its heading; for subjects that are no replies."""
        return [
            (str(FIELDS.get(name, name)), html_to_text(text) if name == "body" else text)
            for name, text in sorted(self.texts.items())
            if text
        ]

    @property
    def erased(self) -> bool:
        """Whether texts of this entry have been taken out of the record."""
        return len(self.texts) < len(self.record["commit"])

    @property
    def erasure(self) -> "EntryView | None":
        """The entry that records who erased its texts, and when; None where all are there."""
        return _erasure_of(self.entry.sequence) if self.erased else None


MOST_NEIGHBOURS = 3


@dataclass
class Story:
    """Everything the page of one entry shows."""

    view: EntryView
    steps: list[EntryView] = field(default_factory=list)
    before: AuditEntry | None = None
    after: int | None = None
    problem: RecordFault | None = None
    reader: User | None = None

    @cached_property
    def opening(self) -> EntryView | None:
        """The entry that holds a reply's text, the newest if there are several."""
        if self.view.entry.subject_kind != REPLY:
            return None
        return next(
            (step for step in reversed(self.steps) if "body" in step.record["commit"]), None
        )

    @cached_property
    def written(self) -> EntryView | None:
        """The entry of its author that holds a reply's text: who approves it may write another."""
        by_author = (step for step in self.steps if step.entry.action != Action.REPLY_APPROVED)
        if self.opening is None or self.opening.entry.action != Action.REPLY_APPROVED:
            return self.opening
        return next((step for step in by_author if "body" in step.record["commit"]), self.opening)

    @cached_property
    def approver_difference(self) -> list[Piece] | None:
        """What who approved it changed of its author's text; empty where that is not known."""
        before, after = self.written, self.opening
        if before is after or before is None or after is None:
            return []
        return diff(before.text, after.text) if before.text and after.text else []

    @property
    def state(self) -> str:
        """The last state the record knows of the subject."""
        return next((step.entry.state for step in reversed(self.steps) if step.entry.state), "")

    @property
    def outcome(self) -> StateBadge | None:
        """How that state is shown."""
        return next((step.outcome for step in reversed(self.steps) if step.outcome), None)

    @property
    def was_sent(self) -> bool:
        """Whether the text is known to have reached Thulium."""
        return self.state in {"sent", "confirmed"}

    @property
    def recipient(self) -> str:
        """The customer's address as last read before sending; empty where not told, or erased."""
        told = (step.texts.get("recipient") for step in reversed(self.steps))
        return next(filter(None, told), "")

    @property
    def message_id(self) -> int | None:
        """Thulium's number for the reply, where the ticket has shown it."""
        numbers = (step.facts.get("message_id") for step in reversed(self.steps))
        return next(filter(None, numbers), None)

    @cached_property
    def files(self) -> list[File]:
        """The attachments; names that have been erased stay empty."""
        if self.opening is None:
            return []
        hashes = self.opening.facts.get("attachments") or []
        names = self.opening.texts.get("file_names", "").split("\n")
        names += [""] * len(hashes)
        return [File(name, sha256) for name, sha256 in zip(names, hashes, strict=False)]

    @property
    def changed_percent(self) -> int | None:
        """The recorded share of words changed; None where it is not known (yet)."""
        shares = (step.facts.get("changed_percent") for step in reversed(self.steps))
        return next((share for share in shares if share is not None), None)

    @cached_property
    def difference(self) -> list[Piece] | None:
        """What was changed against the canned response; None where that is too much to compare.

        Empty where it did not start from one, or one of the two is gone.
        """
        opening = self.opening
        if opening is None or opening.text is None or "canned_text" not in opening.texts:
            return []
        return diff(html_to_text(opening.texts["canned_text"]), opening.text)

    @cached_property
    def neighbours(self) -> list[ReviewRow]:
        """The replies to the same ticket nearest before and after this one, the newest first."""
        ticket, opening = self.view.entry.ticket_id, self.opening
        if ticket is None:
            return []
        here = (opening or self.view).entry.sequence
        others = scope.lines(self.reader).filter(ticket_id=ticket).select_related("actor")
        later = others.filter(opened_sequence__gt=here).order_by("opened_sequence")
        earlier = others.filter(opened_sequence__lt=here).order_by("-opened_sequence")
        return [*reversed(later[:MOST_NEIGHBOURS]), *earlier[:MOST_NEIGHBOURS]]

    @property
    def problem_sentence(self) -> str:
        """What is wrong with the entry, empty if it holds."""
        sequence = self.view.entry.sequence
        return str(self.problem.label) % {"number": sequence} if self.problem else ""

    @property
    def pretty_record(self) -> str:
        """The record as stored, spread over lines for reading."""
        return json.dumps(self.view.record, ensure_ascii=False, indent=2, sort_keys=True)


def story_of(entry: AuditEntry, reader: User | None = None) -> Story:
    """Gather everything that the page of *entry* shows to *reader*."""
    before = AuditEntry.objects.filter(sequence=entry.sequence - 1).first()
    after = AuditEntry.objects.filter(sequence=entry.sequence + 1)
    contents = list(entry.contents.all())
    view = _entry_view(entry, contents)
    return Story(
        view=view,
        steps=_steps(entry) if entry.subject_kind == REPLY else [view],
        before=before,
        after=after.values_list("sequence", flat=True).first(),
        problem=fault_of(entry, contents, before.hash if before else GENESIS),
        reader=reader,
    )


def entry_views(entries: Iterable[AuditEntry]) -> list[EntryView]:
    """Return *entries* with their records parsed, without their texts."""
    return [_entry_view(entry, []) for entry in entries]


def fault_sentences(faults: Mapping[int, RecordFault]) -> dict[int, str]:
    """Return what is wrong with what a page lists, in words, by entry."""
    return {sequence: str(Broken(sequence, fault)) for sequence, fault in faults.items()}


def _steps(entry: AuditEntry) -> list[EntryView]:
    same = AuditEntry.objects.filter(subject_kind=entry.subject_kind, subject_id=entry.subject_id)
    entries = same.select_related("actor").prefetch_related("contents").order_by("sequence")
    return [_entry_view(step, list(step.contents.all())) for step in entries[:MOST_STEPS]]


def _entry_view(entry: AuditEntry, contents: list[AuditContent]) -> EntryView:
    try:
        record = json.loads(entry.record)
        # A record that was tampered with fails here, where it is expected, and not in a template.
        {**record["actor"], **record["facts"], **record["commit"]}
    except (ValueError, KeyError, TypeError):
        record = {"actor": {"kind": "", "role": ""}, "facts": {}, "commit": {}}
    return EntryView(entry, record, {content.field: content.data for content in contents})


def _erasure_of(sequence: int) -> EntryView | None:
    """Return the erasure that names entry *sequence* among those it took the texts from."""
    # The list is part of the record's JSON, which no index knows: text narrows, parsing decides.
    listed = [f"[{sequence},", f",{sequence},", f",{sequence}]", f"[{sequence}]"]
    named = Q()
    for place in listed:
        named |= Q(record__contains=place)
    erasures = AuditEntry.objects.filter(named, action=Action.CONTENT_ERASED, pk__gt=sequence)
    for entry in erasures.select_related("actor"):
        view = _entry_view(entry, [])
        if sequence in (view.facts.get("sequences") or []):
            return view
    return None


def _role(code: str) -> str | Promise:
    return Role(code).label if code in Role.values else code


@dataclass(frozen=True)
class Standing:
    """The result of the newest check of the whole record."""

    holds: bool
    entries: int
    at: datetime
    sentence: str
    newest_at: datetime | None = None
    """When what came after that check was last found in order; None where nothing was looked at."""

    @property
    def newest_until(self) -> str:
        """That time in words, without the day where it is today; empty for none."""
        return clock(self.newest_at)


def standing() -> Standing | None:
    """Return how the record stood when all of it was last checked; None if it never was.

    What came since is checked on its own, which says nothing about what was there before.
    """
    entry = AuditEntry.objects.filter(action=Action.AUDIT_VERIFIED).first()
    if entry is None:
        return None
    facts = _entry_view(entry, []).facts
    problem = facts.get("problem")
    sentence = RecordFault(problem).label if problem in RecordFault.values else ""
    kept = VerificationState.objects.filter(kind=VerificationState.Kind.RECENT)
    # The check of everything keeps its own end as well, an instant after its entry.
    recent = kept.filter(at__gt=entry.at, sequence__gt=facts.get("head") or 0).first()
    return Standing(
        holds=bool(facts.get("holds")),
        entries=facts.get("entries", 0),
        at=entry.at,
        newest_at=recent.at if recent else None,
        sentence=str(sentence) % {"number": facts.get("broken")} if sentence else "",
    )
