"""What people are told: states, reasons and problems, claiming no more than is known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from thulium_portal.lib.times import clock
from thulium_portal.replies import changes
from thulium_portal.replies.changes import DISCARDED, HANDED_OVER
from thulium_portal.replies.models import DeliveryAttempt, Reply
from thulium_portal.replies.planned_times import off_words
from thulium_portal.replies.states import AUTHOR_GONE, LOGIN_CHANGED, QUEUE_LEFT, State
from thulium_portal.thulium import Reason
from thulium_portal.tickets.changes import Change, Kind
from thulium_portal.tickets.snapshot import local_time


@dataclass(frozen=True)
class Status:
    """A reply's state for its page: a heading, a sentence, and the tone of its colour."""

    title: str
    text: str = ""
    tone: str = "info"


REASONS = {
    "customer_wrote": gettext_lazy("The customer wrote again before the reply was sent."),
    "wrote_again": gettext_lazy("The customer has written again, so the ticket was left as it is."),
    "colleague_replied": gettext_lazy(
        "A colleague answered this ticket before the reply was sent."
    ),
    "recalled": gettext_lazy("A canned response in its text was recalled:"),
    "not_ready": gettext_lazy("It has to be corrected before it can be sent:"),
    Kind.RECIPIENT: gettext_lazy("The address the reply goes to has changed:"),
    Kind.CUSTOMER: gettext_lazy("The ticket belongs to another customer now:"),
    Kind.CLOSED: gettext_lazy("The ticket was closed before the reply was sent:"),
    Kind.MERGED: gettext_lazy("The ticket was merged into another one:"),
    Kind.MOVED: gettext_lazy("The ticket was moved to another queue:"),
    "ticket_gone": gettext_lazy("The ticket is gone: it was merged into another, or deleted."),
    "ticket_not_found": gettext_lazy("Thulium has no ticket with this number."),
    "file_missing": gettext_lazy("A file of this reply is no longer on the portal's disk:"),
    "file_refused": gettext_lazy("Thulium did not take a file of this reply:"),
    "file_cut": gettext_lazy("A file of this reply did not arrive at Thulium whole:"),
    "retries_used_up": gettext_lazy("Thulium could not be reached for a long time."),
    "crashed": gettext_lazy("Preparing this reply failed three times."),
    "sent_back": gettext_lazy("A colleague sent it back:"),
    HANDED_OVER: gettext_lazy("A colleague goes on with its text."),
    DISCARDED: gettext_lazy("It was discarded instead of being sent."),
    "restored": gettext_lazy("The portal's data was restored from a backup."),
    AUTHOR_GONE: gettext_lazy("Its author no longer sends replies from this portal."),
    QUEUE_LEFT: gettext_lazy("Its author no longer works in the queue of this ticket."),
    LOGIN_CHANGED: gettext_lazy("Its author has another agent login since:"),
    "other_system": gettext_lazy("It was written for another Thulium, or to practise."),
    "lease_over": gettext_lazy("The sending was interrupted."),
    Reason.NO_CONNECTION: gettext_lazy("Thulium could not be reached."),
    Reason.CERTIFICATE: gettext_lazy("Thulium's certificate could not be verified."),
    Reason.WRONG_CREDENTIALS: gettext_lazy("Thulium did not accept the portal's API user."),
    Reason.NO_RIGHT: gettext_lazy("The portal's API user lacks a right in Thulium."),
    Reason.NOT_FOUND: gettext_lazy("Thulium has no such ticket or agent."),
    Reason.REFUSED: gettext_lazy("Thulium refused the reply."),
    Reason.TOO_LARGE: gettext_lazy("The reply was too large for Thulium."),
    Reason.BUSY: gettext_lazy("Thulium asked us to wait."),
    Reason.REDIRECTED: gettext_lazy("Thulium's address redirects elsewhere."),
    Reason.UNEXPECTED_ANSWER: gettext_lazy("Thulium's answer could not be understood."),
    Reason.OTHER_TICKET: gettext_lazy("Thulium answered with another ticket than was asked for."),
    Reason.SERVER_ERROR: gettext_lazy("Thulium reported an error of its own."),
    Reason.BROKEN_OFF: gettext_lazy("The connection to Thulium broke off."),
    Reason.TIMED_OUT: gettext_lazy("Thulium did not answer in time."),
    Reason.LOCAL_ERROR: gettext_lazy("The reply holds something that cannot be sent."),
    Reason.FILE_TOKEN: gettext_lazy("Thulium wants the files once more; they are uploaded again."),
}


