"""Taking a ticket: who may, what Thulium is asked, and what is said of how it ended."""

import json
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError

from tests.factories import make_person
from tests.support.fault_server import BODY, FIN, HEAD, STALL, FaultServer, http, say
from tests.support.pages import missing, shown
from thulium_portal import gateway
from thulium_portal.accounts.models import AgentProfile, User
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditEntry
from thulium_portal.desk import assignment
from thulium_portal.desk.assignment import Outcome, Taken, take
from thulium_portal.practice.shop import CLOSED
from thulium_portal.thulium import ThuliumClient
from thulium_portal.tickets.index import intake
from thulium_portal.tickets.models import KnownTicket

pytestmark = pytest.mark.django_db

FREE = 1230


def ticket(login: str = "", **given: object) -> bytes:
    told = {"ticket_id": FREE, "user_login": login, "subject": "Pytanie", "messages": []}
    return json.dumps(told | given).encode()


def script(body: bytes = b"", status: int = 200) -> tuple:
    return HEAD, BODY, say(http(status, body)), FIN


SILENT = (HEAD, BODY, STALL)


@pytest.fixture
def told(settings, monkeypatch) -> Iterator:
    """Return a function that lets Thulium answer by these scripts, one call after the other."""
    servers: list[FaultServer] = []

    def told(*scripts: tuple) -> FaultServer:
        server = FaultServer(*scripts).__enter__()
        servers.append(server)
        settings.THULIUM_URL = server.url
        return server

    monkeypatch.setattr(assignment, "SECONDS", 0.3)
    yield told
    for server in servers:
        server.__exit__(None, None, None)


def entries() -> list[dict[str, object]]:
    rows = AuditEntry.objects.filter(action=Action.TICKET_TAKEN)
    return [json.loads(entry.record)["facts"] | {"ticket": entry.ticket_id} for entry in rows]


def test_a_ticket_that_is_nobodys_becomes_ones_own(thulium, as_anna, anna):
    answer = as_anna.post(f"/tickets/{FREE}/take/", follow=True)
    assert not missing(answer, f"Zgłoszenie {FREE} jest teraz Twoje.")
    assert gateway.thulium_client().get_ticket(FREE).agent_login == "anna.nowak"
    assert KnownTicket.objects.get(pk=FREE).agent_login == "anna.nowak"
    (entry,) = entries()
    assert entry["ticket"] == FREE
    assert (entry["login_before"], entry["login_after"]) == ("", "anna.nowak")
    assert (entry["outcome"], entry["read_back"]) == ("taken", True)


def test_a_colleagues_ticket_stays_theirs(thulium, as_anna, ewa):
    gateway.thulium_client().assign_ticket(FREE, "ewa.kot")
    answer = as_anna.post(f"/tickets/{FREE}/take/", follow=True)
    assert not missing(answer, f"Zgłoszenie {FREE} prowadzi już Ewa Kot")
    assert gateway.thulium_client().get_ticket(FREE).agent_login == "ewa.kot"
    assert KnownTicket.objects.get(pk=FREE).agent_login == "ewa.kot"
    assert entries() == []


def test_taking_twice_changes_nothing(thulium, anna):
    assert take(FREE, actor=anna).outcome is Outcome.TAKEN
    assert take(FREE, actor=anna) == Taken(Outcome.YOURS)
    assert len(entries()) == 1


def test_a_closed_ticket_is_left(thulium, anna):
    thulium.change_ticket(FREE, status=CLOSED)
    assert take(FREE, actor=anna) == Taken(Outcome.CLOSED)
    assert gateway.thulium_client().get_ticket(FREE).agent_login == ""


def test_one_that_is_gone_is_told(thulium, as_anna):
    answer = as_anna.post("/tickets/999999/take/", follow=True)
    assert not missing(answer, "Zgłoszenia 999999 nie ma już w Thulium")


def test_a_colleague_who_took_it_in_the_same_moment_is_named(told, anna, ewa):
    told(script(ticket()), script(), script(ticket("EWA.KOT")))
    assert take(FREE, actor=anna) == Taken(Outcome.ANOTHERS, "Ewa Kot")
    assert KnownTicket.objects.get(pk=FREE).agent_login == "ewa.kot"
    (entry,) = entries()
    assert entry["outcome"] == "anothers"


