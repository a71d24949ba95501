"""A recalled text: out of use at once, and every customer who has it can be told."""

import uuid

import pytest

from tests.factories import make_person
from tests.support.pages import missing
from tests.support.replies import composed, in_state
from thulium_portal.audit.models import AuditEntry
from thulium_portal.canned import permissions, services
from thulium_portal.canned.models import Recall
from thulium_portal.canned.validation import ResponseText
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.replies.views import corrections
from thulium_portal.tickets.snapshot import Snapshot

pytestmark = pytest.mark.django_db

WRONG = "<p>Na zwrot masz 30 dni.</p>"
FORM = {"reason": "Termin jest inny.", "correction": "Na zwrot masz 14 dni.\n\nPrzepraszamy."}


@pytest.fixture
def response(make):
    return make("Zwrot", WRONG)


@pytest.fixture
def sent(response, submit, anna):
    """Return a function that gives a reply with the text, as it stands with the customer."""

    def sent(ticket_id: int = 1, state: str = State.CONFIRMED, author=anna, **text) -> Reply:
        given = text or {"canned_response": response, "canned_version": response.current}
        made = submit(text=Text(WRONG, "HTML", **given), ticket_id=ticket_id, actor=author)
        return in_state(made.reply, state)

    return sent


def recall(client, response, **form) -> object:
    return client.post(f"/canned/{response.pk}/versions/1/recall/", FORM | form)


def test_a_recalled_text_is_offered_to_nobody_until_there_is_a_better_one(
    as_anna, as_ewa, ewa, anna, response
):
    recall(as_ewa, response)
    assert not permissions.usable_by(anna).exists()
    page = as_anna.get(f"/canned/{response.pk}/").content.decode()
    assert "Termin jest inny." in page
    better = ResponseText("Zwrot", "<p>Na zwrot masz 14 dni.</p>")
    services.revise(response, better, seen_version=1, actor=ewa)
    assert permissions.usable_by(anna).get() == response


def test_the_recalled_version_is_not_brought_back(as_ewa, ewa, response):
    better = ResponseText("Zwrot", "<p>Na zwrot masz 14 dni.</p>")
    services.revise(response, better, seen_version=1, actor=ewa)
    recall(as_ewa, response)
    address = f"/canned/{response.pk}/versions/1/restore/"
    answer = as_ewa.post(address, {"seen_version": 2}, follow=True)
    assert "Wersja 1 została wycofana: Termin jest inny." in answer.content.decode()
    response.refresh_from_db()
    assert response.current.number == 2


@pytest.mark.parametrize("form", [{"reason": " "}, {"reason": "x" * 301}, {"correction": " \n"}])
def test_a_recall_that_says_too_little_comes_back(as_ewa, response, form):
    answer = recall(as_ewa, response, **form)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == set(form)
    assert not Recall.objects.exists()


