"""A note for the team: on the ticket once at most, never before the customer, never lost."""

import re
import uuid
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from tests.support.replies import composed
from thulium_portal import gateway
from thulium_portal.audit.models import AuditEntry
from thulium_portal.notes import services
from thulium_portal.notes.models import LONGEST_TEXT, Note
from thulium_portal.privacy import retention
from thulium_portal.privacy import services as privacy
from thulium_portal.privacy.customers import Customer, IdentifierKind
from thulium_portal.privacy.inventory import DataInventory
from thulium_portal.replies.models import Reply
from thulium_portal.thulium import ThuliumClient

pytestmark = pytest.mark.django_db(transaction=True)

URL = "/tickets/1234/note/"
WORDS = "Klientka dzwoniła, <woli> telefon.\nOddzwonić po 15."


@pytest.fixture(autouse=True)
def _field(settings, thulium):
    settings.THULIUM_COMMENT_FIELD = "comment"


def posted(text=WORDS, key=None, seen=""):
    return {"note": text, "note_key": str(key or uuid.uuid4()), "note_seen": seen}


def form_of(page):
    """Return what a browser would post of the first note's form on *page*."""
    html = page.content.decode()
    form = html[html.index("data-note ") :]
    fields = {
        name: re.search(rf'name="{name}" value="([^"]*)"', form)[1]
        for name in ("note_key", "note_seen")
    }
    # As browsers do, without the line break that the field begins with.
    text = re.search(r'name="note"[^>]*>\n([^<]*)</textarea>', form)[1]
    return fields | {"note": unescape(text)}


def told(page):
    return [str(message) for message in page.context["messages"]]


def on_ticket():
    ticket = gateway.thulium_client().get_ticket(1234)
    return [message.comment for message in ticket.messages if message.comment]


def test_it_is_on_the_ticket_and_nothing_went_to_the_customer(as_anna, anna, thulium):
    before = on_ticket()
    page = as_anna.post(URL, posted(), follow=True)
    assert on_ticket() == [*before, WORDS]
    assert thulium.received(1234) == []
    note = Note.objects.get()
    assert (note.state, note.author, note.agent_login) == ("saved", anna, "anna.nowak")
    kinds = [message.kind for message in page.context["ticket"].messages]
    assert kinds[-1] == "comment"
    assert page.context["note_box"].note is None
    entry = AuditEntry.objects.get(action="note.saved")
    assert (entry.ticket_id, entry.contents.get(field="note").data) == (1234, WORDS)
    assert "Oddzwonić" not in entry.record


def test_the_same_form_twice_saves_it_once(as_anna):
    before, form = on_ticket(), posted()
    as_anna.post(URL, form)
    as_anna.post(URL, form)
    assert on_ticket() == [*before, WORDS]
    as_anna.post(URL, form | {"note": "inne słowa"})
    assert on_ticket() == [*before, WORDS]
    assert Note.objects.get(state="draft").text == "inne słowa"


@pytest.mark.parametrize("fault", ["refused", "busy", "broken_before"])
def test_a_refused_one_is_kept_and_can_be_tried_again(as_anna, thulium, fault):
    before, key = on_ticket(), uuid.uuid4()
    thulium.faults.plan(fault)
    page = as_anna.post(URL, posted(key=key), follow=True)
    note = Note.objects.get()
    if fault == "broken_before":
        assert note.state in {"refused", "unknown"}
        return
    assert note.state == "refused"
    assert AuditEntry.objects.filter(action="note.failed").count() == 1
    assert page.context["note_box"].note.text == WORDS
    as_anna.post(URL, posted(key=key))
    assert Note.objects.get().state == "saved"
    assert on_ticket() == [*before, WORDS]


def test_a_doubt_is_settled_by_reading_and_never_repeated(as_anna, thulium):
    before = on_ticket()
    thulium.faults.plan("broken_after")
    as_anna.post(URL, posted())
    note = Note.objects.get()
    assert (note.state, on_ticket()) == ("saved", [*before, WORDS])
    assert note.message_id is not None


def test_an_error_of_the_server_leaves_a_doubt_that_a_look_ends(as_anna, thulium):
    before, key = on_ticket(), uuid.uuid4()
    thulium.faults.plan("server_error")
    page = as_anna.post(URL, posted(key=key), follow=True)
    assert Note.objects.get().state == "unknown"
    assert page.context["note_box"].in_doubt
    as_anna.post(URL, posted(key=key))
    as_anna.post(f"{URL}look/", {"note_key": str(key)})
    assert (Note.objects.get().state, on_ticket()) == ("unknown", before)
    Note.objects.update(called_at=timezone.now() - timedelta(minutes=9))
    as_anna.post(f"{URL}look/", {"note_key": str(key)})
    assert Note.objects.get().state == "unknown"
    Note.objects.update(called_at=timezone.now() - timedelta(minutes=11))
    as_anna.post(f"{URL}look/", {"note_key": str(key)})
    assert (Note.objects.get().state, Note.objects.get().text) == ("refused", WORDS)


