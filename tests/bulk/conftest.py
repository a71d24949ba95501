"""A bulk reply from the pages' side and the worker's, without its pauses."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from thulium_portal.bulk import steps
from thulium_portal.bulk.models import BulkItem, BulkReply
from thulium_portal.replies.models import Reply

TICKETS = (1234, 1233, 1229)
BODY = "<p>{{ powitanie | Dzień dobry }},</p><p>sklep nie działał. {{ podpis }}</p>"
Begin = Callable[..., BulkReply]


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    """Let the next step be due at once; a try after a failure is not."""
    for pause in ("READ_EVERY", "SUBMIT_EVERY"):
        monkeypatch.setattr(steps, pause, timedelta(0))


@pytest.fixture
def begin(as_anna: Client, thulium) -> Begin:
    """Return a function that chooses tickets and writes the text, as the pages do."""

    def begin(*tickets: int, body: str = BODY, client: Client = as_anna, **given) -> BulkReply:
        client.post(reverse("bulk:index"), {"ticket": [*(tickets or TICKETS)]})
        bulk = BulkReply.objects.latest("pk")
        fields = {"body": body, "body_type": "HTML"} | given
        answer = client.post(page(bulk, "text"), fields)
        assert answer.status_code == 302, answer.content.decode()
        bulk.refresh_from_db()
        return bulk

    return begin


def page(bulk: BulkReply, name: str = "show") -> str:
    return reverse(f"bulk:{name}", args=[bulk.uuid])


def item(bulk: BulkReply, ticket_id: int) -> BulkItem:
    return bulk.items.select_related("reply").get(ticket_id=ticket_id)


def draft(bulk: BulkReply, ticket_id: int) -> Reply:
    reply = item(bulk, ticket_id).reply
    assert reply is not None
    return reply


def places(client: Client, bulk: BulkReply) -> dict[int, str]:
    """Return where each ticket stands on the page."""
    rows = client.get(page(bulk)).context["rows"]
    return {row.item.ticket_id: str(row.place) for row in rows}


def send(client: Client, bulk: BulkReply):
    """Press Send on the page as it is now."""
    seen = client.get(page(bulk)).context["seen"]
    return client.post(page(bulk, "send"), {"seen": seen})
