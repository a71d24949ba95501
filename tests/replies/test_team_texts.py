"""A team's texts stand on the tickets of its queues, and the portal learns queues from tickets."""

import pytest

from thulium_portal.replies.composer import picker
from thulium_portal.tickets import queues
from thulium_portal.tickets.snapshot import Snapshot


@pytest.fixture
def of_a_team(make):
    return make("Zwrot", scope="team", queues=(4,))


@pytest.mark.parametrize(("queue_id", "offered"), [(4, True), (5, False), (None, False)])
def test_a_ticket_is_offered_its_own_teams_texts(anna, of_a_team, queue_id, offered):
    ticket = Snapshot(1234, queue_id=queue_id)
    found = picker.search(anna, "zwrot", ticket)
    assert [pick.response for pick in found] == [of_a_team] * offered
    assert (picker.pick(anna, str(of_a_team.pk), ticket) is not None) is offered


def test_opening_a_ticket_makes_its_queue_known(as_anna, thulium):
    assert queues.known() == []
    for _again in range(2):
        assert as_anna.get("/tickets/1234/").status_code == 200
    ((number, name),) = queues.known()
    assert number > 0
    assert name
