"""Erasing a customer: nothing of them is left, and what happened stays provable."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.support.customers import (
    ADDRESS,
    CUSTOMER,
    HELD_AS,
    NAME,
    TICKET,
    listed,
    places_with,
    settle,
    snapshot,
    stored,
    submitted,
)
from tests.support.pages import missing
from thulium_portal.audit import review_index
from thulium_portal.audit.models import AuditContent, AuditEntry, ReviewRow
from thulium_portal.audit.verification_runs import check_record
from thulium_portal.bulk.models import BulkReply
from thulium_portal.canned.models import Proposal
from thulium_portal.lib.full_text import Word
from thulium_portal.privacy import services
from thulium_portal.privacy.customers import Customer, IdentifierKind
from thulium_portal.privacy.inventory import DataInventory
from thulium_portal.privacy.models import LegalHold
from thulium_portal.privacy.services import Basis, Erased, ErasureBlocked
from thulium_portal.quality.models import Assessment
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.review.models import SavedView
from thulium_portal.tickets.index import lists
from thulium_portal.tickets.models import KnownTicket, Presence, Reminder

pytestmark = pytest.mark.django_db

FORM = {"q": ADDRESS, "kind": "address", "basis": "request", "note": "", "confirm": ADDRESS}


def test_nothing_of_the_customer_is_left_anywhere(world, erase):
    assert len(places_with("kvark")) > 40
    done = erase()
    assert places_with("kvark") == []
    assert (done.replies, done.files, done.tickets) == (4, 2, 3)
    assert done.texts > 20


def test_the_others_keep_everything(world, erase):
    erase()
    other = Reply.objects.get(pk=world.other.pk)
    assert other.body == "<p>Paczka dotrze jutro.</p>"
    assert other.customer_email == "jan@przyklad.example"
    about = AuditContent.objects.filter(entry__subject_id=str(other.uuid), field="body_text")
    assert about.get().data == "Paczka dotrze jutro."
    assert SavedView.objects.get().name == "Inni"
    assert KnownTicket.objects.get(pk=99).customer_email == "jan@przyklad.example"
    assert KnownTicket.objects.filter(lists.holding("jan paczka")).count() == 1
    assert BulkReply.objects.get(erased_at=None).body == "<p>Awaria sklepu.</p>"
    assert Reminder.objects.get().ticket_id == Presence.objects.get().ticket_id == 99
    words = [Word("paczka"), Word("dotrze")]
    assert review_index.matching(ReviewRow.objects.all(), words).get().subject_id == str(other.uuid)


def test_what_became_of_the_replies_stays(world, erase, adam):
    before = Reply.objects.get(pk=world.reply.pk)
    erase()
    after = Reply.objects.get(pk=world.reply.pk)
    for name in ("state", "body_sha256", "submitted_at", "wire_at", "agent_login", "ticket_id"):
        assert getattr(after, name) == getattr(before, name)
    assert after.erased_by == adam
    assert Reply.objects.get(pk=world.draft.pk).state == State.CANCELLED
    assert Assessment.objects.get().verdict == "improve"
    assert Proposal.objects.get().state == Proposal.State.DECLINED


def test_the_record_holds_and_tells_of_the_erasure_without_telling_whose(world, erase, adam):
    done = erase(note="sprawa 17")
    entry = AuditEntry.objects.get(action="content.erased")
    facts = json.loads(entry.record)["facts"]
    assert entry.actor == adam
    assert (facts["basis"], facts["replies"], facts["files"]) == ("request", 4, 2)
    assert facts["tickets"] == [TICKET, TICKET + 1]
    assert "17" in entry.contents.get(field="basis").data
    report = check_record(actor=None)
    assert report.broken is None
    assert report.erased == done.texts


def test_erasing_twice_is_nothing(world, erase):
    erase()
    entries = AuditEntry.objects.count()
    assert erase() == Erased()
    assert AuditEntry.objects.count() == entries


def test_a_reply_to_somebody_else_with_the_address_goes_only_if_that_is_wanted(world, erase, anna):
    text = Text(f"<p>Zamówienie złożono z adresu {ADDRESS}.</p>", "HTML")
    other = settle(submitted(anna, snapshot(98, "ola@przyklad.example", "Ola Bor"), text))
    longer = Text(f"<p>Adres x{ADDRESS} jest inny.</p>")
    third = settle(submitted(anna, snapshot(97, "iza@przyklad.example", "Iza Bor"), longer))
    erase()
    assert ADDRESS in Reply.objects.get(pk=other.pk).body
    assert DataInventory(CUSTOMER).elsewhere == [other]
    assert erase(elsewhere=True).replies == 1
    assert Reply.objects.get(pk=other.pk).body == ""
    assert Reply.objects.get(pk=third.pk).body == longer.body


@pytest.mark.parametrize(
    "state", [State.PENDING, State.UNKNOWN, State.NOT_FOUND, State.BLOCKED, State.HELD]
)
def test_a_reply_on_its_way_hinders(world, erase, anna, state):
    waiting = submitted(anna, snapshot(), Text("<p>kvark czeka</p>"))
    Reply.objects.filter(pk=waiting.pk).update(state=state)
    with pytest.raises(ErasureBlocked) as blocked:
        erase()
    assert blocked.value.replies == [waiting]
    assert Reply.objects.get(pk=world.reply.pk).body


@pytest.mark.parametrize("on", HELD_AS.values(), ids=HELD_AS)
def test_a_hold_hinders_until_it_is_lifted(world, erase, adam, on):
    hold = services.place_hold(on, reason="Reklamacja", actor=adam)
    with pytest.raises(ErasureBlocked) as blocked:
        erase()
    assert blocked.value.holds == [hold]
    services.lift_hold(hold, actor=adam)
    erase()
    assert places_with("kvark") == []
    assert LegalHold.objects.filter(customer="", reason="").count() >= 1


def test_a_single_ticket_can_be_erased(world, erase):
    done = erase(Customer(IdentifierKind.TICKET, str(TICKET)))
    assert done.replies == 4
    assert not Reply.objects.filter(ticket_id=TICKET).exclude(body="").exists()
    assert not AuditContent.objects.filter(entry__ticket_id=TICKET).exclude(field="basis").exists()


def test_a_customer_nobody_wrote_to_is_erased_from_the_lists(erase, anna):
    """Their tickets keep their places by number alone: the customer still waits for an answer."""
    waits = {"is_open": True, "waiting_since": timezone.now(), "agent_login": "anna.nowak"}
    listed(7, NAME, ADDRESS.upper(), "Kvark", **waits)
    assert erase() == Erased(tickets=1)
    assert places_with("kvark") == []
    mine = lists.tickets(lists.List.MINE, anna).get()
    assert (mine.pk, mine.subject, mine.customer_name) == (7, "", "")
    assert json.loads(AuditEntry.objects.get().record)["facts"]["tickets_known"] == 1
    assert erase() == Erased()


def test_only_the_row_of_a_ticket_that_went_to_somebody_else_stays(world, erase):
    KnownTicket.objects.filter(pk=TICKET).update(customer_email="nowy@b.example", customer_id=5)
    erase()
    assert KnownTicket.objects.get(pk=TICKET).customer_email == "nowy@b.example"


def test_a_text_for_several_tickets_that_names_them_is_given_up(world, erase):
    erase()
    states = BulkReply.objects.exclude(erased_at=None).values_list("state", "due_at")
    assert list(states) == [("discarded", None)] * 2


def test_a_hold_on_the_address_holds_their_tickets_by_number(erase, adam):
    listed(7, NAME, ADDRESS, "Kvark")
    services.place_hold(CUSTOMER, reason="Reklamacja", actor=adam)
    with pytest.raises(ErasureBlocked):
        erase(Customer(IdentifierKind.TICKET, "7"))
    assert KnownTicket.objects.get().subject == "Kvark"


def test_a_customer_without_an_address_is_known_by_name(erase, anna):
    named = settle(submitted(anna, snapshot(5, "", "Łucja Żak"), Text("<p>Tak.</p>")))
    other = settle(submitted(anna, snapshot(6, "", "Lucja Zak"), Text("<p>Nie.</p>")))
    assert erase(Customer(IdentifierKind.NAME, "ŁUCJA  ŻAK")).replies == 1
    assert Reply.objects.get(pk=named.pk).body == ""
    assert Reply.objects.get(pk=other.pk).body == "<p>Nie.</p>"


def test_a_file_that_another_customer_got_too_stays_for_them(world, erase, anna):
    shared = stored("cennik", "cennik.pdf")
    settle(submitted(anna, snapshot(), Text("<p>kvark</p>"), shared))
    other = settle(submitted(anna, snapshot(7, "a@b.example", "A"), Text("<p>x</p>"), shared))
    erase()
    assert other.attachments.get().name == "cennik.pdf"
    assert [path for path in places_with("cennik") if "attachments/" in path]


def test_many_replies_cost_no_more_questions_to_the_database(erase, anna):
    asked = []
    for number in (2, 12):
        for _ in range(number):
            settle(submitted(anna, snapshot(), Text("<p>kvark</p>")))
        with CaptureQueriesContext(connection) as queries:
            assert erase().replies == number
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_only_administrators_erase_hold_and_look(world, ewa):
    for act in (
        lambda: services.erase(CUSTOMER, basis=Basis.REQUEST, actor=ewa),
        lambda: services.place_hold(CUSTOMER, reason="x", actor=ewa),
        lambda: services.record_search(ADDRESS, found=0, actor=ewa),
    ):
        with pytest.raises(services.PermissionDenied):
            act()
    assert Reply.objects.get(pk=world.reply.pk).body


@pytest.mark.django_db(transaction=True)
def test_on_the_disk_nothing_is_left_either(world, adam):
    """SQLite forgets rows long before it overwrites them; PostgreSQL clears by its own vacuum."""
    assert not database_files() or any("kvark" in text for text in database_files())
    services.erase(CUSTOMER, basis=Basis.REQUEST, actor=adam)
    assert [text for text in database_files() if "kvark" in text] == []
    assert places_with("kvark") == []


def database_files() -> list[str]:
    """Return the database's file and its journal, as text in small letters."""
    if connection.vendor != "sqlite":
        return []
    file = Path(connection.settings_dict["NAME"])
    return [
        path.read_bytes().decode("latin-1").lower()
        for path in (file, file.with_name(f"{file.name}-wal"))
        if path.exists()
    ]