@pytest.fixture
def meanwhile(monkeypatch):
    """Return a function that lets something happen while Thulium is being asked for a ticket."""
    usual = ThuliumClient.assign_ticket

    def meanwhile(happens):
        def assign(client, *given):
            happens()
            return usual(client, *given)

        monkeypatch.setattr(ThuliumClient, "assign_ticket", assign)

    return meanwhile


def test_of_two_at_once_only_the_first_asks_thulium(thulium, anna, ewa, meanwhile):
    seconds = []
    meanwhile(lambda: seconds.append(take(FREE, actor=ewa)))
    assert take(FREE, actor=anna) == Taken(Outcome.TAKEN)
    assert seconds == [Taken(Outcome.ANOTHERS, str(anna))]
    assert gateway.thulium_client().get_ticket(FREE).agent_login == "anna.nowak"
    assert [(each["login_after"], each["outcome"]) for each in entries()] == [
        ("anna.nowak", "taken")
    ]


def test_a_second_press_while_the_first_is_under_way_asks_nothing(thulium, anna, meanwhile):
    seconds = []
    meanwhile(lambda: seconds.append(take(FREE, actor=anna)))
    assert take(FREE, actor=anna) == Taken(Outcome.TAKEN)
    assert seconds == [Taken(Outcome.UNKNOWN)]


def test_who_read_it_before_a_colleague_took_it_is_told_whose_it_is(
    thulium, anna, ewa, monkeypatch
):
    usual, others = ThuliumClient.get_ticket, []

    def read(client, number):
        seen = usual(client, number)
        if not others:
            others.append(None)
            others.append(take(FREE, actor=anna))
        return seen

    monkeypatch.setattr(ThuliumClient, "get_ticket", read)
    assert take(FREE, actor=ewa) == Taken(Outcome.ANOTHERS, str(anna))
    assert others == [None, Taken(Outcome.TAKEN)]
    assert gateway.thulium_client().get_ticket(FREE).agent_login == "anna.nowak"


def test_after_a_refusal_a_colleague_can_take_it(told, anna, ewa):
    told(
        script(ticket()), script(b"{}", 400), script(ticket()), script(), script(ticket("ewa.kot"))
    )
    assert take(FREE, actor=anna) == Taken(Outcome.REFUSED)
    assert take(FREE, actor=ewa) == Taken(Outcome.TAKEN)


@pytest.mark.parametrize("third", [script(ticket("anna.nowak")), SILENT], ids=["read", "silent"])
def test_where_the_index_cannot_be_written_it_is_taken_and_recorded_all_the_same(
    third, told, as_anna, monkeypatch
):
    def broken(*_given, **_named):
        raise DatabaseError

    monkeypatch.setattr(intake, "take_in", broken)
    told(script(ticket()), script(), third)
    answer = as_anna.post(f"/tickets/{FREE}/take/")
    assert answer.status_code == 302
    (entry,) = entries()
    assert entry["outcome"] == "taken"


def test_thulium_is_asked_for_ones_own_login(told, anna):
    server = told(script(ticket()), script(), script(ticket("Anna.Nowak")))
    assert take(FREE, actor=anna).outcome is Outcome.TAKEN
    read, put, again = server.requests
    assert [each.method for each in (read, put, again)] == ["GET", "PUT", "GET"]
    assert json.loads(put.body) == {"user_login": "anna.nowak"}


@pytest.mark.parametrize("status", [401, 403])
def test_without_the_right_it_is_said_and_not_offered_again_to_that_person(
    status, told, known, as_anna, as_ewa
):
    known(41, agent_login="")
    assert not missing(as_anna.get("/", {"list": "unassigned"}), "/tickets/41/take/")
    told(script(ticket()), script(b"{}", status))
    answer = as_anna.post(f"/tickets/{FREE}/take/", follow=True)
    assert not missing(answer, "Thulium nie pozwala portalowi przydzielać zgłoszeń")
    assert not shown(as_anna.get("/", {"list": "unassigned"}), "/tickets/41/take/")
    assert not missing(as_ewa.get("/", {"list": "unassigned"}), "/tickets/41/take/")
    assert entries() == []
    cache.clear()
    assert not missing(as_anna.get("/", {"list": "unassigned"}), "/tickets/41/take/")