def test_one_that_shows_after_it_was_given_up_is_not_saved_a_second_time(as_anna, thulium):
    before, key = on_ticket(), uuid.uuid4()
    thulium.faults.plan("server_error")
    as_anna.post(URL, posted(key=key))
    Note.objects.update(called_at=timezone.now() - timedelta(minutes=11))
    as_anna.post(f"{URL}look/", {"note_key": str(key)})
    assert Note.objects.get().reason == "not_found"
    gateway.thulium_client().add_comment(
        1234, field="comment", text=WORDS, agent_login="anna.nowak"
    )
    as_anna.post(URL, posted(key=key))
    assert (Note.objects.get().state, on_ticket()) == ("saved", [*before, WORDS])


def test_without_a_look_at_the_ticket_nothing_is_called_for(as_anna, thulium):
    before, key = on_ticket(), uuid.uuid4()
    thulium.faults.plan("server_error", area="reads")
    page = as_anna.post(URL, posted(key=key), follow=True)
    assert (Note.objects.get().state, Note.objects.get().reason) == ("refused", "ticket_unread")
    assert page.context["note_box"].note.text == WORDS
    assert on_ticket() == before
    as_anna.post(URL, posted(key=key))
    assert on_ticket() == [*before, WORDS]


def test_a_crash_after_the_commit_leaves_a_doubt(as_anna, anna):
    note = Note.objects.create(
        ticket_id=1234, author=anna, text=WORDS, state="saving", called_at=timezone.now()
    )
    assert as_anna.get("/tickets/1234/").context["note_box"].in_doubt
    as_anna.post(URL, posted(key=note.key))
    assert WORDS not in on_ticket()


def test_what_is_typed_is_kept_and_comes_back(as_anna):
    key = uuid.uuid4()
    answer = as_anna.post(f"{URL}keep/", posted("zac", key)).json()
    assert answer["key"] == str(key)
    answer = as_anna.post(f"{URL}keep/", posted("zaczęte", key, answer["seen"])).json()
    box = as_anna.get("/tickets/1234/").context["note_box"]
    assert (box.note.text, box.key, box.others) == ("zaczęte", key, [])
    as_anna.post(f"{URL}keep/", posted("", key, answer["seen"]))
    assert as_anna.get("/tickets/1234/").context["note_box"].note is None


@pytest.mark.parametrize("address", [URL, f"{URL}keep/"])
@pytest.mark.parametrize("state", ["draft", "refused"])
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("pl", "zmieniono lub zapisano w innym oknie"),
        ("en", "changed or saved in another window"),
    ],
)
def test_a_second_window_replaces_no_words_it_has_not_seen(
    as_anna, anna, address, state, language, words
):
    anna.language = language
    anna.save()
    before = on_ticket()
    note = Note.objects.create(ticket_id=1234, author=anna, text="początek", state=state)
    first = form_of(as_anna.get("/tickets/1234/"))
    second = form_of(as_anna.get("/tickets/1234/"))
    as_anna.post(f"{URL}keep/", first | {"note": "z pierwszego okna"})
    for _again in range(2):
        answer = as_anna.post(address, second | {"note": "z drugiego okna"}, follow=True)
        said = answer.json()["label"] if address != URL else " ".join(told(answer))
        assert words in said
    texts = dict(Note.objects.values_list("text", "key"))
    assert set(texts) == {"z pierwszego okna", "z drugiego okna"}
    assert texts["z pierwszego okna"] == note.key
    assert on_ticket() == before
    page = as_anna.get("/tickets/1234/").content.decode()
    assert all(f"\n{text}</textarea>" in page for text in texts)
    assert page.count("data-keep-url") == 2


def test_words_that_change_between_the_look_and_the_call_are_not_called_for(
    as_anna, anna, monkeypatch
):
    before = on_ticket()
    note = Note.objects.create(ticket_id=1234, author=anna, text=WORDS)

    def read(ticket_id):
        Note.objects.filter(pk=note.pk).update(text="z innego okna")
        return gateway.thulium_client().get_ticket(ticket_id)

    monkeypatch.setattr(services, "_read", read)
    as_anna.post(URL, posted(WORDS, note.key, note.mark))
    assert sorted(Note.objects.values_list("text", flat=True)) == sorted([WORDS, "z innego okna"])
    assert on_ticket() == before


def test_words_come_back_under_an_erased_note(as_anna, anna):
    gone = Note.objects.create(ticket_id=1234, author=anna, erased_at=timezone.now())
    as_anna.post(f"{URL}keep/", posted("nowe słowa", gone.key, gone.mark))
    assert as_anna.get("/tickets/1234/").context["note_box"].note.text == "nowe słowa"


