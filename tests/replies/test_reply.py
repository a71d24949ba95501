"""A reply's own page: its live state, and what can be done with it by whom."""

import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation

from tests.support.pages import missing, shown
from tests.support.replies import BODY, fresh, in_state
from thulium_portal.replies import labels
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.storage.services import store

pytestmark = pytest.mark.django_db

FIELDS = {
    State.CLAIMED: {"claim": uuid.UUID(int=1), "lease_until": timezone.now()},
    State.SENDING: {"claim": uuid.UUID(int=1), "lease_until": timezone.now()},
    State.CONFIRMED: {"matched_message_id": 436},
}


def _in_state(reply: Reply, state: State, **fields: object) -> Reply:
    return in_state(reply, state, **FIELDS.get(state, {}), **fields)


@pytest.mark.parametrize("state", [state for state in State if state is not State.DRAFT])
@pytest.mark.parametrize("language", ["pl", "en"])
def test_every_state_has_its_words_and_its_mark(as_anna, anna, submit, state, language):
    reply = _in_state(submit().reply, state)
    anna.language = language
    anna.save()
    page = as_anna.get(f"/replies/{reply.uuid}/")
    assert page.status_code == 200
    assert f'data-reply-state="{state}"' in page.content.decode()
    assert page.context["status"].title


@pytest.mark.parametrize("state", [State.PENDING, State.UNKNOWN, State.NOT_FOUND, State.REJECTED])
def test_nothing_unsent_is_called_sent(as_anna, anna, submit, state):
    anna.language = "en"
    anna.save()
    reply = _in_state(submit().reply, state, reason="refused")
    status = as_anna.get(f"/replies/{reply.uuid}/").context["status"]
    said = f"{status.title} {status.text}".lower()
    assert not shown(said, "handed to thulium", "confirmed on the ticket", "delivered")


def test_the_live_part_stops_asking_once_settled(as_anna, submit):
    reply = submit().reply
    assert as_anna.get(f"/replies/{reply.uuid}/status/").status_code == 200
    _in_state(reply, State.CONFIRMED)
    assert as_anna.get(f"/replies/{reply.uuid}/status/").status_code == 286


def test_another_agents_reply_does_not_exist_for_an_agent(as_ewa, as_nowy, submit):
    reply = submit().reply
    assert as_nowy.get(f"/replies/{reply.uuid}/").status_code == 404
    assert as_nowy.post(f"/replies/{reply.uuid}/undo/").status_code == 404
    assert as_ewa.get(f"/replies/{reply.uuid}/").status_code == 200


def test_undo_leads_back_to_the_composer_with_the_text(as_anna, submit, thulium):
    reply = submit().reply
    answer = as_anna.post(f"/replies/{reply.uuid}/undo/", follow=True)
    assert answer.redirect_chain[0][0] == "/tickets/1234/"
    assert "paczka wyszła dzisiaj" in answer.content.decode()
    assert fresh(reply).state == State.CANCELLED


def test_an_undo_that_comes_too_late_says_so(as_anna, submit):
    reply = _in_state(submit().reply, State.SENT)
    answer = as_anna.post(f"/replies/{reply.uuid}/undo/", follow=True)
    assert answer.redirect_chain[0][0] == f"/replies/{reply.uuid}/"
    assert [str(message) for message in answer.context["messages"]]
    assert fresh(reply).state == State.SENT


def test_send_now_makes_the_reply_due(as_anna, submit):
    reply = submit().reply
    as_anna.post(f"/replies/{reply.uuid}/send-now/")
    assert fresh(reply).not_before <= timezone.now()


def test_a_planned_reply_can_be_moved_but_not_into_the_past(as_anna, anna, submit):
    reply = submit(send_at=timezone.now() + timedelta(days=1)).reply
    answer = as_anna.post(f"/replies/{reply.uuid}/reschedule/", {"send_at": "2020-01-01T10:00"})
    assert answer.status_code == 422
    later = timezone.localtime(timezone.now(), anna.zone) + timedelta(days=3)
    wanted = later.replace(second=0, microsecond=0, tzinfo=None).isoformat()
    answer = as_anna.post(f"/replies/{reply.uuid}/reschedule/", {"send_at": wanted})
    assert answer.status_code == 302
    assert fresh(reply).not_before.astimezone(anna.zone).replace(tzinfo=None).isoformat() == wanted