def test_agents_recall_nothing_and_a_second_recall_is_the_first(as_anna, as_ewa, response):
    assert recall(as_anna, response).status_code == 403
    first, second = (recall(as_ewa, response) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert AuditEntry.objects.filter(action="canned.recalled").count() == 1


def test_everyone_who_received_it_is_listed_and_nobody_else(as_ewa, adam, response, sent):
    states = [state for state in State if state not in {State.CLAIMED, State.SENDING}]
    for ticket, state in enumerate(states, start=1):
        sent(ticket, state)
    sent(99, canned_response=None)
    listed = as_ewa.get(recall(as_ewa, response).headers["Location"]).context["recipients"]
    found = {recipient.reply.state for recipient in listed}
    assert found == set(states) - {"draft", "cancelled", "superseded", "rejected"}


def test_a_correction_is_a_draft_that_a_person_sends(
    as_anna, as_ewa, anna, response, sent, thulium
):
    reply = sent(1234)
    address = recall(as_ewa, response).headers["Location"]
    assert "Termin jest inny." in as_anna.get("/").content.decode()
    as_anna.post(f"/replies/{reply.uuid}/correct/")
    as_anna.post(f"/replies/{reply.uuid}/correct/")
    draft = Reply.objects.drafts_of(anna).get()
    assert draft.corrects == reply
    assert draft.body == "<p>Na zwrot masz 14 dni.</p><p>Przepraszamy.</p>"
    page = as_anna.get("/tickets/1234/")
    assert "Poprawiasz odpowiedź" in page.content.decode()
    as_anna.post("/tickets/1234/", composed(draft.body, submission_key=draft.submission_key))
    made = Reply.objects.get(corrects=reply)
    assert made.state == State.PENDING
    assert as_anna.get(address).context["settled"] == 0
    in_state(made, State.CONFIRMED)
    assert as_anna.get(address).context["settled"] == 1
    assert "Termin jest inny." not in as_anna.get("/").content.decode()
    entry = AuditEntry.objects.filter(action="reply.submitted").first()
    assert f'"corrects":"{reply.uuid}"' in entry.record


TO_MARIA = Snapshot(
    7,
    subject="Zwrot <butów>",
    customer_name="Maria Nowak",
    customer_first_name="Maria",
    customer_email="maria@example.org",
)
FILLED = """{{ powitanie | Dzień dobry }}, w zgłoszeniu {{ numer zgłoszenia }} \
({{ temat | Państwa sprawa }}) napisałem {{ klient | Państwu }} źle. \
{{ forms: Pan ma / Pani ma / Mają Państwo }} {{ ask: ile dni }} dni. {{ moje imię }}"""


def correction_of(client, reply) -> str:
    client.post(f"/replies/{reply.uuid}/correct/")
    return Reply.objects.get(corrects=reply).body


@pytest.mark.parametrize(
    ("snapshot", "chosen", "text"),
    [
        (
            TO_MARIA,
            "she",
            "Pani Mario, w zgłoszeniu 7 (Zwrot &lt;butów&gt;) napisałem Maria Nowak źle. Pani ma",
        ),
        (
            TO_MARIA,
            "",
            "Dzień dobry, w zgłoszeniu 7 (Zwrot &lt;butów&gt;) napisałem Maria Nowak źle. Mają",
        ),
        (
            Snapshot(8, subject="x", customer_name="Firma ABC", customer_first_name="Firma"),
            None,
            "Dzień dobry, w zgłoszeniu 8 (x) napisałem Firma ABC źle. Mają Państwo",
        ),
        (
            Snapshot(9),
            None,
            "Dzień dobry, w zgłoszeniu 9 (Państwa sprawa) napisałem Państwu źle. Mają Państwo",
        ),
    ],
)
def test_a_correction_is_filled_for_its_own_customer(
    as_anna, as_ewa, anna, response, submit, snapshot, chosen, text
):
    given = {"canned_response": response, "canned_version": response.current}
    if chosen is not None:
        given["answers"] = {str(response.current_id): {"address": chosen, "answers": {}}}
    reply = submit(text=Text(WRONG, "HTML", **given), snapshot=snapshot, actor=anna).reply
    recall(as_ewa, response, correction=FILLED)
    body = correction_of(as_anna, in_state(reply, State.CONFIRMED))
    assert body.startswith(f"<p>{text}")
    assert body.endswith(" {{ ile dni }} dni. Anna</p>")


def test_what_is_not_known_of_a_customer_stays_a_blank_that_stops_the_send(
    as_anna, as_ewa, response, sent, thulium
):
    reply = sent(1234)
    recall(as_ewa, response)
    Recall.objects.update(correction="<p>{{ customer_name }}, masz 14 dni.</p>")
    body = correction_of(as_anna, reply)
    assert body == "<p>{{ imię i nazwisko klienta }}, masz 14 dni.</p>"
    assert as_anna.post("/tickets/1234/", composed(body)).status_code == 422


@pytest.mark.parametrize("correction", ["{{ kleint }} masz 14 dni", "{{ klient }}, masz 14 dni"])
def test_a_correction_with_a_faulty_placeholder_comes_back(as_ewa, response, correction):
    answer = recall(as_ewa, response, correction=correction)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"correction"}


def test_an_undone_correction_still_corrects(as_anna, as_ewa, anna, response, sent):
    reply = sent()
    recall(as_ewa, response)
    as_anna.post(f"/replies/{reply.uuid}/correct/")
    draft = Reply.objects.drafts_of(anna).get()
    as_anna.post("/tickets/1/", composed(draft.body, submission_key=draft.submission_key))
    as_anna.post(f"/replies/{draft.uuid}/undo/")
    assert Reply.objects.drafts_of(anna).get().corrects == reply


def test_an_agent_sees_and_corrects_their_own_only(as_anna, as_ewa, nowy, ewa, response, sent):
    mine = sent(1, author=ewa)
    sent(2)
    address = recall(as_ewa, response).headers["Location"]
    assert [each.reply.ticket_id for each in as_anna.get(address).context["recipients"]] == [2]
    assert as_anna.post(f"/replies/{mine.uuid}/correct/").status_code == 404
    assert len(as_ewa.get(address).context["recipients"]) == 2


def test_a_reply_without_a_recalled_text_has_nothing_to_correct(as_anna, anna, sent):
    reply = sent()
    assert as_anna.post(f"/replies/{reply.uuid}/correct/").status_code == 403
    assert not Reply.objects.drafts_of(anna).exists()


