"""Nobody sends as anybody else unseen: whose an agent login is, and what has to be confirmed."""

import json

import pytest
from django.core.exceptions import ValidationError

from tests.factories import make_person
from thulium_portal.accounts import agent_logins, notices, services
from thulium_portal.accounts.agent_check import AgentCheck, LoginStatus
from thulium_portal.accounts.agent_logins import Doubt, Given
from thulium_portal.accounts.models import AdministratorNotice, AgentProfile, User
from thulium_portal.accounts.roles import Role
from thulium_portal.accounts.services import PersonText
from thulium_portal.audit.models import AuditContent, AuditEntry
from thulium_portal.practice import faults, shop

pytestmark = pytest.mark.django_db

LOGIN, EMAIL = "piotr.zielinski", "piotr.zielinski@example.org"


def text_of(person, **changed):
    names = ("username", "name", "email", "role", "language", "is_active")
    return PersonText(**{name: getattr(person, name) for name in names} | changed)


def check(email=EMAIL, status=LoginStatus.ACTIVE):
    return AgentCheck(status, LOGIN, "Piotr Zieliński", email)


@pytest.fixture
def give(nowy, adam):
    """Return a function that gives the new person the login, as Adam would."""

    def give(email, of_agent=EMAIL, status=LoginStatus.ACTIVE, actor=adam, **given):
        known = check(of_agent, status)
        return services.change_person(
            nowy, text_of(nowy, email=email), check=known, actor=actor, **given
        )

    return give


@pytest.fixture
def actions(told):
    return lambda: [action for action, _ in told()]


def test_ones_own_login_is_taken_without_a_word(give, actions):
    assert give(EMAIL.upper()).agent_profile.has_own_address is True
    assert actions() == ["person.changed", "person.agent_login_changed"]
    assert not AdministratorNotice.objects.exists()


DOUBTS = [
    ("other@example.org", EMAIL, LoginStatus.ACTIVE, Doubt.OTHER_ADDRESS),
    ("", EMAIL, LoginStatus.ACTIVE, Doubt.NO_ADDRESS_HERE),
    (EMAIL, "", LoginStatus.ACTIVE, Doubt.NO_ADDRESS_THERE),
    ("", "", LoginStatus.INACTIVE, Doubt.NO_ADDRESS_THERE),
    (EMAIL, "", LoginStatus.CANNOT_TELL, Doubt.CANNOT_TELL),
]


@pytest.mark.parametrize("typed", ["", "x", "piotr", "  "])
@pytest.mark.parametrize(("here", "there", "status", "doubt"), DOUBTS)
def test_any_other_is_refused_unless_typed_once_more(
    give, nowy, told, here, there, status, doubt, typed
):
    with pytest.raises(ValidationError) as refusal:
        give(here, there, status, confirmation=typed)
    assert refusal.value.message_dict.keys() == {"confirmation"}
    assert User.objects.get(pk=nowy.pk).agent_login == ""
    assert told() == []


@pytest.mark.parametrize("typed", ["piotr.zielinski", " PIOTR.Zielinski ", "nowa  osoba"])
@pytest.mark.parametrize(("here", "there", "status", "doubt"), DOUBTS)
def test_confirmed_it_is_taken_recorded_and_told(
    give, nowy, adam, told, here, there, status, doubt, typed
):
    saved = give(here, there, status, confirmation=typed)
    assert (saved.agent_login, saved.agent_profile.has_own_address) == (LOGIN, False)
    facts = {"agent_login": LOGIN, "doubt": str(doubt)}
    assert told()[-1] == ("person.agent_login_unmatched", facts)
    entry = AuditEntry.objects.first()
    assert (entry.actor, entry.subject_id) == (adam, str(nowy.pk))
    assert "@" not in json.dumps(json.loads(entry.record)["facts"])
    kept = dict(AuditContent.objects.filter(entry=entry).values_list("field", "data"))
    assert (kept["email"], kept["email_in_thulium"]) == (here, there)
    [notice] = notices.unread_by(adam)
    assert (notice.person, notice.actor, notice.facts) == (nowy, adam, facts)


def test_it_has_to_be_confirmed_for_oneself_too(adam, told):
    profile = AgentProfile.objects.get(user=adam)
    with pytest.raises(ValidationError):
        services.change_person(adam, text_of(adam), check=check(), actor=adam)
    services.change_person(adam, text_of(adam), check=check(), actor=adam, confirmation=LOGIN)
    profile.refresh_from_db()
    assert profile.login == LOGIN
    assert told()[-1][0] == "person.agent_login_unmatched"


