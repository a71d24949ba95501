"""``manage.py add_staff``."""

import io
import sys

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from tests.factories import PASSWORD
from tests.support.mail_server import free_port, use
from thulium_portal.accounts.agent_check import check_agent_login
from thulium_portal.accounts.management.commands import add_staff
from thulium_portal.accounts.models import User
from thulium_portal.accounts.second_factor import encryption
from thulium_portal.accounts.services import PersonText, create_person
from thulium_portal.practice import faults

pytestmark = pytest.mark.django_db

NEW = "zielona-łąka-w-maju"


@pytest.fixture
def add(thulium, monkeypatch, capsys):
    """Return a function that runs the command with a password piped in; it gives what was said."""

    def add(*args, password=NEW):
        monkeypatch.setattr(sys, "stdin", io.StringIO("" if password is None else f"{password}\n"))
        given = [] if password is None else ["--password-stdin"]
        call_command("add_staff", *args, *given)
        said = capsys.readouterr()
        return said.out + said.err

    return add


def test_adds_a_person(add, told):
    login = ["--role=supervisor", "--agent-login=piotr.zielinski"]
    person = ["--name=Piotr Zieliński", "--email=piotr.zielinski@example.org", "--language=en"]
    said = add("piotr", *login, *person)
    assert said == "Added piotr: supervisor, sends as piotr.zielinski.\n"
    piotr = User.objects.get(username="piotr")
    assert (piotr.name, piotr.email, piotr.language) == (
        "Piotr Zieliński",
        "piotr.zielinski@example.org",
        "en",
    )
    assert piotr.check_password(NEW)
    assert [action for action, _ in told()] == ["person.created", "person.agent_login_changed"]


def test_the_same_twice_changes_nothing(add, told):
    args = ("piotr", "--role=agent", "--agent-login=piotr.zielinski")
    add(*args)
    before, entries = User.objects.get(username="piotr").password, told()
    assert add(*args) == "Updated piotr: agent, sends as piotr.zielinski.\n"
    assert User.objects.get(username="piotr").password == before
    assert told() == entries


def test_what_is_not_named_stays(add, anna):
    anna.email = "a@example.org"
    anna.save()
    assert add("ANNA", "--role=supervisor", password=None) == (
        "Updated anna: supervisor, sends as anna.nowak.\n"
    )
    anna.refresh_from_db()
    assert (anna.name, anna.email, anna.role) == ("Anna Nowak", "a@example.org", "supervisor")
    assert anna.check_password(PASSWORD)


def test_an_empty_agent_login_takes_it_away(add, anna):
    said = add("anna", "--role=agent", "--agent-login=", password=None)
    assert said == "Updated anna: agent, can read, not send.\n"
    assert User.objects.get(pk=anna.pk).agent_login == ""


def test_brings_back_who_was_switched_off(add, anna, told):
    User.objects.update(is_active=False)
    add("anna", "--role=agent", password=None)
    assert [action for action, _ in told()] == ["person.reactivated"]


def test_an_unreachable_thulium_is_said_and_no_obstacle(add, thulium):
    thulium.fail_next(faults.SERVER_ERROR, on=faults.READS)
    said = add("piotr", "--role=agent", "--agent-login=piotr.zielinski")
    assert "Thulium cannot be asked now; “piotr.zielinski” is stored unchecked." in said
    assert User.objects.get(username="piotr").agent_profile.active_in_thulium is None


def test_an_inactive_agent_is_said_and_no_obstacle(add):
    said = add("jan", "--role=agent", "--agent-login=jan.dawny")
    assert "Agent “jan.dawny” is inactive in Thulium" in said


