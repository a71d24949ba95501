"""Changing a person."""

import pytest

from tests.factories import PASSWORD, make_person
from thulium_portal.accounts.models import AgentProfile, User
from thulium_portal.accounts.roles import Role
from thulium_portal.audit.models import AuditEntry
from thulium_portal.practice import faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(as_adam, thulium):
    return as_adam


@pytest.fixture
def as_is(fields):
    """Return a function that gives Anna's form as it stands, with some fields changed."""

    def as_is(**changed):
        anna = {"name": "Anna Nowak", "username": "anna", "agent_login": "anna.nowak"}
        given = fields(**anna, email="", password="") | changed
        return {name: value for name, value in given.items() if value is not None}

    return as_is


def save(client, person, given):
    return client.post(f"/people/{person.pk}/", given)


def errors(page):
    return {name: " ".join(told) for name, told in page.context["form"].errors.items()}


def test_saving_without_a_change_leaves_no_entry_but_remembers_the_check(client, anna, as_is, told):
    assert save(client, anna, as_is()).status_code == 302
    assert told() == []
    assert AgentProfile.objects.get(user=anna).active_in_thulium is True


@pytest.mark.parametrize(
    ("changed", "entry"),
    [
        ({"name": "Anna Kos"}, ("person.changed", {"field": "name"})),
        ({"email": "a@example.org"}, ("person.changed", {"field": "email"})),
        ({"username": "ANIA"},
         ("person.changed", {"field": "username", "before": "anna", "after": "ania"})),
        ({"role": "supervisor"},
         ("person.role_changed", {"field": "role", "before": "agent", "after": "supervisor"})),
        ({"is_active": None},
         ("person.deactivated", {"field": "is_active", "before": "True", "after": "False"})),
        ({"agent_login": ""},
         ("person.agent_login_changed", {"before": "anna.nowak", "after": ""})),
        ({"password": "zielona-łąka-w-maju"}, ("person.password_changed", {})),
    ],
)  # fmt: skip
def test_each_change_is_stored_and_recorded(client, anna, as_is, told, changed, entry):
    assert save(client, anna, as_is(**changed)).status_code == 302
    assert told() == [entry]
    row = AuditEntry.objects.get()
    assert (row.actor.username, row.subject_id) == ("adam", str(anna.pk))


def test_bringing_somebody_back_is_recorded(client, anna, as_is, told):
    User.objects.filter(pk=anna.pk).update(is_active=False)
    save(client, anna, as_is())
    assert [action for action, _ in told()] == ["person.reactivated"]


def test_a_new_password_ends_the_persons_sessions(client, as_anna, anna, as_is):
    save(client, anna, as_is(password="zielona-łąka-w-maju"))
    assert as_anna.get("/").status_code == 302
    assert User.objects.get(pk=anna.pk).check_password("zielona-łąka-w-maju")


def test_the_password_they_have_is_no_new_one(client, as_anna, anna, as_is, told):
    assert save(client, anna, as_is(password=PASSWORD)).status_code == 302
    assert as_anna.get("/").status_code == 200
    assert told() == []


def test_a_weak_password_leaves_everything_as_it_was(client, anna, as_is, told):
    page = save(client, anna, as_is(name="Anna Kos", password="krótkie"))
    assert page.status_code == 422
    assert "co najmniej 12" in errors(page)["password"]
    assert User.objects.get(pk=anna.pk).name == "Anna Nowak"
    assert told() == []


def test_what_is_unknown_of_a_login_is_kept_when_thulium_cannot_be_asked(
    client, anna, as_is, thulium
):
    AgentProfile.objects.filter(user=anna).update(active_in_thulium=True)
    thulium.fail_next(faults.HTML, on=faults.READS)
    assert save(client, anna, as_is()).status_code == 302
    assert AgentProfile.objects.get(user=anna).active_in_thulium is True