def test_the_page_erases_once_the_words_were_typed_again(world, as_adam):
    typed = FORM | {"confirm": f" {ADDRESS.lower()} "}
    answer = as_adam.post("/privacy/erase/", typed, follow=True)
    assert answer.redirect_chain == [("/privacy/", 302)]
    assert not missing(answer, "Odpowiedzi: 4, pliki: 2", "Usunięto treści")
    assert Reply.objects.get(pk=world.reply.pk).body == ""
    again = as_adam.post("/privacy/erase/", FORM, follow=True).content.decode()
    assert "Nie było już czego usuwać" in again


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"confirm": "zuzanna"}, "Wpisz dokładnie"),
        ({"confirm": ""}, "Wpisz jeszcze raz"),
        ({"basis": ""}, "Wybierz podstawę prawną"),
        ({"basis": "revenge"}, ""),
        ({"note": f"wniosek {ADDRESS.upper()}"}, "bez danych klienta"),
        ({"note": "wniosek (ZUZANNA KVARKOWNA)"}, "bez danych klienta"),
        ({"note": "x" * 301}, "300"),
    ],
)
def test_a_slip_erases_nothing_and_loses_nothing_typed(world, as_adam, typed, words):
    sent = FORM | {"note": "sprawa 17"} | typed
    answer = as_adam.post("/privacy/erase/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    for name in ("note", "confirm"):
        assert f'value="{sent[name]}"' in page or not sent[name]
    assert Reply.objects.get(pk=world.reply.pk).body


def test_what_hinders_is_named_and_nothing_typed_is_lost(world, as_adam, adam, anna):
    waiting = submitted(anna, snapshot(), Text("<p>kvark czeka</p>"))
    services.place_hold(CUSTOMER, reason="Reklamacja 7/26", actor=adam)
    answer = as_adam.post("/privacy/erase/", FORM | {"note": "sprawa 17"})
    assert answer.status_code == 409
    assert not missing(answer, f"/replies/{waiting.uuid}/", "Reklamacja 7/26", 'value="sprawa 17"')
    assert Reply.objects.get(pk=world.reply.pk).body


def test_a_form_that_names_nobody_leads_back_to_the_box(as_adam):
    for path in ("/privacy/erase/", "/privacy/hold/"):
        answer = as_adam.post(path, {"q": "", "kind": ""})
        assert answer.status_code == 422
        assert "Wpisz adres e-mail" in answer.content.decode()


def test_an_erased_entry_says_who_erased_it(world, erase, as_adam):
    erase()
    entry = AuditEntry.objects.get(action="reply.submitted", subject_id=str(world.reply.uuid))
    erasure = AuditEntry.objects.get(action="content.erased")
    page = as_adam.get(f"/audit/{entry.sequence}/").content.decode()
    assert not missing(page, "Tekst usunięto", f"/audit/{erasure.sequence}/")
    page = as_adam.get(f"/audit/{erasure.sequence}/").content.decode()
    assert "odpowiedzi: 4, pliki: 2" in page


def test_the_pages_that_showed_the_reply_still_open(world, erase, as_ewa, sign_in, anna, ewa):
    proposal = Proposal.objects.get()
    erase()
    for person in (anna, ewa):
        client = sign_in(person)
        for path in (
            f"/replies/{world.reply.uuid}/", "/replies/", "/", f"/canned/proposals/{proposal.pk}/",
        ):  # fmt: skip
            assert client.get(path).status_code == 200, path
    assert as_ewa.get("/quality/given/").status_code == 200
    assert NAME not in as_ewa.get("/audit/").content.decode()
