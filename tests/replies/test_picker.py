"""The picker on a ticket: what it learns from replies, and what it offers for the next."""

import pytest

from tests.support.pages import missing
from tests.support.replies import composed
from thulium_portal.accounts.models import User
from thulium_portal.canned.models import CannedUse, EmptySearch
from thulium_portal.replies.models import Reply
from thulium_portal.tickets import reading
from thulium_portal.tickets.conversation import TicketView
from thulium_portal.tickets.snapshot import read_snapshot

pytestmark = pytest.mark.django_db

PICKER = "/tickets/1234/canned/"


@pytest.fixture
def snapshot(thulium):
    view = reading.load(1234, User())
    assert isinstance(view, TicketView)
    return view.snapshot.sign()


@pytest.fixture
def response(make):
    return make("Gdzie paczka", "<p>Sprawdzamy.</p>")


def test_a_reply_teaches_what_answers_such_a_message(as_anna, response, snapshot):
    form = composed("<p>Sprawdzamy.</p>", canned_response=response.pk, snapshot=snapshot)
    assert as_anna.post("/tickets/1234/", form).status_code == 302
    assert CannedUse.objects.get().question
    page = as_anna.post(PICKER, {"q": "", "snapshot": snapshot}).content.decode()
    assert not missing(page, "Podpowiedzi do tej wiadomości", "Użyty w 1 podobnej odpowiedzi")
    as_anna.post(f"/replies/{Reply.objects.get().uuid}/undo/")
    assert not CannedUse.objects.exists()


def test_a_search_in_vain_is_noted_and_said(as_anna, response, snapshot):
    page = as_anna.post(PICKER, {"q": "gwarancja", "snapshot": snapshot}).content.decode()
    assert "gwarancja" in page
    assert EmptySearch.objects.get().words == "gwarancja"
    as_anna.post(PICKER, {"q": "paczka", "snapshot": snapshot})
    assert EmptySearch.objects.count() == 1


def test_the_customers_words_do_not_travel_whole(snapshot):
    known = read_snapshot(snapshot, ticket_id=1234).question
    assert known
    assert all(len(stem) <= 5 and stem == stem.lower() for stem in known.split())
