"""What the portal holds of a customer, wherever it is: read before it is shown or erased."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict

from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditContent, AuditEntry
from thulium_portal.bulk.models import BulkReply
from thulium_portal.canned.models import CannedResponse, CannedUse, EmptySearch, Proposal
from thulium_portal.lib.folding import fold
from thulium_portal.lib.full_text import words_of
from thulium_portal.notes import services as notes
from thulium_portal.notes.models import Note
from thulium_portal.privacy.customers import (
    Customer,
    IdentifierKind,
    replies_to,
    same,
    tickets_of,
)
from thulium_portal.privacy.models import LegalHold
from thulium_portal.quality.models import Assessment
from thulium_portal.quality.services import ERASED
from thulium_portal.replies.changes import addresses_told, former_addresses
from thulium_portal.replies.models import Attachment, DeliveryAttempt, Reply
from thulium_portal.review.models import SavedView
from thulium_portal.stop_rules.models import StopRule
from thulium_portal.stop_rules.phrases import BadLine, Phrase, Words, phrases_in
from thulium_portal.tickets.index import lists
from thulium_portal.tickets.models import KnownTicket, Reminder

SEARCHES = (Action.AUDIT_SEARCHED, Action.AUDIT_EXPORTED, Action.CUSTOMER_SEARCHED)
"""Entries that keep what somebody looked for."""
_LOOKED_FOR = ("query", "customer")
_PROPOSALS = (
    *(Action.CANNED_PROPOSED, Action.PROPOSAL_ACCEPTED, Action.PROPOSAL_DECLINED),
    Action.PROPOSAL_WITHDRAWN,
)
_NOT_THEIRS = ("reply", "person", "canned")
"""Subjects of entries left out where words are looked for: replies are found with their texts, and
people of the portal and its shared texts are no customers."""
_TEXTS = (
    *("body", "written_body", "ticket_subject", "canned_text"),
    *("keep_reason", "approval_note", "reason_detail"),
)
_SHORTEST_TELLING = 3


@dataclass(frozen=True)
class DataInventory:
    """Everything about one customer; read on first use and kept, so that erasing can rely on it.

    *with_elsewhere* takes in replies to other customers in which the address is written.
    """

    customer: Customer
    with_elsewhere: bool = False

    @cached_property
    def replies(self) -> list[Reply]:
        """Replies and drafts for the customer that still have texts or files, the newest first."""
        files = Attachment.objects.not_erased().filter(reply=OuterRef("pk"))
        rows = replies_to(self.customer).filter(Q(erased_at=None) | Exists(files))
        return list(rows.select_related("author"))

    @cached_property
    def elsewhere(self) -> list[Reply]:
        """Replies and drafts for others in which the customer's address is written."""
        files = Attachment.objects.filter(self._written_in("name"))
        named = {file.reply_id for file in files if self._names(file, "name")} | self._told_of
        own = {reply.pk for reply in self.replies}
        rows = Reply.objects.filter(Q(pk__in=named) | self._written_in(*_TEXTS), erased_at=None)
        return [
            reply
            for reply in rows.select_related("author")
            if reply.pk not in own and (reply.pk in named or self._names(reply, *_TEXTS))
        ]

    @property
    def _told_of(self) -> set[int]:
        """Return the replies that were stopped because their tickets went to this address."""
        if self.customer.kind is not IdentifierKind.ADDRESS:
            return set()
        rows = Reply.objects.exclude(changes={}).only("changes")
        return {
            reply.pk
            for reply in rows.iterator()
            if any(same(address, self.customer.words) for address in addresses_told(reply))
        }

    @property
    def all_replies(self) -> list[Reply]:
        """The replies that are meant, those elsewhere included where they are."""
        return [*self.replies, *(self.elsewhere if self.with_elsewhere else [])]

    @cached_property
    def _pks(self) -> list[int]:
        return [reply.pk for reply in self.all_replies]

    @cached_property
    def tickets(self) -> list[int]:
        found = {reply.ticket_id for reply in self.replies}
        found |= {ticket.pk for ticket in self._own_tickets}
        single = self.customer.ticket_id
        return sorted(found | ({single} if single is not None else set()))

    @cached_property
    def _own_tickets(self) -> list[KnownTicket]:
        return tickets_of(self.customer)

    @cached_property
    def known_tickets(self) -> list[KnownTicket]:
        """What the portal's lists know of their tickets, and of others with the address on them."""
        own = {ticket.pk: ticket for ticket in self._own_tickets}
        naming = lists.holding(self.customer.words)
        if self.customer.kind is IdentifierKind.ADDRESS and naming is not None:
            rows = KnownTicket.objects.filter(naming, erased_at=None)
            own |= {row.pk: row for row in rows if self._names(row, "subject")}
        return sorted(own.values(), key=lambda ticket: -ticket.pk)

    @cached_property
    def bulk_replies(self) -> list[BulkReply]:
        """Texts for several tickets in which the address is written; kept for a month."""
        if self.customer.kind is not IdentifierKind.ADDRESS:
            return []
        rows = BulkReply.objects.filter(erased_at=None).select_related("author")
        return [bulk for bulk in rows.prefetch_related("files") if self._is_written_in_bulk(bulk)]

    def _is_written_in_bulk(self, bulk: BulkReply) -> bool:
        words = [bulk.body, bulk.keep_reason, *map(str, bulk.answers.values())]
        words += [file.name for file in bulk.files.all()]
        return any(map(self.customer.is_written_in, words))

    @cached_property
    def reminders(self) -> list[Reminder]:
        """When people want to see their tickets again."""
        rows = Reminder.objects.filter(ticket_id__in=self.tickets)
        return list(rows.select_related("person").order_by("due_on"))

    @cached_property
    def files(self) -> list[Attachment]:
        """Files of these replies that are still there."""
        return list(Attachment.objects.not_erased().filter(reply__in=self._pks))

    @cached_property
    def attempts(self) -> list[DeliveryAttempt]:
        """Attempts to deliver them that keep Thulium's own words."""
        rows = DeliveryAttempt.objects.filter(reply__in=self._pks).exclude(reason_detail="")
        return list(rows.select_related("reply"))

    @cached_property
    def questions(self) -> list[CannedUse]:
        """What of the customer's messages is kept to suggest canned responses."""
        uuids = [reply.uuid for reply in self.all_replies]
        return list(CannedUse.objects.filter(reply_uuid__in=uuids).exclude(question=""))

    @cached_property
    def proposals(self) -> list[Proposal]:
        """Changes to canned responses that were proposed from these replies."""
        uuids, words = {reply.uuid for reply in self.all_replies}, ("body", "note", "answer")
        rows = Proposal.objects.filter(Q(reply_uuid__in=uuids) | self._written_in(*words))
        return [
            proposal
            for proposal in rows.exclude(body="").select_related("author")
            if proposal.reply_uuid in uuids or self._names(proposal, *words)
        ]

    @cached_property
    def assessments(self) -> list[Assessment]:
        """What reviewers and authors wrote about these replies."""
        about = Q(reply__in=self._pks) | Q(reply__ticket_id__in=self.tickets)
        rows = Assessment.objects.filter(about | self._written_in("note", "answer"))
        return [
            assessment
            for assessment in rows.exclude(note__in=["", ERASED], answer="").select_related("reply")
            if assessment.reply_id in self._pks
            or assessment.reply.ticket_id in self.tickets
            or self._names(assessment, "note", "answer")
        ]

    @cached_property
    def notes(self) -> list[Note]:
        """Internal notes on their tickets, and others in which the address is written."""
        found = notes.about(self.tickets, self._written_in("text"))
        return [n for n in found if n.ticket_id in self.tickets or self._names(n, "text")]

    @cached_property
    def entries(self) -> list[AuditEntry]:
        """The record's entries that keep texts about the customer, the newest first."""
        sequences = self._about_replies() | self._about_proposals() | self._naming()
        entries = AuditEntry.objects.filter(pk__in=sequences).select_related("actor")
        return list(entries.prefetch_related("contents"))

    @cached_property
    def searches(self) -> list[EmptySearch]:
        """Searches for canned responses that found nothing and hold nothing but their name."""
        if self.customer.kind is IdentifierKind.TICKET:
            return []
        return [row for row in EmptySearch.objects.all() if self._is_search_for(row.words)]

    @cached_property
    def views(self) -> list[SavedView]:
        """Saved views of the review that look for the customer, or are called after them."""
        if self.customer.kind is IdentifierKind.TICKET:
            return []
        views = SavedView.objects.select_related("person")
        return [view for view in views if any(map(self._is_search_for, _words_of(view)))]

    @cached_property
    def lifted_holds(self) -> list[LegalHold]:
        """Holds on their data that somebody has lifted, and which still name them."""
        lifted = LegalHold.objects.exclude(lifted_at=None).exclude(reason="")
        return [hold for hold in lifted.select_related("placed_by") if self._is_on(hold)]

    @cached_property
    def standing_holds(self) -> list[LegalHold]:
        """Holds that forbid erasing any of this."""
        standing = LegalHold.objects.standing().select_related("placed_by")
        return [hold for hold in standing if self._is_on(hold)]

    @cached_property
    def unsettled(self) -> list[Reply]:
        """Replies that are still on their way, wait for a person or are looked for."""
        return list(Reply.objects.filter(pk__in=self._pks).unsettled().select_related("author"))

    @cached_property
    def canned(self) -> list[CannedResponse]:
        """Canned responses with the address in them: everybody's texts, corrected by hand."""
        rows = CannedResponse.objects.filter(self._written_in("current__body"))
        return [row for row in rows.select_related("current") if self._names(row.current, "body")]

    @cached_property
    def stop_rules(self) -> list[StopRule]:
        """Stop rules that look for the customer or name them: changed by hand, as they are used."""
        if self.customer.kind is IdentifierKind.TICKET:
            return []
        return [rule for rule in StopRule.objects.all() if self._is_meant_by(rule)]

    def _is_meant_by(self, rule: StopRule) -> bool:
        told = "\n".join([rule.name, rule.sentence, rule.words])
        if self.is_named_in(told):
            return True
        known = Words("\n".join([*self._names_known, self.customer.words]))
        return any(not phrase.is_broad and known.find(phrase) for phrase in _phrases_of(rule))

    @property
    def count(self) -> int:
        """How many things could be erased."""
        found: list[list[Any]] = [
            self.all_replies,
            self.files,
            self.questions,
            self.proposals,
            self.assessments,
            self.entries,
            self.searches,
            self.views,
            self.lifted_holds,
            self.known_tickets,
            self.reminders,
            self.bulk_replies,
            self.notes,
        ]
        return sum(map(len, found))

    def is_named_in(self, text: str) -> bool:
        """Tell whether *text* holds the customer's words or one of their full names."""
        names = {fold(name) for name in self._names_known}
        telling = {name for name in names if " " in name}
        if self.customer.kind is not IdentifierKind.TICKET:
            telling.add(fold(self.customer.words))
        return any(name in fold(text) for name in telling)

    def read(self) -> None:
        """Read everything now, before anything of it is taken out."""
        _all = self.count, self.standing_holds, self.unsettled, self.tickets

    def _written_in(self, *fields: str) -> Q:
        """Return the rows in whose *fields* the address may stand; none for anybody without one."""
        written = Q(pk__in=[])
        if self.customer.kind is IdentifierKind.ADDRESS:
            for name in fields:
                written |= Q(**{f"{name}__icontains": self.customer.words})
        return written

    def _names(self, row: Any, *fields: str) -> bool:
        """Tell whether the whole address stands in one of the *fields* of a row."""
        return self.customer.kind is IdentifierKind.ADDRESS and any(
            self.customer.is_written_in(getattr(row, name)) for name in fields
        )

    def _about_replies(self) -> set[int]:
        uuids = [str(reply.uuid) for reply in self.all_replies]
        about = Q(entry__subject_kind="reply", entry__subject_id__in=uuids)
        on_tickets = Q(entry__ticket_id__in=self.tickets)
        if self.customer.kind is not IdentifierKind.TICKET:
            on_tickets &= ~Q(entry__subject_kind="reply")
        contents = AuditContent.objects.filter(about | on_tickets)
        return set(contents.values_list("entry_id", flat=True))

    def _about_proposals(self) -> set[int]:
        found: set[int] = set()
        for proposal in self.proposals:
            entries = AuditEntry.objects.filter(
                subject_kind="canned",
                subject_id=str(proposal.response_id),
                action__in=_PROPOSALS,
                record__contains=f'"proposal":{proposal.pk}}}',
            )
            found |= set(entries.exclude(contents=None).values_list("pk", flat=True))
        return found

    def _naming(self) -> set[int]:
        """Return the entries that are not about a reply and yet name the customer."""
        if self.customer.kind is IdentifierKind.TICKET:
            return set()
        searches = AuditContent.objects.filter(entry__action__in=SEARCHES, field__in=_LOOKED_FOR)
        rows = searches.values_list("entry_id", "data")
        found = {sequence for sequence, words in rows if self._is_search_for(words)}
        noted = AuditContent.objects.exclude(entry__subject_kind__in=_NOT_THEIRS)
        if self.customer.kind is IdentifierKind.NAME:
            noted = noted.filter(field="customer")
        rows = noted.filter(data__icontains=self.customer.words).values_list("entry_id", "data")
        return found | {sequence for sequence, text in rows if self.customer.is_written_in(text)}

    def _is_search_for(self, words: str) -> bool:
        """Tell whether every word somebody looked for begins a word of this customer."""
        wanted = words_of(fold(words))
        known = self._known_words
        is_telling = any(len(word) >= _SHORTEST_TELLING for word in wanted)
        return is_telling and all(
            any(theirs.startswith(word) for theirs in known) for word in wanted
        )

    @cached_property
    def _known_words(self) -> frozenset[str]:
        names = self._names_known | {self.customer.words}
        return frozenset(word for name in names for word in words_of(fold(name)))

    @property
    def _names_known(self) -> set[str]:
        """Return how replies and tickets call the customer."""
        of_tickets = {ticket.customer_name for ticket in self._own_tickets}
        return of_tickets | {reply.customer_name for reply in self.replies}

    def _is_on(self, hold: LegalHold) -> bool:
        if hold.ticket_id is not None:
            return hold.ticket_id in self.tickets
        known = {self.customer.words} if self.customer.kind is not IdentifierKind.TICKET else set()
        for reply in self.all_replies:
            known |= {reply.customer_email, reply.customer_name, *former_addresses(reply)}
        for ticket in self._own_tickets:
            known |= {ticket.customer_email, ticket.customer_name}
        return bool(hold.customer) and any(same(hold.customer, one) for one in known)


def _words_of(view: SavedView) -> list[str]:
    """Return what a saved view is called and what its filters look for."""
    params = QueryDict(view.query)
    return [view.name, params.get("q", ""), params.get("customer", "")]


def _phrases_of(rule: StopRule) -> tuple[Phrase, ...]:
    """Return what a rule looks for; nothing where its lines cannot be understood."""
    try:
        return phrases_in(rule.words)
    except BadLine:
        return ()
