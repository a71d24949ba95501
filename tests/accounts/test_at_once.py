"""Two people, or two accounts of single sign-on, at the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.db import connections

from tests.factories import make_person
from thulium_portal.accounts import services
from thulium_portal.accounts.agent_check import AgentCheck, LoginStatus
from thulium_portal.accounts.invitations import services as invitations
from thulium_portal.accounts.invitations.services import InvitationOver
from thulium_portal.accounts.models import AgentProfile, User
from thulium_portal.accounts.passwords import reset
from thulium_portal.accounts.passwords.reset import LinkOver
from thulium_portal.accounts.roles import Role
from thulium_portal.accounts.services import PersonText
from thulium_portal.accounts.single_sign_on.identity import Identity
from thulium_portal.accounts.single_sign_on.services import NotAdmitted, admit

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Do all *acts* at the same moment; return what became of each: "done" or "refused"."""
    start = threading.Barrier(len(acts))

    def do(act: Callable[[], object]) -> str:
        try:
            start.wait()
            act()
        except (ValidationError, NotAdmitted, InvitationOver, LinkOver):
            return "refused"
        else:
            return "done"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as threads:
        return sorted(threads.map(do, acts))


def text(person: User, role: str) -> PersonText:
    return PersonText(person.username, person.name, "", role, "pl")


def test_two_administrators_cannot_take_each_others_role_away(adam):
    other = make_person("drugi", role=Role.ADMINISTRATOR)

    def demote(person: User, actor: User) -> object:
        agent = text(person, Role.AGENT)
        return services.change_person(person, agent, check=None, actor=actor)

    outcome = at_once(lambda: demote(adam, other), lambda: demote(other, adam))
    assert outcome == ["done", "refused"]
    assert User.objects.filter(role=Role.ADMINISTRATOR).count() == 1


def test_two_people_cannot_get_one_agent_login(adam, nowy):
    second = make_person("druga")
    login = AgentCheck(LoginStatus.ACTIVE, "piotr.zielinski", "Piotr Zieliński")

    def give(person: User) -> object:
        return services.change_person(
            person, text(person, "agent"), check=login, actor=adam, confirmation=login.login
        )

    assert at_once(lambda: give(nowy), lambda: give(second)) == ["done", "refused"]
    assert AgentProfile.objects.filter(login="piotr.zielinski").count() == 1


def test_two_people_cannot_get_one_user_name(adam):
    def add() -> object:
        new = PersonText("piotr", "Piotr", "", "agent", "pl")
        return services.create_person(new, password="zielona-łąka", check=None, actor=adam)

    assert at_once(add, add) == ["done", "refused"]
    assert User.objects.filter(username="piotr").count() == 1


def come_in(person: User, subject: str) -> object:
    """Come in for the first time by the account *subject* with the address of *person*."""
    identity = Identity("https://login.example.org", subject, person.email)
    account = SocialAccount(provider="sso", uid=identity.key, extra_data=vars(identity).copy())
    return admit(identity, account)


@pytest.mark.parametrize(
    ("subjects", "outcome"),
    [(("a1", "a2"), ["done", "refused"]), (("a1", "a1"), ["done", "done"])],
)
def test_of_two_accounts_with_one_address_one_is_bound(subjects, outcome):
    person = make_person("anna", email="anna@firma.example")
    acts = [lambda subject=subject: come_in(person, subject) for subject in subjects]
    assert at_once(*acts) == outcome
    assert SocialAccount.objects.get().user == person


PASSWORDS = ("zielona łąka w maju", "czerwony rower w czerwcu")


def test_an_invitation_is_used_once(nowy, adam):
    User.objects.filter(pk=nowy.pk).update(password="!")
    invitations.invite(nowy, by_mail=False, actor=adam)
    digest = User.objects.get(pk=nowy.pk).invitation.key_digest
    acts = [partial(invitations.accept, digest, password) for password in PASSWORDS]
    assert at_once(*acts) == ["done", "refused"]


def test_a_link_for_a_new_password_is_used_once(nowy, adam):
    key = reset.give_link(nowy, actor=adam).link.split("/")[-2]
    assert at_once(*(partial(reset.choose, key, word) for word in PASSWORDS)) == ["done", "refused"]
