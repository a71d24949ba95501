"""What is unfinished as practice mode begins: drafts, a planned reply, some that need a person."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, time, timedelta
from typing import Any

from thulium_portal.accounts.models import User
from thulium_portal.audit.actions import Action
from thulium_portal.demo.sent import Event, Telling, Written, as_read, snapshot
from thulium_portal.demo.story import ZONE, Conversation
from thulium_portal.replies import drafts
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply, TicketRead
from thulium_portal.replies.states import State
from thulium_portal.thulium import Reason
from thulium_portal.tickets.changes import Kind, Seen, changes

_REFUSAL = "Agent „{login}” nie ma dostępu do kolejki „{queue}”."
_READINGS = 4


class Unfinished:
    """Replies to open tickets of the story; each ticket is taken for one of them."""

    def __init__(
        self, tickets: Sequence[Conversation], people: Mapping[str, User], now: datetime
    ) -> None:
        self._left, self._people, self._now = list(tickets), people, now

    def events(self) -> Iterator[Event]:
        """Yield what became of the replies that are on their way or need a person."""
        for kind in (self._missing, self._stopped, self._refused, self._planned):
            yield from kind()

    def write_drafts(self) -> None:
        """Keep three texts that their authors have begun, one of them hardly."""
        for login, most in (("anna.nowak", 9), ("piotr.zielinski", 9), ("anna.nowak", 1)):
            ticket = self._take(login)
            paragraphs = ticket.answer.removesuffix("</p>").split("</p>")[:most]
            text = Text("".join(f"{part}</p>" for part in paragraphs))
            known = drafts.ticket_columns(snapshot(ticket, ticket.lines))
            drafts.create(uuid.uuid4(), text.columns() | known, self._people[login])

    def _missing(self) -> Iterator[Event]:
        """A reply whose sending broke off a day ago, and which is not on its ticket."""
        ticket = self._take("piotr.zielinski")
        leaves_at = self._at_work(ticket.lines[-1].at + timedelta(minutes=25))
        settled_at = leaves_at + timedelta(minutes=12)
        telling = self._telling(
            *(ticket, leaves_at, State.NOT_FOUND),
            wire_at=leaves_at + timedelta(milliseconds=420),
            wire_end=leaves_at + timedelta(seconds=30),
            settled_at=settled_at,
            checks=_READINGS,
            valid_checks=_READINGS,
            reason=Reason.TIMED_OUT,
        )
        yield telling.submitted()
        yield from telling.left()
        yield telling.verdict(
            leaves_at + timedelta(seconds=30),
            *(Action.REPLY_UNKNOWN, State.UNKNOWN, "unknown"),
            reason=Reason.TIMED_OUT.value,
        )
        yield telling.entry(
            *(settled_at, Action.REPLY_NOT_FOUND, State.NOT_FOUND),
            facts={"valid_reads": _READINGS},
        )
        yield settled_at, lambda: self._read_in_vain(telling.reply, settled_at)

    def _read_in_vain(self, reply: Reply, until: datetime) -> None:
        minutes = (11, 8, 4, 0)
        TicketRead.objects.bulk_create(
            TicketRead(
                reply=reply,
                at=until - timedelta(minutes=before),
                valid=True,
                message_ids=reply.seen_ids,
            )
            for before in minutes
        )

    def _stopped(self) -> Iterator[Event]:
        """A planned reply before which the customer wrote again."""
        ticket = self._take("anna.nowak", lambda one: one.lines[-2:-1] != () and len(one.lines) > 1)
        seen, news = ticket.lines[:-1], ticket.lines[-1]
        leaves_at = self._at_work(news.at + timedelta(minutes=2))
        known = snapshot(ticket, seen)
        found = changes(known.seen, as_read(ticket), agent_login=ticket.login)
        now = Seen.of(as_read(ticket), ticket.customer.full_name)
        telling = self._telling(
            *(ticket, leaves_at, State.BLOCKED),
            seen_lines=len(seen),
            scheduled=True,
            submitted_at=seen[-1].at + timedelta(minutes=4),
            reason=Kind.CUSTOMER_WROTE,
            changes={"named": [asdict(one) for one in found], "now": now.stored()},
        )
        yield telling.submitted()
        yield telling.claimed()
        yield telling.verdict(
            leaves_at + timedelta(seconds=1),
            *(Action.REPLY_BLOCKED, State.BLOCKED, "not_sent"),
            reason=Kind.CUSTOMER_WROTE.value,
        )

    def _refused(self) -> Iterator[Event]:
        """A reply that Thulium refused."""
        ticket = self._take("ewa.kot")
        detail = _REFUSAL.format(login=ticket.login, queue=ticket.queue)
        leaves_at = self._at_work(ticket.lines[-1].at + timedelta(minutes=31))
        telling = self._telling(
            *(ticket, leaves_at, State.REJECTED),
            wire_at=leaves_at + timedelta(milliseconds=420),
            wire_end=leaves_at + timedelta(seconds=1),
            settled_at=leaves_at + timedelta(seconds=1),
            reason=Reason.REFUSED,
            reason_detail=detail,
        )
        yield telling.submitted()
        yield from telling.left()
        yield telling.verdict(
            leaves_at + timedelta(seconds=1),
            *(Action.REPLY_REJECTED, State.REJECTED, "rejected"),
            content={"reason_detail": detail},
            http_status=400,
            reason=Reason.REFUSED.value,
        )

    def _planned(self) -> Iterator[Event]:
        """A reply that is to leave on the next morning of work."""
        ticket = self._take("ewa.kot")
        day = self._now.astimezone(ZONE).date() + timedelta(days=1)
        while day.weekday() > 4:
            day += timedelta(days=1)
        telling = self._telling(
            *(ticket, datetime.combine(day, time(8, 30), ZONE), State.PENDING),
            scheduled=True,
            submitted_at=max(ticket.lines[-1].at, self._now - timedelta(minutes=50)),
        )
        yield telling.submitted()

    def _telling(
        self,
        ticket: Conversation,
        leaves_at: datetime,
        state: State,
        *,
        seen_lines: int | None = None,
        **values: Any,
    ) -> Telling:
        lines = ticket.lines[:seen_lines]
        ids = [line.id for line in lines]
        tried = {"attempts": 1, "seen_ids": ids} if state is not State.PENDING else {}
        return Telling(
            Written(
                author=self._people[ticket.login],
                snapshot=snapshot(ticket, lines),
                body=ticket.answer,
                leaves_at=leaves_at,
                state=state,
                values=tried | values,
            )
        )

    def _take(
        self, login: str, fits: Callable[[Conversation], bool] = lambda one: len(one.lines) == 1
    ) -> Conversation:
        """Return the ticket of an agent that waits longest and *fits*; the next call another."""
        found = next(one for one in self._left if one.login == login and fits(one))
        self._left.remove(found)
        return found

    def _at_work(self, at: datetime) -> datetime:
        """Return *at*, or the next morning where that is no hour of work."""
        if at.hour >= 17:
            at += timedelta(hours=24 - at.hour)
        if at.hour < 8:
            at = at.replace(hour=9)
        return min(at, self._now - timedelta(minutes=20))
