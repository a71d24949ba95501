"""``manage.py add_staff USERNAME --role … --agent-login …``."""

import sys
from getpass import getpass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.db import DatabaseError
from django.utils import timezone

from thulium_portal.accounts import agent_logins, labels, services
from thulium_portal.accounts.agent_check import AgentCheck, Doubt, LoginStatus, check_agent_login
from thulium_portal.accounts.invitations import services as invitations
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Role
from thulium_portal.accounts.second_factor.services import remove_all
from thulium_portal.accounts.services import PersonText
from thulium_portal.audit.context import from_shell


class Command(BaseCommand):
    help = (
        "Adds a person or changes the one with that user name, who may sign in afterwards "
        "unless switched off. What is not named keeps its value."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--role", choices=Role.values, required=True)
        parser.add_argument("--agent-login", help="the person's login in Thulium; '' removes it")
        parser.add_argument(
            "--confirm-login",
            metavar="LOGIN",
            help="the agent login once more, where Thulium does not say that it is the person's "
            "own; asked for at a terminal, needed in a script where it names another's address",
        )
        parser.add_argument("--name", help='"First Last"')
        parser.add_argument("--email")
        parser.add_argument("--language", choices=dict(settings.LANGUAGES))
        parser.add_argument(
            "--switch-off",
            action="store_true",
            help="the person is signed out at once, and nothing leaves in their name any more",
        )
        parser.add_argument(
            "--remove-second-factor",
            action="store_true",
            help="for somebody who lost theirs, the last administrator too; ends their sessions",
        )
        way = parser.add_mutually_exclusive_group()
        way.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from standard input; it must be changed at the first sign-in",
        )
        way.add_argument(
            "--invite",
            action="store_true",
            help="let the person choose a password by a link, mailed or printed",
        )

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with from_shell():
                saved, word = self._save(options)
                is_removed = options["remove_second_factor"] and remove_all(saved, actor=None)
        except ValidationError as error:
            raise CommandError(_sentence(error)) from error
        except DatabaseError as error:
            raise CommandError(
                "The database could not be used, so nothing was changed. Start the portal once "
                "(“make run”), which prepares it, and check DATABASE_URL."
            ) from error
        login = f"sends as {saved.agent_login}" if saved.agent_login else "can read, not send"
        if not saved.is_active:
            login = "switched off"
        self.stdout.write(f"{word} {saved.username}: {saved.role}, {login}.")
        if options["invite"]:
            self._invite(saved)
        if options["remove_second_factor"]:
            none = "There was no second factor to remove."
            self.stdout.write("The second factor was removed." if is_removed else none)

    def _invite(self, person: User) -> None:
        with from_shell():
            invited = invitations.invite(person, by_mail=True, actor=None)
        until = timezone.localtime(invited.valid_until).strftime("%Y-%m-%d %H:%M")
        if invited.was_mailed:
            self.stdout.write(f"Sent an invitation to {person.email}, valid until {until}.")
            return
        if settings.MAIL_OFFERED and person.email:
            self.stderr.write("The mail could not be sent; check EMAIL_URL.")
        self.stdout.write(f"Hand over this link, which works once, until {until}:\n{invited.link}")

    def _save(self, options: dict[str, Any]) -> tuple[User, str]:
        name = User.normalize_username(options["username"])
        person = User.objects.filter(username__iexact=name).first()
        check = self._check(options["agent_login"], person)
        text = _text(options, person)
        confirmation = self._confirmation(check, text, person, options["confirm_login"])
        password = _password(options, person)
        given: dict[str, Any] = {"check": check, "password": password, "actor": None}
        given["confirmation"] = confirmation
        given["must_change"] = options["password_stdin"] or not _is_first(text)
        if person is None:
            return services.create_person(text, **given), "Added"
        return services.change_person(person, text, **given), "Updated"

    def _check(self, login: str | None, person: User | None) -> AgentCheck | None:
        """Return what is known of the login to store; None for no login at all."""
        if login is None:
            kept = person.agent_login if person else ""
            return AgentCheck(LoginStatus.CANNOT_TELL, kept) if kept else None
        if not login.strip():
            return None
        check = check_agent_login(login.strip())
        if check.status is LoginStatus.UNKNOWN:
            raise CommandError(f"Thulium has no agent “{login}”; check the spelling in its panel.")
        if holder := agent_logins.holder_of(check.login, besides=person):
            raise CommandError(f"“{holder.username}” already sends as “{check.login}”.")
        if check.status is LoginStatus.CANNOT_TELL:
            self.stderr.write(f"Thulium cannot be asked now; “{login}” is stored unchecked.")
        if check.status is LoginStatus.INACTIVE:
            self.stderr.write(f"Agent “{login}” is inactive in Thulium; replies may be refused.")
        return check

    def _confirmation(
        self, check: AgentCheck | None, text: PersonText, person: User | None, typed: str | None
    ) -> str:
        """Return a login that may be another's once more: asked for, where somebody is there.

        A script may leave it out where nobody can tell whose the login is; what it did is recorded
        and told as everything else. Where Thulium names another's address, it is refused.
        """
        if check is None:
            return ""
        present = person.agent_login if person else ""
        doubt = agent_logins.needs_confirmation(check, text.email, present=present)
        if doubt is None:
            return ""
        sentence = str(labels.doubt_sentence(doubt, check, text.email))
        is_asked = typed is None and sys.stdin.isatty()
        if typed is None and not is_asked and doubt is Doubt.OTHER_ADDRESS:
            again = f"If it is theirs all the same, add --confirm-login={check.login}"
            raise CommandError(f"{sentence} {again}; nothing was changed.")
        self.stderr.write(sentence)
        if is_asked:
            typed = _line(f"If it is theirs, type “{check.login}” once more: ")
        if typed is not None and not agent_logins.is_confirmed(typed, check, text.name):
            raise CommandError("That is not the agent login; nothing was changed.")
        self.stderr.write("The record has an entry of it, and every administrator is told.")
        return typed or ""