def why(reason: str, detail: str = "") -> str:
    """Return why a reply is where it is, with Thulium's own sentence or the file's name.

    Empty where there is nothing to explain.
    """
    sentence = str(REASONS.get(reason, ""))
    if not detail and sentence.endswith(":"):
        return f"{sentence[:-1]}."
    return " ".join(part for part in (sentence, detail) if part)


def _why(reply: Reply) -> str:
    return why(reply.reason, reply.reason_detail)


def exact_clock(moment: datetime | None) -> str:
    """Return the time of day to the second while it is near, for something a person waits for."""
    if moment is None or abs(moment - timezone.now()) > timedelta(minutes=10):
        return clock(moment)
    return timezone.localtime(moment).strftime("%H:%M:%S")


def status(reply: Reply) -> Status:
    """Return the words for a reply's page."""
    return _STATUS[State(reply.state)](reply)


def _unapproved(reply: Reply) -> Status:
    text = _("Nothing is sent until a colleague has approved it. Its author can take it back.")
    is_planned = reply.scheduled and reply.not_before and reply.not_before > timezone.now()
    when = f"{_planned_for(reply.not_before)}." if is_planned and reply.not_before else ""
    since = _("Waiting for approval since %(time)s") % {"time": clock(reply.submitted_at)}
    return Status(since, " ".join(filter(None, (text, when))), tone="caution")


def _pending(reply: Reply) -> Status:
    at = exact_clock(reply.not_before)
    if reply.attempts:
        text = _("It has not been sent yet. %(reason)s The next try is at %(time)s.")
        return Status(_("On its way"), text % {"reason": _why(reply), "time": at}, tone="caution")
    if reply.scheduled and reply.not_before:
        off = off_words(timezone.localtime(reply.not_before).date())
        text = _("You can still change it.")
        return Status(_planned_for(reply.not_before), f"{off}. {text}" if off else text)
    return Status(
        _("Will be sent at %(time)s") % {"time": at},
        _("Until then you can undo it; it comes back unchanged."),
    )


def _planned_for(moment: datetime) -> str:
    local, today = timezone.localtime(moment), timezone.localdate()
    form = "MONTH_DAY_FORMAT" if local.year == today.year else "DATE_FORMAT"
    values = {"day": formats.date_format(local, form), "time": formats.time_format(local, "G:i")}
    if local.date() == today:
        return _("Planned for today, %(time)s") % values
    if local.date() == today + timedelta(days=1):
        return _("Planned for tomorrow, %(day)s, %(time)s") % values
    return _("Planned for %(day)s, %(time)s") % values


def _claimed(reply: Reply) -> Status:
    if reply.cancel_requested:
        return Status(_("Trying to stop it…"), _("The reply has not been sent yet."))
    return Status(_("Preparing to send…"), _("The reply has not been sent yet."))


def _sent(reply: Reply) -> Status:
    return Status(
        _("Handed to Thulium at %(time)s") % {"time": clock(reply.wire_end)},
        _("Thulium accepted the reply. We are looking for it on the ticket."),
        tone="good",
    )


def _confirmed(reply: Reply) -> Status:
    return Status(
        _("Confirmed on the ticket, message %(number)s") % {"number": reply.matched_message_id},
        _("We read the ticket and the reply is there."),
        tone="good",
    )


def _unknown(reply: Reply) -> Status:
    text = _(
        "We do not know whether the reply was sent, so we are reading the ticket to find out "
        "(check %(number)d, the next at %(time)s). Do not send it again."
    )
    values = {"number": reply.checks + 1, "time": exact_clock(reply.next_check_at)}
    return Status(_("Not confirmed yet"), text % values, tone="caution")


