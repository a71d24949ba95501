"""Being reminded: chosen with Send, on a reply's page or a ticket's; counted from sending."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from tests.support.replies import BODY, composed, fresh, in_state
from thulium_portal import gateway
from thulium_portal.audit.models import AuditEntry
from thulium_portal.replies import services
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.tickets import reminders
from thulium_portal.tickets.index.intake import take_in
from thulium_portal.tickets.models import Reminder

pytestmark = pytest.mark.django_db

WITH_REMINDER = Text(BODY, remind_after=3)
SEEN = 10**9
"""No message of the practice Thulium is newer."""


def days_ahead(reminder: Reminder) -> int:
    return (reminder.due_on - reminders.today(reminder.person)).days


def test_the_days_count_from_sending(submit, work, thulium, no_undo_time):
    reply = submit(text=WITH_REMINDER).reply
    assert not Reminder.objects.exists()
    work()
    reminder = Reminder.objects.get()
    assert (reminder.person, reminder.ticket_id) == (reply.author, 1234)
    assert days_ahead(reminder) == 3
    assert reminder.last_message_id == max(fresh(reply).seen_ids)


def test_the_day_is_that_of_the_author(submit, work, thulium, no_undo_time, anna):
    anna.time_zone = "Pacific/Kiritimati"  # 14 hours ahead
    anna.save()
    with time_machine.travel(datetime(2026, 12, 1, 12, tzinfo=UTC)):
        submit(text=WITH_REMINDER)
        work()
    assert Reminder.objects.get().due_on.isoformat() == "2026-12-05"


def test_being_found_on_the_ticket_does_not_begin_it_again(submit, work, thulium, no_undo_time):
    reply = submit(text=WITH_REMINDER).reply
    work()
    Reminder.objects.all().delete()
    Reply.objects.filter(pk=reply.pk).update(next_check_at=timezone.now())
    work()
    assert fresh(reply).state == State.CONFIRMED
    assert not Reminder.objects.exists()


def test_a_doubtful_reply_that_is_found_begins_it_with_its_own_message(submit, anna):
    reply = in_state(submit(text=WITH_REMINDER).reply, State.UNKNOWN, seen_ids=[431, 435])
    services.confirm_by_hand(reply, 436, actor=anna)
    assert Reminder.objects.get().last_message_id == 436


def test_a_reply_that_was_undone_reminds_of_nothing_and_keeps_the_wish(submit, anna):
    draft = services.undo(submit(text=WITH_REMINDER).reply, actor=anna)
    assert draft.remind_after == 3
    assert not Reminder.objects.exists()


def test_a_reply_that_was_refused_reminds_of_nothing(submit, work, thulium, no_undo_time, anna):
    anna.agent_profile.login = "nobody.there"
    anna.agent_profile.save()
    reply = submit(text=WITH_REMINDER).reply
    work()
    assert fresh(reply).state == State.REJECTED
    assert not Reminder.objects.exists()


def test_the_customers_answer_ends_it(submit, work, thulium, no_undo_time):
    submit(text=WITH_REMINDER)
    work()
    take_in(gateway.thulium_client().get_ticket(1234))
    assert Reminder.objects.exists()
    thulium.write_as_customer(1234, "Dziękuję, paczka dotarła.")
    take_in(gateway.thulium_client().get_ticket(1234))
    assert not Reminder.objects.exists()


# The composer


def test_the_composer_sends_the_wish_along(as_anna, thulium):
    page = as_anna.get("/tickets/1234/").content.decode()
    assert 'name="remind_after"' in page
    answer = as_anna.post("/tickets/1234/", composed(remind_after="7"))
    assert answer.status_code == 302
    assert Reply.objects.get().remind_after == 7


def test_a_draft_keeps_the_wish(as_anna, thulium):
    as_anna.post("/tickets/1234/draft/", composed(revision=0, remind_after="14"))
    page = as_anna.get("/tickets/1234/").content.decode()
    assert '<option value="14" selected>' in page


def test_a_number_that_is_not_offered_is_shown_as_it_was_chosen(as_anna, thulium):
    as_anna.post("/tickets/1234/draft/", composed(revision=0, remind_after="5"))
    page = as_anna.get("/tickets/1234/").content.decode()
    assert '<option value="5" selected>' in page


@pytest.mark.parametrize("days", ["0", "61", "-3", "x", "9" * 400])
def test_days_out_of_range_are_refused_beside_the_field(as_anna, thulium, days):
    answer = as_anna.post("/tickets/1234/", composed(remind_after=days))
    assert answer.status_code == 422
    assert "od 1 do 60 dni" in answer.content.decode()
    assert not Reply.objects.exists()


def test_a_draft_with_junk_is_kept_without_the_wish(as_anna, thulium):
    as_anna.post("/tickets/1234/draft/", composed(revision=0, remind_after="x"))
    assert Reply.objects.get().remind_after is None


# The reply's page


def test_the_wish_can_be_changed_until_the_reply_left(as_anna, submit):
    reply = submit(text=WITH_REMINDER).reply
    assert '<option value="3" selected>' in as_anna.get(f"/replies/{reply.uuid}/").content.decode()
    as_anna.post(f"/replies/{reply.uuid}/remind-after/", {"days": "14"})
    assert fresh(reply).remind_after == 14
    as_anna.post(f"/replies/{reply.uuid}/remind-after/", {"days": ""})
    assert fresh(reply).remind_after is None


def test_a_choice_that_came_after_the_reply_left_counts(as_anna, submit):
    reply = in_state(submit().reply, State.SENT, seen_ids=[435])
    as_anna.post(f"/replies/{reply.uuid}/remind-after/", {"days": "3"})
    reminder = Reminder.objects.get()
    assert (days_ahead(reminder), reminder.last_message_id) == (3, 435)


def test_a_choice_for_a_reply_that_was_undone_says_it_is_too_late(as_anna, submit):
    reply = in_state(submit().reply, State.CANCELLED)
    answer = as_anna.post(f"/replies/{reply.uuid}/remind-after/", {"days": "3"}, follow=True)
    assert "już za późno" in answer.content.decode()
    assert not Reminder.objects.exists()


def test_days_out_of_range_are_said_to_be_so(as_anna, submit):
    reply = submit().reply
    answer = as_anna.post(f"/replies/{reply.uuid}/remind-after/", {"days": "99"}, follow=True)
    assert "od 1 do 60 dni" in answer.content.decode()


def test_a_reply_that_left_offers_the_ticket_s_own_reminder(as_anna, as_ewa, submit):
    reply = in_state(submit().reply, State.CONFIRMED, matched_message_id=436)
    assert 'name="newest" value="436"' in as_anna.get(f"/replies/{reply.uuid}/").content.decode()
    theirs = as_ewa.get(f"/replies/{reply.uuid}/").content.decode()
    assert "data-reminder" not in theirs.partition("</main>")[0]


def test_a_reply_of_another_cannot_be_chosen_for(as_ewa, ewa, submit):
    reply = submit().reply
    assert as_ewa.post(f"/replies/{reply.uuid}/remind-after/", {"days": "3"}).status_code == 404
    with pytest.raises(services.PermissionDenied):
        services.remind_after(reply, 3, actor=ewa)
    assert fresh(reply).remind_after is None


# The ticket's page


@pytest.mark.parametrize("who", ["as_anna", "as_nowy", "as_ewa", "as_adam"])
def test_everybody_who_may_send_sets_moves_and_ends_their_own(request, who, thulium):
    client = request.getfixturevalue(who)
    page = "http://testserver/tickets/1234/"
    answer = client.post(
        "/tickets/1234/reminder/", {"days": "3", "newest": str(SEEN)}, headers={"referer": page}
    )
    assert (answer.status_code, answer.url) == (302, "/tickets/1234/")
    reminder = Reminder.objects.get()
    assert (days_ahead(reminder), reminder.last_message_id) == (3, SEEN)
    day = reminder.due_on + timedelta(days=5)
    client.post("/tickets/1234/reminder/", {"due_on": day.isoformat()})
    assert Reminder.objects.get().due_on == day
    assert day.isoformat() in client.get("/tickets/1234/").content.decode()
    client.post("/tickets/1234/reminder/", {})
    assert not Reminder.objects.exists()


def test_a_day_that_was_not_typed_to_its_end_removes_nothing(as_anna, thulium):
    as_anna.post("/tickets/1234/reminder/", {"days": "3"})
    page = as_anna.post("/tickets/1234/reminder/", {"due_on": ""}, follow=True)
    assert "Wybierz dzień przypomnienia" in page.content.decode()
    assert Reminder.objects.exists()


@pytest.mark.parametrize("days", [0, 61, -1])
def test_a_day_out_of_range_is_refused(as_anna, anna, thulium, days):
    day = reminders.today(anna) + timedelta(days=days)
    form = {"due_on": day.isoformat()}
    page = "http://testserver/tickets/1234/"
    answer = as_anna.post("/tickets/1234/reminder/", form, headers={"referer": page}, follow=True)
    assert "od 1 do 60 dni" in answer.content.decode()
    assert not Reminder.objects.exists()


def test_a_number_no_ticket_has_is_not_found(as_anna):
    assert as_anna.post(f"/tickets/{10**13}/reminder/", {"days": "3"}).status_code == 404


def test_it_is_private_and_goes_into_no_record(as_anna, thulium):
    before = AuditEntry.objects.count()
    as_anna.post("/tickets/1234/reminder/", {"days": "3"})
    assert AuditEntry.objects.count() == before


def test_without_a_page_before_it_leads_to_the_ticket(as_anna):
    assert as_anna.post("/tickets/1234/reminder/", {"days": "3"}).url == "/tickets/1234/"


def test_an_unknown_reply_is_not_found(as_anna):
    assert as_anna.post(f"/replies/{uuid.uuid4()}/remind-after/", {"days": "3"}).status_code == 404


def test_where_the_customer_waits_no_answer_of_theirs_is_spoken_of(as_anna, thulium):
    thulium.receive_mail(1234, "Czy coś już wiadomo?")
    page = as_anna.get("/tickets/1234/").content.decode()
    assert "Przypomnij o tym zgłoszeniu" in page
    assert "Przypomnimy, jeśli klient nie odpowie" not in page