@pytest.mark.parametrize("first", [SILENT, script(b"{}", 500), script(b"<html>")])
def test_where_the_ticket_cannot_be_read_nothing_is_asked(first, told, as_anna):
    server = told(first)
    answer = as_anna.post(f"/tickets/{FREE}/take/", follow=True)
    assert not missing(answer, "nie odpowiedziało na czas")
    assert {request.method for request in server.requests} == {"GET"}
    assert entries() == []


def test_a_refusal_is_told(told, anna):
    told(script(ticket()), script(b"{}", 400))
    assert take(FREE, actor=anna) == Taken(Outcome.REFUSED)
    assert entries() == []


@pytest.mark.parametrize("second", [SILENT, script(b"{}", 500)])
def test_where_thulium_does_not_say_whether_it_did_the_portal_does_not_either(
    second, told, as_anna
):
    told(script(ticket()), second)
    answer = as_anna.post(f"/tickets/{FREE}/take/", follow=True)
    assert not missing(answer, "Nie wiadomo jeszcze")
    row = KnownTicket.objects.get(pk=FREE)
    assert row.agent_login == ""
    assert row.read_due_at is not None
    (entry,) = entries()
    assert (entry["outcome"], entry["read_back"]) == ("unknown", False)


def test_where_only_the_reading_afterwards_fails_it_is_taken_and_read_again_later(told, anna):
    told(script(ticket()), script(), SILENT)
    assert take(FREE, actor=anna) == Taken(Outcome.TAKEN)
    row = KnownTicket.objects.get(pk=FREE)
    assert row.agent_login == "anna.nowak"
    assert row.read_due_at is not None


def test_one_that_is_still_nobodys_afterwards_is_not_called_taken(told, anna):
    told(script(ticket()), script(), script(ticket()))
    assert take(FREE, actor=anna) == Taken(Outcome.UNKNOWN)


@pytest.mark.parametrize("person", ["anna", "ewa", "adam"])
def test_who_sends_replies_may_take(person, request, told):
    actor: User = request.getfixturevalue(person)
    told(script(ticket()), script(), script(ticket(actor.agent_login)))
    assert take(FREE, actor=actor) == Taken(Outcome.TAKEN)


def test_without_an_agent_login_nobody_may(thulium, as_nowy, nowy, known):
    known(41, agent_login="")
    with pytest.raises(PermissionDenied):
        take(FREE, actor=nowy)
    assert not shown(as_nowy.get("/", {"list": "unassigned"}), "/take/")
    answer = as_nowy.post(f"/tickets/{FREE}/take/", follow=True)
    assert not missing(answer, "potrzebujesz loginu agenta")
    assert gateway.thulium_client().get_ticket(FREE).agent_login == ""


def test_who_left_may_not(thulium):
    gone = make_person("byly", is_active=False)
    AgentProfile.objects.create(user=gone, login="anna.nowak")
    with pytest.raises(PermissionDenied):
        take(FREE, actor=gone)


def test_the_way_back_is_the_page_one_came_from(told, as_anna):
    told(*[script(ticket("anna.nowak"))] * 4)
    for page in ("/?list=unassigned", f"/tickets/{FREE}/"):
        answer = as_anna.post(
            f"/tickets/{FREE}/take/", headers={"Referer": f"http://testserver{page}"}
        )
        assert answer.headers["Location"] == page
    for page in ("", "http://testserver//elsewhere.example/x"):
        answer = as_anna.post(f"/tickets/{FREE}/take/", headers={"Referer": page})
        assert answer.headers["Location"] == "/"


def test_a_ticket_page_offers_it_while_it_is_nobodys(thulium, as_anna):
    assert not missing(as_anna.get(f"/tickets/{FREE}/"), f"/tickets/{FREE}/take/")
    as_anna.post(f"/tickets/{FREE}/take/")
    assert not shown(as_anna.get(f"/tickets/{FREE}/"), f"/tickets/{FREE}/take/")
