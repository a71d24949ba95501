"""Thulium's agents become people, or are given to people who are there."""

import re

import pytest

from tests.factories import make_person
from tests.support.fault_server import answering
from tests.support.mail_server import mail_server
from thulium_portal.accounts import mails
from thulium_portal.accounts.agents import directory
from thulium_portal.accounts.models import AdministratorNotice, User
from thulium_portal.practice import faults, shop

pytestmark = pytest.mark.django_db

PIOTR = "piotr.zielinski"
ADDRESS = f"{PIOTR}@example.org"


@pytest.fixture
def client(as_adam, anna, ewa, thulium):
    return as_adam


def listed(page):
    return re.findall(r'data-agent="([^"]+)"', page.content.decode())


def take(client, *logins, **given):
    return client.post("/people/agents/take/", {"agent": logins, **given})


def many(number, **given):
    """Return so many agents as Thulium tells them."""
    return {
        f"agent.{n}": shop.AGENTS[PIOTR]
        | {"agent_id": n, "login": f"agent.{n}", "email": f"agent.{n}@example.org"}
        | {"name": "Ola", "surname": f"Nr {n}"}
        | given
        for n in range(number)
    }


# Who is whose


def test_agents_are_told_by_whose_they_are(client):
    assert listed(client.get("/people/agents/")) == [PIOTR, "jan.dawny"]
    assert listed(client.get("/people/agents/?show=held")) == ["adam.lis", "anna.nowak", "ewa.kot"]
    assert listed(client.get("/people/agents/?show=inactive")) == ["jan.dawny"]
    assert len(listed(client.get("/people/agents/?show=all"))) == 5
    assert listed(client.get("/people/agents/?q=ZIELIN")) == [PIOTR]
    assert listed(client.get("/people/agents/?show=all&q=anna")) == ["anna.nowak"]
    assert listed(client.get("/people/agents/?q=nobody")) == []


@pytest.mark.parametrize(
    ("language", "address", "name", "nobody"),
    [
        ("pl", "Z tym samym adresem", "Z tym samym imieniem i nazwiskiem", "Jeszcze nikt"),
        ("en", "With the same address", "With the same name", "Nobody yet"),
    ],
)
def test_an_address_is_a_match_and_a_name_a_guess(client, language, address, name, nobody):
    User.objects.update(language=language)

    def said():
        return client.get(f"/people/agents/?q={PIOTR}").content.decode()

    assert nobody in said()
    person = make_person("pz", name="Zieliński Piotr", email="x@example.org", language=language)
    assert name in said()
    User.objects.filter(pk=person.pk).update(email=ADDRESS.upper())
    assert address in said()


# Taking


def test_somebody_new_is_added_once_however_often_it_is_pressed(client, told):
    for _ in range(2):
        assert take(client, PIOTR).status_code == 302
    piotr = User.objects.get(username=PIOTR)
    assert (piotr.name, piotr.email, piotr.role) == ("Piotr Zieliński", ADDRESS, "agent")
    assert (piotr.agent_login, piotr.has_usable_password()) == (PIOTR, False)
    assert piotr.agent_profile.has_own_address is True
    assert piotr.agent_profile.active_in_thulium is True
    assert [action for action, _ in told()] == ["person.created", "person.agent_login_changed"]
    assert "Nikogo nie wybrano" in client.get("/people/agents/").content.decode()


def test_who_has_the_same_address_gets_the_login_without_a_word(client, told):
    person = make_person("pz", email=ADDRESS)
    assert take(client, PIOTR, **{f"for:{PIOTR}": person.pk}).status_code == 302
    assert User.objects.get(pk=person.pk).agent_login == PIOTR
    assert [action for action, _ in told()] == ["person.agent_login_changed"]
    assert User.objects.filter(username=PIOTR).count() == 0


@pytest.mark.parametrize("typed", ["", "piotr", "jan.dawny"])
def test_who_only_has_the_same_name_is_confirmed_first(client, told, typed):
    person = make_person("pz", name="Piotr Zieliński", email="x@example.org")
    given = {f"for:{PIOTR}": person.pk, f"confirm:{PIOTR}": typed}
    page = take(client, PIOTR, "jan.dawny", **given)
    assert page.status_code == 422
    text = page.content.decode()
    assert f"W Thulium login „{PIOTR}” ma adres {ADDRESS}, a ta osoba ma x@example.org." in text
    assert f'value="{typed}"' in text
    assert listed(page) == [PIOTR, "jan.dawny"]
    assert text.partition("<tbody>")[2].partition("</tbody>")[0].count(" checked") == 2
    assert told() == []


def test_a_confirmed_one_is_taken_recorded_and_told(client, told):
    person = make_person("pz", name="Piotr Zieliński", email="x@example.org")
    given = {f"for:{PIOTR}": person.pk, f"confirm:{PIOTR}": PIOTR}
    assert take(client, PIOTR, **given).status_code == 302
    assert told()[-1][0] == "person.agent_login_unmatched"
    assert AdministratorNotice.objects.get().person == person


