"""``manage.py add_staff USERNAME --role … --agent-login …``."""

import sys
from getpass import getpass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from thulium_portal.accounts import services
from thulium_portal.accounts.checking import AgentCheck, Found, check_agent_login
from thulium_portal.accounts.models import AgentProfile, User
from thulium_portal.accounts.roles import Role
from thulium_portal.accounts.services import PersonText
from thulium_portal.audit.origin import from_shell


class Command(BaseCommand):
    """Add a person, or change the one with that user name."""

    help = "Adds a person or changes the one with that user name."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the options."""
        parser.add_argument("username")
        parser.add_argument("--role", choices=Role.values, required=True)
        parser.add_argument("--agent-login", default="", help="the person's login in Thulium")
        parser.add_argument("--name", default=None, help='"First Last"')
        parser.add_argument("--email", default=None)
        parser.add_argument("--language", choices=dict(settings.LANGUAGES), default=None)
        parser.add_argument(
            "--password-stdin", action="store_true", help="read the password from standard input"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Add or change the person."""
        person = User.objects.filter(username__iexact=options["username"]).first()
        check = self._check(options["agent_login"], person)
        password = self._password(options, person)
        try:
            with from_shell():
                saved, word = _save(person, options, check, password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        login = saved.agent_login or "none, can read but not send"
        self.stdout.write(f"{saved.username} {word}: {saved.role}, agent login {login}.")

    def _check(self, login: str, person: User | None) -> AgentCheck | None:
        if not login:
            known = person.agent_login if person else ""
            return AgentCheck(Found.CANNOT_TELL, known) if known else None
        taken = AgentProfile.objects.filter(login__iexact=login).exclude(user=person).first()
        if taken is not None:
            raise CommandError(f"{taken.user.username} already sends as {login}.")
        check = check_agent_login(login)
        if check.found is Found.UNKNOWN:
            raise CommandError(f"Thulium has no agent “{login}”; check the spelling in its panel.")
        if check.found is Found.CANNOT_TELL:
            self.stderr.write(f"Thulium cannot be asked now; “{login}” is stored unchecked.")
        if check.found is Found.INACTIVE:
            self.stderr.write(f"Agent “{login}” is inactive in Thulium; replies may be refused.")
        return check

    def _password(self, options: dict[str, Any], person: User | None) -> str:
        if options["password_stdin"]:
            password = sys.stdin.readline().rstrip("\r\n")
            if not password:
                raise CommandError("No password came on standard input.")
            return password
        if not sys.stdin.isatty():
            if person is not None:
                return ""
            raise CommandError("A new person needs a password; pass it with --password-stdin.")
        hint = " (empty keeps the present one)" if person else ""
        password = getpass(f"Password for {options['username']}{hint}: ")
        if password and password != getpass("The same once more: "):
            raise CommandError("The two passwords differ; nothing was changed.")
        if not password and person is None:
            raise CommandError("A new person needs a password; nothing was changed.")
        return password


def _save(
    person: User | None, options: dict[str, Any], check: AgentCheck | None, password: str
) -> tuple[User, str]:
    text = PersonText(
        username=person.username if person else options["username"],
        name=_given(options["name"], person.name if person else ""),
        email=_given(options["email"], person.email if person else ""),
        role=options["role"],
        language=_given(options["language"], person.language if person else settings.LANGUAGE_CODE),
        is_active=True,
    )
    if person is None:
        return services.create_person(text, password=password, check=check, actor=None), "added"
    saved = services.change_person(person, text, check=check, actor=None)
    if password:
        services.set_password(saved, password, actor=None)
    return saved, "changed"


def _given(value: str | None, otherwise: str) -> str:
    return otherwise if value is None else value
