"""Which replies are chosen for a review, and why."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from tests.support.plans import plan_of
from thulium_portal.quality import services
from thulium_portal.quality.models import Assessment
from thulium_portal.quality.risks import Candidate, Risk, queue, risks_of
from thulium_portal.replies.models import Attachment, Reply
from thulium_portal.replies.states import State
from thulium_portal.storage.models import StoredFile

pytestmark = pytest.mark.django_db


def chosen(viewer) -> dict[int, tuple[Risk, ...]]:
    return {found.row.ticket_id: found.risks for found in queue(viewer)}


def test_an_unchanged_confirmed_reply_of_an_old_hand_is_not_chosen(sent, ewa):
    sent(ticket_id=1)
    assert chosen(ewa) == {}


def test_each_risk_is_found_and_the_riskiest_comes_first(sent, ewa):
    sent(ticket_id=1, changed=None)
    sent(ticket_id=2, changed=21)
    sent(ticket_id=3, state=State.NOT_FOUND)
    sent(ticket_id=4, changed=20)
    assert list(chosen(ewa).items()) == [
        (3, (Risk.UNCONFIRMED,)),
        (2, (Risk.HEAVY_EDIT,)),
        (1, (Risk.SCRATCH,)),
    ]


def test_a_new_persons_replies_are_looked_at(sent, ewa, old_hand):
    sent(ticket_id=1)
    old_hand.date_joined = timezone.now() - timedelta(days=3)
    old_hand.save()
    assert chosen(ewa) == {1: (Risk.NEW_PERSON,)}


def attach(reply: Reply, name: str) -> None:
    file = StoredFile.objects.create(size=1, sha256="0" * 64)
    Attachment.objects.create(reply=reply, name=name, file=file)


def test_a_kind_of_file_that_hardly_anybody_sends_is_unusual(sent, ewa):
    attach(sent(ticket_id=1), "faktura.PDF")
    attach(sent(ticket_id=2), "baza.sqlite")
    for ticket in range(3, 8):
        attach(sent(ticket_id=ticket), "rysunek.dwg")
    assert chosen(ewa) == {2: (Risk.UNUSUAL_FILE,)}


def test_a_changed_must_keep_passage_is_looked_at(sent, ewa):
    reply = sent(ticket_id=1)
    Reply.objects.filter(pk=reply.pk).update(keep_reason="Klient ma 30 dni.")
    assert chosen(ewa) == {1: (Risk.MUST_KEEP,)}


@pytest.mark.parametrize("state", [State.CANCELLED, State.REJECTED, State.PENDING])
def test_what_no_customer_has_is_not_chosen(sent, ewa, state):
    sent(changed=None, state=state)
    assert chosen(ewa) == {}


def test_nobody_reviews_their_own_or_what_was_reviewed(sent, ewa, old_hand):
    reply = sent(ticket_id=1, changed=None)
    sent(ticket_id=2, changed=None)
    services.assess(reply, verdict="good", note="", actor=ewa)
    assert list(chosen(ewa)) == [2]
    assert chosen(old_hand) == {}


def test_older_replies_are_left_in_peace(sent, ewa):
    with time_machine.travel(timezone.now() - timedelta(days=15)):
        sent(changed=None)
    assert chosen(ewa) == {}


def test_the_queue_asks_the_database_a_fixed_number_of_times(sent, ewa, django_assert_num_queries):
    for ticket in range(5):
        sent(ticket_id=ticket + 1, changed=None)
    with django_assert_num_queries(4):
        assert [type(found) for found in queue(ewa)] == [Candidate] * 5


def test_the_risks_of_one_reply_are_those_of_the_queue(sent, ewa):
    reply = sent(changed=None, state=State.UNKNOWN)
    assert risks_of(reply) == queue(ewa)[0].risks


def test_the_verdict_keeps_why_it_was_chosen(sent, ewa):
    services.assess(sent(changed=None), verdict="good", note="Ciepło i na temat.", actor=ewa)
    made = Assessment.objects.get()
    assert (made.risks, made.note) == (["scratch"], "Ciepło i na temat.")


def test_changed_passages_are_found_without_reading_the_other_replies(sent, ewa):
    sent()
    plan = plan_of(lambda: queue(ewa), '"replies_reply"."keep_reason" =')
    assert "reply_passage_changed" in plan
