"""The table of roles and what each may do."""

import pytest

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import PERMISSIONS, Permission, Role

AGENT = {
    Permission.READ_TICKETS,
    Permission.SEND_REPLIES,
    Permission.USE_CANNED,
    Permission.WRITE_CANNED,
}
SUPERVISOR = AGENT | {
    Permission.SEE_ALL_REPLIES,
    Permission.APPROVE_REPLIES,
    Permission.MANAGE_CANNED,
    Permission.MANAGE_STOP_RULES,
    Permission.MANAGE_SIGNATURES,
    Permission.REVIEW_AUDIT,
}


@pytest.mark.parametrize(
    ("role", "permissions"),
    [(Role.AGENT, AGENT), (Role.SUPERVISOR, SUPERVISOR), (Role.ADMINISTRATOR, set(Permission))],
)
def test_each_role_may_exactly_what_the_table_says(role, permissions):
    person = User(username="x", role=role)
    assert {permission for permission in Permission if person.may(permission)} == permissions
    assert PERMISSIONS[role] == permissions


@pytest.mark.parametrize("role", Role)
def test_who_is_switched_off_may_nothing(role):
    person = User(username="x", role=role, is_active=False)
    assert not any(person.may(permission) for permission in Permission)


def test_a_role_nobody_knows_may_nothing():
    assert not any(User(username="x", role="king").may(permission) for permission in Permission)
