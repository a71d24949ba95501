"""What every page says of sending, when there is something to say."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db.models import Count, Window
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.lib.times import clock
from thulium_portal.replies import labels
from thulium_portal.replies.decisions import approval
from thulium_portal.replies.delivery import circuit_breaker
from thulium_portal.replies.models import Reply, ThuliumConnection
from thulium_portal.replies.states import State
from thulium_portal.replies.views.support import UNDO_UNTIL


@dataclass(frozen=True)
class Banner:
    """A calm word on top of the page; ``kind`` is its ``data-line`` name."""

    kind: str
    title: str
    text: str


def line_banner(request: HttpRequest) -> dict[str, object]:
    """Return the banner about sending, or None where all is well; asked where a page shows it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"line_banner": None}
    return {"line_banner": SimpleLazyObject(lambda: banner(circuit_breaker.status()))}


@dataclass(frozen=True)
class UndoBar:
    """The reply that leaves last of those a person can still undo, and how many ``others``."""

    reply: Reply
    others: int
    now: datetime

    @property
    def customer(self) -> str:
        """Whom it goes to: their name, else their address; empty where neither is known."""
        return self.reply.customer_name or self.reply.customer_email

    @property
    def seconds_left(self) -> int:
        """So many seconds until it leaves."""
        leaves = self.reply.not_before or self.now
        return round((leaves - self.now).total_seconds())


def undo_bar(request: HttpRequest) -> dict[str, object]:
    """Return what can be undone from any page, or None; asked where a page shows it.

    The database is asked only as long as this session knows of a reply within its undo time.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"undo_bar": None}
    # A request refused early, as for a wrong form token, may have no session yet.
    session = getattr(request, "session", {})
    if session.get(UNDO_UNTIL, 0) < timezone.now().timestamp():
        return {"undo_bar": None}
    return {"undo_bar": SimpleLazyObject(lambda: _undo_bar(user))}


def _undo_bar(person: User) -> UndoBar | None:
    """Return the newest reply within its undo time; planned ones and new tries are not meant."""
    now = timezone.now()
    rows = Reply.objects.filter(author=person, state=State.PENDING, not_before__gt=now)
    rows = rows.filter(scheduled=False, attempts=0).annotate(total=Window(Count("pk")))
    fields = ("uuid", "ticket_id", "customer_name", "customer_email", "not_before")
    reply = rows.only(*fields).order_by("-submitted_at").first()
    others = reply.total - 1 if reply else 0  # type: ignore[attr-defined]
    return UndoBar(reply, others, now) if reply else None


def to_approve(request: HttpRequest) -> dict[str, object]:
    """Return how many replies wait for this person's approval; asked where a page shows it."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.may(Permission.APPROVE_REPLIES):
        return {"to_approve": 0}
    # A plain number once it is asked for: Polish plurals reckon with it, lazy objects do not.
    return {"to_approve": cache(lambda: approval.waiting_for(user).count())}


def banner(known: ThuliumConnection) -> Banner | None:
    """Choose what to say of the connection as it is known."""
    if known.held_since is not None:
        return Banner("held", _("All sending is on hold"), labels.hold_sentence(known.held_reason))
    if known.down_since is not None:
        calm = _(
            "You can write and send as usual; everything will be sent automatically afterwards."
        )
        since = _("Since %(time)s.") % {"time": clock(known.down_since)}
        return Banner(
            "down",
            _("Replies are waiting for Thulium"),
            f"{labels.line_sentence(known.reason)} {since} {calm}",
        )
    if known.pause_until is not None and known.pause_until > timezone.now():
        text = _("Sending resumes automatically at %(time)s. You can write and send as usual.")
        return Banner(
            "paused",
            _("Thulium asked for a short pause"),
            text % {"time": clock(known.pause_until)},
        )
    return _overdue(known)


def _overdue(known: ThuliumConnection) -> Banner | None:
    """Say so where replies are due and no worker has been seen; asks only when none was."""
    if circuit_breaker.worker_is_alive(known):
        return None
    late = timezone.now() - circuit_breaker.WORKER_GONE
    if not Reply.objects.filter(state=State.PENDING, not_before__lt=late).exists():
        return None
    return Banner(
        "no_worker",
        _("Replies are waiting on the portal"),
        _("The part of the portal that sends is not running. Tell your administrator."),
    )