@pytest.mark.parametrize(
    ("days", "polish", "english"),
    [
        (0, "Zaplanowano na dziś, godz. 8:05", "Planned for today, 8:05"),
        (
            1,
            "Zaplanowano na jutro, 27 listopada, godz. 8:05",
            "Planned for tomorrow, 27 November, 8:05",
        ),
        (4, "Zaplanowano na 30 listopada, godz. 8:05", "Planned for 30 November, 8:05"),
        (36, "Zaplanowano na 1 stycznia 2027, godz. 8:05", "Planned for 1 January 2027, 8:05"),
    ],
)
def test_a_planned_reply_says_its_day_and_hour(submit, days, polish, english):
    morning = datetime(2026, 11, 26, 8, 5, tzinfo=ZoneInfo("Europe/Warsaw"))
    reply = submit().reply
    reply.scheduled, reply.not_before = True, morning + timedelta(days=days)
    with time_machine.travel(morning - timedelta(hours=2), tick=False):
        for language, words in (("pl", polish), ("en", english)):
            with translation.override(language):
                assert labels.status(reply).title == words


def test_a_refused_reply_becomes_a_draft_once(as_anna, anna, submit, thulium):
    reply = _in_state(submit().reply, State.REJECTED, reason="refused")
    as_anna.post(f"/replies/{reply.uuid}/take-back/")
    as_anna.post(f"/replies/{reply.uuid}/take-back/")
    assert Reply.objects.drafts_of(anna).count() == 1
    assert Reply.objects.drafts_of(anna).get().body == BODY


def test_sending_again_shows_the_ticket_first(as_anna, submit, thulium):
    reply = _in_state(submit().reply, State.NOT_FOUND)
    page = as_anna.get(f"/replies/{reply.uuid}/send-again/")
    assert page.status_code == 200
    assert "Maria Wiśniewska" in page.content.decode()
    key = str(page.context["submission_key"])
    unchecked = as_anna.post(f"/replies/{reply.uuid}/send-again/", {"submission_key": key})
    assert unchecked.status_code == 422
    assert fresh(reply).state == State.NOT_FOUND
    form = {"submission_key": key, "checked": "yes", "shown": page.context["shown"]}
    first = as_anna.post(f"/replies/{reply.uuid}/send-again/", form)
    second = as_anna.post(f"/replies/{reply.uuid}/send-again/", form)
    assert first.headers["Location"] == second.headers["Location"]
    assert Reply.objects.filter(resend_of=reply).count() == 1


def test_a_message_that_came_while_looking_is_looked_at_before_sending_again(
    as_anna, submit, thulium
):
    reply = _in_state(submit().reply, State.NOT_FOUND)
    url = f"/replies/{reply.uuid}/send-again/"
    page = as_anna.get(url)
    thulium.write_as_customer(1234, "Odpowiedź już doszła, dziękuję")
    form = {"submission_key": str(uuid.uuid4()), "checked": "yes"}
    stale = form | {"shown": page.context["shown"]}
    for answer in (as_anna.post(url, stale), as_anna.post(url, form)):
        assert answer.status_code == 422
        assert not missing(answer, "doszła właśnie nowa wiadomość", "Odpowiedź już doszła")
    assert fresh(reply).state == State.NOT_FOUND
    as_anna.post(url, form | {"shown": answer.context["shown"]})
    assert fresh(reply).state == State.SUPERSEDED


def test_an_unknown_reply_cannot_be_sent_again(as_anna, submit, thulium):
    reply = _in_state(submit().reply, State.UNKNOWN)
    form = {"submission_key": str(uuid.uuid4()), "checked": "yes"}
    as_anna.post(f"/replies/{reply.uuid}/send-again/", form)
    assert fresh(reply).state == State.UNKNOWN
    assert Reply.objects.count() == 1