@pytest.mark.parametrize(
    ("language", "over", "words"),
    [
        ("pl", 1, "o 1 znak za długa: w zgłoszeniu mieści się najwyżej 20000 znaków"),
        ("pl", 3, "o 3 znaki za długa: w zgłoszeniu mieści się najwyżej 20000 znaków"),
        ("pl", 5000, "o 5000 znaków za długa: w zgłoszeniu mieści się najwyżej 20000 znaków"),
        ("en", 1, "1 character too long: a ticket takes 20000 at most"),
        ("en", 5000, "5000 characters too long: a ticket takes 20000 at most"),
    ],
)
def test_one_that_is_too_long_is_refused_in_words_and_stays_whole(
    as_anna, anna, language, over, words
):
    anna.language = language
    anna.save()
    before = on_ticket()
    text = "\n" + "ż" * (LONGEST_TEXT + over - 7) + "koniec"
    form = form_of(as_anna.get("/tickets/1234/?act=note"))
    answer = as_anna.post(f"{URL}keep/", form | {"note": text}).json()
    assert words in answer["label"]
    page = as_anna.post(URL, form | {"note": text}, follow=True)
    (said,) = told(page)
    assert words in said
    form = form_of(page)
    assert (form["note"], Note.objects.get().text, on_ticket()) == (text, text, before)
    assert "maxlength" not in page.content.decode().split("data-note ")[1].split("</form>")[0]
    as_anna.post(URL, form | {"note": text[over:]})
    assert on_ticket() == [*before, text[over:]]


def test_it_is_written_and_saved_by_its_form_alone(as_anna):
    before = on_ticket()
    form = form_of(as_anna.get("/tickets/1234/?act=note"))
    page = as_anna.post(URL, form | {"note": WORDS.replace("\n", "\r\n")}, follow=True)
    assert (on_ticket(), len(told(page))) == ([*before, WORDS], 1)
    assert form_of(page)["note"] == ""


def test_neither_form_takes_the_others_text(as_anna, thulium):
    before = on_ticket()
    as_anna.post("/tickets/1234/", composed("<p>Wysłane.</p>", note="tajne", note_key="x"))
    as_anna.post(URL, posted("do zespołu") | {"body": "<p>do klienta</p>"})
    assert Reply.objects.get().body == "<p>Wysłane.</p>"
    assert on_ticket() == [*before, "do zespołu"]


@pytest.mark.parametrize("text", ["", " \n "])
def test_an_empty_one_is_refused_in_words(as_anna, text):
    before = on_ticket()
    page = as_anna.post(URL, posted(text), follow=True)
    assert [str(told) for told in page.context["messages"]] == ["Najpierw napisz notatkę."]
    assert on_ticket() == before


def test_without_the_field_or_a_login_there_are_no_notes(as_anna, as_nowy, settings):
    assert as_nowy.post(URL, posted()).status_code == 403
    assert as_nowy.get("/tickets/1234/").context["note_box"] is None
    settings.THULIUM_COMMENT_FIELD = ""
    assert as_anna.post(URL, posted()).status_code == 404
    page = as_anna.get("/tickets/1234/")
    assert page.context["note_box"] is None
    assert 'name="note"' not in page.content.decode()


def test_nobody_looks_for_another_persons(as_ewa, anna):
    note = Note.objects.create(ticket_id=1234, author=anna, text="x", state="unknown")
    assert as_ewa.post(f"{URL}look/", {"note_key": str(note.key)}).status_code == 404


def test_it_is_found_and_erased_with_the_customer(as_anna, adam):
    as_anna.post(URL, posted("Pisać na ktos@example.org"))
    customer = Customer(IdentifierKind.ADDRESS, "ktos@example.org")
    assert [note.ticket_id for note in DataInventory(customer).notes] == [1234]
    privacy.erase(customer, basis=privacy.Basis.REQUEST, actor=adam)
    assert Note.objects.get().text == ""
    assert not AuditEntry.objects.filter(contents__data__contains="ktos@example.org").exists()


def test_old_ones_go_with_the_texts(as_anna, settings):
    as_anna.post(URL, posted())
    settings.RETENTION_TEXTS_DAYS = 30
    retention.prune()
    assert Note.objects.get().text == WORDS
    Note.objects.update(settled_at=timezone.now() - timedelta(days=31))
    retention.prune()
    assert Note.objects.get().text == ""
    assert not AuditEntry.objects.filter(contents__data__contains="Oddzwonić").exists()


@pytest.mark.parametrize("reached", [True, False])
def test_a_process_that_dies_in_the_call_leaves_a_doubt_and_no_second_note(
    as_anna, thulium, monkeypatch, reached
):
    before, key = on_ticket(), uuid.uuid4()
    call = ThuliumClient.add_comment

    def dies(self, *args, **given):
        if reached:
            call(self, *args, **given)
        raise SystemExit

    with monkeypatch.context() as killed:
        killed.setattr(ThuliumClient, "add_comment", dies)
        with pytest.raises(SystemExit):
            as_anna.post(URL, posted(key=key))
    after = [*before, WORDS] if reached else before
    assert (Note.objects.get().state, on_ticket()) == ("saving", after)
    as_anna.post(URL, posted(key=key))
    assert (Note.objects.get().state, on_ticket()) == ("saving", after)
    as_anna.post(f"{URL}look/", {"note_key": str(key)})
    assert (Note.objects.get().state, on_ticket()) == ("saved" if reached else "saving", after)
