"""Who sees, uses and edits which text, by scope, state and role."""

from dataclasses import replace

import pytest

from tests.factories import make_person
from thulium_portal.accounts.models import User
from thulium_portal.canned import permissions, services
from thulium_portal.canned.models import CannedQueue, CannedResponse
from thulium_portal.canned.validation import ResponseText
from thulium_portal.tickets import queues

TEXT = ResponseText(title="Zwrot", body="<p>tekst</p>")


def text_of(
    owner: User, *, scope: str, state: str = "live", queue_ids: tuple[int, ...] = ()
) -> CannedResponse:
    text = replace(TEXT, scope=scope, queues=queue_ids)
    response = services.create_response(text, actor=owner)
    CannedResponse.objects.filter(pk=response.pk).update(state=state)
    response.refresh_from_db()
    return response


@pytest.mark.parametrize(
    ("scope", "state", "seen_by"),
    [
        ("personal", "live", "anna"), ("personal", "archived", "anna"),
        ("shared", "live", "anna piotr ewa adam"), ("shared", "draft", "anna ewa adam"),
        ("shared", "waiting", "anna ewa adam"), ("shared", "archived", "anna ewa adam"),
        ("team", "live", "anna piotr ewa adam"), ("team", "draft", "anna ewa adam"),
    ],
)  # fmt: skip
def test_a_text_is_seen_by_exactly_these(anna, ewa, adam, scope, state, seen_by):
    piotr = make_person("piotr")
    response = text_of(anna, scope=scope, state=state, queue_ids=(4,))
    seen = {
        person.username
        for person in (anna, piotr, ewa, adam)
        if response in permissions.visible_to(person)
    }
    assert seen == set(seen_by.split())
    used = {person.username for person in (anna, piotr, ewa, adam) if _may_use(person, response)}
    assert used == (set(seen_by.split()) if state == "live" else set())


def _may_use(person: User, response: CannedResponse) -> bool:
    return response in permissions.usable_by(person)


def test_who_is_switched_off_sees_nothing(anna):
    text_of(anna, scope="personal")
    anna.is_active = False
    assert not permissions.visible_to(anna).exists()


@pytest.mark.parametrize(("queue_id", "offered"), [(4, True), (5, True), (6, False), (None, False)])
def test_a_teams_text_is_offered_on_tickets_of_its_queues(anna, ewa, queue_id, offered):
    response = text_of(ewa, scope="team", queue_ids=(4, 5))
    found = permissions.offered_to(anna, queue_id=queue_id)
    assert (response in found) is offered


@pytest.mark.parametrize("queue_id", [4, None])
def test_shared_and_own_texts_are_offered_on_every_ticket(anna, ewa, queue_id):
    shared, own = text_of(ewa, scope="shared"), text_of(anna, scope="personal")
    text_of(ewa, scope="personal")
    text_of(ewa, scope="shared", state="draft")
    found = permissions.offered_to(anna, queue_id=queue_id)
    assert set(found) == {shared, own}


@pytest.mark.parametrize(
    ("scope", "state", "editors"),
    [
        ("personal", "live", "anna"),
        ("shared", "draft", "anna ewa adam"),
        ("shared", "waiting", "ewa adam"),
        ("shared", "live", "ewa adam"),
        ("team", "live", "ewa adam"),
    ],
)
def test_a_text_is_edited_by_exactly_these(anna, ewa, adam, scope, state, editors):
    response = text_of(anna, scope=scope, state=state, queue_ids=(4,))
    people = (anna, make_person("piotr"), ewa, adam)
    able = {person.username for person in people if permissions.may_edit(person, response)}
    assert able == set(editors.split())


def test_a_queue_is_known_once_it_was_met_and_keeps_its_newest_name(db):
    for number, name in [(4, "Zwroty"), (3, "Sklep"), (4, "Zwroty"), (4, "Zwroty i wymiany")]:
        queues.remember(number, name)
    queues.remember(None, "Nic")
    queues.remember(9, " ")
    assert queues.known() == [(3, "Sklep"), (4, "Zwroty i wymiany")]


def test_a_text_leaves_its_team_with_its_queues(ewa):
    queues.remember(4, "Zwroty")
    response = text_of(ewa, scope="team", queue_ids=(4, 5))
    assert list(response.queues.values_list("queue_id", "name")) == [(5, ""), (4, "Zwroty")]
    text = replace(ResponseText.of(response), queues=(4,))
    services.revise(response, text, seen_version=1, actor=ewa)
    assert list(response.queues.values_list("queue_id", flat=True)) == [4]
    text = replace(text, scope="shared")
    services.revise(response, text, seen_version=2, actor=ewa)
    assert not CannedQueue.objects.exists()
