"""The composer's page: reading the ticket, sending, and losing nothing."""

import uuid
from datetime import datetime, timedelta
from unittest.mock import Mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from tests.support.pages import missing, shown
from tests.support.replies import BODY, composed
from thulium_portal.accounts.models import User
from thulium_portal.audit.models import AuditEntry
from thulium_portal.lib.forms import ticket_number
from thulium_portal.lib.html import losses
from thulium_portal.lib.times import clock
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.thulium import MessageKind, TicketMessage
from thulium_portal.tickets import reading, snapshot
from thulium_portal.tickets.models import KnownTicket

pytestmark = pytest.mark.django_db

URL = "/tickets/1234/"


def test_the_page_shows_the_conversation_beside_the_composer(as_anna, thulium):
    page = as_anna.get(URL)
    assert page.status_code == 200
    assert not missing(page, "Gdzie jest moja paczka?", "Maria Wiśniewska", 'name="submission_key"')
    assert page.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_a_customer_without_an_address_is_named_alone(as_anna, thulium):
    head = as_anna.get("/tickets/1218/").content.decode().partition("</h1>")[2].partition("</p>")[0]
    assert "Henryk Woźniak" in head
    assert "·" not in head


def test_the_queries_do_not_grow_with_the_conversation(
    as_anna, thulium, django_assert_max_num_queries
):
    as_anna.get(URL)
    with django_assert_max_num_queries(19):
        as_anna.get(URL)


def test_sending_leads_to_the_reply_page(as_anna, anna, thulium):
    answer = as_anna.post(URL, composed())
    reply = Reply.objects.get()
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/replies/{reply.uuid}/"
    assert (reply.state, reply.author, reply.body) == (State.PENDING, anna, BODY)


def test_what_a_reply_cannot_hold_is_told_when_it_was_taken(as_anna, thulium):
    body = "<div>Dzień dobry,</div><div><font color=red>pilne</font></div>"
    page = as_anna.post(URL, composed(body=body), follow=True)
    assert Reply.objects.get().body == "Dzień dobry,<br>pilne"
    assert [str(told) for told in page.context["messages"]] == [losses.sentence(["colours"])]


def test_posting_the_same_form_twice_leads_to_the_same_reply(as_anna, thulium):
    form = composed()
    first, second = as_anna.post(URL, form), as_anna.post(URL, form)
    assert first.headers["Location"] == second.headers["Location"]
    assert Reply.objects.count() == 1


def test_a_file_added_before_the_second_press_is_kept_with_the_text_and_told(as_anna, thulium):
    key = str(uuid.uuid4())
    as_anna.post(URL, composed(submission_key=key))

    def press(name, content):
        file = SimpleUploadedFile(name, content)
        form = composed(submission_key=key, attachments=[file])
        return as_anna.post(URL, form, follow=True)

    page = press("faktura.pdf", b"%PDF-1.4 faktura")
    assert "za drugim razem" in " ".join(map(str, page.context["messages"]))
    sent, draft = Reply.objects.order_by("pk")
    assert (sent.state, draft.state) == (State.PENDING, State.DRAFT)
    assert [file.name for file in draft.attachments.all()] == ["faktura.pdf"]
    assert sent.attachments.count() == 0


def test_the_same_file_pressed_twice_is_sent_once(as_anna, thulium):
    key = str(uuid.uuid4())
    for name in ("faktura.pdf", "faktura.pdf"):
        file = SimpleUploadedFile(name, b"%PDF-1.4 faktura")
        as_anna.post(URL, composed(submission_key=key, attachments=[file]))
    (reply,) = Reply.objects.all()
    assert reply.attachments.count() == 1
    other = SimpleUploadedFile("faktura.pdf", b"%PDF-1.4 poprawi")
    as_anna.post(URL, composed(submission_key=key, attachments=[other]))
    assert Reply.objects.count() == 2  # as long and called the same, but another file


