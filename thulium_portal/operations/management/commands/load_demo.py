"""``manage.py load_demo``: the made-up people, texts and past of practice mode."""

from argparse import ArgumentParser
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from thulium_portal.accounts.agent_check import AgentCheck, LoginStatus
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Role
from thulium_portal.accounts.services import PersonText, create_person
from thulium_portal.audit import context
from thulium_portal.canned.models import CannedResponse
from thulium_portal.demo import past, story
from thulium_portal.demo.loader import load_demo_responses, load_demo_stories
from thulium_portal.demo.people import DEMO_PEOPLE, DemoPerson
from thulium_portal.demo.stop_rules import load_demo_rules, load_waiting_reply

SUPERVISOR = "ewa"
"""The demo person whose the stop rules are."""


class Command(BaseCommand):
    help = "Loads demo people, canned responses and past (practice mode only); safe to repeat."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--no-past", action="store_true", help="people and texts alone; no past is told later"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load; raises CommandError outside of practice mode."""
        if not settings.PRACTICE_MODE:
            raise CommandError(
                "Demo people have passwords that everybody knows, so they are loaded in practice "
                "mode only, while THULIUM_URL is empty."
            )
        now = timezone.now()
        is_new = past.is_to_be_told() and not options["no_past"]
        with context.made_up(past.begins(now)) if is_new else nullcontext():
            added = [_add(person) for person in DEMO_PEOPLE if not _known(person)]
        if is_new and len(added) == len(DEMO_PEOPLE):
            people = {person.username: person for person in added}
            User.objects.filter(pk__in=[one.pk for one in added]).update(
                date_joined=past.begins(now)
            )
            story.keep_told_at(Path(settings.DATA_DIR) / "practice", now)
            replies, responses = past.tell(people, now), CannedResponse.objects.count()
            then = timezone.now()
            with context.made_up(then):
                load_demo_rules(people[SUPERVISOR])
                load_waiting_reply(people, told_at=now, at=then)
        else:
            replies, responses = 0, _load_library()
        if options["verbosity"]:
            self.stdout.write(
                f"{len(added)} people, {responses} canned responses and {replies} replies loaded."
            )


def _load_library() -> int:
    """Store what is missing of the texts; let the demo people still there propose and revise."""
    managers = User.objects.filter(is_active=True, role__in=[Role.SUPERVISOR, Role.ADMINISTRATOR])
    manager = managers.first()
    if manager is None:
        return 0
    names = [person.username for person in DEMO_PEOPLE]
    there = User.objects.filter(username__in=names, is_active=True)
    stories = {person.username: person for person in there}
    return load_demo_responses(manager) + load_demo_stories(stories)


def _known(person: DemoPerson) -> bool:
    return User.objects.filter(username__iexact=person.username).exists()


def _add(person: DemoPerson) -> User:
    text = PersonText(
        username=person.username,
        name=person.name,
        email=person.email,
        role=person.role,
        language=settings.LANGUAGE_CODE,
    )
    known = AgentCheck(LoginStatus.ACTIVE, person.agent_login, person.name, person.email)
    check = known if person.agent_login else None
    return create_person(text, password=person.password, check=check, actor=None, must_change=False)