def _not_found(reply: Reply) -> Status:
    text = _(
        "We read the ticket %(number)d times, last at %(time)s, and the reply is not there. "
        "Look at the ticket, then send it again or mark it as arrived."
    )
    last = reply.ticket_reads.last()
    values = {"number": reply.valid_checks, "time": clock(last.at if last else reply.wire_end)}
    return Status(_("Not found on the ticket"), text % values, tone="caution")


def _rejected(reply: Reply) -> Status:
    text = _("%(reason)s Your text is kept: correct it and send it again.")
    return Status(
        _("Refused by Thulium, nothing was sent"),
        _why(reply) if reply.erased_at else text % {"reason": _why(reply)},
        tone="bad",
    )


def _blocked(reply: Reply) -> Status:
    # Old and new of the changes on a ticket stand below, each by itself.
    reasons = dict.fromkeys(why(change.kind) for change in changes.named(reply))
    text = _("%(reason)s Nothing was sent; the choice is yours.")
    return Status(
        _("Stopped before sending"),
        text % {"reason": " ".join(reasons) or _why(reply)},
        tone="caution",
    )


def after_name(reply: Reply) -> str:
    """Return where a reply that is not settled stands, in words that follow its author's name.

    Nothing but the reply itself is asked for.
    """
    if reply.state == State.SENDING:
        return _("the reply is being sent")
    is_due_later = reply.not_before is not None and reply.not_before > timezone.now()
    if reply.state != State.PENDING or reply.attempts or not is_due_later:
        return _("reply – %(state)s") % {"state": State(reply.state).label}
    if reply.scheduled:
        return _("reply – %(state)s") % {"state": status(reply).title}
    return _("the reply will be sent at %(time)s") % {"time": exact_clock(reply.not_before)}


@dataclass(frozen=True)
class Difference:
    """One change on the ticket of a stopped reply; ``guard`` is its code for scripts."""

    guard: str
    heading: str
    old: str
    new: str


@dataclass(frozen=True)
class Stop:
    """Why a reply was stopped by its ticket, and what sending it all the same is called.

    ``other_ticket`` is the number its ticket was merged into, where that is known.
    """

    differences: tuple[Difference, ...]
    send_anyway: str
    other_ticket: int | None = None


def stop(reply: Reply) -> Stop | None:
    """Return what on its ticket stopped *reply*; None where something else did, or nothing."""
    told = changes.named(reply)
    if not told:
        return None
    other = told[0].new if told[0].kind is Kind.MERGED else ""
    return Stop(
        tuple(_difference(change) for change in told),
        _send_anyway(told),
        int(other) if other.isdigit() else None,
    )


def told(named: Sequence[Change]) -> tuple[Difference, ...]:
    """Return *named*, which are changes on a ticket, in words."""
    return tuple(_difference(change) for change in named)


def _difference(change: Change) -> Difference:
    guard, nobody = change.kind.guard, pgettext("in place of a name", "none")
    heading = str(_HEADINGS[change.kind])
    if not change.is_message:
        return Difference(guard, heading, change.old or nobody, change.new or nobody)
    at = local_time(datetime.fromisoformat(change.at)) if change.at else None
    return Difference(guard, heading, "", " · ".join(filter(None, (_writer(change), clock(at)))))


def _writer(change: Change) -> str:
    if change.who:
        return change.who
    if change.is_unsure:
        return pgettext("wrote a message", "sender unknown")
    if change.kind is Kind.CUSTOMER_WROTE:
        return pgettext("wrote a message", "from the customer")
    return _("Thulium")


_HEADINGS = {
    Kind.MERGED: gettext_lazy("Ticket"),
    Kind.RECIPIENT: gettext_lazy("Recipient"),
    Kind.CUSTOMER: gettext_lazy("Customer"),
    Kind.CUSTOMER_WROTE: gettext_lazy("New message"),
    Kind.CLOSED: gettext_lazy("Status of the ticket"),
    Kind.COLLEAGUE_REPLIED: gettext_lazy("New reply"),
    Kind.MOVED: gettext_lazy("Queue"),
}


