"""What changed on a ticket while a reply was written: asked at Send, let pass once, not twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.support.replies import BODY, composed, fresh, in_state
from thulium_portal import gateway
from thulium_portal.accounts.models import AgentProfile, User
from thulium_portal.operations import agent_logins
from thulium_portal.practice import faults, shop
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.tickets import reading
from thulium_portal.tickets.changes import Seen
from thulium_portal.tickets.models import KnownTicket
from thulium_portal.tickets.snapshot import read_snapshot

pytestmark = pytest.mark.django_db
TICKET = 1234


@pytest.fixture
def opened(as_anna, thulium):
    """Open a ticket's page; return what its form carries."""

    def open_page(ticket_id=TICKET):
        page = as_anna.get(f"/tickets/{ticket_id}/")
        form = page.context["form"]
        fields = ("submission_key", "snapshot", "revision")
        return composed(BODY) | {name: str(form[name].value()) for name in fields}

    return open_page


@pytest.fixture
def send(as_anna):
    def post(fields, ticket_id=TICKET, **given):
        return as_anna.post(f"/tickets/{ticket_id}/", fields | given)

    return post


def read_again(ticket_id=TICKET):
    """Let the portal read the ticket as its worker does while the page is open."""
    reading.load_snapshot(ticket_id, User())


def asked(page):
    assert page.status_code == 422
    return [(doubt.code, doubt.pass_code) for doubt in page.context["form"].doubts]


def test_a_ticket_as_it_was_seen_is_asked_nothing(opened, send):
    fields = opened()
    read_again()
    assert send(fields).status_code == 302


@pytest.mark.usefixtures("no_undo_time")
def test_a_newer_message_is_asked_about_shown_and_passed_for_just_itself(
    opened, send, thulium, work
):
    fields = opened()
    first = thulium.write_as_customer(TICKET, "Proszę jednak o zwrot.")
    read_again()
    page = send(fields)
    assert asked(page) == [("newer_message", f"newer_message:{first}")]
    html = page.content.decode()
    assert html.count('data-guard="newer_message"') == 1
    assert f'id="message-{first}"' in html
    assert f'href="#message-{first}"' in html
    second = thulium.write_as_customer(TICKET, "I jeszcze jedno.")
    read_again()
    assert asked(send(fields, confirm=f"newer_message:{first}")) == [
        ("newer_message", f"newer_message:{second}")
    ]
    assert send(fields, confirm=f"newer_message:{second}").status_code == 302
    reply = Reply.objects.get()
    assert Seen.read(reply.seen).passed_to == second
    work()
    assert fresh(reply).state in {State.SENT, State.CONFIRMED}


@pytest.mark.usefixtures("no_undo_time")
def test_a_message_after_the_one_let_pass_stops_the_worker(opened, send, thulium, work):
    fields = opened()
    thulium.write_as_customer(TICKET, "Proszę jednak o zwrot.")
    read_again()
    assert send(fields, confirm="newer_message").status_code == 302
    thulium.write_as_customer(TICKET, "I jeszcze jedno.")
    reply = Reply.objects.get()
    work()
    assert (fresh(reply).state, fresh(reply).reason) == (State.BLOCKED, "customer_wrote")


def test_what_the_author_wrote_in_the_panel_is_no_news(opened, send, thulium):
    fields = opened()
    thulium.reply_in_panel(TICKET, "anna.nowak", "<p>Już sprawdzam.</p>")
    read_again()
    assert send(fields).status_code == 302


def test_a_colleagues_reply_is_asked_about(opened, send, thulium):
    fields = opened()
    number = thulium.reply_in_panel(TICKET, "piotr.zielinski", "<p>Odpisałem.</p>")
    read_again()
    page = send(fields)
    assert asked(page) == [("newer_message", f"newer_message:{number}")]
    assert "odpowiedź" in str(page.context["form"].doubts[0].message)


@pytest.mark.usefixtures("no_undo_time")
def test_another_recipient_is_asked_about_and_the_reply_goes_to_the_new_one(
    opened, send, thulium, work
):
    fields = opened()
    old = read_snapshot(fields["snapshot"], ticket_id=TICKET).customer_email
    thulium.change_ticket(TICKET, sender="nowy@example.org")
    read_again()
    page = send(fields)
    assert asked(page) == [("recipient_changed", "recipient_changed:nowy@example.org")]
    assert old in str(page.context["form"].doubts[0].message)
    assert asked(send(fields, confirm="recipient_changed:inny@example.org"))
    assert send(fields, confirm="recipient_changed:nowy@example.org").status_code == 302
    reply = Reply.objects.get()
    assert reply.customer_email == "nowy@example.org"
    assert reply.changes["passed"][0]["old"] == old
    work()
    assert fresh(reply).state in {State.SENT, State.CONFIRMED}


@pytest.mark.usefixtures("no_undo_time")
def test_a_ticket_closed_meanwhile_is_asked_about_once(opened, send, thulium, work):
    fields = opened()
    thulium.change_ticket(TICKET, status=shop.CLOSED)
    read_again()
    assert asked(send(fields)) == [("ticket_closed", "ticket_closed")]
    assert send(fields, confirm="ticket_closed").status_code == 302
    reply = Reply.objects.get()
    work()
    assert fresh(reply).state in {State.SENT, State.CONFIRMED}