def test_whoever_only_has_the_name_need_not_be_them(client):
    person = make_person("pz", name="Piotr Zieliński")
    assert take(client, PIOTR, **{f"for:{PIOTR}": "new"}).status_code == 302
    assert User.objects.get(pk=person.pk).agent_login == ""
    assert User.objects.get(username=PIOTR).agent_login == PIOTR


def test_nobody_but_who_was_proposed_can_be_named(client, anna, nowy):
    for other in (anna, nowy):
        take(client, PIOTR, **{f"for:{PIOTR}": other.pk})
    assert User.objects.get(agent_profile__login=PIOTR).username == PIOTR


def test_an_agent_without_an_address_is_confirmed_first(client, monkeypatch, told):
    monkeypatch.setattr(shop, "AGENTS", many(2, email=""))
    assert take(client, "agent.0", "agent.1", **{"confirm:agent.0": "agent.0"}).status_code == 422
    assert told() == []
    given = {"confirm:agent.0": "agent.0", "confirm:agent.1": "Ola Nr 1"}
    assert take(client, "agent.0", "agent.1", **given).status_code == 302
    assert AdministratorNotice.objects.count() == 2


def test_a_user_name_that_is_taken_is_said_at_the_agent(client):
    make_person(PIOTR)
    page = take(client, PIOTR, "jan.dawny")
    assert page.status_code == 422
    assert "Ktoś już loguje się pod tą nazwą" in page.content.decode()
    assert listed(page) == [PIOTR]
    assert User.objects.get(username="jan.dawny").agent_profile.active_in_thulium is False


def test_who_is_added_is_invited_where_that_was_asked_for(transactional_db, client, settings):
    with mail_server(settings) as server:
        assert "agents-invite" in client.get("/people/agents/").content.decode()
        take(client, PIOTR, "jan.dawny", invite="yes")
        mails.wait()
    assert {mail["To"] for mail in server.received} == {ADDRESS, "jan.dawny@example.org"}
    assert User.objects.get(username=PIOTR).invitation.was_mailed


# Reading the list


@pytest.mark.parametrize(
    ("fault", "polish", "english"),
    [
        (faults.DOWN, "Thulium nie odpowiada.", "Thulium cannot be reached now."),
        (faults.SERVER_ERROR, "Thulium nie odpowiada.", "Thulium cannot be reached now."),
        (faults.WRONG_PASSWORD, "Thulium nie przyjęło", "Thulium refused"),
        (faults.BUSY, "Thulium prosi o krótką przerwę", "Thulium asked for a short pause"),
        (faults.HTML, "nie udało się odczytać", "could not be understood"),
    ],
)
@pytest.mark.parametrize("language", ["pl", "en"])
def test_that_the_list_cannot_be_read_is_said_kindly(
    client, thulium, fault, polish, english, language
):
    User.objects.update(language=language)
    thulium.fail_next(fault, on=faults.READS)
    page = client.get("/people/agents/")
    assert page.status_code == 200
    assert (polish if language == "pl" else english) in page.content.decode()


def test_two_thousand_are_read_politely_once_and_stay_a_light_page(
    client, monkeypatch, settings, time_machine
):
    monkeypatch.setattr(shop, "AGENTS", many(2000))
    monkeypatch.setattr(directory, "STEP_SECONDS", 0)
    text = client.get("/people/agents/").content.decode()
    assert "100 z 2000" in text or "100 z 2 000" in text.replace("\xa0", " ")
    assert 'value="100"' in text
    monkeypatch.setattr(directory, "STEP_SECONDS", 60)
    page = client.get("/people/agents/")
    assert len(listed(page)) == 200
    assert len(page.content) < 400_000
    monkeypatch.setattr(shop, "AGENTS", {})
    assert listed(client.get("/people/agents/?q=agent.1999")) == ["agent.1999"]
    assert len(listed(client.get("/people/agents/?choose=all"))) == 200
    assert client.get("/people/agents/?fresh=1").status_code == 302
    assert listed(client.get("/people/agents/?show=all")) == []


def test_what_was_read_before_a_fault_is_kept(client, monkeypatch, thulium):
    monkeypatch.setattr(shop, "AGENTS", many(250))
    monkeypatch.setattr(directory, "STEP_SECONDS", 0)
    client.get("/people/agents/")
    monkeypatch.setattr(directory, "STEP_SECONDS", 60)
    thulium.fail_next(faults.BUSY, on=faults.READS)
    page = client.get("/people/agents/?show=all")
    assert "data-agents-problem" in page.content.decode()
    assert len(listed(page)) == 100
    monkeypatch.setattr(directory, "STEP_SECONDS", 60)
    client.get("/people/agents/")
    assert directory.read_on().is_whole
    assert len(directory.read_on().agents) == 250


@pytest.mark.parametrize("counted", [True, False])
def test_a_thulium_that_knows_no_pages_is_read_once_more_at_most(as_adam, settings, counted):
    agents = list(many(130).values())
    with answering({"count": 130, "result": agents} if counted else agents) as server:
        settings.THULIUM_URL = server.url
        known = directory.read_on()
        assert (len(known.agents), known.is_whole) == (130, True)
        assert len(server.requests) == (1 if counted else 2)
