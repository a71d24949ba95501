"""What is held of a customer, as the page lists it: in groups, counted, with an extract each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from thulium_portal.audit.models import AuditEntry
from thulium_portal.lib.html.plain_text import html_to_text
from thulium_portal.privacy.inventory import DataInventory
from thulium_portal.replies.audit_facts import plain
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.review.presenters import EntryView, entry_views

MOST_SHOWN = 50
_EXTRACT = 160


@dataclass(frozen=True)
class Item:
    """One row of a group: something that is held."""

    title: str
    extract: str = ""
    at: datetime | None = None
    url: str = ""


@dataclass(frozen=True)
class Group:
    """Things of one kind; *count* may be more than are shown."""

    name: str
    title: str | Promise
    count: int
    items: list[Item]

    @property
    def more(self) -> int:
        return self.count - len(self.items)


def groups(found: DataInventory) -> list[Group]:
    """Return the kinds of which anything is held."""
    made = [
        _group("replies", gettext_lazy("Replies and drafts"), map(_reply, found.replies)),
        _group("tickets", gettext_lazy("Tickets in the portal's lists"), _tickets(found)),
        _group("reminders", gettext_lazy("Reminders on their tickets"), _reminders(found)),
        _group("bulk", gettext_lazy("Bulk replies"), _bulk_replies(found)),
        _group("notes", gettext_lazy("Internal notes"), _notes(found)),
        _group("files", gettext_lazy("Files"), _files(found)),
        _group("attempts", gettext_lazy("What Thulium answered"), _attempts(found)),
        _group("questions", gettext_lazy("Words of their messages"), _questions(found)),
        _group(
            "proposals", gettext_lazy("Proposed changes of canned responses"), _proposals(found)
        ),
        _group("reviews", gettext_lazy("Quality reviews"), _reviews(found)),
        _group("record", gettext_lazy("Texts in the audit record"), _entries(found)),
        _group("searches", gettext_lazy("Searches for canned responses"), _searches(found)),
        _group("views", gettext_lazy("Saved views of the audit"), _views(found)),
        _group("holds", gettext_lazy("Lifted legal holds"), _holds(found)),
        _group("elsewhere", gettext_lazy("Replies to others with the address"), _elsewhere(found)),
    ]
    return [group for group in made if group.count]


def canned(found: DataInventory) -> list[Item]:
    """Return the canned responses with the address in them, which people correct."""
    return [
        Item(response.title, url=reverse("canned:show", args=[response.pk]))
        for response in found.canned
    ]


def stop_rules(found: DataInventory) -> list[Item]:
    """Return the stop rules that look for the customer, which supervisors change."""
    return [
        Item(rule.name, url=reverse("stop_rules:edit", args=[rule.pk])) for rule in found.stop_rules
    ]


def _group(name: str, title: str | Promise, items: Iterable[Item]) -> Group:
    found = list(items)
    return Group(name, title, len(found), found[:MOST_SHOWN])


def _reply(reply: Reply) -> Item:
    to = [reply.customer_name, reply.customer_email, reply.ticket_subject]
    is_draft = reply.state == State.DRAFT
    text = plain(reply.body, reply.body_type)
    return Item(
        _("%(state)s · ticket %(number)s · %(author)s")
        % {"state": reply.get_state_display(), "number": reply.ticket_id, "author": reply.author},
        _short(" · ".join(filter(None, [*to, text]))),
        reply.submitted_at or reply.updated_at,
        "" if is_draft else reverse("replies:show", args=[reply.uuid]),
    )


def _tickets(found: DataInventory) -> Iterator[Item]:
    for ticket in found.known_tickets:
        words = [ticket.customer_name, ticket.customer_email, ticket.subject]
        yield Item(
            _("Ticket %(number)s") % {"number": ticket.pk},
            _short(" · ".join(filter(None, words))),
            ticket.changed_at,
            reverse("replies:compose", args=[ticket.pk]),
        )


def _notes(found: DataInventory) -> Iterator[Item]:
    for note in found.notes:
        title = _("Ticket %(number)s") % {"number": note.ticket_id}
        yield Item(f"{title} · {note.author}", _short(note.text), note.updated_at)


def _reminders(found: DataInventory) -> Iterator[Item]:
    for reminder in found.reminders:
        title = _("Ticket %(number)s") % {"number": reminder.ticket_id}
        yield Item(f"{title} · {reminder.person}", at=reminder.created_at)


def _bulk_replies(found: DataInventory) -> Iterator[Item]:
    for bulk in found.bulk_replies:
        yield Item(str(bulk.author), _short(html_to_text(bulk.body)), bulk.created_at)


def _files(found: DataInventory) -> Iterator[Item]:
    for file in found.files:
        yield Item(
            file.name, at=file.created_at, url=reverse("replies:attachment", args=[file.uuid])
        )


def _attempts(found: DataInventory) -> Iterator[Item]:
    for attempt in found.attempts:
        title = _("Ticket %(number)s") % {"number": attempt.reply.ticket_id}
        yield Item(title, _short(attempt.reason_detail), attempt.started_at)


def _questions(found: DataInventory) -> Iterator[Item]:
    for use in found.questions:
        title = _("Ticket %(number)s") % {"number": use.ticket_id}
        yield Item(title, _short(use.question), use.used_at)


def _proposals(found: DataInventory) -> Iterator[Item]:
    for made in found.proposals:
        address = reverse("canned:proposal", args=[made.pk])
        text = html_to_text(made.body)
        yield Item(f"{made.title} · {made.author}", _short(text), made.created_at, address)


def _reviews(found: DataInventory) -> Iterator[Item]:
    for assessment in found.assessments:
        title = _("Ticket %(number)s") % {"number": assessment.reply.ticket_id}
        words = " · ".join(filter(None, [assessment.note, assessment.answer]))
        address = reverse("replies:show", args=[assessment.reply.uuid])
        yield Item(title, _short(words), assessment.assessed_at, address)


def _entries(found: DataInventory) -> Iterator[Item]:
    for view in entry_views(found.entries):
        entry = view.entry
        title = _("Entry %(number)s: %(what)s") % {"number": entry.sequence, "what": _what(view)}
        yield Item(title, _extract(entry), entry.at, reverse("review:show", args=[entry.sequence]))


def _what(view: EntryView) -> str:
    return f"{view.label} · {view.who}"


def _extract(entry: AuditEntry) -> str:
    texts = {content.field: content.data for content in entry.contents.all()}
    first = ["customer", "ticket_subject", "body_text"]
    words = [texts[name] for name in first if texts.get(name)]
    return _short(" · ".join(words or [text for text in texts.values() if text]))


def _searches(found: DataInventory) -> Iterator[Item]:
    for search in found.searches:
        yield Item(search.words)


def _views(found: DataInventory) -> Iterator[Item]:
    for view in found.views:
        yield Item(f"{view.name} · {view.person}")


def _holds(found: DataInventory) -> Iterator[Item]:
    for hold in found.lifted_holds:
        yield Item(hold.customer or _("Ticket %(number)s") % {"number": hold.ticket_id},
                   _short(hold.reason), hold.placed_at)  # fmt: skip


def _elsewhere(found: DataInventory) -> Iterator[Item]:
    return map(_reply, found.elsewhere)


def _short(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(_EXTRACT)
