"""Which replies are worth a look: chosen by risk, not by chance, with the reasons."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from thulium_portal.accounts.models import User
from thulium_portal.audit.models import ReviewRow
from thulium_portal.quality.models import Assessment
from thulium_portal.replies.models import Attachment, Reply
from thulium_portal.replies.states import State
from thulium_portal.review import scope
from thulium_portal.review.labels import LIGHTLY, StateBadge, outcome

LOOKING_BACK = timedelta(days=14)
MOST_LOOKED_AT = 2_000
"""Replies among which the riskiest are sought: the newest of the last days."""
NEW_FOR = timedelta(days=30)
RARE = 3
"""A kind of file seen at most so often among the last replies is unusual, unless it is common."""
COMMON_FILES = frozenset(
    {".pdf", ".png", ".jpg", ".jpeg", ".docx", ".xlsx", ".doc", ".xls", ".txt"}
)
_SENT = [State.SENT, State.CONFIRMED, State.UNKNOWN, State.NOT_FOUND]


class Risk(models.TextChoices):
    """Why a reply should be looked at."""

    UNCONFIRMED = "unconfirmed", _("Not confirmed")
    MUST_KEEP = "must_keep", _("Must-keep passage changed")
    HEAVY_EDIT = "heavy_edit", _("Canned response heavily edited")
    UNUSUAL_FILE = "unusual_file", _("Unusual file")
    NEW_PERSON = "new_person", _("New person")
    SCRATCH = "scratch", _("Written from scratch")


WEIGHTS = {
    Risk.UNCONFIRMED: 50,
    Risk.MUST_KEEP: 40,
    Risk.HEAVY_EDIT: 25,
    Risk.UNUSUAL_FILE: 25,
    Risk.NEW_PERSON: 20,
    Risk.SCRATCH: 10,
}


@dataclass(frozen=True)
class Candidate:
    """A reply that waits to be looked at, with every reason."""

    row: ReviewRow
    risks: tuple[Risk, ...]

    @property
    def score(self) -> int:
        return sum(WEIGHTS[risk] for risk in self.risks)

    @property
    def outcome(self) -> StateBadge:
        """How its state is shown."""
        return outcome(self.row.state)


def queue(viewer: User) -> list[Candidate]:
    """Return others' recent replies that nobody has looked at, the riskiest first, then the newest.

    A reply without any risk is not among them.
    """
    since = timezone.now() - LOOKING_BACK
    rows = (
        scope.lines(viewer)
        .filter(opened_at__gte=since, state__in=_SENT)
        .exclude(actor=viewer)
        .select_related("actor")[:MOST_LOOKED_AT]
    )
    assessed = Assessment.objects.filter(reply__submitted_at__gte=since)
    done = {str(uuid) for uuid in assessed.values_list("reply__uuid", flat=True)}
    signs = _Signs.since(since)
    waiting = [
        Candidate(row, risks)
        for row in rows
        if row.subject_id not in done and (risks := _risks(row, signs))
    ]
    return sorted(waiting, key=lambda found: (-found.score, -found.row.opened_sequence))


def risks_of(reply: Reply) -> tuple[Risk, ...]:
    """Return the risks of one reply; none where the record has no line for it."""
    row = ReviewRow.objects.select_related("actor").filter(subject_id=str(reply.uuid)).first()
    if row is None:
        return ()
    return _risks(row, _Signs.since(timezone.now() - LOOKING_BACK))


@dataclass(frozen=True)
class _Signs:
    """What the record's lines do not tell, by the uuids of the replies."""

    odd_file: frozenset[str]
    passage_changed: frozenset[str]

    @classmethod
    def since(cls, moment: datetime) -> "_Signs":
        changed = Reply.objects.filter(submitted_at__gte=moment).exclude(keep_reason="")
        # In the order of the index that holds these few; by number, every reply would be read.
        uuids = changed.order_by("submitted_at").values_list("uuid", flat=True)
        return cls(_with_odd_file(moment), frozenset(map(str, uuids)))


def _risks(row: ReviewRow, signs: _Signs) -> tuple[Risk, ...]:
    joined = row.actor.date_joined if row.actor else None
    found = {
        Risk.UNCONFIRMED: row.state in (State.UNKNOWN, State.NOT_FOUND),
        Risk.MUST_KEEP: row.subject_id in signs.passage_changed,
        Risk.HEAVY_EDIT: (row.changed_percent or 0) > LIGHTLY,
        Risk.UNUSUAL_FILE: row.subject_id in signs.odd_file,
        Risk.NEW_PERSON: joined is not None and row.opened_at - joined < NEW_FOR,
        Risk.SCRATCH: row.canned_id is None,
    }
    return tuple(risk for risk, is_there in found.items() if is_there)


def _with_odd_file(since: datetime) -> frozenset[str]:
    """Return which replies carry a kind of file that hardly any reply carries."""
    files = Attachment.objects.filter(reply__submitted_at__gte=since)
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for uuid, name in files.values_list("reply__uuid", "name"):
        kinds[str(uuid)].add(PurePath(name).suffix.lower())
    seen = Counter(kind for of_reply in kinds.values() for kind in of_reply)
    rare = {kind for kind, times in seen.items() if times <= RARE} - COMMON_FILES
    return frozenset(uuid for uuid, of_reply in kinds.items() if of_reply & rare)