def test_somebody_who_left_thulium_can_be_switched_off(client, as_is):
    gone = make_person("maria", name="Maria Stara", agent_login="maria.stara")
    given = as_is(username="maria", agent_login="maria.stara", is_active=None)
    assert save(client, gone, given).status_code == 302
    gone.refresh_from_db()
    assert (gone.is_active, gone.agent_profile.active_in_thulium) == (False, False)


def test_a_login_thulium_does_not_know_is_refused(client, nowy, as_is):
    given = as_is(username="nowy", agent_login="ktos.inny")
    page = save(client, nowy, given)
    assert "W Thulium nie ma agenta „ktos.inny”" in errors(page)["agent_login"]


def test_blanks_around_a_login_do_not_matter(client, nowy, as_is):
    email = "piotr.zielinski@example.org"
    given = as_is(username="nowy", name="Nowa", email=email, agent_login=" piotr.zielinski ")
    assert save(client, nowy, given).status_code == 302
    assert User.objects.get(pk=nowy.pk).agent_login == "piotr.zielinski"


def test_two_people_cannot_send_under_one_login(client, anna, nowy, as_is):
    page = save(client, nowy, as_is(username="nowy", agent_login="anna.nowak"))
    assert "wysyła już Anna Nowak" in errors(page)["agent_login"]


@pytest.mark.parametrize("changed", [{"role": "agent"}, {"is_active": None}])
def test_administrators_cannot_take_their_own_rights_away(client, adam, as_is, told, changed):
    make_person("drugi", role=Role.ADMINISTRATOR)
    given = as_is(username="adam", name="Adam Lis", agent_login="adam.lis") | changed
    given = {name: value for name, value in given.items() if value is not None}
    assert save(client, adam, given).status_code == 302
    adam.refresh_from_db()
    assert (adam.role, adam.is_active) == (Role.ADMINISTRATOR, True)
    assert told() == []
    assert client.get("/people/").status_code == 200


@pytest.mark.parametrize(
    ("language", "hint"),
    [("pl", "może je zmienić inny administrator"), ("en", "another administrator can change it")],
)
def test_ones_own_page_says_who_can_change_what(client, adam, language, hint):
    User.objects.update(language=language)
    page = client.get(f"/people/{adam.pk}/").content.decode().partition("</main>")[0]
    assert page.count(hint) == 2
    assert 'name="password"' not in page
    assert 'href="/accounts/password/"' in page


def test_another_administrator_may_do_it(client, as_is):
    other = make_person("drugi", name="Drugi", role=Role.ADMINISTRATOR)
    given = as_is(username="drugi", name="Drugi", agent_login="", role="agent")
    assert save(client, other, given).status_code == 302
    assert User.objects.get(pk=other.pk).role == Role.AGENT


def test_an_unknown_person_is_not_found(client):
    assert client.get("/people/99999/").status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_is_for_administrators(as_ewa, anna, as_is, method):
    answer = getattr(as_ewa, method)(f"/people/{anna.pk}/", as_is(name="X"))
    assert answer.status_code == 403
    assert User.objects.get(pk=anna.pk).name == "Anna Nowak"


@pytest.mark.parametrize(
    ("language", "why", "wanted"),
    [
        ("pl", "ma adres piotr.zielinski@example.org", "wpisz „piotr.zielinski” jeszcze raz"),
        ("en", "has the address piotr.zielinski@example.org", "type “piotr.zielinski” once more"),
    ],
)
def test_a_login_with_another_address_has_to_be_typed_once_more(
    client, nowy, as_is, told, language, why, wanted
):
    User.objects.update(language=language)
    given = as_is(username="nowy", agent_login="piotr.zielinski", email="nowa@example.org")
    page = save(client, nowy, given)
    assert page.status_code == 422
    assert why in errors(page)["confirmation"]
    assert wanted in errors(page)["confirmation"]
    assert 'class="agent-confirmation is-wanted"' in page.content.decode()
    assert told() == []
    assert save(client, nowy, given | {"confirmation": "piotr.zielinski"}).status_code == 302
    assert told()[-1][0] == "person.agent_login_unmatched"