def test_at_the_command_line_it_is_recorded_and_told(give, adam, told):
    give("", actor=None)
    assert told()[-1][0] == "person.agent_login_unmatched"
    assert notices.unread_by(adam).count() == 1


def test_what_people_have_already_stays_as_it_is(anna, adam, told):
    known = AgentCheck(LoginStatus.ACTIVE, "anna.nowak", "Anna", "other@example.org")
    services.change_person(anna, text_of(anna, name="Anna N"), check=known, actor=adam)
    agent_logins.keep_check(anna.agent_profile, known)
    assert [action for action, _ in told()] == ["person.changed"]
    assert not AdministratorNotice.objects.exists()


def test_another_address_here_later_is_told(give, nowy, adam, told):
    give(EMAIL)
    nowy = User.objects.get(pk=nowy.pk)
    services.change_person(nowy, text_of(nowy, email="x@example.org"), check=check(), actor=adam)
    assert told()[-1] == ("person.agent_address_differed", {"agent_login": LOGIN})
    nowy = User.objects.get(pk=nowy.pk)
    services.change_person(nowy, text_of(nowy, name="Nowa O"), check=check(), actor=adam)
    assert notices.unread_by(adam).count() == 1


def test_another_address_there_later_is_told_by_the_nightly_check(give, nowy, adam, told):
    profile = give(EMAIL).agent_profile
    agent_logins.keep_check(profile, check("x@example.org"))
    assert told()[-1] == ("person.agent_address_differed", {"agent_login": LOGIN})
    agent_logins.keep_check(profile, check("y@example.org"))
    assert AdministratorNotice.objects.count() == 1


def test_an_agent_who_is_gone_has_no_other_address(give, told):
    profile = give(EMAIL).agent_profile
    before = told()
    agent_logins.keep_check(profile, AgentCheck(LoginStatus.UNKNOWN, LOGIN))
    profile.refresh_from_db()
    assert (profile.active_in_thulium, profile.has_own_address) == (False, True)
    assert told() == before


def test_what_thulium_said_of_a_login_that_was_changed_meanwhile_is_not_kept(give, nowy):
    profile = AgentProfile.objects.get(pk=give(EMAIL).agent_profile.pk)
    AgentProfile.objects.filter(pk=profile.pk).update(login="another")
    agent_logins.keep_check(profile, check(status=LoginStatus.INACTIVE))
    profile.refresh_from_db()
    assert profile.active_in_thulium is True


def test_each_administrator_reads_a_notice_for_themselves(give, adam, ewa):
    other = make_person("drugi", role=Role.ADMINISTRATOR)
    give("", actor=None)
    [notice] = notices.unread_by(adam)
    notices.mark_read(notice.pk, adam)
    notices.mark_read(notice.pk, ewa)
    assert not notices.unread_by(adam).exists()
    assert notices.unread_by(other).exists()
    assert not notices.unread_by(ewa).exists()
    notices.forget_read()
    assert AdministratorNotice.objects.exists()
    notices.mark_read(notice.pk, other)
    notices.forget_read()
    assert not AdministratorNotice.objects.exists()
    assert not notices.unread_by(make_person("new", role=Role.ADMINISTRATOR)).exists()


# A login that the person's company names


@pytest.fixture
def named(nowy, thulium):
    """Return a function that tells what becomes of a login that is named for the new person."""

    def named(login, email=EMAIL):
        User.objects.filter(pk=nowy.pk).update(email=email)
        return agent_logins.give_own_login(User.objects.get(pk=nowy.pk), login)

    return named


def test_the_persons_own_is_given(named, nowy, told):
    assert named("piotr.zielinski") is Given.TAKEN
    assert AgentProfile.objects.get(user=nowy).has_own_address is True
    facts = {"before": "", "after": LOGIN}
    assert told() == [("person.agent_login_changed", facts)]


def test_nothing_else_is(named, nowy, anna, thulium, told):
    assert named("piotr.zielinski", "x@example.org") is Given.NOT_THEIRS
    assert named("piotr.zielinski", "") is Given.NOT_THEIRS
    assert named("nikt") is Given.UNKNOWN
    assert named("jan.dawny", shop.AGENTS["jan.dawny"]["email"]) is Given.INACTIVE
    assert named("anna.nowak", "anna.nowak@example.org") is Given.HELD_BY_ANOTHER
    thulium.fail_next(faults.SERVER_ERROR, on=faults.READS)
    assert named("piotr.zielinski") is Given.CANNOT_TELL
    assert User.objects.get(pk=nowy.pk).agent_login == ""
    assert agent_logins.give_own_login(anna, "piotr.zielinski") is Given.HAS_ONE
    assert told() == []