def test_plain_text_keeps_typed_angle_brackets(as_anna, thulium):
    as_anna.post(URL, composed(body="cena < 100 zł\r\n<b>nie gruby</b>", body_type="PLAIN"))
    assert Reply.objects.get().body == "cena < 100 zł\n<b>nie gruby</b>"


def test_an_absent_body_type_means_html_as_in_the_api(as_anna, thulium):
    form = composed(body="<p>Ala</p><script>alert(1)</script>")
    del form["body_type"]
    as_anna.post(URL, form)
    reply = Reply.objects.get()
    assert (reply.body_type, reply.body) == ("HTML", "<p>Ala</p>")


@pytest.mark.parametrize("body", ["", "   ", "<p></p>", "<p>&nbsp;</p>"])
def test_an_empty_reply_is_refused_at_its_field(as_anna, thulium, body):
    answer = as_anna.post(URL, composed(body=body))
    assert answer.status_code == 422
    assert answer.context["form"].errors["body"]
    assert not Reply.objects.exists()


def test_a_blank_left_open_stops_the_send_and_is_named(as_anna, thulium):
    body = "<p>Zamówienie {{ numer zamówienia }} wysłane.</p>"
    answer = as_anna.post(URL, composed(body=body))
    assert answer.status_code == 422
    assert "numer zamówienia" in str(answer.context["form"].errors["body"])
    assert not missing(answer, "wysłane.")
    assert not Reply.objects.exists()


def test_a_refused_form_comes_back_with_its_text(as_anna, thulium):
    answer = as_anna.post(URL, composed(body="<p>Tekst {{ luka }}</p>", send_at="kiedyś"))
    assert answer.status_code == 422
    assert "Tekst" in answer.content.decode()
    assert set(answer.context["form"].errors) == {"body", "send_at"}


@pytest.mark.parametrize(
    "send_at",
    [
        "2020-01-01T10:00",
        "2026-02-30T10:00",
        "jutro",
        "2126-01-01T10:00",
        "0001-01-01T00:00",
        "9999-12-31T23:59",
    ],
)
def test_an_impossible_time_is_refused(as_anna, thulium, send_at):
    answer = as_anna.post(URL, composed(send_at=send_at))
    assert answer.status_code == 422
    assert answer.context["form"].errors["send_at"]


def test_an_hour_skipped_by_the_clock_change_is_refused(sign_in, anna, thulium, time_machine):
    time_machine.move_to("2027-03-01T12:00:00+00:00")
    answer = sign_in(anna).post(URL, composed(send_at="2027-03-28T02:30"))
    assert answer.status_code == 422


def test_send_later_waits_for_the_persons_own_time(as_anna, anna, thulium):
    when = (timezone.localtime(timezone.now(), anna.zone) + timedelta(days=2)).replace(
        second=0, microsecond=0, tzinfo=None
    )
    as_anna.post(URL, composed(send_at=when.isoformat()))
    reply = Reply.objects.get()
    assert reply.scheduled
    assert reply.not_before == when.replace(tzinfo=anna.zone)


def test_a_person_without_agent_login_can_write_but_not_send(as_nowy, thulium):
    assert as_nowy.get(URL).context["can_send"] is False
    answer = as_nowy.post(URL, composed())
    assert answer.status_code == 422
    assert "paczka wyszła dzisiaj" in answer.content.decode()
    assert not Reply.objects.exists()


def test_an_unknown_ticket_is_explained(as_anna, thulium):
    answer = as_anna.get("/tickets/999999/")
    assert answer.status_code == 404
    assert answer.context["problem"].kind == "not_found"
    title = "Nie ma zgłoszenia 999999"
    assert answer.content.decode().count(title) == 2  # in the window's title and the heading
    assert (
        shown(answer, "Odpowiedź na zgłoszenie", "js/compose.js", "#id_body", 'name="body"') == []
    )


def test_a_text_for_a_ticket_that_is_gone_stays_in_sight(as_nowy, thulium):
    page = as_nowy.post("/tickets/999999/", composed())
    words = ["Nie ma zgłoszenia 999999", "js/compose.js", "#id_body", 'name="body"']
    assert missing(page, *words, "paczka wyszła dzisiaj") == []


