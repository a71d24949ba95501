"""Whatever Thulium tells of a ticket: a page that can be written on, and rows that can be kept."""

import json

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.replies import composed
from tests.support.told import case, telling
from tests.thulium.test_parsers import FIELDS, JSON, MESSAGE_FIELDS
from thulium_portal.accounts.pace import limits
from thulium_portal.replies.models import Reply

pytestmark = pytest.mark.django_db

PLAIN = json.loads(case("iso_date"))
LARGE = st.sampled_from(
    [
        "\x00" * 9,
        "\ud83d" * 9,
        "x" * 5000,
        "&amp;" * 5000,
        "\u202e" * 600,
        10**400,
        2**63,
        -1,
        "9" * 5000,
    ]
)


@pytest.fixture(autouse=True)
def _no_limit(monkeypatch):
    """Let one person send more replies within a minute than anybody writes."""
    monkeypatch.setattr(limits, "is_counted", lambda: False)


@pytest.fixture
def told(settings):
    """Let a Thulium tell of ticket 1 what a test says."""
    with telling(PLAIN) as thulium:
        settings.THULIUM_URL = thulium.url
        yield thulium


def page_and_row(as_anna, told, answer):
    """Open the ticket, send a reply to it and return the page's status and the stored row."""
    told.told = json.dumps(answer).encode()
    page = as_anna.get(reverse("replies:compose", args=[1]))
    signed = page.context["form"]["snapshot"].value()
    answer = as_anna.post(reverse("replies:compose", args=[1]), composed(snapshot=signed))
    assert answer.status_code == 302
    return page.status_code, Reply.objects.latest("pk")


def keeps(row: Reply) -> None:
    """Fail where a stricter database than SQLite would refuse the row."""
    row.full_clean(validate_unique=False, validate_constraints=False)
    assert "\x00" not in json.dumps(
        [row.ticket_subject, row.customer_email, row.queue_name, row.seen]
    )
    repr([row.ticket_subject, row.customer_email, row.queue_name, row.seen]).encode()


@settings(max_examples=40)
@given(name=st.sampled_from(FIELDS), value=JSON | LARGE)
def test_a_ticket_of_which_one_field_is_anything(as_anna, told, name, value):
    status, row = page_and_row(as_anna, told, PLAIN | {name: value})
    assert status == 200
    keeps(row)


@settings(max_examples=40)
@given(name=st.sampled_from(MESSAGE_FIELDS), value=JSON | LARGE)
def test_a_message_of_which_one_field_is_anything(as_anna, told, name, value):
    message = PLAIN["messages"][0]
    answer = PLAIN | {"messages": [message | {name: value}, message | {"message_id": 7}]}
    status, row = page_and_row(as_anna, told, answer)
    assert status == 200
    assert 7 in row.seen["message_ids"]
    keeps(row)
