"""Signatures below the replies of a bulk reply, up to what Thulium receives."""

import pytest

from tests.bulk.conftest import draft, send
from tests.support.replies import composed
from thulium_portal.bulk.models import BulkReply
from thulium_portal.signatures.models import StandingText
from thulium_portal.signatures.services import Wording, save
from thulium_portal.tickets import reading

pytestmark = pytest.mark.django_db

OFFICE, ZWROTY, MINE = "<p>Sklep</p>", "<p>Dział zwrotów</p>", "<p>Anna Nowak<br>Sklep</p>"


@pytest.fixture
def kept(anna, ewa, thulium):
    """The office's signature, its own for the queue of 1233, and Anna's."""
    queue = reading.load_snapshot(1233, anna)
    save(Wording("signature", OFFICE), row=None, whose=None, actor=ewa)
    at_queue = {"queue_id": queue.queue_id, "queue_name": queue.queue_name}
    save(Wording("signature", ZWROTY, **at_queue), row=None, whose=None, actor=ewa)
    save(Wording("signature", MINE), row=None, whose=anna, actor=anna)
    return StandingText.objects.get(person=None, queue_id=None)


def received(thulium, ticket_id: int) -> str:
    [one] = thulium.received(ticket_id)
    return one["body"]


@pytest.mark.usefixtures("kept", "no_undo_time")
@pytest.mark.parametrize(
    "body",
    ["<p>sklep nie działał.</p>", "<p>sklep nie działał.</p><p>{{ podpis }}</p>"],
    ids=["below the text", "where the text says so"],
)
def test_each_customer_gets_one_signature_that_of_their_queue(begin, as_anna, thulium, work, body):
    bulk = begin(1234, 1233, body=body)
    work()
    send(as_anna, bulk)
    work()
    bulk.refresh_from_db()
    assert bulk.state == BulkReply.State.DONE
    text = "<p>sklep nie działał.</p>"
    assert received(thulium, 1234) == text + MINE
    assert received(thulium, 1233) == text + ZWROTY


@pytest.mark.usefixtures("no_undo_time")
@pytest.mark.parametrize("chosen", ["office", "none"])
def test_a_draft_changed_on_its_ticket_keeps_what_was_chosen_there(
    begin, as_anna, thulium, work, kept, chosen
):
    bulk = begin(1234, 1233, body="<p>sklep nie działał.</p>")
    work()
    mine = draft(bulk, 1234)
    signature = str(kept.pk) if chosen == "office" else "none"
    fields = composed(
        "<p>Inny tekst.</p>",
        signature=signature,
        submission_key=str(mine.submission_key),
        revision=mine.draft_revision,
    )
    assert as_anna.post("/tickets/1234/draft/", fields).json()["saved"]
    send(as_anna, bulk)
    work()
    below = OFFICE if chosen == "office" else ""
    assert received(thulium, 1234) == "<p>Inny tekst.</p>" + below
    assert received(thulium, 1233).count("zwrotów") == 1
