"""The rows of the desk: each ticket with all that is known of it, in the reader's words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language_info, ngettext, pgettext
from django.utils.translation import gettext as _

from thulium_portal.accounts.models import AgentProfile, User
from thulium_portal.lib.times import clock, day_and_time, duration, moment
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import UNSETTLED, WAS_SENT, State
from thulium_portal.tickets import presence, reminders
from thulium_portal.tickets.models import KnownTicket
from thulium_portal.tickets.presence import Colleague

SOON = timedelta(hours=1)
LATE = timedelta(hours=4)
"""Who has waited longer than these is marked amber, then red."""
MOST_COLLEAGUES = 2


class Badge(NamedTuple):
    """A few words on a row; ``tone`` is the pill's, ``icon`` says the same without colour."""

    words: str
    tone: str = ""
    icon: str = ""


class Wait(NamedTuple):
    """How long a customer waits, or what they wait for; ``mark`` is the dot before the row."""

    mark: str = "none"
    words: str = ""
    time: str = ""
    note: str = ""
    """What the dot means, for those who do not see it."""


@dataclass(frozen=True)
class Row:
    """A ticket as the desk shows it."""

    ticket_id: int
    who: str
    subject: str
    queue: str
    owner: str
    wait: Wait
    badges: tuple[Badge, ...]
    is_open: bool
    is_nobodys: bool
    is_under_way: bool
    """Whether a reply to it is under way, so that it needs no other for now."""


@dataclass(frozen=True)
class _Beside:
    """What stands beside the tickets of a page, each asked for once."""

    drafts: Mapping[int, datetime]
    replies: Mapping[int, Sequence[Reply]]
    people: Mapping[int, Sequence[Colleague]]
    reminded: Mapping[int, date]
    names: Mapping[str, str] = field(default_factory=dict)


def rows_of(tickets: Sequence[KnownTicket], person: User, *, owners: bool) -> tuple[Row, ...]:
    """Return the rows for *person*; with *owners* each says whose ticket it is."""
    beside = _beside(tickets, person, owners=owners)
    now = timezone.now()
    return tuple(_row(ticket, beside, person, now, owners=owners) for ticket in tickets)


def _beside(tickets: Sequence[KnownTicket], person: User, *, owners: bool) -> _Beside:
    numbers = [ticket.pk for ticket in tickets]
    drafts = Reply.objects.drafts_of(person).filter(ticket_id__in=numbers)
    return _Beside(
        # The newest of a ticket comes last and stays.
        drafts=dict(drafts.order_by("updated_at").values_list("ticket_id", "updated_at")),
        replies=_replies(tickets),
        people=presence.on_tickets(numbers, besides=person),
        reminded=dict(
            reminders.of(person).filter(ticket_id__in=numbers).values_list("ticket_id", "due_on")
        ),
        names=_names({ticket.agent_login for ticket in tickets}) if owners else {},
    )


def _replies(tickets: Sequence[KnownTicket]) -> Mapping[int, Sequence[Reply]]:
    """Return the replies each ticket's customer has not got yet, as far as the index knows."""
    read = {ticket.pk: ticket.read_at for ticket in tickets}
    earliest = min(filter(None, read.values()), default=timezone.now())
    going = Q(state__in=UNSETTLED) | Q(state__in=WAS_SENT, wire_end__gte=earliest)
    fields = (
        *("ticket_id", "state", "reason", "scheduled", "not_before", "attempts"),
        *("wire_at", "wire_end"),
        *("author__name", "author__username"),
    )
    rows = Reply.objects.filter(going, ticket_id__in=list(read)).select_related("author")
    found = defaultdict(list)
    for reply in rows.only(*fields).order_by("pk"):
        at = read[reply.ticket_id]
        if reply.state in UNSETTLED or (at and reply.wire_end and reply.wire_end >= at):
            found[reply.ticket_id].append(reply)
    return found


def _names(logins: Iterable[str]) -> Mapping[str, str]:
    """Return the names of the people who send under these logins, which are case folded."""
    profiles = AgentProfile.objects.annotate(folded=Lower("login")).select_related("user")
    return {each.folded: str(each.user) for each in profiles.filter(folded__in=set(logins) - {""})}


def _row(ticket: KnownTicket, beside: _Beside, person: User, now: datetime, *, owners: bool) -> Row:
    replies = beside.replies.get(ticket.pk, ())
    going = [reply for reply in replies if not reply.is_left_behind]
    return Row(
        ticket_id=ticket.pk,
        who=ticket.customer_name or ticket.customer_email or _("Unknown customer"),
        subject=ticket.subject,
        queue=ticket.queue_name,
        owner=_owner(ticket, beside.names, person) if owners else "",
        wait=_going(going[-1]) if going else _wait(ticket, now),
        badges=tuple(_badges(ticket, replies, beside, person)),
        is_open=ticket.is_open,
        is_nobodys=ticket.is_open and not ticket.agent_login,
        is_under_way=bool(going),
    )


