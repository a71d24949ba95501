"""How often the pages people wait for most ask the database; more is decided, not happening."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support.replies import composed

MOST_OF_SEND, MOST_OF_PAGE = 16, 19
"""Of Send two are the end of the record and its last entry: asked in one, the entry would be read
before the end is locked. Of a page the last is what can be undone; a missing worker costs one."""
URL = "/tickets/1234/"


def asked(act):
    with CaptureQueriesContext(connection) as queries:
        assert act().status_code in {200, 302}
    words = [query["sql"].split()[0] for query in queries]
    return sum(word not in {"SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"} for word in words)


def test_send_asks_no_more_than_it_has_to(as_anna, thulium, submit):
    submit(ticket_id=7)  # the first entry of a record costs three more
    as_anna.get(URL)
    assert asked(lambda: as_anna.post(URL, composed())) <= MOST_OF_SEND


def test_a_page_asks_no_more_for_five_replies_on_their_way(as_anna, thulium, submit):
    as_anna.get(URL)
    submit()
    few = asked(lambda: as_anna.get(URL))
    for _each in range(4):
        submit()
    assert asked(lambda: as_anna.get(URL)) == few <= MOST_OF_PAGE
