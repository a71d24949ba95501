"""The verbs beneath the pages, and their guards."""

import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.factories import make_person
from thulium_portal.accounts import agent_logins, services
from thulium_portal.accounts.agent_check import AgentCheck, LoginStatus
from thulium_portal.accounts.invitations import services as invitations
from thulium_portal.accounts.models import AgentProfile, User
from thulium_portal.accounts.roles import Role
from thulium_portal.accounts.services import PersonText
from thulium_portal.audit.models import AuditEntry

pytestmark = pytest.mark.django_db

PASSWORD = "zielona-łąka-w-maju"
EMAIL = "piotr@example.org"
TEXT = PersonText(username="Piotr", name="Piotr Z", email=EMAIL, role="agent", language="pl")
ACTIVE = AgentCheck(LoginStatus.ACTIVE, "piotr.zielinski", "Piotr Zieliński", EMAIL)


def text_of(person, **changed):
    fields = {
        name: getattr(person, name)
        for name in ("username", "name", "email", "role", "language", "is_active")
    }
    return PersonText(**fields | changed)


def test_a_person_is_created_with_login_and_entries_in_one_transaction(told):
    person = services.create_person(TEXT, password=PASSWORD, check=ACTIVE, actor=None)
    assert (person.username, person.agent_login) == ("piotr", "piotr.zielinski")
    assert [action for action, _ in told()] == ["person.created", "person.agent_login_changed"]


def test_a_taken_login_leaves_no_person_behind(anna, told):
    taken = AgentCheck(LoginStatus.ACTIVE, "ANNA.NOWAK", "")
    with pytest.raises(ValidationError) as refusal:
        services.create_person(TEXT, password=PASSWORD, check=taken, actor=None)
    assert refusal.value.message_dict.keys() == {"agent_login"}
    assert not User.objects.filter(username="piotr").exists()
    assert told() == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"username": "ANNA"}, "username"), ({"username": "two words"}, "username"),
        ({"role": "king"}, "role"), ({"language": "de"}, "language"), ({"email": "x"}, "email"),
    ],
)  # fmt: skip
def test_what_the_database_could_not_hold_is_refused_by_field(anna, changed, field):
    text = PersonText(**vars(TEXT) | changed)
    with pytest.raises(ValidationError) as refusal:
        services.create_person(text, password=PASSWORD, check=None, actor=None)
    assert refusal.value.message_dict.keys() == {field}


def test_the_only_administrator_stays_one(adam):
    for changed in ({"role": Role.AGENT}, {"is_active": False}):
        with pytest.raises(ValidationError) as refusal:
            services.change_person(adam, text_of(adam, **changed), check=None, actor=None)
        (told,) = refusal.value.messages
        assert told == "To jedyny administrator. Najpierw nadaj tę rolę innej osobie."
    adam.refresh_from_db()
    assert (adam.role, adam.is_active, adam.agent_login) == (Role.ADMINISTRATOR, True, "adam.lis")


def test_one_who_is_switched_off_is_no_second_administrator(adam):
    make_person("off", role=Role.ADMINISTRATOR, is_active=False)
    with pytest.raises(ValidationError):
        services.change_person(adam, text_of(adam, role=Role.AGENT), check=None, actor=None)


def test_of_two_administrators_either_may_go_but_not_by_their_own_hand(adam):
    other = make_person("drugi", role=Role.ADMINISTRATOR)
    with pytest.raises(ValidationError) as refusal:
        services.change_person(adam, text_of(adam, role=Role.AGENT), check=None, actor=adam)
    (told,) = refusal.value.messages
    assert told == "Nie możesz odebrać uprawnień sobie. Poproś o to innego administratora."
    services.change_person(adam, text_of(adam, role=Role.AGENT), check=None, actor=other)
    assert User.objects.get(pk=adam.pk).role == Role.AGENT


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR])
def test_only_administrators_change_people(anna, role):
    actor = make_person("x", role=role)
    for act in (
        lambda: services.create_person(TEXT, password=PASSWORD, check=None, actor=actor),
        lambda: services.change_person(anna, text_of(anna), check=None, actor=actor),
        lambda: invitations.invite(anna, by_mail=False, actor=actor),
        lambda: invitations.withdraw(anna, actor=actor),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_one_who_is_switched_off_changes_nobody(anna, adam):
    adam.is_active = False
    with pytest.raises(PermissionDenied):
        services.change_person(anna, text_of(anna), check=None, actor=adam)


def test_the_chain_keeps_no_personal_data(adam):
    text = PersonText("ola", "Ola Kręcka", "ola@example.org", "agent", "pl")
    ola = services.create_person(text, password=PASSWORD, check=None, actor=adam)
    text = PersonText("ola", "Ola Zmieniona", "nowa@example.org", "agent", "pl")
    services.change_person(ola, text, check=None, actor=adam)
    chain = "".join(AuditEntry.objects.values_list("record", flat=True))
    for secret in ("Kręcka", "Zmieniona", "example.org"):
        assert json.dumps(secret)[1:-1] not in chain
        assert secret not in chain


def test_a_check_is_remembered_unless_it_could_not_tell(anna):
    profile = AgentProfile.objects.get(user=anna)
    agent_logins.keep_check(profile, AgentCheck(LoginStatus.UNKNOWN, "anna.nowak"))
    assert AgentProfile.objects.get(user=anna).active_in_thulium is False
    agent_logins.keep_check(profile, AgentCheck(LoginStatus.CANNOT_TELL, "anna.nowak"))
    assert AgentProfile.objects.get(user=anna).active_in_thulium is False


def test_a_login_nobody_could_check_forgets_what_was_known_of_the_old_one(anna):
    AgentProfile.objects.filter(user=anna).update(active_in_thulium=True, name_in_thulium="Anna N")
    unchecked = AgentCheck(LoginStatus.CANNOT_TELL, "anna.nowa")
    services.change_person(anna, text_of(anna), check=unchecked, actor=None)
    profile = AgentProfile.objects.get(user=anna)
    assert profile.login == "anna.nowa"
    assert (profile.active_in_thulium, profile.checked_at) == (None, None)


def test_the_holder_of_a_login_is_found_whatever_its_case(anna, ewa):
    assert agent_logins.holder_of("Anna.NOWAK") == anna
    assert agent_logins.holder_of("anna.nowak", besides=anna) is None
    assert agent_logins.holder_of("nobody") is None