@pytest.mark.parametrize("address", ["/tickets/abc/", "/tickets/0/", f"/tickets/{10**20}/"])
def test_a_ticket_number_that_is_no_number_is_explained(as_anna, address):
    answer = as_anna.get(address)
    assert answer.status_code == 404
    assert "replies/no_number.html" in [template.name for template in answer.templates]


def test_without_a_connection_the_composer_stays(as_anna, thulium):
    thulium.fail_next("down", times=100)
    answer = as_anna.get(URL)
    assert answer.status_code == 200
    assert answer.context["problem"].kind == "unreachable"
    assert 'name="body"' in answer.content.decode()


@pytest.fixture
def indexed(db):
    return KnownTicket.objects.create(
        ticket_id=1234,
        subject="Pytanie <o> paczkę",
        customer_name="Maria Wiśniewska",
        customer_email="maria@example.com",
        status_name="Nowe",
        read_at=timezone.now() - timedelta(days=40),
    )


def test_without_a_connection_the_head_is_what_the_index_knows(as_anna, thulium, indexed):
    thulium.fail_next("down", times=100)
    page = as_anna.get(URL)
    words = ["<bdi>Pytanie &lt;o&gt; paczkę</bdi>", "<bdi>Maria Wiśniewska</bdi>"]
    as_of = f"stan z {clock(indexed.read_at)}"
    assert missing(page, *words, "<bdi>maria@example.com</bdi>", "<bdi>Nowe</bdi>", as_of) == []
    assert shown(page, "data-conversation") == []
    assert page.context["form"]["snapshot"].value() == ""


def test_what_was_read_just_now_is_not_marked(as_anna, thulium, indexed):
    page = as_anna.get(URL)
    assert shown(page, "data-as-of", "Pytanie &lt;o&gt; paczkę") == []


def test_wrong_credentials_are_not_called_the_persons_own(as_anna, thulium, settings):
    settings.THULIUM_API_PASSWORD = "inne"
    answer = as_anna.get(URL)
    assert answer.context["problem"].kind == "credentials"


def test_the_draft_is_there_when_the_person_comes_back(as_anna, thulium):
    key = str(uuid.uuid4())
    saved = as_anna.post(
        f"{URL}draft/", composed(submission_key=key, body="<p>Zaczęte zdanie</p>", revision="0")
    )
    assert saved.json()["saved"] is True
    page = as_anna.get(URL)
    assert "Zaczęte zdanie" in page.content.decode()
    assert str(page.context["form"]["submission_key"].value()) == key


def test_a_submitted_key_is_never_offered_again(as_anna, thulium):
    form = composed()
    as_anna.post(URL, form)
    offered = as_anna.get(URL).context["form"]["submission_key"].value()
    assert str(offered) != form["submission_key"]


def test_files_are_stored_with_their_names(as_anna, thulium):
    file = SimpleUploadedFile("Etykieta zwrotna – żółw.pdf", b"%PDF-1.4 tresc")
    as_anna.post(URL, composed(attachments=[file]))
    kept = Reply.objects.get().attachments.get()
    assert (kept.name, kept.size) == ("Etykieta zwrotna – żółw.pdf", 14)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("pusty.pdf", b""),
        ("program.exe", b"MZ123"),
        ("faktura.pdf.js", b"x"),
        ("obraz.svg", b"<svg/>"),
    ],
)
def test_a_file_that_cannot_go_is_named_and_the_text_is_kept(as_anna, thulium, name, data):
    answer = as_anna.post(URL, composed(attachments=[SimpleUploadedFile(name, data)]))
    assert answer.status_code == 422
    assert name in str(answer.context["form"].errors["attachments"])
    assert "paczka wyszła dzisiaj" in answer.content.decode()
    assert not Reply.objects.exists()