def _owner(ticket: KnownTicket, names: Mapping[str, str], person: User) -> str:
    if not ticket.agent_login:
        return pgettext("a ticket", "unassigned")
    if ticket.agent_login == person.agent_login.casefold():
        return pgettext("a ticket", "yours")
    return names.get(ticket.agent_login, ticket.agent_login)


def _wait(ticket: KnownTicket, now: datetime) -> Wait:
    if not ticket.is_open:
        return Wait(words=pgettext("a ticket", "changed"), time=moment(ticket.changed_at))
    if ticket.waiting_since is not None:
        waited = max(now - ticket.waiting_since, timedelta())
        words, time = pgettext("a customer", "waiting"), duration(waited)
        if waited >= LATE:
            return Wait("late", words, time, _("Waiting very long"))
        if waited >= SOON:
            return Wait("soon", words, time, _("Waiting long"))
        return Wait("fresh", words, time, _("Waiting"))
    if ticket.answered_at is not None:
        return _quiet(now - ticket.answered_at)
    return Wait(words=pgettext("a ticket", "changed"), time=moment(ticket.changed_at))


def _quiet(time: timedelta) -> Wait:
    """Return for how long a customer who was answered has not written."""
    if time < timedelta(minutes=1):
        return Wait(words=pgettext("a customer", "answered just now"))
    return Wait(words=pgettext("a customer", "no reply for"), time=duration(time))


def _going(reply: Reply) -> Wait:
    """Return what the customer of a ticket waits for while *reply* is not settled."""
    note = _("A reply is under way")
    if reply.is_planned:
        time = day_and_time(reply.not_before)
        return Wait("hollow", pgettext("a reply", "planned for"), time, note)
    if reply.state == State.UNKNOWN:
        return Wait("hollow", pgettext("a reply", "checking since"), moment(reply.wire_at), note)
    if reply.state in WAS_SENT:
        return Wait("hollow", pgettext("a reply", "handed over"), moment(reply.wire_end), note)
    return Wait("hollow", note=note)


def _badges(
    ticket: KnownTicket, replies: Sequence[Reply], beside: _Beside, person: User
) -> Iterable[Badge]:
    if not ticket.is_open:
        yield Badge(pgettext("a ticket", "Closed"), icon="lock")
    if day := beside.reminded.get(ticket.pk):
        yield _reminder_badge(day, person)
    for reply in replies[-1:]:
        yield _reply_badge(reply, person)
    if at := beside.drafts.get(ticket.pk):
        yield Badge(_("Draft %(time)s") % {"time": clock(at)}, icon="pencil")
    yield from _people_badges(beside.people.get(ticket.pk, ()))
    if count := ticket.files_waiting:
        words = ngettext("%(n)s file from the customer", "%(n)s files from the customer", count)
        yield Badge(words % {"n": count}, icon="paperclip")
    if ticket.language and ticket.language != settings.LANGUAGE_CODE[:2]:
        yield Badge(_language(ticket.language), icon="languages")
    if ticket.read_at is None:
        yield Badge(_("Not read yet"), icon="hourglass")


def _reminder_badge(day: date, person: User) -> Badge:
    if day <= reminders.today(person):
        return Badge(_("Reminder"), "caution", "bell")
    words = date_format(day, pgettext("format of a day and its month", "j M"))
    return Badge(_("Reminder %(day)s") % {"day": words}, icon="bell")


def _reply_badge(reply: Reply, person: User) -> Badge:
    words, tone, icon = _reply_words(reply)
    if reply.author_id != person.pk:
        words = f"{words} · {reply.author}"
    return Badge(words, tone, icon)


def _reply_words(reply: Reply) -> tuple[str, str, str]:
    if reply.state == State.UNKNOWN:
        return (
            _("We don't know yet whether it was sent – do not send again"),
            "bad",
            "circle-question-mark",
        )
    if reply.is_planned:
        return _("Planned reply"), "info", "clock"
    if reply.state in WAS_SENT:
        return reply.get_state_display(), "good", "check"
    if reply.state == State.UNAPPROVED:
        return _("Waiting for approval"), "caution", "users"
    if reply.state in {State.PENDING, State.CLAIMED, State.SENDING}:
        return _("Reply on its way"), "info", "send"
    return reply.get_state_display(), "caution", "octagon-pause"


def _people_badges(people: Sequence[Colleague]) -> Iterable[Badge]:
    for one in people[:MOST_COLLEAGUES]:
        if one.writing:
            words = _("%(name)s is writing") % {"name": one.name}
            yield Badge(words, "caution", "pencil-line")
        else:
            yield Badge(_("%(name)s is looking") % {"name": one.name}, icon="eye")
    if (more := len(people) - MOST_COLLEAGUES) > 0:
        yield Badge(f"+{more}", icon="eye")


def _language(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
