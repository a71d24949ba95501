"""Under whose name a reply leaves, whoever presses, and that the page says so."""

import json
import uuid

import pytest

from tests.support.replies import composed, fresh, in_state
from thulium_portal.accounts.models import AgentProfile, User
from thulium_portal.audit.models import AuditEntry
from thulium_portal.replies import services
from thulium_portal.replies.decisions import approval, departure, stopped
from thulium_portal.replies.states import State
from thulium_portal.replies.transitions import StateConflict

pytestmark = pytest.mark.django_db


def sent_under(thulium):
    """Return the login of every reply that Thulium got."""
    return [reply["user_login"] for reply in thulium.received(1234)]


def facts(action):
    entry = AuditEntry.objects.filter(action=action).first()
    return entry.actor, json.loads(entry.record)["facts"]


# What a colleague presses for somebody else


def again(reply, by):
    return services.send_again(reply, shown=[], key=uuid.uuid4(), actor=by)


PRESSED = {
    "send_again": (State.NOT_FOUND, again),
    "send_anyway": (State.BLOCKED, lambda reply, by: stopped.send_anyway(reply, actor=by)),
    "release": (State.HELD, lambda reply, by: stopped.release(reply, actor=by)),
    "approve": (State.UNAPPROVED, lambda reply, by: approval.approve(reply, actor=by)),
    "send_now": (State.PENDING, lambda reply, by: services.send_now(reply, actor=by)),
}


def prepared(submit, state):
    fields = {"reason": "retries_used_up"} if state is State.BLOCKED else {}
    if state is State.UNAPPROVED:
        fields = {"approval_reasons": ["wish"]}
    return in_state(submit().reply, state, **fields)


@pytest.mark.parametrize("name", PRESSED)
@pytest.mark.parametrize("language", ["pl", "en"])
def test_the_page_says_under_whose_name_it_leaves(as_adam, adam, submit, thulium, name, language):
    User.objects.update(language=language)
    state, _press = PRESSED[name]
    reply = prepared(submit, state)
    page = {"send_again": "send-again/", "approve": "approval/"}.get(name, "")
    text = as_adam.get(f"/replies/{reply.uuid}/{page}").content.decode()
    assert 'data-leaves-under="anna.nowak"' in text
    assert {"pl": "nie pod Twoim", "en": "not yours"}[language] in text


@pytest.mark.parametrize("name", [name for name in PRESSED if name != "approve"])
def test_the_author_reads_nothing_of_it(as_anna, submit, thulium, name):
    reply = prepared(submit, PRESSED[name][0])
    page = "send-again/" if name == "send_again" else ""
    text = as_anna.get(f"/replies/{reply.uuid}/{page}").content.decode()
    assert "data-leaves-under" not in text


@pytest.mark.parametrize("name", PRESSED)
def test_it_leaves_under_the_authors_login_and_the_record_says_who_pressed(
    adam, anna, submit, thulium, work, no_undo_time, name
):
    state, press = PRESSED[name]
    press(prepared(submit, state), adam)
    work()
    assert sent_under(thulium)[-1:] == ["anna.nowak"]
    action = {
        "send_again": "reply.submitted",
        "approve": "reply.approved",
        "send_now": "reply.scheduled",
    }.get(name, "reply.released")
    actor, told = facts(action)
    assert actor == adam
    assert told.get("agent_login", "anna.nowak") == "anna.nowak"


@pytest.mark.parametrize("name", [name for name in PRESSED if name != "send_now"])
def test_under_the_login_the_author_has_now(adam, submit, thulium, work, no_undo_time, name):
    state, press = PRESSED[name]
    reply = prepared(submit, state)
    AgentProfile.objects.filter(login="anna.nowak").update(login="piotr.zielinski")
    press(fresh(reply), adam)
    work()
    assert sent_under(thulium)[-1:] == ["piotr.zielinski"]


@pytest.mark.parametrize("name", [name for name in PRESSED if name != "send_now"])
def test_not_at_all_where_the_author_has_none_any_more(adam, submit, thulium, work, name):
    state, press = PRESSED[name]
    reply = prepared(submit, state)
    AgentProfile.objects.filter(login="anna.nowak").delete()
    with pytest.raises((StateConflict, approval.NotReady)):
        press(fresh(reply), adam)
    work()
    assert sent_under(thulium) == []


# A login that changed hands meanwhile


def test_a_waiting_reply_does_not_leave_under_what_is_anothers_login_now(
    as_anna, anna, ewa, submit, thulium, work, no_undo_time
):
    reply = submit().reply
    AgentProfile.objects.filter(user=anna).update(login="piotr.zielinski")
    AgentProfile.objects.filter(user=ewa).update(login="anna.nowak")
    work()
    reply = fresh(reply)
    assert (reply.state, reply.reason) == (State.BLOCKED, "login_changed")
    assert sent_under(thulium) == []
    page = as_anna.get(f"/replies/{reply.uuid}/").content.decode()
    assert "anna.nowak → piotr.zielinski" in page
    as_anna.post(f"/replies/{reply.uuid}/send-anyway/")
    work()
    assert sent_under(thulium) == ["piotr.zielinski"]


def test_a_waiting_reply_of_somebody_without_a_login_is_held(anna, submit, thulium, work,
                                                             no_undo_time):  # fmt: skip
    reply = submit().reply
    AgentProfile.objects.filter(user=anna).delete()
    work()
    assert (fresh(reply).state, fresh(reply).reason) == (State.HELD, "author_gone")
    assert sent_under(thulium) == []


# What becomes one's own


def test_what_is_taken_over_leaves_under_ones_own_login(
    as_ewa, ewa, submit, thulium, work, no_undo_time
):
    reply = in_state(submit().reply, State.BLOCKED, reason="retries_used_up")
    draft = departure.take_over(reply, to=ewa, actor=ewa)
    form = composed(draft.body, submission_key=str(draft.submission_key))
    assert as_ewa.post("/tickets/1234/", form).status_code == 302
    work()
    assert sent_under(thulium) == ["ewa.kot"]


def test_the_story_tells_who_pressed_again(as_adam, as_anna, adam, anna, submit, thulium):
    made = again(in_state(submit().reply, State.NOT_FOUND), adam)
    pressed = {
        client: client.get(f"/replies/{made.uuid}/").context["timeline"][0][1]
        for client in (as_anna, as_adam)
    }
    assert "Adam Lis" in pressed[as_anna]
    assert "Adam Lis" not in pressed[as_adam]
