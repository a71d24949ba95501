"""What a text's page says of its use."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.support.pages import missing
from thulium_portal.accounts.models import User
from thulium_portal.canned import usage
from thulium_portal.canned.models import CannedResponse, CannedUse


def used(response: CannedResponse, person: User, *, changed: int | None, days_ago: int) -> None:
    CannedUse.objects.create(
        reply_uuid=uuid.uuid4(),
        response=response,
        version=response.current,
        person=person,
        ticket_id=1,
        changed_percent=changed,
        used_at=timezone.now() - timedelta(days=days_ago),
    )
    response.used_count += 1
    response.save()


def test_a_text_nobody_used_says_so(make):
    assert usage.usage_of(make("Zwrot")) == usage.Usage(0, None, None, None)


@pytest.mark.parametrize(
    ("shares", "middle"),
    [([0], 0), ([0, 4, 90], 4), ([10, 20], 15), ([None, 7], 7), ([None], None)],
)
def test_the_middle_share_of_changed_words_is_told(ewa, make, shares, middle):
    response = make("Zwrot")
    for share in shares:
        used(response, ewa, changed=share, days_ago=1)
    assert usage.usage_of(response).changed_percent == middle


def test_the_page_tells_how_often_when_last_and_by_whom(anna, ewa, make, as_anna):
    response = make("Zwrot")
    used(response, ewa, changed=8, days_ago=0)
    used(response, anna, changed=8, days_ago=3)
    told = usage.usage_of(response)
    assert (told.times, told.last_by, told.changed_percent) == (2, ewa, 8)
    text = as_anna.get(f"/canned/{response.pk}/").content.decode()
    assert not missing(text, "Użyto 2 razy", "Ewa Kot", "8% słów")
