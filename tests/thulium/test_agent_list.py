"""The list of agents, whose envelope and parameters Thulium does not document."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.fault_server import answering
from thulium_portal.thulium import UnexpectedAnswer

ANNA = {
    "agent_id": "7",
    "login": "anna.nowak",
    "name": "Anna",
    "surname": "Nowak",
    "email": "Anna Nowak <anna@example.org>",
    "active": "1",
}


@pytest.fixture
def page(client_of):
    """Return a function that reads the page in an answer."""

    def ask(told):
        with answering(told) as server:
            return client_of(server.url).get_agents()

    return ask


@pytest.mark.parametrize(
    "told",
    [
        [ANNA],
        {"count": 1, "result": [ANNA]},
        {"result": {"3": ANNA}},
        {"agents": [ANNA], "links": []},
        {"data": {"0": ANNA}},
        {"7": ANNA},
    ],
    ids=["bare", "documented for others", "gaps", "agents", "data", "object"],
)
def test_agents_in_every_envelope(page, told):
    [anna] = page(told).rows
    assert (anna.id, anna.login, anna.name) == (7, "anna.nowak", "Anna Nowak")
    assert (anna.email, anna.active, anna.says_active) == ("anna@example.org", True, True)


def test_a_row_of_which_nothing_but_the_login_is_known(page):
    [found] = page([{"login": "anna.nowak"}]).rows
    assert (found.id, found.name, found.email) == (None, "", "")
    assert (found.active, found.says_active) == (False, False)


def test_rows_that_cannot_be_read_are_counted(page):
    found = page({"count": 9, "result": [ANNA, {"login": ""}, None, {"login": "x" * 200}]})
    assert (found.count, len(found.rows), found.passed_over) == (9, 1, 3)


@pytest.mark.parametrize("told", [None, 7, {"count": 3}, {"result": [{"id": 1}]}], ids=str)
def test_what_is_no_list_is_said_to_be_none(page, told):
    with pytest.raises(UnexpectedAnswer):
        page(told)


def test_what_is_asked_for(client_of):
    with answering([]) as server:
        assert client_of(server.url).get_agents(offset=300).rows == ()
        [request] = server.requests
    asked = urlsplit(request.path)
    assert (request.method, asked.path) == ("GET", "/api/agents")
    assert parse_qs(asked.query) == {"limit": ["100"], "offset": ["300"]}
