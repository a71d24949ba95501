"""The table of roles and what each may do."""

import re
from html import unescape

import pytest
from django.utils import translation

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import PERMISSIONS, TABLE, Permission, Role

AGENT = {
    Permission.READ_TICKETS,
    Permission.SEND_REPLIES,
    Permission.READ_REPLIES,
    Permission.USE_CANNED,
    Permission.WRITE_CANNED,
}
SUPERVISOR = AGENT | {
    Permission.SEE_ALL_REPLIES,
    Permission.DECIDE_REPLIES,
    Permission.APPROVE_REPLIES,
    Permission.HAND_OVER,
    Permission.MANAGE_CANNED,
    Permission.MANAGE_STOP_RULES,
    Permission.MANAGE_SIGNATURES,
    Permission.REVIEW_AUDIT,
    Permission.CHECK_AUDIT,
    Permission.ASSESS_REPLIES,
}
ROLES = {
    Role.AGENT: AGENT,
    Role.SUPERVISOR: SUPERVISOR,
    Role.ADMINISTRATOR: set(Permission),
    Role.AUDITOR: {
        Permission.READ_REPLIES,
        Permission.SEE_ALL_REPLIES,
        Permission.REVIEW_AUDIT,
    },
}


@pytest.mark.parametrize("role", Role)
def test_each_role_may_exactly_what_the_table_says(role):
    person = User(username="x", role=role)
    assert {permission for permission in Permission if person.may(permission)} == ROLES[role]
    assert PERMISSIONS[role] == ROLES[role]
    assert person.reads_only == (role == Role.AUDITOR)


@pytest.mark.parametrize("role", Role)
def test_who_is_switched_off_may_nothing(role):
    person = User(username="x", role=role, is_active=False)
    assert not any(person.may(permission) for permission in Permission)


def test_a_role_nobody_knows_may_nothing():
    assert not any(User(username="x", role="king").may(permission) for permission in Permission)


@pytest.mark.parametrize(("language", "auditor"), [("pl", "Audytor"), ("en", "Auditor")])
def test_the_page_shows_the_very_table(as_adam, adam, language, auditor):
    User.objects.filter(pk=adam.pk).update(language=language)
    page = as_adam.get("/people/roles/").content.decode()
    assert auditor in page
    with translation.override(language):
        rows = re.findall(r"<tr>\s*<td><strong>(.+?)</strong></td>(.+?)</tr>", page, re.DOTALL)
        shown = {
            unescape(label): [
                "not-held" not in cell for cell in re.findall(r"<td data-label[^>]*>", row)
            ]
            for label, row in rows
        }
        assert shown == {
            str(right.label): [role in roles for role in Role] for right, roles in TABLE.items()
        }