@pytest.mark.parametrize(
    ("args", "password", "sentence"),
    [
        (["piotr", "--role=agent", "--agent-login=nikt"], NEW, "Thulium has no agent “nikt”"),
        (["piotr", "--role=agent", "--agent-login=anna.nowak"], NEW,
         "“anna” already sends as “anna.nowak”."),
        (["two words", "--role=agent"], NEW, "username: Enter a valid username."),
        (["x" * 151, "--role=agent"], NEW, "username: Ensure this value has at most 150"),
        (["piotr", "--role=agent", "--email=x"], NEW, "email: Enter a valid email address."),
        (["piotr", "--role=agent"], "short", "password: This password is too short."),
        (["piotr", "--role=agent", "--name=Piotr Zielinski"], "piotr.zielinski",
         "password: The password is too similar to the first and last name."),
        (["piotr", "--role=agent"], "", "No password was given, so nothing was changed."),
        (["piotr", "--role=agent"], "\udcff", "The password on standard input is not UTF-8."),
        (["piotr", "--role=agent"], None, "A new person needs a password"),
        (["anna", "--role=agent", "--invite"], None, "Only who may sign in and has no password"),
        (["piotr", "--role=agent", "--invite"], NEW, "not allowed with argument --invite"),
        (["anna", "--role=agent"], "", "No password was given, so nothing was changed."),
        (["adam", "--role=agent"], None, "This is the only administrator."),
        (["piotr", "--role=king"], NEW, "invalid choice: 'king'"),
        (["piotr"], NEW, "the following arguments are required: --role"),
    ],
)  # fmt: skip
def test_each_error_is_one_sentence_and_nothing_is_stored(
    add, anna, adam, told, args, password, sentence
):
    with pytest.raises(CommandError) as refusal:
        add(*args, password=password)
    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert User.objects.count() == 2
    assert told() == []


@pytest.fixture
def invite(add):
    """Return a function that adds Piotr by an invitation; it gives what was said, and the link."""

    def invite():
        said = add("piotr", "--role=agent", "--email=p@example.org", "--invite", password=None)
        return said, [word for word in said.split() if word.startswith("http")]

    return invite


def test_an_invitation_is_mailed(invite, settings, mailoutbox):
    settings.MAIL_OFFERED = True
    said, links = invite()
    assert "Sent an invitation to p@example.org, valid until 2" in said
    assert links == []
    assert mailoutbox[0].to == ["p@example.org"]
    assert not User.objects.get(username="piotr").has_usable_password()


@pytest.mark.parametrize("broken", [False, True])
def test_without_mail_the_link_of_an_invitation_is_printed(invite, settings, client, broken):
    if broken:
        use(settings, free_port())
    said, (link,) = invite()
    assert ("The mail could not be sent" in said) == broken
    assert link.startswith(settings.PORTAL_URL)
    assert client.get(link.removeprefix(settings.PORTAL_URL)).status_code == 302
    assert invite()[1] != [link]


def test_a_password_that_was_piped_in_must_be_changed(add):
    add("piotr", "--role=administrator")
    assert User.objects.get(username="piotr").must_change_password


@pytest.mark.parametrize("way", ["--invite", "--password-stdin"])
def test_where_no_password_opens_the_portal_none_is_asked_for(add, settings, way):
    settings.PASSWORD_SIGN_IN = False
    with pytest.raises(CommandError, match="No password opens the portal"):
        add("piotr", "--role=agent", way, password=None)
    assert add("piotr", "--role=agent", password=None).startswith("Added piotr")
    assert not User.objects.get(username="piotr").has_usable_password()


def test_the_first_administrator_types_a_password_of_their_own(at_the_terminal):
    for name, must_change in (("adam", False), ("druga", True)):
        at_the_terminal(name, "--role=administrator", answers=[NEW, NEW])
        assert User.objects.get(username=name).must_change_password == must_change


def test_a_database_that_was_never_prepared_is_one_sentence_on_the_terminal(unprepared):
    options = ["piotr", "--role=agent", "--password-stdin"]
    said = unprepared("add_staff", *options, typed=f"{NEW}\n")
    assert said.startswith("CommandError: The database could not be used")
    assert len(said.splitlines()) == 1


@pytest.fixture
def at_the_terminal(thulium, monkeypatch, capsys):
    """Return a function that runs the command before a person who answers its questions."""

    def at_the_terminal(*args, answers):
        terminal = io.StringIO()
        monkeypatch.setattr(terminal, "isatty", lambda: True)
        monkeypatch.setattr(sys, "stdin", terminal)
        given = iter(answers)

        def getpass(_):
            answer = next(given, None)
            if answer is None:
                raise EOFError
            return answer

        monkeypatch.setattr(add_staff, "getpass", getpass)
        call_command("add_staff", *args)
        return capsys.readouterr().out

    return at_the_terminal


