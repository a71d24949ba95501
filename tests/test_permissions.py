"""Who may do what: every route by every method by every role."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.routes import Route, routes
from thulium_portal.replies.delivery import circuit_breaker

# With everything switched on that has pages of its own.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("provider")]

AGENTS = frozenset({"anna", "nowy", "zosia", "ewa", "adam"})
"""What an agent may, also one who works in few queues, supervisors and administrators may too."""
EVERYBODY = AGENTS | {"iga"}
"""Everybody who is signed in, the auditor too."""
WITH_LOGIN = frozenset({"anna", "zosia", "ewa", "adam"})
SUPERVISORS = frozenset({"ewa", "adam"})
ADMINISTRATORS = frozenset({"adam"})
REVIEWERS = SUPERVISORS | {"iga"}
ANYONE = EVERYBODY | {"anonymous"}
PEOPLE = sorted(ANYONE)

METHODS = ("GET", "POST")
RARE_METHODS = ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")

READ = {"GET": AGENTS}
ACT = {"POST": AGENTS}
READ_AND_ACT = READ | ACT
READ_ALL = {"GET": EVERYBODY}
READ_AND_ACT_ALL = {"GET": EVERYBODY, "POST": EVERYBODY}
OPEN_TO_ANYONE = {"GET": ANYONE}

TABLE: dict[str, dict[str, frozenset[str]]] = {
    "healthz": OPEN_TO_ANYONE,
    "favicon": OPEN_TO_ANYONE,
    # To django-allauth's forms a PUT is a POST.
    "account_login": {"GET": ANYONE, "POST": ANYONE, "PUT": ANYONE},
    "account_logout": {"GET": ANYONE, "POST": ANYONE},
    "account_change_password": READ_AND_ACT_ALL | {"PUT": EVERYBODY},
    "openid_connect_login": OPEN_TO_ANYONE | {"POST": ANYONE},
    "openid_connect_callback": OPEN_TO_ANYONE,
    "account_reset_password": OPEN_TO_ANYONE | {"POST": ANYONE},
    "account_reset_password_done": OPEN_TO_ANYONE,
    "account_reset_password_form": {"GET": ANYONE, "POST": ANYONE},
    "account_reset_password_from_key": {"GET": ANYONE, "POST": ANYONE},
    "account_accept_invitation": {"GET": ANYONE, "POST": ANYONE},
    "account_invitation": {"GET": ANYONE, "POST": ANYONE},
    "account_reauthenticate": READ_AND_ACT_ALL,
    "mfa_index": READ_ALL,
    "mfa_authenticate": {"GET": ANYONE, "POST": ANYONE},
    "mfa_reauthenticate": READ_AND_ACT_ALL,
    "mfa_activate_totp": READ_AND_ACT_ALL,
    "mfa_deactivate_totp": READ_AND_ACT_ALL,
    "mfa_view_recovery_codes": READ_ALL,
    "mfa_generate_recovery_codes": READ_AND_ACT_ALL,
    "mfa_list_webauthn": READ_ALL,
    "mfa_add_webauthn": READ_AND_ACT_ALL,
    "mfa_reauthenticate_webauthn": READ_AND_ACT_ALL,
    "mfa_edit_webauthn": READ_AND_ACT_ALL,
    "mfa_remove_webauthn": READ_AND_ACT_ALL,
    "mfa_login_webauthn": {"GET": ANYONE, "POST": ANYONE},
    "usersessions_list": READ_AND_ACT_ALL,
    "accounts:end_session": {"POST": EVERYBODY},
    "accounts:profile": READ_AND_ACT_ALL,
    "accounts:language": {"POST": ANYONE},
    "people:index": {"GET": ADMINISTRATORS},
    "people:new": {"GET": ADMINISTRATORS, "POST": ADMINISTRATORS},
    "people:roles": {"GET": ADMINISTRATORS},
    "people:agents": {"GET": ADMINISTRATORS},
    "people:take_agents": {"POST": ADMINISTRATORS},
    "people:check_login": {"POST": ADMINISTRATORS},
    "people:read_notice": {"POST": ADMINISTRATORS},
    "people:remove_second_factor": {"POST": ADMINISTRATORS},
    "people:edit": {"GET": ADMINISTRATORS, "POST": ADMINISTRATORS},
    "people:end_sessions": {"POST": ADMINISTRATORS},
    "people:release_sign_on": {"POST": ADMINISTRATORS},
    "people:give_link": {"POST": ADMINISTRATORS},
    "people:invite": {"POST": ADMINISTRATORS},
    "people:withdraw_invitation": {"POST": ADMINISTRATORS},
    "command:search": READ_ALL,
    "desk:index": READ_ALL,
    "desk:refresh": READ,
    "desk:next": READ,
    "desk:reminders": READ,
    "desk:open": READ,
    "desk:take": ACT,
    "replies:session": READ_ALL,
    "operations:readyz": OPEN_TO_ANYONE,
    "operations:metrics": OPEN_TO_ANYONE,
    "operations:status": {"GET": ADMINISTRATORS},
    # Thulium comes with a password of its own; no person's session opens it.
    "tickets:hook": {},
    "replies:not_a_number": READ,
    "replies:compose": READ_AND_ACT,
    "replies:autosave": ACT,
    "replies:discard": ACT,
    "replies:drafts": READ,
    "replies:add_file": ACT,
    "replies:remove_file": ACT,
    "replies:bring_back": ACT,
    "replies:picker": ACT,
    "replies:insert": ACT,
    "replies:preview": ACT,
    "replies:fill_in": ACT,
    "replies:message": READ,
    "replies:pulse": READ_AND_ACT,
    "replies:shown": READ,
    "replies:index": READ_ALL,
    "replies:show": READ_ALL,
    "replies:status": READ_ALL,
    "replies:attachment": READ_ALL,
    "replies:approvals": {"GET": SUPERVISORS},
    "replies:approval": {"GET": SUPERVISORS, "POST": SUPERVISORS},
    "replies:send_back": {"POST": SUPERVISORS},
    "replies:dismiss_note": ACT,
    "replies:undo": ACT,
    "replies:send_now": ACT,
    "replies:reschedule": ACT,
    "replies:send_anyway": ACT,
    "replies:take_back": ACT,
    "replies:discard_stopped": ACT,
    "replies:check_now": ACT,
    "replies:send_again": READ_AND_ACT,
    "replies:arrived": ACT,
    "replies:let_pass": ACT,
    "replies:set_status": ACT,
    "replies:remind": ACT,
    "replies:remind_after": ACT,
    "replies:no_correction": ACT,
    "replies:release": {"POST": ADMINISTRATORS},
    "handover:index": {"GET": SUPERVISORS},
    "handover:show": {"GET": SUPERVISORS, "POST": SUPERVISORS},
    "handover:draft": {"GET": SUPERVISORS},
    "bulk:index": READ_AND_ACT,
    "bulk:show": READ,
    "bulk:text": READ_AND_ACT,
    "bulk:picker": ACT,
    "bulk:insert": ACT,
    "bulk:join": ACT,
    "bulk:questions": READ_AND_ACT,
    "bulk:live": READ,
    "bulk:write_again": ACT,
    "bulk:open": ACT,
    "bulk:leave_out": ACT,
    "bulk:read_again": ACT,
    "bulk:go_on": ACT,
    "bulk:send": ACT,
    "bulk:undo": ACT,
    "bulk:discard": ACT,
    "notes:save": {"POST": WITH_LOGIN},
    "notes:keep": {"POST": WITH_LOGIN},
    "notes:look": {"POST": WITH_LOGIN},
    "signatures:index": READ,
    "signatures:new": READ_AND_ACT,
    "signatures:edit": READ_AND_ACT,
    "signatures:remove": ACT,
    "signatures:preview": ACT,
    "signatures:canned_sample": ACT,
    "canned:index": READ,
    "canned:show": READ,
    "canned:new": READ_AND_ACT,
    "canned:edit": READ_AND_ACT,
    "canned:proposals": READ,
    "canned:proposal": READ,
    "canned:decide": {"POST": SUPERVISORS},
    "canned:withdraw_proposal": ACT,
    "replies:propose": ACT,
    "canned:file": READ,
    "canned:favourite": ACT,
    "canned:recall": {"GET": SUPERVISORS, "POST": SUPERVISORS},
    "replies:recall": READ_ALL,
    "replies:correct": ACT,
    "canned:import": {"GET": SUPERVISORS, "POST": SUPERVISORS},
    "canned:import_plan": {"GET": SUPERVISORS, "POST": SUPERVISORS},
    "canned:export": {"GET": SUPERVISORS},
    "canned:restore": ACT,
    "canned:submit": ACT,
    "canned:withdraw": ACT,
    "canned:approve": {"POST": SUPERVISORS},
    "canned:send_back": {"POST": SUPERVISORS},
    "canned:publish": ACT,
    "canned:rework": {"POST": SUPERVISORS},
    "canned:archive": ACT,
    "canned:bring_back": ACT,
    "canned:delete": ACT,
    "canned:reviewed": ACT,
    "review:index": {"GET": REVIEWERS},
    "review:show": {"GET": REVIEWERS},
    "review:export": {"GET": REVIEWERS},
    "review:check": {"POST": SUPERVISORS},
    "review:save_view": {"POST": REVIEWERS},
    "review:start_export": {"POST": REVIEWERS},
    "review:export_job": {"GET": REVIEWERS},
    "review:export_file": {"GET": REVIEWERS},
    "review:forget_view": {"POST": REVIEWERS},
    "evidence:index": {"GET": REVIEWERS},
    "evidence:download": {"GET": REVIEWERS},
    "reports:index": {"GET": REVIEWERS},
    "quality:index": {"GET": REVIEWERS},
    "quality:given": {"GET": REVIEWERS},
    "quality:question": {"GET": SUPERVISORS},
    "quality:assess": {"POST": SUPERVISORS},
    "quality:acknowledge": ACT,
    "stop_rules:index": {"GET": SUPERVISORS},
    "stop_rules:new": {"GET": SUPERVISORS, "POST": SUPERVISORS},
    "stop_rules:show": {"GET": SUPERVISORS},
    "stop_rules:edit": {"GET": SUPERVISORS, "POST": SUPERVISORS},
    "stop_rules:trial": {"GET": SUPERVISORS, "POST": SUPERVISORS},
    "stop_rules:start": {"POST": SUPERVISORS},
    "stop_rules:stop": {"POST": SUPERVISORS},
    "privacy:index": {"GET": ADMINISTRATORS, "POST": ADMINISTRATORS},
    "privacy:erase": {"POST": ADMINISTRATORS},
    "privacy:hold": {"POST": ADMINISTRATORS},
    "privacy:lift": {"POST": ADMINISTRATORS},
}

ROUTES = {route.name: route for route in routes()}


def admitted(answer: HttpResponse) -> bool:
    """Tell whether the view let this person in, whatever it then found."""
    to_sign_in = answer.headers.get("Location", "").startswith(f"{reverse('account_login')}?next=")
    return not to_sign_in and answer.status_code not in {401, 403}


def sent_away(answer: HttpResponse) -> bool:
    """Tell whether this person was turned away before the view: to sign in, or from signing in."""
    from_sign_in = answer.headers.get("Location") == "/" and answer.wsgi_request.path == reverse(
        "account_login"
    )
    return from_sign_in or not admitted(answer)


def is_right(answer: HttpResponse, name: str, method: str, person: str) -> bool:
    """Tell whether the route called *name* answers *person* as the table has it.

    Whoever may read may also ask for the head, where there is one; whoever may do anything at all
    may ask what there is to do.
    """
    row = TABLE[name]
    if answer.status_code >= 500:
        return False
    if method in row or (method == "HEAD" and "GET" in row and answer.status_code != 405):
        return admitted(answer) == (person in row["GET" if method == "HEAD" else method])
    may_ask = method == "OPTIONS" and any(person in who for who in row.values())
    # To whoever is narrowed, the ticket of another queue is not there, whatever the method.
    is_not_there = person == "zosia" and answer.status_code == 404
    return may_ask or is_not_there or answer.status_code == 405 or sent_away(answer)


@pytest.fixture
def client_of(request: pytest.FixtureRequest) -> Any:
    """Return a function that gives the client of a person, by name."""

    def client_of(person: str) -> Client:
        client = Client()
        if person != "anonymous":
            client.force_login(request.getfixturevalue(person))
        return client

    return client_of


def test_every_route_is_in_the_table():
    assert set(ROUTES) == set(TABLE)


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize(
    "route",
    [route for route in ROUTES.values() if route.name in TABLE],
    ids=lambda route: route.name,
)
def test_admits_exactly_whom_it_should(route: Route, person: str, client_of, thulium):
    client = client_of(person)
    circuit_breaker.pulse()
    # What browsers never send is asked by those who may most and least.
    rare = RARE_METHODS if person in {"adam", "anonymous"} else ()
    for method in (*METHODS, *rare):
        answer = client.generic(method, route.path)
        assert is_right(answer, route.name, method, person), (method, answer.status_code)


@pytest.mark.parametrize(
    "route",
    [route for route in ROUTES.values() if "POST" in TABLE.get(route.name, {})],
    ids=lambda route: route.name,
)
def test_a_form_without_its_token_changes_nothing(route: Route, adam, thulium):
    client = Client(enforce_csrf_checks=True)
    client.force_login(adam)
    assert client.post(route.path).status_code == 403
