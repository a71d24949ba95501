"""A customer of whom something is held wherever the portal can hold anything."""

import uuid
from dataclasses import dataclass

import pytest
from django.utils import timezone

from tests.support.customers import (
    ADDRESS,
    CUSTOMER,
    NAME,
    TICKET,
    listed,
    settle,
    snapshot,
    stored,
    submitted,
)
from thulium_portal.accounts.models import User
from thulium_portal.bulk.models import BulkFile, BulkItem, BulkReply
from thulium_portal.canned import services as canned
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.proposals import services as proposing
from thulium_portal.canned.proposals.services import Edit
from thulium_portal.canned.proposals.suggestion import Sent
from thulium_portal.canned.proposals.template import Filling
from thulium_portal.canned.search import picker
from thulium_portal.canned.validation import ResponseText
from thulium_portal.privacy import services as privacy
from thulium_portal.privacy.customers import Customer
from thulium_portal.quality import services as quality
from thulium_portal.replies import drafts
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Attachment, DeliveryAttempt, Reply
from thulium_portal.review import services as review
from thulium_portal.review.exports import jobs
from thulium_portal.review.models import ExportJob
from thulium_portal.tickets import presence
from thulium_portal.tickets.models import Reminder


@pytest.fixture
def version(ewa, adam):
    """Return a live canned response."""
    text = ResponseText("Paczka", "<p>Dzień dobry, paczka jest w drodze.</p>", language="pl")
    return canned.create_response(text, actor=ewa)


@dataclass(frozen=True)
class World:
    """What the tests name of it."""

    reply: Reply
    draft: Reply
    other: Reply


@pytest.fixture
def world(anna, ewa, adam, version):
    """Put something of the customer everywhere, and a reply to somebody else beside it."""
    reply = _settled_reply(anna, version)
    draft = _drafts(anna)
    _library(reply, version, anna)
    quality.assess(reply, verdict="improve", note="Kvark bez powitania.", actor=ewa)
    quality.acknowledge(reply.assessment, answer="Kvark, poprawię.", actor=anna)
    for words in (ADDRESS, "kvarkówna", "zuzanna kvark"):
        review.record_search("replies", {"q": words}, actor=ewa)
    review.record_search("replies", {"customer": "kvark"}, actor=ewa)
    review.save_view("Kvark", "state=sent", actor=ewa)
    review.save_view("Moja", "customer=zuzanna.kvark&state=sent", actor=ewa)
    review.save_view("Inni", "q=paczka", actor=ewa)
    review.record_export("csv", "replies", {"q": NAME, "ticket": TICKET}, actor=ewa)
    job = ExportJob.objects.create(
        person=ewa, query="q=kvark", language="pl", sequence=1, touched_at=timezone.now()
    )
    jobs.path_of(job).parent.mkdir()
    jobs.path_of(job).write_text("kvark w eksporcie")
    hold = privacy.place_hold(CUSTOMER, reason="Sprawa kvark 1/26", actor=adam)
    privacy.lift_hold(hold, actor=adam)
    privacy.record_search("kvark", found=1, actor=adam)
    _in_the_lists(anna)
    _bulk_replies(anna)
    jan = snapshot(99, "jan@przyklad.example", "Jan Lis")
    other = submitted(anna, jan, Text("<p>Paczka dotrze jutro.</p>"))
    return World(reply, draft, settle(other))


def _in_the_lists(anna: User) -> None:
    """Let the index know two tickets of the customer, one that names them and one that does not."""
    listed(TICKET, NAME, ADDRESS, "Kvarkowy temat", customer_id=77)
    listed(TICKET + 1, "", "", "Telefon od kvarka", customer_id=77)
    listed(98, "Ola Bor", "ola@przyklad.example", f"Zamówienie z adresu {ADDRESS}")
    listed(99, "Jan Lis", "jan@przyklad.example", "Gdzie paczka")
    for number in (TICKET, 99):
        due = {"due_on": timezone.localdate(), "person": anna}
        Reminder.objects.create(ticket_id=number, **due)
        presence.note(number, anna)


def _bulk_replies(anna: User) -> None:
    """Leave a text for several tickets that names the customer, and one with a file that does."""
    for body, name in (
        (f"<p>Dla {ADDRESS} też kvark.</p>", "x.pdf"),
        ("<p>x</p>", f"{ADDRESS} 1.pdf"),
    ):
        bulk = BulkReply.objects.create(author=anna, body=body, state=BulkReply.State.CHECKING)
        BulkFile.objects.create(bulk=bulk, **vars(stored("kvark hurtem", name)))
        told = {"ticket_id": TICKET, "position": 0, "complaints": ["Kvark pisze z innego adresu."]}
        BulkItem.objects.create(bulk=bulk, **told)
    BulkReply.objects.create(author=anna, body="<p>Awaria sklepu.</p>")


def _settled_reply(anna: User, version: CannedResponse) -> Reply:
    text = Text(
        "<p>Dzień dobry, <b>kvark</b> jest w drodze.</p>",
        canned_response=version,
        canned_version=version.current,
        keep_reason="Kvark nie chciał",
    )
    reply = settle(submitted(anna, snapshot(), text, stored("kvark w pliku")))
    Reply.objects.filter(pk=reply.pk).update(
        canned_text="<p>Dzień dobry Kvark.</p>", reason_detail="kvark odrzucony"
    )
    began = {"number": 1, "claim": uuid.uuid4(), "worker": "w", "started_at": timezone.now()}
    DeliveryAttempt.objects.create(reply=reply, **began, reason_detail="Kvark has left")
    reply.refresh_from_db()
    return reply


def _drafts(anna: User) -> Reply:
    """Leave one discarded draft, one kept apart, and one that waits to be gone on with."""
    text, form = Text("<p>kvark wyrzucony</p>"), {"key": uuid.uuid4(), "revision": 0}
    gone = drafts.save(text, snapshot=snapshot(), **form, actor=anna).draft
    drafts.discard(gone, actor=anna)
    settle(submitted(anna, snapshot(), Text("<p>kvark drugi</p>")))
    known = snapshot(TICKET, "", "")
    key = uuid.uuid4()
    drafts.save(Text("<p>kvark szkic</p>"), snapshot=known, key=key, revision=0, actor=anna)
    draft = Reply.objects.get(submission_key=key)
    Attachment.objects.create(reply=draft, **vars(stored("kvark szkicu")))
    return draft


def _library(reply: Reply, version: CannedResponse, anna: User) -> None:
    picker.record_empty_search("kvarkówna")
    picker.record_empty_search("zuzanna kvark przy")
    given, sent = "<p>Dzień dobry, paczka.</p>", "<p>Dzień dobry, kvark.</p>"
    edit = Edit(version.current, Filling(given, {}), Sent(sent), reply.uuid)
    proposing.propose(edit, actor=anna)


@pytest.fixture
def erase(adam, django_capture_on_commit_callbacks):
    """Return a function that erases a customer as the page does, files included."""

    def erase(customer: Customer = CUSTOMER, **given: object) -> privacy.Erased:
        with django_capture_on_commit_callbacks(execute=True):
            asked = {"basis": privacy.Basis.REQUEST, "actor": adam} | given
            return privacy.erase(customer, **asked)

    return erase
