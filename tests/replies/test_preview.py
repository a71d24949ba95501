"""The preview of a reply: exactly what would leave, with nothing stored and nothing lost."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.support.pages import missing, shown
from tests.support.replies import composed
from thulium_portal.audit.models import AuditEntry
from thulium_portal.lib.html.mail_frame import mail_frame
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.signatures.models import StandingText
from thulium_portal.signatures.services import Wording, save
from thulium_portal.storage.models import StoredFile
from thulium_portal.tickets import statuses

pytestmark = pytest.mark.django_db

ADDRESS = "/tickets/1234/preview/"
RICH = (
    "<h2>Zwrot</h2><p>Dzień dobry, <strong>Pani Mario</strong>.</p>"
    "<ul><li><p>jeden</p></li><li><p>dwa</p></li></ul>"
    '<p>Zobacz <a href="https://example.org/zwroty?a=1&amp;b=2">zasady zwrotów</a>.</p>'
    "<table><tbody><tr><th><p>Rzecz</p></th><th><p>Cena</p></th></tr>"
    "<tr><td><p>But</p></td><td><p>120 zł</p></td></tr></tbody></table>"
    "<blockquote><p>Gdzie jest paczka?</p></blockquote>"
    '<p onclick="alert(1)">Pozdrawiam<script>alert(1)</script></p>'
)
PLAIN = "Dzień dobry,\n\n  <b>to nie jest pogrubienie</b> & tak\n> cytat\n\nAnna"


def test_formatted_text_is_what_goes_over_the_wire(as_anna, thulium, no_undo_time, work):
    page = as_anna.post(ADDRESS, composed(RICH))
    as_anna.post("/tickets/1234/", composed(RICH))
    work()
    (received,) = thulium.received(1234)
    (document,) = re.findall(r'srcdoc="([^"]*)"', page.content.decode())
    assert html.unescape(document) == mail_frame(received["body"])
    assert "<script" not in received["body"]
    assert missing(received["body"], "<table>", "<li>", "https://example.org/zwroty") == []


@pytest.mark.parametrize("body", ["<p>Tak.</p>", "<p>Tak, {{ imie }}.</p>"])
@pytest.mark.parametrize("body_type", ["HTML", "PLAIN"])
def test_the_signature_stands_below_once_whatever_is_complained_of(
    as_anna, anna, ewa, thulium, body, body_type
):
    wording = Wording("signature", "<p>Zespół sklepu</p>")
    save(wording, row=None, whose=None, actor=ewa)
    signature = StandingText.objects.get().pk
    fields = composed(body, body_type=body_type, signature=signature)
    page = as_anna.post(ADDRESS, fields, headers={"HX-Request": "true"}).content.decode()
    assert page.count("Zespół sklepu") == 1


def test_plain_text_is_what_goes_over_the_wire(as_anna, thulium, no_undo_time, work):
    page = as_anna.post(ADDRESS, composed(PLAIN, body_type="PLAIN"))
    as_anna.post("/tickets/1234/", composed(PLAIN, body_type="PLAIN"))
    work()
    (received,) = thulium.received(1234)
    (body,) = re.findall(r"<pre [^>]*>(.*?)</pre>", page.content.decode(), re.DOTALL)
    assert html.unescape(body) == received["body"] == PLAIN
    assert received["body_type"] == "PLAIN"
    assert "srcdoc" not in page.content.decode()


@pytest.mark.parametrize("person", ["anna", "nowy", "ewa", "adam"])
def test_everybody_who_writes_sees_it_and_nothing_is_stored(request, sign_in, thulium, person):
    client = sign_in(request.getfixturevalue(person))
    before = AuditEntry.objects.count()
    file = SimpleUploadedFile("umowa.pdf", b"%PDF-1.4 umowa")
    page = client.post(ADDRESS, composed("<p>Umowa w załączeniu.</p>", attachments=file))
    assert (page.status_code, missing(page, "umowa.pdf", "Umowa w załączeniu.")) == (200, [])
    assert AuditEntry.objects.count() == before
    assert not Reply.objects.exists()
    assert not StoredFile.objects.exists()


def test_recipient_status_and_time_are_told(as_anna, thulium):
    statuses.learn()
    form = as_anna.get("/tickets/1234/").context["form"]
    fields = composed(
        snapshot=form["snapshot"].value(), status_after="2", send_at="2027-03-01T09:30"
    )
    page = as_anna.post(ADDRESS, fields)
    told = ("maria@example.org", "Gdzie jest moja paczka?", "Oczekuje na klienta", "1 marca 2027")
    assert missing(page, *told) == []


def test_what_sending_would_say_stands_beside_it(as_anna, thulium):
    page = as_anna.post(ADDRESS, composed("<p>Panie {{ imię klienta }}, w załączniku faktura.</p>"))
    assert missing(page, "Uzupełnij „imię klienta”", "srcdoc") == []
    late = as_anna.post(ADDRESS, composed(send_at="2020-01-01T10:00"))
    assert missing(late, "już minął", "srcdoc") == []


@pytest.mark.parametrize("body", ["<p>" + "długo " * 200_000 + "</p>", "<b>" * 5000 + "x"])
def test_a_text_over_every_limit_gets_words(as_anna, thulium, body):
    page = as_anna.post(ADDRESS, composed(body))
    assert page.context["preview"].complaints
    assert shown(page, "za długi", "znaków", "zbyt") != []
    assert not Reply.objects.exists()


def test_an_empty_form_and_junk_get_words(as_anna, thulium):
    assert as_anna.post(ADDRESS, {}).context["preview"].complaints
    junk = {"body": "<p>Tak</p>", "body_type": "RTF", "send_at": "jutro", "keep_files": "x"}
    assert missing(as_anna.post(ADDRESS, junk), "HTML albo PLAIN") == []


def test_the_way_back_keeps_the_text_and_names_the_files(as_anna, thulium):
    file = SimpleUploadedFile("umowa.pdf", b"%PDF-1.4 umowa")
    fields = composed(PLAIN, body_type="PLAIN", confirm=["leftover"], send_at="2027-03-01T09:30")
    page = as_anna.post(ADDRESS, fields | {"attachments": file})
    assert missing(page, "Wybierz je ponownie", "umowa.pdf", 'action="/tickets/1234/insert/"') == []
    back = as_anna.post("/tickets/1234/insert/", dict(page.context["carried"]))
    form = back.context["form"]
    assert form["body"].value() == PLAIN
    assert (form["body_type"].value(), form["send_at"].value()) == ("PLAIN", "2027-03-01T09:30")
    assert form["submission_key"].value() == fields["submission_key"]
    assert back.context["results"] is None


def test_the_sheet_asks_for_the_part_alone(as_anna, thulium):
    page = as_anna.post(ADDRESS, composed(), headers={"HX-Request": "true"})
    assert shown(page, "<main", "<form") == []


def test_plain_text_is_found_on_its_ticket(as_anna, thulium, no_undo_time, work):
    typed = "Dzień dobry,\n\n  2 < 3 & tak\n> cytat\n\nAnna"
    as_anna.post("/tickets/1234/", composed(typed, body_type="PLAIN"))
    work()
    Reply.objects.update(next_check_at=timezone.now())
    work()
    assert Reply.objects.get().state == State.CONFIRMED