def _send_anyway(told: Sequence[Change]) -> str:
    """Return the words of the button that sends in spite of *told*, as exact as they can be."""
    kinds = {change.kind for change in told}
    if kinds == {Kind.RECIPIENT} and told[0].new:
        return _("Send to %(address)s") % {"address": told[0].new}
    if len(kinds) > 1:
        return _("Send despite these changes")
    return str(_IN_SPITE.get(told[0].kind, _IN_SPITE[Kind.RECIPIENT]))


_IN_SPITE = {
    Kind.RECIPIENT: gettext_lazy("Send despite the change"),
    Kind.CUSTOMER: gettext_lazy("Send, though it is another customer’s ticket now"),
    Kind.CUSTOMER_WROTE: gettext_lazy("Send despite the new message"),
    Kind.CLOSED: gettext_lazy("Send, though the ticket was closed"),
    Kind.COLLEAGUE_REPLIED: gettext_lazy("Send despite the colleague’s reply"),
    Kind.MOVED: gettext_lazy("Send, though the ticket was moved"),
}


def _held(reply: Reply) -> Status:
    if reply.is_left_behind:
        text = _("%(reason)s A colleague takes its text over, or it is discarded.")
        return Status(_("On hold"), text % {"reason": _why(reply)}, tone="caution")
    return Status(
        _("On hold"),
        _("%(reason)s An administrator looks at the ticket and releases the reply.")
        % {"reason": _why(reply)},
        tone="caution",
    )


def _cancelled(reply: Reply) -> Status:
    if reply.reason == DISCARDED:
        return Status(_("Discarded, nothing was sent"), reply.reason_detail)
    if reply.reason == HANDED_OVER:
        as_now = reply.taken_over_as.select_related("author").first()
        words = _("Handed over to %(name)s, nothing was sent")
        return Status(words % {"name": as_now.author if as_now else "–"})
    if reply.reason == "sent_back":
        return Status(_("Sent back, nothing was sent"), _why(reply), tone="caution")
    text = "" if reply.erased_at else _("The text is back among your drafts.")
    return Status(_("Undone, nothing was sent"), text)


_STATUS: dict[State, Callable[[Reply], Status]] = {
    State.DRAFT: lambda reply: Status(
        _("Draft saved at %(time)s") % {"time": clock(reply.updated_at)}
    ),
    State.UNAPPROVED: _unapproved,
    State.PENDING: _pending,
    State.CLAIMED: _claimed,
    State.SENDING: lambda _reply: Status(_("Sending now"), _("It can no longer be taken back.")),
    State.SENT: _sent,
    State.CONFIRMED: _confirmed,
    State.UNKNOWN: _unknown,
    State.NOT_FOUND: _not_found,
    State.REJECTED: _rejected,
    State.BLOCKED: _blocked,
    State.HELD: _held,
    State.CANCELLED: _cancelled,
    State.SUPERSEDED: lambda _reply: Status(_("Replaced by a new reply")),
}


def hold_sentence(reason: str) -> str:
    """Return the banner's sentence about why all sending is held."""
    if reason == "other_system":
        return _(
            "The portal was connected to another Thulium than its data is for, so an administrator "
            "has to look first. You can read and write; replies wait."
        )
    return _(
        "The portal's data was restored, so an administrator has to look first. "
        "You can read and write; replies wait."
    )


def line_sentence(reason: str) -> str:
    """Return the banner's sentence about the connection to Thulium."""
    return str(REASONS.get(reason, REASONS[Reason.NO_CONNECTION]))


def verdict(attempt: DeliveryAttempt) -> str:
    """Return what one attempt came to, for the story of a reply."""
    words = {
        "sent": _("Thulium accepted the reply"),
        "rejected": _("Thulium refused the reply"),
        "unknown": _("The answer did not come; the ticket is being read"),
        "not_sent": _("The reply was not sent"),
    }.get(attempt.verdict, "")
    return " · ".join(part for part in (words, why(attempt.reason)) if part)