def test_asks_for_the_password_twice(at_the_terminal):
    said = at_the_terminal("piotr", "--role=agent", answers=[NEW, NEW])
    assert said == "Added piotr: agent, can read, not send.\n"
    assert User.objects.get(username="piotr").check_password(NEW)


def test_an_empty_answer_keeps_the_present_password(at_the_terminal, anna):
    at_the_terminal("anna", "--role=agent", answers=[""])
    assert User.objects.get(pk=anna.pk).check_password(PASSWORD)


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ([NEW, "other"], "The two passwords differ; nothing was changed."),
        ([""], "No password was given, so nothing was changed."),
        ([], "Stopped; nothing was changed."),
    ],
)
def test_a_slip_at_the_terminal_changes_nothing(at_the_terminal, answers, sentence):
    with pytest.raises(CommandError, match=sentence):
        at_the_terminal("piotr", "--role=agent", answers=answers)
    assert not User.objects.exists()


def test_a_lost_second_factor_is_removed_also_of_the_last_administrator(add, adam, told):
    secret = {"secret": encryption.encrypt("A" * 32)}
    Authenticator.objects.create(user=adam, type="totp", data=secret)
    command = ("adam", "--role=administrator", "--remove-second-factor")
    assert add(*command, password=None).endswith("The second factor was removed.\n")
    assert told()[-1] == ("person.second_factor_removed", {"kinds": ["totp"]})
    assert not Authenticator.objects.exists()
    entries = told()
    assert add(*command, password=None).endswith("There was no second factor to remove.\n")
    assert told() == entries


# A login that may be another's

OTHER = ("piotr", "--role=agent", "--agent-login=piotr.zielinski", "--email=x@example.org")


@pytest.mark.parametrize("typed", ["piotr.zielinski", "PIOTR.zielinski"])
def test_a_login_of_another_address_is_confirmed_by_an_option(add, adam, told, typed):
    said = add(*OTHER, f"--confirm-login={typed}")
    assert "has the address piotr.zielinski@example.org, this person has x@example.org." in said
    assert "every administrator is told" in said
    assert told()[-1][0] == "person.agent_login_unmatched"


def test_another_word_than_the_login_changes_nothing(add, told):
    with pytest.raises(CommandError, match="nothing was changed"):
        add(*OTHER, "--confirm-login=anna.nowak")
    assert told() == []


def test_a_script_that_does_not_confirm_anothers_login_is_refused(add, told):
    with pytest.raises(CommandError) as refusal:
        add(*OTHER)
    said = str(refusal.value)
    assert "has the address piotr.zielinski@example.org, this person has x@example.org." in said
    assert said.endswith("add --confirm-login=piotr.zielinski; nothing was changed.")
    assert refusal.value.returncode == 1
    assert (told(), User.objects.exists()) == ([], False)


def test_the_service_asks_for_it_whoever_calls(add, anna, told):
    text = PersonText("piotr", "Piotr", "x@example.org", "agent", "pl")
    check = check_agent_login("piotr.zielinski")
    with pytest.raises(ValidationError) as refusal:
        create_person(text, password=NEW, check=check, actor=None)
    assert set(refusal.value.message_dict) == {"confirmation"}
    assert told() == []


def test_a_script_is_told_where_nobody_knows_whose_it_is_and_that_is_recorded(add, told):
    said = add("piotr", "--role=agent", "--agent-login=piotr.zielinski")
    assert "every administrator is told" in said
    assert told()[-1][0] == "person.agent_login_unmatched"


@pytest.mark.parametrize(("typed", "is_taken"), [("piotr.zielinski", True), ("yes", False)])
def test_at_a_terminal_it_is_asked_for(thulium, monkeypatch, told, typed, is_taken):
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda prompt: typed)
    monkeypatch.setattr(add_staff, "getpass", lambda prompt: NEW)
    if is_taken:
        call_command("add_staff", *OTHER)
    else:
        with pytest.raises(CommandError):
            call_command("add_staff", *OTHER)
    assert bool(told()) is is_taken


def test_ones_own_login_is_taken_without_a_word(add):
    said = add("piotr", "--role=agent", "--agent-login=piotr.zielinski",
               "--email=Piotr.Zielinski@EXAMPLE.org")  # fmt: skip
    assert said == "Added piotr: agent, sends as piotr.zielinski.\n"
