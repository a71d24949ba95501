"""The page of a ticket whose customer mailed what stopped portals before."""

from functools import partial

import pytest

from tests.lib.test_mail import HOSTILE
from tests.support.pace import lasts

pytestmark = pytest.mark.django_db

MOST = 150
"""So many times as long as counting to a million."""


@pytest.mark.parametrize("name", HOSTILE)
def test_the_page_comes_all_the_same(name, as_anna, thulium):
    number = thulium.receive_mail(1234, HOSTILE[name])
    as_anna.get("/tickets/1234/")
    for address in ("/tickets/1234/", f"/tickets/1234/messages/{number}/"):
        page = as_anna.get(address)
        assert page.status_code == 200
        assert len(page.content) < 2_000_000
        assert lasts(partial(as_anna.get, address), enough=MOST) < MOST
