"""``manage.py serve``: what ``make run`` ends in."""

import os
import signal
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from thulium_portal.demo.people import DEMO_PEOPLE, DemoPerson
from thulium_portal.site import processes


class Command(BaseCommand):
    help = "Runs the portal, its worker and in practice mode its Thulium until Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            processes.require_free(settings.PORT)
            practice_port = processes.free_practice_port() if settings.PRACTICE_MODE else None
        except processes.PortTaken as taken:
            raise CommandError(f"Reply Portal did not start: {taken}.") from taken
        # Raised inside a finalizer, of which migrating has many, a KeyboardInterrupt is lost.
        signal.signal(signal.SIGINT, lambda *_: os._exit(130))
        call_command("prepare", stdout=self.stdout, stderr=self.stderr)
        sys.exit(processes.serve(practice_port, when_up=lambda: self._greet(practice_port)))

    def _greet(self, practice_port: int | None) -> None:
        lines = [f"Reply Portal:      http://localhost:{settings.PORT}"]
        if practice_port is not None:
            lines += [
                f"Practice Thulium:  http://localhost:{practice_port}",
                "",
                "Practice mode: nothing reaches real customers. Sign in with",
                *map(_sign_in, DEMO_PEOPLE),
            ]
        lines += ["", "Ctrl-C stops it."]
        self.stdout.write("\n".join(["", *(f"  {line}".rstrip() for line in lines), ""]))
        self.stdout.flush()


def _sign_in(person: DemoPerson) -> str:
    sends_as = f"sends as {person.agent_login}" if person.agent_login else "no agent login yet"
    return f"  {person.username:<7} {person.password}   {person.role.value}, {sends_as}"