def test_a_file_over_the_limit_is_refused(as_anna, thulium, settings):
    settings.MAX_ATTACHMENT_MB = 1
    big = SimpleUploadedFile("duzy.pdf", b"x" * (1024 * 1024 + 1))
    answer = as_anna.post(URL, composed(attachments=[big]))
    assert "duzy.pdf" in str(answer.context["form"].errors["attachments"])


def test_a_reply_knows_since_when_its_customer_waits(as_anna, thulium):
    view = reading.load(1234, User())
    assert isinstance(view, reading.TicketView)
    as_anna.post(URL, composed(snapshot=view.snapshot.sign()))
    assert Reply.objects.get().waiting_since in [
        message.at for message in view.messages if message.kind == "mail"
    ]


def _message(kind: MessageKind, minute: int) -> TicketMessage:
    at = datetime.fromisoformat(f"2026-07-01 12:{minute:02}")
    return TicketMessage(minute, kind, "", "", "", "", at)


@pytest.mark.parametrize(
    ("kinds", "minute"),
    [("m", 0), ("mm", 0), ("mr", None), ("mrm", 2), ("mcm", 0), ("mrmm", 2), ("c", None)],
)
def test_the_waiting_begins_with_the_first_message_nobody_answered(kinds, minute):
    kind_of = {"m": MessageKind.MAIL, "r": MessageKind.REPLY, "c": MessageKind.COMMENT}
    messages = [_message(kind_of[kind], at) for at, kind in enumerate(kinds)]
    since = snapshot.waiting_since(messages)
    assert (since.minute if since else None) == minute


def test_the_snapshot_cannot_be_altered(anna):
    signed = snapshot.Snapshot(1234, customer_name="Maria", last_message_id=9).sign()
    assert snapshot.read_snapshot(signed, ticket_id=1234).customer_name == "Maria"
    assert not snapshot.read_snapshot(signed + "x", ticket_id=1234).is_known
    assert not snapshot.read_snapshot(signed, ticket_id=1235).is_known


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1234", 1234), (" #1234 ", 1234), ("Zgłoszenie 1234", 1234),
        ("https://shop.thulium.com/panel/tickets/1234", 1234),
        ("https://shop.thulium.com/#/tickets/view/1234", 1234),
        ("https://shop.thulium.com/ticket?id=1234", 1234), ("", None), ("abc", None),
        ("12 34", None), ("0", None), ("9" * 20, None),
    ],
)  # fmt: skip
def test_a_ticket_is_found_in_what_was_typed_or_pasted(typed, number):
    assert ticket_number(typed) == number


def test_opening_by_number_leads_to_the_ticket(as_anna):
    answer = as_anna.get(reverse("desk:open"), {"q": "#1234"})
    assert answer.headers["Location"] == URL


def test_the_picker_fills_for_this_ticket_and_person(as_anna, make, thulium):
    blanks = "{{ customer_name | brak }}, zgłoszenie {{ ticket_number }}, {{ my_name }}"
    make("Opóźnienie", f"<p>Klient: {blanks}</p>")
    snapshot = as_anna.get(URL).context["form"]["snapshot"].value()
    page = as_anna.post(f"{URL}canned/", {"q": "opozn", "snapshot": snapshot})
    [found] = page.context["results"]
    assert "Klient: Maria Wiśniewska, zgłoszenie 1234, Anna Nowak" in found.html


def test_inserting_without_scripts_keeps_what_was_typed(as_anna, thulium, demo_responses):
    first = as_anna.post(f"{URL}canned/", {"q": ""}).context["results"][0]
    page = as_anna.post(
        f"{URL}insert/",
        composed(body="Już napisane.", body_type="PLAIN", insert=str(first.response.pk)),
    )
    body = page.context["form"]["body"].value()
    assert body.startswith("Już napisane.\n\n")
    assert len(body) > 30


def test_a_discarded_draft_is_gone_from_the_desk_and_kept_in_the_record(as_anna, anna, thulium):
    as_anna.post(f"{URL}draft/", composed(body="<p>Jednak nie</p>", revision="0"))
    as_anna.post(f"{URL}discard/")
    assert not Reply.objects.drafts_of(anna).exists()
    entry = AuditEntry.objects.get(action="draft.discarded")
    assert entry.contents.get(field="body").data == "<p>Jednak nie</p>"


