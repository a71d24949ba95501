"""A customer of whom something is held wherever the portal can hold anything.

Every word of theirs has “kvark” in it, so that a search through everything finds what was left.
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from thulium_portal import storage
from thulium_portal.accounts.models import User
from thulium_portal.canned import services as canned
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.proposals import services as proposing
from thulium_portal.canned.proposals.services import Edit
from thulium_portal.canned.search import picker
from thulium_portal.canned.validation import ResponseText
from thulium_portal.lib.folding import fold
from thulium_portal.lib.stems import stems_of
from thulium_portal.privacy import services as privacy
from thulium_portal.privacy.customers import Customer, Kind
from thulium_portal.quality import services as quality
from thulium_portal.replies import drafts, services
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Attachment, DeliveryAttempt, Reply
from thulium_portal.replies.services import Submission
from thulium_portal.replies.states import State
from thulium_portal.review import services as review
from thulium_portal.review.exports import jobs
from thulium_portal.review.models import ExportJob
from thulium_portal.tickets.snapshot import Snapshot

ADDRESS = "Zuzanna.Kvark@przyklad.example"
NAME = "Zuzanna Kvarkówna"
TICKET = 4321
CUSTOMER = Customer(Kind.ADDRESS, ADDRESS)


def snapshot(ticket_id: int = TICKET, email: str = ADDRESS, name: str = NAME) -> Snapshot:
    """What was known of the customer's ticket."""
    question = stems_of("kvarkowe pytanie o paczkę")
    subject = "Kvarkowy temat" if email == ADDRESS else "Temat"
    return Snapshot(
        ticket_id, subject, name, customer_email=email, question=question, last_message_id=1
    )


def stored(words: str, name: str = "kvark.pdf") -> storage.StoredFile:
    return storage.store(SimpleUploadedFile(name, words.encode()))


def submitted(author: User, known: Snapshot, text: Text, *files: storage.StoredFile) -> Reply:
    submission = Submission(uuid.uuid4(), text, known, files=files)
    return services.submit(submission, actor=author).reply


def settle(reply: Reply, state: State = State.CONFIRMED) -> Reply:
    """Let a reply be settled, as the worker would have."""
    Reply.objects.filter(pk=reply.pk).update(
        state=state, settled_at=timezone.now(), wire_at=timezone.now(), next_check_at=None
    )
    reply.refresh_from_db()
    return reply


@pytest.fixture
def version(ewa: User, adam: User) -> CannedResponse:
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
def world(anna: User, ewa: User, adam: User, version: CannedResponse) -> World:
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
    other = submitted(
        anna, snapshot(99, "jan@przyklad.example", "Jan Lis"), Text("<p>Paczka dotrze jutro.</p>")
    )
    return World(reply, draft, settle(other))


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
    DeliveryAttempt.objects.create(
        reply=reply,
        number=1,
        claim=uuid.uuid4(),
        worker="w",
        started_at=timezone.now(),
        reason_detail="Kvark has left",
    )
    reply.refresh_from_db()
    return reply


def _drafts(anna: User) -> Reply:
    """Leave one discarded draft, one kept apart, and one that waits to be gone on with."""
    gone = drafts.save(
        Text("<p>kvark wyrzucony</p>"),
        snapshot=snapshot(),
        key=uuid.uuid4(),
        revision=0,
        actor=anna,
    ).draft
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
    edit = Edit(
        version.current, "<p>Dzień dobry, paczka.</p>", "<p>Dzień dobry, kvark.</p>", reply.uuid
    )
    proposing.propose(edit, actor=anna)


def places_with(word: str) -> list[str]:
    """Return where *word* stands in the database and the files, whatever its case and accents."""
    return [*_columns_with(word), *_files_with(word)]


def _columns_with(word: str) -> Iterator[str]:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    text = bytes(value).decode(errors="replace") if _is_raw(value) else str(value)
                    if word in fold(text):
                        yield f"{table}.{name}: {text[:60]}"


def _is_raw(value: object) -> bool:
    return isinstance(value, bytes | memoryview)


def _files_with(word: str) -> Iterator[str]:
    folder: Path = storage.directory().parent
    for path in folder.rglob("*"):
        if path.is_file() and word.encode() in path.read_bytes():
            yield str(path.relative_to(folder))


@pytest.fixture
def erase(
    adam: User, django_capture_on_commit_callbacks: Callable[..., object]
) -> Callable[..., privacy.Erased]:
    """Return a function that erases a customer as the page does, files included."""

    def erase(customer: Customer = CUSTOMER, **given: object) -> privacy.Erased:
        with django_capture_on_commit_callbacks(execute=True):
            return privacy.erase(
                customer, **{"basis": privacy.Basis.REQUEST, "actor": adam} | given
            )

    return erase
