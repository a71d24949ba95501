"""``manage.py load_demo``: the made-up people and texts of practice mode."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from thulium_portal.accounts.agent_check import AgentCheck, LoginStatus
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Role
from thulium_portal.accounts.services import PersonText, create_person
from thulium_portal.demo.loader import load_demo_responses, load_demo_stories
from thulium_portal.demo.people import DEMO_PEOPLE, DemoPerson


class Command(BaseCommand):
    help = "Loads demo people and canned responses (practice mode only); safe to repeat."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Load; raises CommandError outside of practice mode."""
        if not settings.PRACTICE_MODE:
            raise CommandError(
                "Demo people have passwords that everybody knows, so they are loaded in practice "
                "mode only, while THULIUM_URL is empty."
            )
        people = [_add(person) for person in DEMO_PEOPLE if not _known(person)]
        managers = User.objects.filter(
            is_active=True, role__in=[Role.SUPERVISOR, Role.ADMINISTRATOR]
        )
        manager = managers.first()
        responses = load_demo_responses(manager) + _tell_stories() if manager else 0
        if options["verbosity"]:
            self.stdout.write(f"{len(people)} people and {responses} canned responses loaded.")


def _tell_stories() -> int:
    """Let the demo people that are still there propose, decide and revise texts."""
    names = [person.username for person in DEMO_PEOPLE]
    there = User.objects.filter(username__in=names, is_active=True)
    return load_demo_stories({person.username: person for person in there})


def _known(person: DemoPerson) -> bool:
    return User.objects.filter(username__iexact=person.username).exists()


def _add(person: DemoPerson) -> User:
    text = PersonText(
        username=person.username,
        name=person.name,
        email="",
        role=person.role,
        language=settings.LANGUAGE_CODE,
    )
    known = AgentCheck(LoginStatus.ACTIVE, person.agent_login, person.name)
    check = known if person.agent_login else None
    return create_person(text, password=person.password, check=check, actor=None)
