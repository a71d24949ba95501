"""``manage.py check_thulium``."""

import pytest
from django.core.management import call_command

from tests.factories import make_person
from thulium_portal.accounts.models import AgentProfile
from thulium_portal.practice import faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def check(thulium, capsys):
    """Return a function that runs the command and gives its exit status and its lines."""

    def check():
        status = 0
        try:
            call_command("check_thulium")
        except SystemExit as end:
            status = end.code
        said = capsys.readouterr()
        assert said.err == ""
        return status, said.out.splitlines()

    return check


def test_all_is_well(check, anna, ewa, thulium):
    agents = ["ok   agent anna.nowak (anna)", "ok   agent ewa.kot (ewa)"]
    assert check() == (0, [f"ok   address {thulium.url}", "ok   credentials", *agents])
    assert set(AgentProfile.objects.values_list("active_in_thulium", flat=True)) == {True}


def test_without_agent_logins_it_says_how_to_add_them(check, thulium):
    status, lines = check()
    assert status == 0
    assert lines[2:] == ["     no agent logins yet; add them under People or by add_staff"]


def test_each_wrong_login_has_its_line_and_fails_the_check(check, anna):
    make_person("jan", agent_login="jan.dawny")
    make_person("zofia", agent_login="nikt.taki")
    status, lines = check()
    assert status == 1
    assert lines[2:] == [
        "ok   agent anna.nowak (anna)",
        "FAIL agent jan.dawny (jan): inactive in Thulium; activate it there",
        "FAIL agent nikt.taki (zofia): unknown in Thulium; correct it under People",
    ]


def test_who_was_switched_off_here_is_not_asked_about(check, anna):
    make_person("jan", agent_login="jan.dawny", is_active=False)
    assert check()[0] == 0


def test_a_login_that_cannot_be_asked_fails_the_check_and_forgets_nothing(check, anna, thulium):
    AgentProfile.objects.update(active_in_thulium=True)
    assert check()[0] == 0
    original = AgentProfile.objects.get()
    thulium.fail_next(faults.SERVER_ERROR, on=faults.READS)
    status, lines = check()
    assert status == 1
    assert lines[0].startswith("FAIL address")
    assert AgentProfile.objects.get().checked_at == original.checked_at


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (faults.HTML, "what answers there is not Thulium's API; check THULIUM_URL"),
        (faults.SERVER_ERROR, "it cannot be reached; check THULIUM_URL and the network"),
    ],
)
def test_a_wrong_address_is_named_with_its_mend(check, thulium, fault, words):
    thulium.fail_next(fault, on=faults.READS)
    assert check() == (1, [f"FAIL address {thulium.url}: {words}"])


def test_nobody_there(check, settings):
    settings.THULIUM_URL = "http://127.0.0.1:9"
    status, lines = check()
    assert status == 1
    assert lines == [
        "FAIL address http://127.0.0.1:9: it cannot be reached; check THULIUM_URL and the network"
    ]


def test_wrong_credentials_are_named_and_not_shown(check, settings, thulium):
    settings.THULIUM_API_PASSWORD = "zła-tajemnica"
    status, lines = check()
    assert status == 1
    assert lines == [
        f"ok   address {thulium.url}",
        "FAIL credentials: the API user was refused; "
        "check THULIUM_API_USER and THULIUM_API_PASSWORD",
    ]


def test_a_database_that_was_never_prepared_is_one_sentence_on_the_terminal(unprepared):
    said = unprepared("check_thulium")
    assert said.startswith("CommandError: The database, where agent logins are kept")
    assert len(said.splitlines()) == 1
