"""The text for all tickets: its canned response, its files, and what is refused at once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from tests.bulk.conftest import BODY, draft, page, places, send
from thulium_portal.bulk.models import BulkReply
from thulium_portal.canned import services as canned
from thulium_portal.canned.validation import ResponseText
from thulium_portal.replies.models import Attachment, Reply
from thulium_portal.replies.states import State
from thulium_portal.storage.models import StoredFile

pytestmark = pytest.mark.django_db


def named(response) -> dict[str, str]:
    """Return the fields that tell which canned response a text started from."""
    version = str(response.current.pk)
    return {"canned_response": str(response.pk), "canned_version": version, "inserted": version}


def test_numbers_and_links_are_taken_as_they_are_pasted(as_anna):
    typed = "1234, #1233\nhttps://demo.thulium.com/panel/tickets/1229\n1234"
    as_anna.post(reverse("bulk:index"), {"tickets": typed})
    bulk = BulkReply.objects.get()
    assert list(bulk.items.values_list("ticket_id", flat=True)) == [1234, 1233, 1229]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Wklej co najmniej jeden numer"),
        ("1234\nabc\n-", "To nie jest numer zgłoszenia: abc, -"),
        ("\n".join(map(str, range(1, 202))), "To 201 zgłoszeń"),
    ],
    ids=["none", "wrong", "many"],
)
def test_what_is_no_list_of_tickets_comes_back(as_anna, typed, words):
    answer = as_anna.post(reverse("bulk:index"), {"tickets": typed})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert words in html
    assert typed.split("\n")[0] in html
    assert not BulkReply.objects.exists()


def test_choosing_the_same_tickets_twice_begins_one(as_anna):
    for _press in range(2):
        as_anna.post(reverse("bulk:index"), {"ticket": ["1234", "1233"]})
    assert BulkReply.objects.count() == 1


def test_an_empty_text_and_a_leftover_are_refused_once_for_all(begin, as_anna):
    as_anna.post(reverse("bulk:index"), {"ticket": ["1234"]})
    bulk = BulkReply.objects.get()
    for body in ("", "<p>Sklep wraca [uzupełnić godzinę].</p>"):
        answer = as_anna.post(page(bulk, "text"), {"body": body, "body_type": "HTML"})
        assert answer.status_code == 422
        assert not Reply.objects.exists()
    fields = {"body": body, "body_type": "HTML", "confirm": "leftover"}
    assert as_anna.post(page(bulk, "text"), fields).status_code == 302


def test_what_was_let_pass_is_not_asked_for_each_ticket(begin, as_anna, work):
    bulk = begin(1234, body="<p>Sklep wraca [uzupełnić godzinę].</p>", confirm="leftover")
    work()
    assert places(as_anna, bulk) == {1234: "going"}


def test_a_typed_text_without_scripts_stays_text(begin, work):
    bulk = begin(1234, body="1 < 2\n\nDo jutra", body_type="PLAIN")
    work()
    assert draft(bulk, 1234).body == "<p>1 &lt; 2</p><p>Do jutra</p>"


def test_each_customer_gets_the_variant_of_their_language(begin, make, ewa, work, as_anna):
    polish = make("Awaria", "<p>Sklep nie działa. {{ podpis }}</p>")
    english = canned.create_response(
        ResponseText("Outage", "<p>The shop is down. {{ signature }}</p>", language="en"),
        variant_of=polish,
        actor=ewa,
    )
    bulk = begin(1234, 1230, body=polish.current.body, **named(polish))
    work()
    assert draft(bulk, 1234).body == "<p>Sklep nie działa. Anna Nowak</p>"
    assert draft(bulk, 1230).body == "<p>The shop is down. Anna Nowak</p>"
    assert draft(bulk, 1230).canned_version == english.current
    send(as_anna, bulk)
    work()
    uses = {reply.canned_response.title for reply in Reply.objects.filter(state=State.PENDING)}
    assert uses == {"Awaria", "Outage"}


def test_a_text_changed_by_hand_goes_to_everyone_and_says_so(begin, make, ewa, work, as_anna):
    polish = make("Awaria", "<p>Sklep nie działa.</p>")
    text = ResponseText("Outage", "<p>The shop is down.</p>", language="en")
    canned.create_response(text, variant_of=polish, actor=ewa)
    bulk = begin(1230, body="<p>Sklep nie działa do 14.</p>", **named(polish))
    work()
    assert draft(bulk, 1230).body == "<p>Sklep nie działa do 14.</p>"
    html = as_anna.get(page(bulk)).content.decode()
    assert "Klient pisze w innym języku" in html


def test_a_file_is_stored_once_and_goes_with_each(begin, as_anna, work, thulium, no_undo_time):
    file = SimpleUploadedFile("plan.pdf", b"%PDF-1.4 plan")
    bulk = begin(1234, 1233, attachments=[file])
    work()
    assert StoredFile.objects.count() == 1
    assert Attachment.objects.count() == 2
    send(as_anna, bulk)
    work()
    names = [[one["filename"] for one in got["attachments"]] for got in thulium.received()]
    assert names == [["plan.pdf"], ["plan.pdf"]]


def test_a_file_taken_out_again_leaves_the_drafts(begin, as_anna, work):
    bulk = begin(1234, attachments=[SimpleUploadedFile("plan.pdf", b"%PDF-1.4 plan")])
    work()
    as_anna.post(page(bulk, "write_again"))
    assert "plan.pdf" in as_anna.get(page(bulk, "text")).content.decode()
    as_anna.post(page(bulk, "text"), {"body": BODY, "body_type": "HTML"})
    work()
    assert not Attachment.objects.exists()
    assert not StoredFile.objects.exists()


def test_the_picker_leaves_placeholders_as_they_are(as_anna, make):
    response = make("Awaria", "<p>{{ powitanie | Dzień dobry }}, sklep nie działa.</p>")
    as_anna.post(reverse("bulk:index"), {"ticket": ["1234"]})
    bulk = BulkReply.objects.get()
    found = as_anna.post(page(bulk, "picker"), {"q": "awaria"}).content.decode()
    assert "{{ powitanie | Dzień dobry }}" in found
    fields = {"insert": response.pk, "body": "<p>Uwaga.</p>", "body_type": "HTML"}
    html = as_anna.post(page(bulk, "insert"), fields).content.decode()
    assert "Uwaga." in html
    assert "{{ powitanie | Dzień dobry }}" in html


def test_a_second_text_brings_no_second_greeting_with_scripts_or_without(as_anna, make):
    closing = "<p>Z poważaniem<br>{{ moje imię i nazwisko }}</p>"
    text = f"<p>{{{{ powitanie | Dzień dobry }}}},</p><p>już działa.</p>{closing}"
    response = make("Działa", text)
    as_anna.post(reverse("bulk:index"), {"ticket": ["1234"]})
    bulk = BulkReply.objects.get()
    fields = {"body": "<p>Dzień dobry,</p><p>awaria.</p><p>Pozdrawiam</p>", "body_type": "HTML"}
    fields["insert"] = str(response.pk)
    told = as_anna.post(page(bulk, "join"), fields).json()
    assert (told["html"], told["above"]) == ("<p>już działa.</p>", "Pozdrawiam")
    assert set(told["left_out"]) == {"greeting", "closing"}
    shown = as_anna.post(page(bulk, "insert"), fields)
    fields["body"] = shown.context["form"]["body"].value()
    assert fields["body"] == "<p>Dzień dobry,</p><p>awaria.</p><p>już działa.</p><p>Pozdrawiam</p>"
    assert "Powitanie i zakończenie pominięto" in shown.content.decode()
    whole = as_anna.post(page(bulk, "insert"), fields | {"insert": f"{response.pk}:whole"})
    assert text in whole.context["form"]["body"].value()
    assert as_anna.post(page(bulk, "join"), fields | {"insert": "0"}).status_code == 404


def test_a_list_costs_as_many_queries_however_long(
    begin, as_anna, work, django_assert_max_num_queries
):
    short, long = begin(1234), begin(1234, 1233, 1229, 1228, 1227)
    work()
    as_anna.get(page(short))
    with django_assert_max_num_queries(25) as few:
        as_anna.get(page(short))
    with django_assert_max_num_queries(len(few)):
        as_anna.get(page(long))


@pytest.mark.parametrize(("own", "language"), [("pl", "en"), ("en", "pl")])
def test_dates_are_in_the_language_of_the_text(own, language, begin, make, work, as_anna, anna):
    anna.language = own
    anna.save()
    response = make("Termin", "<p>{{ today }}, {{ in_3_working_days }}</p>", language=language)
    bulk = begin(1234, body=response.current.body, **named(response))
    work()
    with translation.override(language):
        today = date_format(timezone.localdate(timezone=anna.zone), "DATE_FORMAT")
    assert draft(bulk, 1234).body.startswith(f"<p>{today}, ")


def test_a_language_the_texts_do_not_have_is_told(begin, make, work, as_anna):
    response = make("Awaria", "<p>Sklep nie działa.</p>")
    bulk = begin(1234, body=response.current.body, **named(response))
    work()
    assert "Klient pisze w innym języku" not in as_anna.get(page(bulk)).content.decode()
    bulk.items.update(language="uk")
    assert "Klient pisze w innym języku" in as_anna.get(page(bulk)).content.decode()
