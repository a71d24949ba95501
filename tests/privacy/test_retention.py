"""Retention: what is too old goes, what is held or not settled stays, and a run is recorded."""

import json
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from tests.support.customers import (
    ADDRESS,
    CUSTOMER,
    HELD_AS,
    TICKET,
    listed,
    places_with,
    settle,
    snapshot,
    stored,
    submitted,
)
from thulium_portal.audit.models import AuditContent, AuditEntry
from thulium_portal.audit.verification_runs import check_record
from thulium_portal.operations.housekeeping import Housekeeping
from thulium_portal.privacy import retention, services
from thulium_portal.privacy.customers import Customer, IdentifierKind
from thulium_portal.privacy.retention import Amounts
from thulium_portal.replies import drafts
from thulium_portal.replies.delivery import circuit_breaker
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Attachment, Reply, ThuliumConnection
from thulium_portal.replies.states import State
from thulium_portal.review import services as review
from thulium_portal.tickets.models import KnownTicket

pytestmark = pytest.mark.django_db


@pytest.fixture
def keep(settings):
    """Return a function that sets how many days each kind is kept."""

    def keep(*, texts=0, files=0, access=0, tickets=0):
        settings.RETENTION_TEXTS_DAYS = texts
        settings.RETENTION_FILES_DAYS = files
        settings.RETENTION_ACCESS_DAYS = access
        settings.RETENTION_TICKETS_DAYS = tickets

    return keep


def age(reply: Reply, days: int) -> Reply:
    """Let a reply have been settled *days* ago."""
    Reply.objects.filter(pk=reply.pk).update(settled_at=timezone.now() - timedelta(days=days))
    return reply


def body(reply: Reply) -> str:
    return Reply.objects.get(pk=reply.pk).body


@pytest.fixture
def old(anna):
    """Return a reply settled 100 days ago, with a file."""
    text = Text("<p>kvark dawno</p>")
    return age(settle(submitted(anna, snapshot(), text, stored("kvark"))), 100)


def test_everything_is_kept_for_ever_where_that_is_wanted(old, keep, capsys):
    keep()
    call_command("prune_data")
    assert "kept for ever" in capsys.readouterr().out
    assert body(old)
    assert not AuditEntry.objects.filter(action="data.pruned").exists()


def test_texts_go_when_their_time_is_over_and_files_with_them(old, keep, anna):
    new = age(settle(submitted(anna, snapshot(77), Text("<p>nowa</p>"))), 89)
    keep(texts=90)
    assert retention.prune() == Amounts(texts=1, files=1)
    assert body(old) == ""
    assert body(new) == "<p>nowa</p>"
    assert old.attachments.get().name == ""
    assert not AuditContent.objects.filter(entry__subject_id=str(old.uuid)).exists()
    assert check_record(actor=None).broken is None


def test_files_may_go_before_the_texts(old, keep):
    keep(texts=200, files=90)
    assert retention.prune() == Amounts(files=1)
    assert old.attachments.get().file.path == ""
    assert body(old)


def test_the_run_is_one_entry_with_counts(old, keep):
    keep(texts=30, files=40, access=50)
    retention.prune()
    entry = AuditEntry.objects.get(action="data.pruned")
    facts = json.loads(entry.record)["facts"]
    assert (facts["replies"], facts["files"], facts["texts"]) == (1, 1, 0)
    assert (facts["texts_days"], facts["files_days"], facts["access_days"]) == (30, 40, 50)
    retention.prune()
    assert AuditEntry.objects.filter(action="content.erased").count() == 1


@pytest.mark.parametrize(
    "left",
    [
        {"state": State.PENDING}, {"state": State.UNKNOWN}, {"state": State.NOT_FOUND},
        {"state": State.BLOCKED}, {"state": State.HELD},
        {"state": State.SENT, "next_check_at": timezone.now()},
        {"state": State.CONFIRMED, "status_due_at": timezone.now()}, {"state": State.DRAFT},
    ],
    ids=lambda left: str(left["state"]),
)  # fmt: skip
def test_what_is_not_settled_stays_however_old(old, keep, left):
    Reply.objects.filter(pk=old.pk).update(**left)
    keep(texts=30, files=30)
    assert retention.prune() == Amounts()
    assert body(old)


@pytest.mark.parametrize("on", HELD_AS.values(), ids=HELD_AS)
def test_what_is_held_stays_however_old(old, keep, adam, on):
    review.record_search("replies", {"q": ADDRESS, "ticket": TICKET}, actor=adam)
    hold = services.place_hold(on, reason="x", actor=adam)
    keep(texts=30, files=30, access=1)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert retention.prune() == Amounts()
        services.lift_hold(hold, actor=adam)
        assert retention.prune() == Amounts(texts=1, files=1, access=1)


def test_traces_of_access_go_and_the_entries_stay(keep, adam, ewa):
    review.record_search("replies", {"q": "kvark"}, actor=ewa)
    services.record_search("kvark", found=1, actor=adam)
    keep(access=30)
    with time_machine.travel(timezone.now() + timedelta(days=29)):
        assert retention.prune() == Amounts()
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert retention.prune() == Amounts(access=2)
    assert places_with("kvark") == []
    assert AuditEntry.objects.filter(action="audit.searched", actor=ewa).exists()
    assert check_record(actor=None).broken is None


