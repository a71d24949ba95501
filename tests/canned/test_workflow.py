"""The life of a text: every move by every role, what it leaves behind, and what stays for good."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from tests.factories import make_person
from thulium_portal.accounts.models import User
from thulium_portal.audit.models import AuditEntry
from thulium_portal.canned import permissions, services, states, workflow
from thulium_portal.canned.models import CannedResponse, CannedUse
from thulium_portal.canned.states import By, State
from thulium_portal.canned.validation import ResponseText
from thulium_portal.canned.workflow import InUse, StateConflict

TEXT = ResponseText(title="Zwrot", body="<p>tekst</p>", scope="shared")

VERBS: dict[str, Callable[[CannedResponse, User], CannedResponse]] = {
    "submit": lambda response, actor: workflow.submit(response, actor=actor),
    "withdraw": lambda response, actor: workflow.withdraw(response, actor=actor),
    "approve": lambda response, actor: workflow.approve(response, seen_version=1, actor=actor),
    "send_back": lambda response, actor: workflow.send_back(response, note="krócej", actor=actor),
    "publish": lambda response, actor: workflow.publish(response, actor=actor),
    "rework": lambda response, actor: workflow.rework(response, actor=actor),
    "archive": lambda response, actor: workflow.archive(response, actor=actor),
    "bring_back": lambda response, actor: workflow.bring_back(response, actor=actor),
}
MAY = {
    By.OWNER: {"owner"},
    By.MANAGER: {"supervisor", "administrator"},
    By.PERSONAL_OWNER: {"owner"},
}
WHO = ("owner", "colleague", "supervisor", "administrator")


@pytest.fixture
def people(anna, ewa, adam):
    colleague = make_person("piotr", name="Piotr Zieliński")
    return {"owner": anna, "colleague": colleague, "supervisor": ewa, "administrator": adam}


def text_of(owner: User, *, state: str, scope: str = "shared") -> CannedResponse:
    response = services.create_response(replace(TEXT, scope=scope), actor=owner)
    CannedResponse.objects.filter(pk=response.pk).update(state=state)
    response.refresh_from_db()
    return response


def last_action() -> str:
    return AuditEntry.objects.filter(subject_kind="canned").order_by("-sequence")[0].action


def test_every_move_of_the_table_has_its_verb():
    assert {move.name for move in states.MOVES} == set(VERBS)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("scope", ["shared", "personal"])
@pytest.mark.parametrize("verb", VERBS)
def test_exactly_the_moves_of_the_table_can_be_made(people, verb, scope, state, who):
    response = text_of(people["owner"], state=state, scope=scope)
    before = AuditEntry.objects.count()
    of_scope = {By.PERSONAL_OWNER} if scope == "personal" else {By.OWNER, By.MANAGER}
    possible = [move for move in states.MOVES if move.name == verb and move.by in of_scope]
    mine = [move for move in possible if who in MAY[move.by]]
    move = next((move for move in mine if move.source == state), None)
    if move is not None:
        VERBS[verb](response, people[who])
        response.refresh_from_db()
        assert (response.state, last_action()) == (move.target, move.action)
        return
    if not mine:
        with pytest.raises(PermissionDenied):
            VERBS[verb](response, people[who])
    elif mine[0].target == state:
        VERBS[verb](response, people[who])
    else:
        with pytest.raises(StateConflict):
            VERBS[verb](response, people[who])
    response.refresh_from_db()
    assert response.state == state
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("state", State)
def test_the_page_offers_exactly_what_the_services_allow(people, state, who):
    response = text_of(people["owner"], state=state)
    wanted = {
        move.name
        for move in states.MOVES
        if move.source == state and move.by is not By.PERSONAL_OWNER and who in MAY[move.by]
    }
    assert permissions.moves_for(people[who], response) == wanted


def test_an_agents_own_text_is_live_for_them_at_once(anna):
    assert services.create_response(replace(TEXT, scope="personal"), actor=anna).state == "live"


def test_what_an_agent_writes_for_others_is_a_draft(anna):
    assert services.create_response(TEXT, actor=anna).state == "draft"


def test_a_supervisor_chooses_between_live_and_draft(ewa):
    assert services.create_response(TEXT, actor=ewa).state == "live"
    assert services.create_response(TEXT, as_draft=True, actor=ewa).state == "draft"


def test_approval_counts_for_the_version_that_was_read(anna, ewa, adam):
    response = text_of(anna, state="waiting")
    services.revise(response, replace(TEXT, body="<p>inny</p>"), seen_version=1, actor=adam)
    with pytest.raises(StateConflict):
        workflow.approve(response, seen_version=1, actor=ewa)
    response.refresh_from_db()
    assert response.state == "waiting"
    assert workflow.approve(response, seen_version=2, actor=ewa).state == "live"


def test_a_decision_is_kept_with_who_made_it_and_why(anna, ewa):
    response = workflow.submit(text_of(anna, state="draft"), actor=anna)
    assert response.submitted_at is not None
    workflow.send_back(response, note="  Bez „niestety”,\nproszę. ", actor=ewa)
    response.refresh_from_db()
    assert (response.decision_note, response.decided_by) == ("Bez „niestety”, proszę.", ewa)
    assert response.submitted_at is None
    entry = AuditEntry.objects.get(action="canned.returned")
    contents = dict(entry.contents.values_list("field", "data"))
    assert contents["note"] == "Bez „niestety”, proszę."
    assert "niestety" not in entry.record


@pytest.mark.parametrize("note", ["", "  \n", "x" * 301])
def test_a_text_is_returned_with_a_note_or_not_at_all(anna, ewa, note):
    response = text_of(anna, state="waiting")
    with pytest.raises(ValidationError):
        workflow.send_back(response, note=note, actor=ewa)
    response.refresh_from_db()
    assert response.state == "waiting"


def test_a_waiting_text_is_out_of_its_authors_hands(anna):
    response = text_of(anna, state="waiting")
    with pytest.raises(PermissionDenied):
        services.revise(response, replace(TEXT, title="Inny"), seen_version=1, actor=anna)


def test_giving_ones_own_text_to_all_makes_it_a_draft(anna):
    response = text_of(anna, state="live", scope="personal")
    stored = services.revise(response, TEXT, seen_version=1, actor=anna)
    assert (stored.scope, stored.state) == ("shared", "draft")
    stored = services.revise(stored, replace(TEXT, scope="personal"), seen_version=2, actor=anna)
    assert (stored.scope, stored.state) == ("personal", "live")


def test_a_supervisor_gives_their_own_text_to_all_at_once(ewa):
    response = text_of(ewa, state="live", scope="personal")
    assert services.revise(response, TEXT, seen_version=1, actor=ewa).state == "live"


def test_nobody_makes_anothers_text_their_own(anna, ewa):
    response = text_of(anna, state="live")
    with pytest.raises(ValidationError) as caught:
        services.revise(response, replace(TEXT, scope="personal"), seen_version=1, actor=ewa)
    assert list(caught.value.message_dict) == ["scope"]


def test_a_manager_hands_a_text_over_and_an_agent_does_not(anna, ewa):
    response = text_of(anna, state="draft")
    with pytest.raises(PermissionDenied):
        services.revise(response, replace(TEXT, owner_id=ewa.pk), seen_version=1, actor=anna)
    stored = services.revise(response, replace(TEXT, owner_id=ewa.pk), seen_version=1, actor=ewa)
    assert stored.owner == ewa
    assert stored.versions.count() == 2


def test_a_draft_that_nobody_used_is_deleted_and_the_record_keeps_it(anna):
    response = text_of(anna, state="draft")
    workflow.delete_draft(response, actor=anna)
    assert not CannedResponse.objects.exists()
    entry = AuditEntry.objects.get(action="canned.deleted")
    assert entry.contents.get(field="title").data == "Zwrot"


@pytest.mark.parametrize("state", ["waiting", "live", "archived"])
def test_what_is_no_draft_stays(ewa, state):
    response = text_of(ewa, state=state)
    with pytest.raises(InUse):
        workflow.delete_draft(response, actor=ewa)
    assert CannedResponse.objects.filter(pk=response.pk, state=state).exists()


def test_what_was_used_once_is_never_deleted(ewa):
    response = text_of(ewa, state="draft")
    CannedUse.objects.create(
        reply_uuid="00000000-0000-0000-0000-000000000001",
        response=response,
        version=response.current,
        person=ewa,
        ticket_id=1,
        used_at=timezone.now(),
    )
    assert not workflow.may_delete(ewa, response)
    with pytest.raises(InUse):
        workflow.delete_draft(response, actor=ewa)
    assert response.versions.count() == 1


def test_somebody_elses_draft_is_not_deleted_by_a_colleague(people):
    response = text_of(people["owner"], state="draft")
    with pytest.raises(PermissionDenied):
        workflow.delete_draft(response, actor=people["colleague"])
    workflow.delete_draft(response, actor=people["supervisor"])
    assert not CannedResponse.objects.exists()
