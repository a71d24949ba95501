"""The page of a ticket whose customer mailed what stopped portals before."""

from time import thread_time

import pytest

from tests.lib.test_mail import HOSTILE

pytestmark = pytest.mark.django_db

SECONDS = dict.fromkeys(HOSTILE, 3.0) | {"reopened": 1.0}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_page_comes_all_the_same(name, as_anna, thulium):
    number = thulium.receive_mail(1234, HOSTILE[name])
    as_anna.get("/tickets/1234/")
    for address in ("/tickets/1234/", f"/tickets/1234/messages/{number}/"):
        start = thread_time()
        page = as_anna.get(address)
        assert page.status_code == 200
        assert thread_time() - start < SECONDS[name]
        assert len(page.content) < 2_000_000
