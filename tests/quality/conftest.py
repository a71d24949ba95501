"""Replies that were sent, with what the record knows of them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.support.replies import in_state
from thulium_portal.accounts.models import User
from thulium_portal.audit.models import ReviewRow
from thulium_portal.quality.risks import NEW_FOR
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.tickets.snapshot import Snapshot


@pytest.fixture
def old_hand(anna):
    """Anna, who is not new."""
    anna.date_joined = timezone.now() - NEW_FOR - timedelta(days=1)
    anna.save()
    return anna


@pytest.fixture
def sent(old_hand, submit):
    """Return a function that gives a sent reply, left as its canned response gave it."""

    def sent(
        *,
        ticket_id: int = 1234,
        changed: int | None = 0,
        state: str = State.CONFIRMED,
        author: User = old_hand,
    ) -> Reply:
        text = Text("<p>Dzień dobry, paczka jest w drodze.</p>")
        reply = submit(text=text, snapshot=Snapshot(ticket_id), actor=author).reply
        ReviewRow.objects.filter(subject_id=str(reply.uuid)).update(
            state=state, changed_percent=changed, canned_id=None if changed is None else 7
        )
        return in_state(reply, state)

    return sent
