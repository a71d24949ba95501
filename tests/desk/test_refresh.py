"""What the desk's script is told: the list as it stands, or that nothing has changed."""

from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.utils import timezone

from tests.support.pages import missing, shown
from thulium_portal.tickets import presence
from thulium_portal.tickets.models import KnownTicket, TicketIndex

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(as_anna, known, time_machine):
    """Return a function that asks as the page does which has seen the desk as it is now."""
    time_machine.move_to(timezone.now(), tick=False)
    known(31)
    seen = as_anna.get("/").context["board"].fingerprint()
    return lambda **query: as_anna.get("/desk/", {"seen": seen} | query)


def test_nothing_is_sent_while_nothing_changes(ask):
    answer = ask()
    assert (answer.status_code, answer.content) == (204, b"")


def test_how_old_the_list_is_comes_all_the_same(ask):
    TicketIndex.objects.create(listed_at=timezone.now() - timedelta(seconds=8))
    assert unquote(ask().headers["X-Desk-Age"]) == "Stan z Thulium sprzed 8 s"


def test_what_changes_comes_without_the_rest_of_the_page(ask, known):
    known(32)
    answer = ask()
    assert answer.status_code == 200
    assert not missing(answer, 'data-ticket="31"', 'data-ticket="32"', 'data-part="tabs"')
    assert not shown(answer, "<html", "<script", "csrfmiddlewaretoken")


@pytest.mark.parametrize(
    "change",
    [
        lambda ewa, time: KnownTicket.objects.update(subject="inny"),
        lambda ewa, time: presence.note(31, ewa, writing=True),
        lambda ewa, time: KnownTicket.objects.update(agent_login="ewa.kot"),
        lambda ewa, time: time.shift(timedelta(minutes=1)),
    ],
    ids=["subject", "presence", "assignee", "wait"],
)
def test_any_change_that_is_seen_counts(change, ask, ewa, time_machine):
    change(ewa, time_machine)
    assert ask().status_code == 200


def test_the_language_is_the_readers(ask, anna, sign_in):
    anna.language = "en"
    anna.save()
    assert not missing(sign_in(anna).get("/desk/"), "Mine to answer")


def test_a_page_that_has_seen_nothing_gets_the_list(ask):
    assert ask(seen="").status_code == 200
    assert ask(seen="x", list="unassigned").status_code == 200


def test_who_is_no_longer_signed_in_is_told(client):
    assert client.get("/desk/", headers={"Sec-Fetch-Dest": "empty"}).status_code == 401