def test_many_go_in_batches(old, keep, anna, monkeypatch):
    for number in range(4):
        age(settle(submitted(anna, snapshot(number + 1), Text("<p>x</p>"))), 100)
    monkeypatch.setattr(retention, "BATCH", 2)
    keep(texts=30)
    steps: list[int] = []
    assert retention.prune(steps.append).texts == 5
    assert steps == [1, 2, 2, 1]  # a file, then the texts


def test_check_tells_what_would_go_and_erases_nothing(old, keep, capsys):
    keep(texts=30, files=30)
    call_command("prune_data", "--check")
    told = (
        "texts of 1 replies, 1 files, traces of 0 sign-ins, searches and views, "
        "0 closed tickets of the lists."
    )
    assert capsys.readouterr().out == f"Would be erased: {told}\n"
    assert body(old)
    call_command("prune_data")
    told = capsys.readouterr()
    assert told.out.startswith("Erased: texts of 1 replies, 1 files")
    assert "2/2" in told.err
    assert body(old) == ""
    assert '"kind":"cli"' in AuditEntry.objects.get(action="data.pruned").record


def test_the_worker_does_it_every_night_in_the_portals_own_name(old, keep, capsys):
    keep(texts=30)
    circuit_breaker.pulse()
    with time_machine.travel("2030-01-02 03:00 +01:00"):
        ThuliumConnection.objects.update(nightly_at=None)
        Housekeeping().run_if_due()
    assert body(old) == ""
    assert '"kind":"system"' in AuditEntry.objects.get(action="data.pruned").record
    assert capsys.readouterr().out == ""


def test_the_page_lists_nights_that_took_something(old, keep, as_adam):
    keep(texts=200)
    retention.prune()
    assert "Usunięto dawne teksty" not in as_adam.get("/privacy/").content.decode()
    keep(texts=30)
    retention.prune()
    assert "Usunięto dawne teksty" in as_adam.get("/privacy/").content.decode()


def test_its_page_says_that_the_time_was_over(old, keep, as_anna):
    keep(texts=30)
    retention.prune()
    page = as_anna.get(f"/replies/{old.uuid}/").content.decode()
    assert "gdy minął okres przechowywania" in page


@pytest.fixture
def closed():
    """Return a ticket of the lists that was closed and last changed 100 days ago."""
    ago = timezone.now() - timedelta(days=100)
    return listed(7, "Ola Bor", ADDRESS, "Kvark", is_open=False, changed_at=ago)


def test_tickets_closed_long_ago_leave_the_lists_without_a_word_in_the_record(
    closed, keep, django_capture_on_commit_callbacks
):
    ago = timezone.now() - timedelta(days=89)
    listed(8, "Jan Lis", "jan@b.example", "Nowsze", is_open=False, changed_at=ago)
    listed(9, "Iza Bor", "iza@b.example", "Otwarte", changed_at=closed.changed_at)
    listed(10, "Bez daty", "x@b.example", "Kvark", is_open=False, read_at=closed.changed_at)
    keep(tickets=90)
    with django_capture_on_commit_callbacks(execute=True):
        assert retention.prune() == Amounts(tickets=2)
    assert set(KnownTicket.objects.values_list("pk", flat=True)) == {8, 9}
    assert places_with("kvark") == []
    assert not AuditEntry.objects.filter(action="data.pruned").exists()


def test_ninety_days_unless_told_otherwise(closed, settings):
    assert settings.RETENTION_TICKETS_DAYS == 90
    assert retention.due() == Amounts(tickets=1)


@pytest.mark.parametrize(
    "on", [CUSTOMER, Customer(IdentifierKind.TICKET, "7")], ids=["address", "ticket"]
)
def test_a_closed_ticket_that_is_held_stays(closed, keep, adam, on):
    services.place_hold(on, reason="x", actor=adam)
    keep(tickets=90)
    assert retention.prune() == Amounts()


@pytest.fixture
def thrown_away(anna):
    """Return a draft with a file that its author discarded."""
    saved = drafts.save(
        Text("<p>kvark</p>"), snapshot=snapshot(), key=uuid.uuid4(), revision=0, actor=anna
    )
    Attachment.objects.create(reply=saved.draft, **vars(stored("kvark")))
    drafts.discard(saved.draft, actor=anna)
    saved.draft.refresh_from_db()
    return saved.draft


def test_files_of_a_discarded_draft_go_after_a_day_and_its_text_stays_in_the_record(
    thrown_away, anna, django_capture_on_commit_callbacks
):
    assert retention.erase_discarded_files() == 0
    age(thrown_away, 2)
    path = thrown_away.attachments.get().file.path
    with django_capture_on_commit_callbacks(execute=True):
        assert retention.erase_discarded_files() == 1
    assert not default_storage.exists(path)
    assert thrown_away.attachments.get().name == ""
    assert AuditContent.objects.get(field="body").data == "<p>kvark</p>"
    # Without its files it is not brought back as if nothing were missing.
    assert drafts.bring_back(thrown_away, actor=anna) is None


def test_files_of_a_discarded_draft_stay_while_they_are_held(thrown_away, adam):
    services.place_hold(HELD_AS["address"], reason="spór", actor=adam)
    age(thrown_away, 2)
    assert retention.erase_discarded_files() == 0


def test_files_that_a_draft_brought_back_has_stay(thrown_away, anna):
    back = drafts.bring_back(thrown_away, actor=anna)
    age(thrown_away, 2)
    assert retention.erase_discarded_files() == 1
    assert back.attachments.get().file.is_whole()
