"""Wrong replies are asked about, right ones hardly ever: ``tests/corpora``."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from tests.corpora import Case, cases
from tests.factories import make_person
from thulium_portal.accounts.models import User
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.services import create_response
from thulium_portal.canned.validation import ResponseText
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import BodyType, Reply
from thulium_portal.replies.readiness import rules
from thulium_portal.replies.readiness.rules import Outgoing
from thulium_portal.replies.readiness.situation import Origin
from thulium_portal.replies.states import State
from thulium_portal.thulium import Customer, MessageKind, Ticket, TicketMessage
from thulium_portal.tickets.models import KnownTicket
from thulium_portal.tickets.snapshot import Snapshot, read_snapshot, snapshot_of

CAUGHT_AT_LEAST, HELD_AT_MOST = 0.90, 0.02
TICKET = 1234
AT = datetime(2026, 11, 20, 10)  # noqa: DTZ001 - Thulium names no zone
KINDS = {"customer": MessageKind.MAIL, "us": MessageKind.REPLY, "note": MessageKind.COMMENT}


def snapshot(case: Case) -> Snapshot:
    """Return what the form of this reply carries, signed and read again."""
    messages = tuple(
        TicketMessage(number, KINDS[said.by], said.text, "", "", "", AT)
        for number, said in enumerate(case.messages, start=1)
    )
    unknown: dict[str, Any] = dict.fromkeys(("customer_id", "queue_id", "updated_at", "closed_at"))
    names = {"queue_name": "", "status_name": "", "agent_login": "", "created_at": AT}
    ticket = Ticket(
        id=TICKET,
        subject=case.subject,
        customer_email=case.email,
        messages=messages,
        **names,
        **unknown,
    )
    first, _space, last = case.customer.partition(" ")
    first = case.first_name or first
    customer = Customer(1, first, last, case.email) if case.customer else None
    then = timezone.now() - timedelta(minutes=5)
    return read_snapshot(snapshot_of(ticket, customer, read_at=then).sign(), ticket_id=TICKET)


def sent_before(case: Case, author: User) -> None:
    """Store what the same person sent to others."""
    now = timezone.now()
    for number, each in enumerate(case.recent, start=1):
        Reply.objects.create(
            submission_key=uuid.uuid4(),
            ticket_id=TICKET + number,
            ticket_subject=each.get("subject", ""),
            customer_name=each.get("customer", ""),
            customer_email=each.get("email", ""),
            body=each["reply"],
            body_type=BodyType.PLAIN,
            author=author,
            agent_login="anna.maj",
            state=State.CONFIRMED,
            submitted_at=now,
            not_before=now,
        )


def text(case: Case, author: User) -> Text:
    """Return the text as it would be sent."""
    response: CannedResponse | None = None
    if case.canned:
        response = create_response(ResponseText("Szablon", case.canned), actor=author)
    kind = BodyType.HTML if case.html else BodyType.PLAIN
    return Text(case.reply, kind, response, response.current if response else None)


def asked(case: Case, author: User, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what is asked about *case* when it is sent."""
    known_as_it_was = KnownTicket(ticket_id=TICKET, customer_email=case.email)
    with transaction.atomic():
        monkeypatch.setattr(author, "name", case.writer)
        works = not case.now.get("inactive")
        monkeypatch.setattr(author.agent_profile, "active_in_thulium", works)
        sent_before(case, author)
        changed_since(known_as_it_was, case)
        outgoing = Outgoing(
            text(case, author),
            sizes_to_come=[1000] * case.files,
            origin=Origin(author, snapshot(case)),
        )
        found = rules.complaints(outgoing)
        transaction.set_rollback(True)
    return [each.guard or each.code for each in found]


def changed_since(known: KnownTicket, case: Case) -> None:
    """Let the index know what is different on the ticket by now."""
    known.customer_name, known.subject = case.customer, case.subject
    known.read_at = timezone.now()
    number = len(case.messages)
    known.last_message_id = known.last_written_id = number or None
    if case.now.get("closed"):
        known.is_open = False
    known.customer_email = case.now.get("email", case.email)
    if newer := case.now.get("newer"):
        known.last_message_id = known.last_written_id = number + 1
        known.last_kind = "MAIL" if newer == "customer" else "REPLY"
        known.last_by = "" if newer == "customer" else "ewa.kot"
    known.save()


@pytest.fixture
def author(db: None) -> User:
    return make_person("maj", name="Anna Maj", agent_login="anna.maj")


def _listed(names: Iterable[str]) -> str:
    return "\n".join(names)


@pytest.mark.timeout(600)  # hundreds of replies
@pytest.mark.parametrize(
    ("files", "fewest"), [("wrong", 100), ("wrong_fresh", 55), ("wrong_second", 40)]
)
def test_nine_of_ten_wrong_replies_are_asked_about(author, monkeypatch, files, fewest):
    found = {name: (case, asked(case, author, monkeypatch)) for name, case in cases(files).items()}
    missed = [
        f"{name}: {case.expect} expected, asked {codes}"
        for name, (case, codes) in found.items()
        if case.expect not in codes
    ]
    assert len(found) >= fewest
    assert len(missed) <= len(found) * (1 - CAUGHT_AT_LEAST), _listed(missed)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("files", "fewest"), [("right", 300), ("right_fresh", 160), ("right_second", 60)]
)
def test_of_a_hundred_right_replies_two_are_asked_about_at_most(author, monkeypatch, files, fewest):
    found = {name: asked(case, author, monkeypatch) for name, case in cases(files).items()}
    held = [f"{name}: {codes}" for name, codes in found.items() if codes]
    assert len(found) >= fewest
    assert len(held) <= len(found) * HELD_AT_MOST, _listed(held)