def test_a_ticket_that_was_closed_before_is_asked_about_unless_it_was_opened(opened, send, thulium):
    thulium.change_ticket(TICKET, status=shop.CLOSED)
    fields = opened()
    page = send(fields)
    assert asked(page) == [("ticket_closed", "ticket_closed")]
    assert "zamknięte" in str(page.context["form"].doubts[0].message)
    thulium.change_ticket(TICKET, status=shop.IN_PROGRESS)
    read_again()
    assert send(fields).status_code == 302


def test_a_merged_ticket_leads_to_the_other_and_cannot_be_answered(opened, send, thulium):
    thulium.merge(TICKET, 1229)
    fields = opened()
    page = send(fields, confirm=["ticket_closed", "ticket_closed:1229"])
    assert asked(page) == [("ticket_closed", "ticket_closed:1229")]
    html = page.content.decode()
    assert html.count('data-guard="ticket_closed"') == 1
    assert 'href="/tickets/1229/"' in html
    assert 'name="confirm" value="ticket_closed' not in html
    assert not Reply.objects.exists()


def test_a_ticket_merged_meanwhile_is_told_from_a_closed_one(opened, send, thulium):
    fields = opened()
    thulium.change_ticket(TICKET, status=shop.MERGED)
    read_again()
    page = send(fields)
    assert asked(page) == [("ticket_closed", "ticket_closed")]
    assert "połączone z innym" in str(page.context["form"].doubts[0].message)
    # Into which one, Thulium tells nowhere: nothing leads anywhere.
    assert b"Otw\xc3\xb3rz zg\xc5\x82oszenie" not in page.content
    assert send(fields, confirm="ticket_closed").status_code == 302
    assert Seen.read(Reply.objects.get().seen).is_merged


def test_a_merged_ticket_whose_conversation_names_the_other_leads_there(opened, send, thulium):
    thulium.change_ticket(TICKET, status=shop.MERGED)
    told = {"field": "comment", "text": "Połączono ze zgłoszeniem 1229."}
    gateway.thulium_client().add_comment(TICKET, **told, agent_login="anna.nowak")
    page = send(opened())
    assert asked(page) == [("ticket_closed", "ticket_closed:1229")]
    assert 'href="/tickets/1229/"' in page.content.decode()


def test_what_was_read_before_the_page_says_nothing(opened, send):
    fields = opened()
    KnownTicket.objects.filter(pk=TICKET).update(
        is_open=False,
        customer_email="dawny@example.org",
        read_at=timezone.now() - timedelta(hours=1),
    )
    assert send(fields).status_code == 302


def test_an_erased_ticket_is_not_compared(opened, send):
    fields = opened()
    KnownTicket.objects.filter(pk=TICKET).update(
        customer_email="", customer_id=None, erased_at=timezone.now(), read_at=timezone.now()
    )
    assert send(fields).status_code == 302


# The agent login


@pytest.fixture
def inactive(anna):
    AgentProfile.objects.filter(user=anna).update(
        active_in_thulium=False, checked_at=timezone.now()
    )


def test_an_inactive_login_is_told_before_the_first_word_and_asked_at_send(
    inactive, as_anna, opened, send, adam
):
    page = as_anna.get(f"/tickets/{TICKET}/").content.decode()
    notice = page.partition("data-inactive-agent")[2].partition("</section>")[0]
    assert "anna.nowak" in notice
    assert str(adam) in notice
    fields = opened()
    assert asked(send(fields)) == [("agent_inactive", "agent_inactive")]
    assert send(fields, confirm="agent_inactive").status_code == 302


def test_a_login_nobody_said_anything_against_is_told_nothing(as_anna, thulium):
    assert "data-inactive-agent" not in as_anna.get(f"/tickets/{TICKET}/").content.decode()


def test_logins_are_asked_for_again_after_a_day(anna, thulium):
    profile = anna.agent_profile
    AgentProfile.objects.update(checked_at=timezone.now(), active_in_thulium=False)
    assert agent_logins.check_due() is None
    AgentProfile.objects.filter(pk=profile.pk).update(
        checked_at=timezone.now() - timedelta(days=1, minutes=1)
    )
    agent_logins.cache.clear()
    assert agent_logins.check_due() == profile
    profile.refresh_from_db()
    assert profile.active_in_thulium is True
    assert agent_logins.check_due() is None


def test_the_login_of_a_refused_reply_is_asked_for_at_once(anna, thulium, submit):
    AgentProfile.objects.update(checked_at=timezone.now(), active_in_thulium=True)
    in_state(submit().reply, State.REJECTED, settled_at=timezone.now())
    assert agent_logins.check_due() == anna.agent_profile


def test_a_thulium_out_of_reach_leaves_what_is_known(anna, thulium):
    AgentProfile.objects.update(
        checked_at=timezone.now() - timedelta(days=2), active_in_thulium=False
    )
    thulium.fail_next(faults.SERVER_ERROR, on=faults.READS)
    agent_logins.check_due()
    anna.agent_profile.refresh_from_db()
    assert anna.agent_profile.active_in_thulium is False
