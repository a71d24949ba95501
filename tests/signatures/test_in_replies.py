"""Signatures, openings and closings from the composer to Thulium."""

import json
import uuid

import pytest

from tests.support.replies import composed, in_state
from thulium_portal.practice import faults
from thulium_portal.replies import drafts, services
from thulium_portal.replies.audit_facts import digest
from thulium_portal.replies.canned_usage import edit_of
from thulium_portal.replies.decisions import approval
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State

pytestmark = pytest.mark.django_db

URL = "/tickets/1234/"
WRITTEN = "<p>Wysłaliśmy ją dzisiaj.</p>"
SIGNATURE = "<p>Anna Nowak<br>Sklep</p>"


def sent(client, body=WRITTEN, **given):
    answer = client.post(URL, composed(body, **given))
    assert answer.status_code == 302, answer.context["form"].errors
    return Reply.objects.latest("pk")


def test_what_is_stored_proven_and_sent_is_the_whole(as_anna, keep, thulium, no_undo_time, work):
    row = keep(SIGNATURE, own=True)
    reply = sent(as_anna, signature=str(row.pk))
    assert reply.body == WRITTEN + SIGNATURE
    assert reply.body_sha256 == digest(reply.body)
    work()
    (received,) = thulium.received(1234)
    assert received["body"] == WRITTEN + SIGNATURE


@pytest.mark.parametrize("given", [{}, {"signature": ""}, {"signature": "none"}])
def test_a_script_that_names_none_gets_none(as_anna, keep, thulium, given):
    keep(SIGNATURE)
    assert sent(as_anna, **given).body == WRITTEN


def test_the_page_shows_and_posts_the_usual_one(as_anna, keep, thulium):
    row = keep(SIGNATURE)
    page = as_anna.get(URL)
    around = page.context["around"]
    assert (around.chosen, around.is_held) == (str(row.pk), False)
    assert SIGNATURE in page.content.decode()


def test_undo_brings_it_back_in_the_text_and_it_is_not_doubled(as_anna, anna, keep, thulium):
    row = keep(SIGNATURE)
    reply = sent(as_anna, signature=str(row.pk))
    draft = services.undo(reply, actor=anna)
    assert draft.body == WRITTEN + SIGNATURE
    page = as_anna.get(URL)
    assert (page.context["around"].chosen, page.context["around"].is_held) == (str(row.pk), True)
    key = str(draft.submission_key)
    again = sent(as_anna, draft.body, signature=str(row.pk), submission_key=key)
    assert again.body == WRITTEN + SIGNATURE


def test_a_draft_remembers_the_choice_and_keeps_its_text_unsigned(as_anna, anna, keep, thulium):
    keep(SIGNATURE)
    anna.signature = "Ania"
    anna.save()
    form = composed(WRITTEN, signature="none", revision=0)
    assert as_anna.post(f"{URL}draft/", form).status_code == 200
    draft = drafts.for_ticket(anna, 1234)
    assert (draft.body, draft.signature) == (WRITTEN, "none")
    assert as_anna.get(URL).context["around"].chosen == "none"


def test_a_refused_reply_comes_back_as_it_was_typed(as_anna, keep, thulium):
    row = keep(SIGNATURE)
    body = "<p>Paczka {{ numer }}</p>"
    page = as_anna.post(URL, composed(body, signature=str(row.pk)))
    assert page.status_code == 422
    assert page.context["form"]["body"].value() == body
    assert page.context["around"].chosen == str(row.pk)


@pytest.mark.parametrize("body", ["", "<p></p>"])
def test_a_signature_alone_is_no_reply(as_anna, keep, thulium, body):
    row = keep(SIGNATURE)
    assert as_anna.post(URL, composed(body, signature=str(row.pk))).status_code == 422
    assert not Reply.objects.exists()


def test_untouched_first_words_are_neither_a_draft_nor_a_reply(as_anna, anna, keep, thulium):
    keep("<p>Dzień dobry,</p>", kind="opening")
    keep("<p>Z poważaniem</p>", kind="closing")
    page = as_anna.get(URL)
    assert page.context["around"].opening == "<p>Dzień dobry,</p>"
    begun = as_anna.get(f"{URL}?begin=1").context["form"]["body"].value()
    assert begun.split() == ["Dzień", "dobry,", "Z", "poważaniem"]
    form = composed("<p>Dzień dobry,</p><p></p><p>Z poważaniem</p>", revision=0)
    saved = as_anna.post(f"{URL}draft/", form)
    assert json.loads(saved.content)["draft"] == ""
    assert as_anna.post(URL, form).status_code == 422
    assert not Reply.objects.exists()