def test_only_an_administrator_releases_a_held_reply(as_anna, as_ewa, as_adam, submit):
    reply = _in_state(submit().reply, State.HELD, reason="restored")
    assert as_anna.post(f"/replies/{reply.uuid}/release/").status_code == 403
    assert as_ewa.post(f"/replies/{reply.uuid}/release/").status_code == 403
    assert as_adam.post(f"/replies/{reply.uuid}/release/").status_code == 302
    assert fresh(reply).state == State.PENDING


def test_the_list_holds_ones_own_replies_by_state(as_anna, as_ewa, ewa, submit):
    mine, other = submit().reply, submit(ticket_id=1229, actor=ewa).reply
    _in_state(mine, State.REJECTED)
    page = as_anna.get("/replies/", {"state": "attention"})
    assert [reply.pk for reply in page.context["replies"]] == [mine.pk]
    page = as_ewa.get("/replies/")
    assert [reply.pk for reply in page.context["replies"]] == [other.pk]


def test_a_list_address_edited_by_hand_still_answers(as_anna):
    assert as_anna.get("/replies/", {"state": "zażółć", "before": "x²"}).status_code == 200


def test_the_desk_shows_drafts_and_what_needs_attention(as_anna, submit):
    reply = _in_state(submit().reply, State.NOT_FOUND)
    page = as_anna.get("/")
    assert [item.pk for item in page.context["attention"]] == [reply.pk]


def test_a_person_names_the_message_by_which_it_arrived(as_anna, submit):
    reply = _in_state(submit().reply, State.NOT_FOUND)
    as_anna.post(f"/replies/{reply.uuid}/arrived/", {"message": "436"})
    row = fresh(reply)
    assert (row.state, row.matched_message_id) == (State.CONFIRMED, 436)


@pytest.mark.parametrize("number", ["", "abc", "²", "9" * 30])
def test_a_message_number_that_is_none_changes_nothing(as_anna, submit, number):
    reply = _in_state(submit().reply, State.NOT_FOUND)
    page = as_anna.post(f"/replies/{reply.uuid}/arrived/", {"message": number}, follow=True)
    assert "Wpisz numer wiadomości" in page.content.decode()
    assert fresh(reply).state == State.NOT_FOUND


def test_checking_now_makes_the_reading_due(as_anna, submit):
    later = timezone.now() + timedelta(minutes=10)
    reply = _in_state(submit().reply, State.UNKNOWN, next_check_at=later)
    as_anna.post(f"/replies/{reply.uuid}/check-now/")
    assert fresh(reply).next_check_at <= timezone.now()


def test_a_stopped_reply_is_sent_as_it_is(as_anna, submit):
    reply = _in_state(submit().reply, State.BLOCKED, reason="customer_wrote")
    as_anna.post(f"/replies/{reply.uuid}/send-anyway/")
    row = fresh(reply)
    assert (row.state, row.ignore_newer) == (State.PENDING, True)


def test_a_reply_is_let_past_an_earlier_stopped_one(as_anna, submit, no_undo_time):
    first = _in_state(submit().reply, State.NOT_FOUND)
    second = submit(body="<p>Druga odpowiedź do zgłoszenia.</p>").reply
    page = as_anna.get(f"/replies/{second.uuid}/")
    assert page.context["waits_for"].pk == first.pk
    as_anna.post(f"/replies/{second.uuid}/let-pass/")
    assert as_anna.get(f"/replies/{second.uuid}/").context["waits_for"] is None


def test_a_file_comes_back_as_a_download_to_those_who_see_the_reply(
    as_anna, as_ewa, as_nowy, submit
):
    stored = store(SimpleUploadedFile("Etykieta żółta.pdf", b"%PDF-1.4 <script>"))
    reply = submit(files=[stored]).reply
    address = f"/attachments/{reply.attachments.get().uuid}/"
    answer = as_anna.get(address)
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == b"%PDF-1.4 <script>"
    assert b"".join(as_ewa.get(address).streaming_content) == b"%PDF-1.4 <script>"
    assert as_nowy.get(address).status_code == 404


def test_a_file_gone_from_the_disk_is_not_found(as_anna, submit):
    stored = store(SimpleUploadedFile("a.pdf", b"%PDF-1.4"))
    attachment = submit(files=[stored]).reply.attachments.get()
    default_storage.delete(attachment.file.path)
    assert as_anna.get(f"/attachments/{attachment.uuid}/").status_code == 404
