"""add_staff and check_thulium do from a shell what the pages do."""

import io
import sys

import pytest
from django.core.management import CommandError, call_command

from thulium_portal.accounts.models import AgentProfile, User
from thulium_portal.audit.models import AuditEntry

pytestmark = pytest.mark.django_db

PASSWORD = "kawa-z-mlekiem-rano"


@pytest.fixture
def add_staff(monkeypatch, thulium):
    """Run add_staff with a password on standard input; return what it says."""

    def add_staff(username: str, *options: str, password: str = PASSWORD) -> str:
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
        said = io.StringIO()
        call_command("add_staff", username, *options, "--password-stdin", stdout=said, stderr=said)
        return said.getvalue()

    return add_staff


def test_a_person_is_added_with_everything(add_staff):
    said = add_staff(
        "piotr", "--role", "supervisor", "--agent-login", "piotr.zielinski", "--name", "Piotr Z."
    )
    piotr = User.objects.get()
    assert (piotr.role, piotr.name, piotr.agent_login) == (
        "supervisor",
        "Piotr Z.",
        "piotr.zielinski",
    )
    assert piotr.check_password(PASSWORD)
    assert said == "Added piotr: supervisor, sends as piotr.zielinski.\n"
    assert '"kind":"cli"' in AuditEntry.objects.get(action="person.created").record


def test_a_known_person_is_changed_and_what_is_not_named_stays(add_staff, anna):
    add_staff("ANNA", "--role", "supervisor", password="inne-dobre-hasło")
    anna = User.objects.get()
    assert (anna.username, anna.name, anna.role) == ("anna", "Anna Nowak", "supervisor")
    assert anna.agent_login == "anna.nowak"
    assert anna.check_password("inne-dobre-hasło")


def test_an_unknown_agent_login_is_refused(add_staff):
    with pytest.raises(CommandError, match=r"no agent “nie\.ma”"):
        add_staff("piotr", "--role", "agent", "--agent-login", "nie.ma")
    assert not User.objects.exists()


def test_an_agent_login_belongs_to_one_person(add_staff, anna):
    with pytest.raises(CommandError, match=r"“anna” already sends as “anna\.nowak”"):
        add_staff("piotr", "--role", "agent", "--agent-login", "anna.nowak")


def test_where_thulium_cannot_be_asked_the_login_is_stored_unchecked(add_staff, thulium):
    thulium.fail_next("down")
    said = add_staff("piotr", "--role", "agent", "--agent-login", "piotr.zielinski")
    assert "stored unchecked" in said
    assert AgentProfile.objects.get().active_in_thulium is None


def test_a_weak_password_is_refused(add_staff):
    with pytest.raises(CommandError):
        add_staff("piotr", "--role", "agent", password="krótkie")
    assert not User.objects.exists()


def test_a_missing_password_is_told(add_staff):
    with pytest.raises(CommandError, match="No password was given"):
        add_staff("piotr", "--role", "agent", password="")


def check_thulium() -> tuple[list[str], int]:
    said, status = io.StringIO(), 0
    try:
        call_command("check_thulium", stdout=said)
    except SystemExit as ending:
        status = int(ending.code)
    return said.getvalue().splitlines(), status


def test_address_credentials_and_every_login_get_a_line(thulium, anna, ewa):
    lines, status = check_thulium()
    assert lines == [
        f"ok   address {thulium.url}",
        "ok   credentials",
        "ok   agent anna.nowak (anna)",
        "ok   agent ewa.kot (ewa)",
    ]
    assert status == 0


@pytest.mark.parametrize(
    ("login", "words"), [("jan.dawny", "inactive in Thulium"), ("nie.ma", "unknown in Thulium")]
)
def test_a_login_that_would_not_send_is_named(thulium, anna, login, words):
    AgentProfile.objects.update(login=login)
    lines, status = check_thulium()
    assert lines[-1].startswith(f"FAIL agent {login} (anna): {words}")
    assert status == 1


def test_wrong_credentials_are_told_from_a_wrong_address(thulium, settings, anna):
    settings.THULIUM_API_PASSWORD = "nie-to"
    lines, status = check_thulium()
    assert [line[:4] for line in lines] == ["ok  ", "FAIL"]
    assert "THULIUM_API_PASSWORD" in lines[1]
    assert "nie-to" not in lines[1]
    assert status == 1


def test_an_address_where_nobody_answers_is_told(thulium, settings, anna):
    settings.THULIUM_URL = "http://127.0.0.1:9"
    lines, status = check_thulium()
    assert lines[0].startswith("FAIL address http://127.0.0.1:9: it cannot be reached")
    assert status == 1