def test_my_signature_in_a_canned_text_is_the_one_for_this_ticket(as_anna, keep, make, thulium):
    keep(SIGNATURE)
    make("Paczka", "<p>W drodze.</p><p>{{ my_signature }}</p>", shortcut="paczka")
    page = as_anna.post(f"{URL}canned/", {"q": "paczka", "snapshot": ""})
    (found,) = page.context["results"]
    assert found.html == "<p>W drodze.</p><p>Anna Nowak<br>Sklep</p>"
    row_key = as_anna.get(URL).context["around"].chosen
    assert sent(as_anna, found.html, signature=row_key).body == found.html


def test_the_sample_of_a_canned_text_shows_the_signature_its_author_would_send(as_ewa, ewa, keep):
    keep("<p>Dział obsługi<br>Sklep</p>")
    keep("<p>Customer service<br>Shop</p>", language="en")
    body = "<p>W drodze.</p><p>{{ my_signature }}</p>"
    for language, told in (("pl", "Dział obsługi"), ("en", "Customer service")):
        form = {"body": body, "body_type": "HTML", "language": language}
        page = as_ewa.post("/signatures/canned-sample/", form).content.decode()
        assert f'<span class="chip">{told}<br>' in page
    # The page itself says nothing that would not be so, and asks at once.
    page = as_ewa.post("/canned/new/", {"body": body, "body_type": "HTML", "preview": "1"})
    html = page.content.decode()
    assert '<span class="chip">mój podpis</span>' in html
    assert 'hx-trigger="load, input' in html


def test_a_reply_sent_again_has_the_signature_it_had_once(
    as_anna, anna, keep, thulium, no_undo_time, work
):
    keep("<p>Biuro</p>")
    mine = keep(SIGNATURE, own=True, language="en")
    thulium.fail_next(faults.BROKEN_BEFORE)
    reply = sent(as_anna, signature=str(mine.pk))
    work()
    assert thulium.received(1234) == []
    missing = in_state(reply, State.NOT_FOUND)
    keep("<p>Inne biuro</p>", own=True)
    services.send_again(missing, shown=[], key=uuid.uuid4(), actor=anna)
    work()
    (received,) = thulium.received(1234)
    assert received["body"] == WRITTEN + SIGNATURE


def test_a_change_is_proposed_without_the_signature(as_anna, anna, keep, make, thulium):
    row, response = keep(SIGNATURE), make("Paczka", "<p>Wysłaliśmy ją dzisiaj.</p>")
    named = {"canned_response": response.pk, "canned_version": response.current.pk}
    same = sent(as_anna, signature=str(row.pk), **named)
    assert (same.body, same.canned_text) == (WRITTEN + SIGNATURE, WRITTEN + SIGNATURE)
    assert edit_of(same, anna) is None
    other = "<p>Wysłaliśmy ją dzisiaj rano.</p>"
    changed = sent(as_anna, other, signature=str(row.pk), **named)
    assert changed.body == other + SIGNATURE
    assert edit_of(changed, anna).suggestion == other


def test_a_reply_on_its_way_keeps_the_words_it_was_sent_with(as_anna, ewa, keep, thulium):
    row = keep(SIGNATURE)
    reply = sent(as_anna, signature=str(row.pk))
    row.delete()
    reply.refresh_from_db()
    assert (reply.state, reply.body) == (State.PENDING, WRITTEN + SIGNATURE)


def test_a_signature_edited_between_two_sends_of_a_form_makes_no_second_text(
    as_anna, anna, keep, thulium
):
    row = keep(SIGNATURE, own=True)
    form = composed(WRITTEN, signature=str(row.pk))
    as_anna.post(URL, form)
    type(row).objects.filter(pk=row.pk).update(body="<p>Anna Nowak<br>Dział reklamacji</p>")
    assert as_anna.post(URL, form).status_code == 302
    assert Reply.objects.get().body == WRITTEN + SIGNATURE
    as_anna.post(URL, form | {"body": "<p>Inne słowa.</p>"})
    assert Reply.objects.get(state=State.DRAFT).body.startswith("<p>Inne słowa.</p>")


def test_an_approved_text_has_its_signature_once_and_so_has_one_taken_back(
    as_anna, anna, ewa, keep, thulium
):
    row = keep(SIGNATURE)
    reply = sent(as_anna, signature=str(row.pk))
    Reply.objects.filter(pk=reply.pk).update(state=State.UNAPPROVED, approval_reasons=["wish"])
    reply.refresh_from_db()
    changed = "<p>Wysłaliśmy ją wczoraj.</p>" + SIGNATURE
    approval.approve(reply, actor=ewa, changed=approval.Changed(changed))
    reply.refresh_from_db()
    assert reply.body == changed
    draft = services.undo(reply, actor=anna)
    again = sent(
        as_anna, draft.body, signature=str(row.pk), submission_key=str(draft.submission_key)
    )
    assert again.body == changed