def test_a_page_can_ask_whether_its_person_is_still_signed_in(as_anna, client):
    assert as_anna.get("/session/").status_code == 204
    assert client.get("/session/", headers={"HX-Request": "true"}).status_code == 401


def test_a_draft_of_a_session_that_ended_is_answered_so_that_the_page_can_say_so(client):
    answer = client.post(f"{URL}draft/", composed(), headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.json()["saved"] is False


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        ("thulium_portal.replies.services.submit", OperationalError("database is locked")),
        ("thulium_portal.storage.services.store", OSError(28, "No space left on device")),
    ],
)
def test_what_could_not_be_stored_is_not_called_on_its_way(
    as_anna, thulium, monkeypatch, place, fault
):
    monkeypatch.setattr(place, Mock(side_effect=fault))
    file = SimpleUploadedFile("etykieta.pdf", b"%PDF-1.4")
    answer = as_anna.post(URL, composed(attachments=[file]))
    assert answer.status_code == 503
    assert not missing(answer, "nie jest ona w drodze", "paczka wyszła dzisiaj")
    assert not shown(answer, "locked")
    assert not Reply.objects.exclude(state=State.DRAFT).exists()


def test_a_draft_that_could_not_be_stored_says_where_the_text_is(as_anna, thulium, monkeypatch):
    fault = OperationalError("database is locked")
    monkeypatch.setattr("thulium_portal.replies.drafts.save", Mock(side_effect=fault))
    answer = as_anna.post(f"{URL}draft/", composed(revision="0"))
    assert answer.status_code == 503
    assert answer.json()["saved"] is False
    assert "na tym komputerze" in answer.json()["label"]


LAW = "Masz 14 dni na odstąpienie od umowy."


@pytest.fixture
def with_passage(make):
    """A canned response with a passage that must stay."""
    body = f"<p>Dzień dobry,</p><p>{LAW}</p>"
    return make("Zwrot", body, must_keep=(LAW,))


def test_a_changed_must_keep_passage_asks_for_a_reason(as_anna, thulium, with_passage):
    body = "<p>Dzień dobry,</p><p>Masz 30 dni na odstąpienie od umowy.</p>"
    form = composed(body=body, canned_response=with_passage.pk)
    answer = as_anna.post(URL, form)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert LAW in page
    assert not missing(page, "Masz 30 dni", 'name="keep_reason"')
    assert not Reply.objects.exists()


def test_a_reason_lets_it_go_and_stands_in_the_record(as_anna, thulium, with_passage):
    body, reason = "<p>Masz 30 dni na odstąpienie od umowy.</p>", "Promocja: 30 dni."
    form = composed(body=body, canned_response=with_passage.pk, keep_reason=reason)
    assert as_anna.post(URL, form).status_code == 302
    assert Reply.objects.get().keep_reason == reason
    entry = AuditEntry.objects.get(action="reply.submitted")
    assert entry.contents.get(field="keep_reason").data == reason
    assert reason not in entry.record


def test_a_kept_passage_needs_no_reason_and_keeps_none(as_anna, thulium, with_passage):
    body = f"<p>Dzień dobry Pani Mario,</p><p>{LAW}</p>"
    form = composed(body=body, canned_response=with_passage.pk, keep_reason="zbędny")
    assert as_anna.post(URL, form).status_code == 302
    assert Reply.objects.get().keep_reason == ""


def test_the_reason_comes_back_with_an_undone_reply(as_anna, anna, thulium, with_passage):
    form = composed(body="<p>30 dni</p>", canned_response=with_passage.pk, keep_reason="Promocja")
    as_anna.post(URL, form)
    as_anna.post(f"/replies/{Reply.objects.get().uuid}/undo/")
    assert Reply.objects.drafts_of(anna).get().keep_reason == "Promocja"
    assert "Promocja" in as_anna.get(URL).content.decode()