def test_a_text_being_written_when_it_was_recalled_wants_a_second_look(
    as_anna, as_ewa, response, thulium
):
    recall(as_ewa, response)
    made_from = {"canned_response": response.pk, "canned_version": response.current_id}
    form = composed(WRONG, **made_from)
    refused = as_anna.post("/tickets/1234/", form)
    assert refused.status_code == 422
    assert not missing(refused, "Termin jest inny.", 'name="despite_recall"')
    assert as_anna.post("/tickets/1234/", form | {"despite_recall": "on"}).status_code == 302


def test_a_recall_nobody_made_is_not_found(as_ewa):
    assert as_ewa.get("/recalls/999/").status_code == 404


def test_a_text_put_in_later_is_recalled_as_well(as_anna, as_ewa, anna, make, response, thulium):
    other = make("Powitanie", "<p>Dzień dobry</p>")
    form = composed(
        f"<p>Dzień dobry</p>{WRONG}",
        canned_response=other.pk,
        canned_version=other.current_id,
        inserted=[other.current_id, response.current_id],
    )
    as_anna.post("/tickets/1234/draft/", form | {"revision": 0})
    page = as_anna.get("/tickets/1234/")
    assert not missing(page, f'name="inserted" value="{response.current_id}"')
    as_anna.post("/tickets/1234/", form)
    reply = Reply.objects.exclude(state=State.DRAFT).get()
    assert reply.inserted == sorted([other.current_id, response.current_id])
    address = recall(as_ewa, response).headers["Location"]
    (listed,) = as_ewa.get(address).context["recipients"]
    assert listed.reply == reply
    assert "Termin jest inny." in as_anna.get("/").content.decode()
    assert as_anna.post(f"/replies/{reply.uuid}/correct/").status_code == 302
    refused = as_anna.post("/tickets/1234/", form | {"submission_key": uuid.uuid4()})
    assert refused.status_code == 422
    as_anna.post(f"/replies/{reply.uuid}/undo/")
    assert any(draft.inserted for draft in Reply.objects.drafts_of(anna))


def test_a_customer_who_needs_no_correction_is_noted_once(as_anna, as_ewa, response, sent):
    reply = sent(7)
    recall(as_ewa, response)
    address = f"/replies/{reply.uuid}/no-correction/"
    number = Recall.objects.get().pk
    assert address in as_anna.get(f"/recalls/{number}/").content.decode()
    answer = as_anna.post(address, {"recall": number})
    assert answer.headers["Location"] == f"/recalls/{number}/"
    as_anna.post(address, {"recall": "x"})
    assert AuditEntry.objects.filter(action="reply.correction_waived").count() == 1
    page = as_anna.get(f"/recalls/{number}/").content.decode()
    assert not missing(page, "niepotrzebne", "Sprostowano 1 z 1")
    assert "Termin jest inny." not in as_anna.get("/").content.decode()


def test_a_reply_without_a_recalled_text_needs_no_waiving(as_anna, sent):
    reply = sent(7)
    assert as_anna.post(f"/replies/{reply.uuid}/no-correction/").status_code == 403


def test_another_agents_customer_is_not_theirs_to_waive(as_ewa, sign_in, response, sent):
    reply = sent(7)
    recall(as_ewa, response)
    client = sign_in(make_person("ola", agent_login="ola"))
    assert client.post(f"/replies/{reply.uuid}/no-correction/").status_code == 404


def test_every_customer_is_on_some_page(as_ewa, response, sent, monkeypatch):
    monkeypatch.setattr(corrections, "PAGE", 2)
    for ticket in range(1, 6):
        sent(ticket)
    recall(as_ewa, response)
    address, seen = f"/recalls/{Recall.objects.get().pk}/", []
    for _page in range(3):
        page = as_ewa.get(address)
        seen += [each.reply.ticket_id for each in page.context["recipients"]]
        assert "Sprostowano 0 z 5" in page.content.decode()
        address = page.context["older_url"]
    assert (seen, address) == ([5, 4, 3, 2, 1], "")


def test_recalling_an_older_version_leaves_the_newer_in_use(as_ewa, ewa, anna, response):
    better = ResponseText("Zwrot", "<p>Na zwrot masz 14 dni.</p>")
    services.revise(response, better, seen_version=1, actor=ewa)
    page = as_ewa.post(f"/canned/{response.pk}/versions/1/recall/", FORM, follow=True)
    assert "Nowsza wersja pozostaje w użyciu" in page.content.decode()
    assert permissions.usable_by(anna).get() == response