def _line(prompt: str) -> str:
    try:
        return input(prompt)
    except (EOFError, KeyboardInterrupt) as error:
        raise CommandError("Stopped; nothing was changed.") from error


def _text(options: dict[str, Any], person: User | None) -> PersonText:
    kept = {"name": "", "email": "", "language": settings.LANGUAGE_CODE}
    if person is not None:
        kept = {name: getattr(person, name) for name in kept}
    given = {name: options[name] for name in kept if options[name] is not None}
    username = person.username if person else options["username"]
    return PersonText(
        username=username,
        role=options["role"],
        is_active=not options["switch_off"],
        **kept | given,
    )


def _is_first(text: PersonText) -> bool:
    """Tell whether this is the first administrator, who types a password of their own."""
    is_one = text.role == Role.ADMINISTRATOR
    return is_one and not User.objects.filter(role=Role.ADMINISTRATOR).exists()


def _password(options: dict[str, Any], person: User | None) -> str:
    """Return the new password, empty to keep the present one. Raises ``CommandError``."""
    _require_way(options, person)
    if options["invite"] or not settings.PASSWORD_SIGN_IN:
        return ""
    if options["password_stdin"]:
        password = _first_line()
    elif person is not None and options["switch_off"]:
        return ""
    elif sys.stdin.isatty():
        password = _asked(options["username"], is_new=person is None)
    elif person is not None:
        return ""
    else:
        raise CommandError(
            "A new person needs a password; pass it with --password-stdin, or use --invite."
        )
    if not password and (person is None or options["password_stdin"]):
        raise CommandError("No password was given, so nothing was changed.")
    return password


def _require_way(options: dict[str, Any], person: User | None) -> None:
    """See that the way to a password that is asked for is there for this person."""
    if not settings.PASSWORD_SIGN_IN and (options["invite"] or options["password_stdin"]):
        raise CommandError("No password opens the portal (PASSWORD_SIGN_IN); nothing was changed.")
    has_password = person is not None and person.has_usable_password()
    if options["invite"] and (options["switch_off"] or has_password):
        raise CommandError(
            "Only who may sign in and has no password yet can be invited; nothing was changed."
        )


def _first_line() -> str:
    try:
        line = sys.stdin.readline().rstrip("\r\n")
        line.encode()
    except UnicodeError as error:
        raise CommandError("The password on standard input is not UTF-8.") from error
    return line


def _asked(username: str, *, is_new: bool) -> str:
    hint = "" if is_new else " (empty keeps the present one)"
    try:
        password = getpass(f"Password for {username}{hint}: ")
        if password and password != getpass("The same once more: "):
            raise CommandError("The two passwords differ; nothing was changed.")
    except (EOFError, KeyboardInterrupt) as error:
        raise CommandError("Stopped; nothing was changed.") from error
    return password


def _sentence(error: ValidationError) -> str:
    """Return the errors in one line, each with the option it is about."""
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(
        f"{'' if name == '__all__' else name.replace('_', ' ') + ': '}{' '.join(messages)}"
        for name, messages in error.message_dict.items()
    )
