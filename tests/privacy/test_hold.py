"""Legal holds: placed from what was found, listed, recorded."""

import pytest

from tests.support.customers import ADDRESS, TICKET
from tests.support.pages import missing
from thulium_portal.audit.models import AuditEntry
from thulium_portal.privacy.models import LegalHold

pytestmark = pytest.mark.django_db


def test_a_hold_is_placed_listed_and_recorded(world, as_adam, adam):
    sent = {"q": ADDRESS, "kind": "address", "reason": "Sąd, sygn. 7/26"}
    page = as_adam.post("/privacy/hold/", sent, follow=True).content.decode()
    hold = LegalHold.objects.standing().get()
    assert (hold.customer, hold.ticket_id, hold.placed_by) == (ADDRESS, None, adam)
    assert not missing(page, "Sąd, sygn. 7/26", f"/privacy/holds/{hold.pk}/lift/")
    entry = AuditEntry.objects.filter(action="hold.placed").first()
    texts = {content.field: content.data for content in entry.contents.all()}
    assert texts == {"customer": ADDRESS, "reason": "Sąd, sygn. 7/26"}
    assert ADDRESS not in entry.record


def test_a_ticket_is_held_by_its_number(as_adam):
    sent = {"q": f"#{TICKET}", "kind": "ticket", "reason": "x"}
    as_adam.post("/privacy/hold/", sent)
    assert LegalHold.objects.get().ticket_id == TICKET
    assert AuditEntry.objects.get(action="hold.placed").ticket_id == TICKET


@pytest.mark.parametrize("reason", ["", "x" * 301])
def test_a_hold_needs_a_reason_that_fits(world, as_adam, reason):
    sent = {"q": ADDRESS, "kind": "address", "reason": reason}
    answer = as_adam.post("/privacy/hold/", sent)
    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert not LegalHold.objects.standing().exists()
