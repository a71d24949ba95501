"""Administrators look after people; an agent login is asked of Thulium."""

import pytest

from tests.factories import PASSWORD, make_person
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Role
from thulium_portal.audit.models import AuditEntry

pytestmark = pytest.mark.django_db

NEW = "/people/new/"


def form_of(**given: str) -> dict[str, str]:
    return {
        "name": "Piotr Zieliński",
        "username": "piotr",
        "agent_login": "piotr.zielinski",
        "role": "agent",
        "email": "",
        "language": "pl",
        "password": "kawa-z-mlekiem-rano",
        "is_active": "on",
    } | given


def test_a_new_person_signs_in_and_sends_as_their_agent(sign_in, adam, thulium, client):
    assert sign_in(adam).post(NEW, form_of()).status_code == 302
    piotr = User.objects.get(username="piotr")
    assert (piotr.agent_login, piotr.agent_profile.active_in_thulium) == ("piotr.zielinski", True)
    client.post("/accounts/login/", {"login": "piotr", "password": "kawa-z-mlekiem-rano"})
    assert client.get("/").status_code == 200
    recorded = AuditEntry.objects.filter(subject_kind="person", subject_id=str(piotr.pk))
    assert {"person.created", "person.agent_login_changed"} <= set(
        recorded.values_list("action", flat=True)
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("username", "ANNA"),
        ("username", "z spacją"),
        ("agent_login", "nie.ma.takiego"),
        ("agent_login", "ANNA.NOWAK"),
        ("role", "owner"),
        ("email", "bez-małpy"),
        ("password", "krótkie"),
        ("password", ""),
    ],
)
def test_what_cannot_be_kept_is_told_and_nobody_is_added(
    sign_in, adam, anna, thulium, field, value
):
    page = sign_in(adam).post(NEW, form_of(**{field: value}))
    assert page.status_code == 422
    assert page.context["form"].errors
    assert set(User.objects.values_list("username", flat=True)) == {"adam", "anna"}
    assert "Piotr Zieliński" in page.content.decode() or field == "name"


def test_a_login_is_stored_unchecked_where_thulium_cannot_be_asked(sign_in, adam, thulium):
    thulium.fail_next("down")
    assert sign_in(adam).post(NEW, form_of()).status_code == 302
    profile = User.objects.get(username="piotr").agent_profile
    assert (profile.login, profile.active_in_thulium) == ("piotr.zielinski", None)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("anna.nowak", "active"),
        ("jan.dawny", "inactive"),
        ("nie.ma.takiego", "unknown"),
    ],
)
def test_a_login_is_checked_as_it_is_typed(sign_in, adam, thulium, typed, found):
    page = sign_in(adam).post("/people/check-login/", {"agent_login": typed})
    assert f'data-agent-check="{found}"' in page.content.decode()


def test_an_empty_login_asks_nothing(sign_in, adam, thulium):
    thulium.fail_next("down")
    page = sign_in(adam).post("/people/check-login/", {"agent_login": " "})
    assert "data-agent-check" not in page.content.decode()


def test_a_line_that_is_down_is_not_taken_for_an_unknown_login(sign_in, adam, thulium):
    thulium.fail_next("down")
    page = sign_in(adam).post("/people/check-login/", {"agent_login": "anna.nowak"})
    assert 'data-agent-check="cannot_tell"' in page.content.decode()


def change(client, person: User, **given: str):
    form = form_of(
        name=person.name,
        username=person.username,
        agent_login=person.agent_login,
        role=person.role,
        password="",
    )
    return client.post(f"/people/{person.pk}/", form | given)


def test_a_role_is_changed_and_recorded_with_before_and_after(sign_in, adam, anna, thulium):
    assert change(sign_in(adam), anna, role="supervisor").status_code == 302
    anna.refresh_from_db()
    assert anna.role == "supervisor"
    entry = AuditEntry.objects.get(action="person.role_changed")
    assert entry.actor == adam
    assert '"before":"agent"' in entry.record
    assert '"after":"supervisor"' in entry.record


def test_an_empty_password_leaves_the_old_one(sign_in, adam, anna, thulium):
    change(sign_in(adam), anna, name="Anna N.")
    anna.refresh_from_db()
    assert anna.name == "Anna N."
    assert anna.check_password(PASSWORD)


def test_a_new_password_ends_the_persons_sessions(sign_in, adam, anna, thulium):
    session = sign_in(anna)
    change(sign_in(adam), anna, password="kawa-z-mlekiem-rano")
    assert session.get("/").status_code == 302


def test_taking_the_login_away_is_recorded_and_stops_sending(sign_in, adam, anna, thulium):
    change(sign_in(adam), anna, agent_login="")
    assert User.objects.get(pk=anna.pk).agent_login == ""
    entry = AuditEntry.objects.get(action="person.agent_login_changed")
    assert '"before":"anna.nowak"' in entry.record


def test_somebody_who_leaves_is_switched_off_and_comes_back(sign_in, adam, anna, thulium):
    client = sign_in(adam)
    change(client, anna, is_active="")
    assert User.objects.get(pk=anna.pk).is_active is False
    change(client, anna)
    assert list(
        AuditEntry.objects.filter(action__contains="activated")
        .order_by("sequence")
        .values_list("action", flat=True)
    ) == ["person.deactivated", "person.reactivated"]


@pytest.mark.parametrize("given", [{"role": "agent"}, {"is_active": ""}])
def test_nobody_takes_their_own_rights_away(sign_in, adam, thulium, given):
    make_person("olga", role=Role.ADMINISTRATOR)
    change(sign_in(adam), adam, **given)
    adam.refresh_from_db()
    assert (adam.role, adam.is_active) == ("administrator", True)


def test_another_administrator_may_take_them_away(sign_in, adam, thulium):
    olga = make_person("olga", role=Role.ADMINISTRATOR)
    assert change(sign_in(olga), adam, role="agent").status_code == 302
    adam.refresh_from_db()
    assert adam.role == "agent"


@pytest.mark.parametrize("query", ["nowak", "ANNA", "anna.nowak"])
def test_people_are_found_by_name_user_name_and_agent_login(sign_in, adam, anna, ewa, query):
    page = sign_in(adam).get("/people/", {"q": query})
    assert [person.username for person in page.context["people"]] == ["anna"]


@pytest.mark.parametrize("many", [1, 3])
def test_the_number_of_queries_does_not_grow(sign_in, adam, many, django_assert_max_num_queries):
    for number in range(many):
        make_person(f"osoba{number}", agent_login=f"osoba.{number}")
    client = sign_in(adam)
    client.get("/people/")
    with django_assert_max_num_queries(6):
        client.get("/people/")
