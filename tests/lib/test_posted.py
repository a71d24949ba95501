"""A posted text past the bounds comes back as plain text, with what to do."""

import pytest

from tests.support.pages import missing
from tests.support.replies import composed
from thulium_portal.canned.models import CannedResponse
from thulium_portal.replies.models import Reply

BOMB = "<p>" + "".join(f"<b id={n}>" for n in range(1000)) + "Witam</p>" + "<p>x</p>" * 30
WORDS = "zbyt głęboko zagnieżdżony"


@pytest.mark.django_db
def test_a_reply_comes_back_as_text_and_can_then_be_sent(as_anna, thulium):
    page = as_anna.post("/tickets/1234/", composed(BOMB))
    assert page.status_code == 422
    assert not missing(page, WORDS)
    form = page.context["form"]
    assert form["body"].value().startswith("Witam\n\nx\n\nx")
    assert form["body_type"].value() == "PLAIN"
    assert not Reply.objects.exists()
    again = composed(form["body"].value(), body_type="PLAIN")
    assert as_anna.post("/tickets/1234/", again).status_code == 302


@pytest.mark.django_db
def test_a_canned_response_comes_back_as_text(as_anna):
    fields = {"title": "Bomba", "body": BOMB, "body_type": "HTML", "language": "pl"}
    page = as_anna.post("/canned/new/", fields)
    assert page.status_code == 422
    assert not missing(page, WORDS)
    assert page.context["form"]["body"].value().startswith("Witam")
    assert not CannedResponse.objects.exists()


@pytest.mark.django_db
def test_a_draft_keeps_the_words(as_anna, thulium):
    assert as_anna.post("/tickets/1234/draft/", composed(BOMB)).json()["saved"]
    assert "Witam" in Reply.objects.get().body
