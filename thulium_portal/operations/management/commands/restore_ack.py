from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from thulium_portal.audit.context import from_shell
from thulium_portal.bulk import services as bulk
from thulium_portal.replies.delivery import circuit_breaker, restore_guard


class Command(BaseCommand):
    help = "Ends the hold after a restore: open replies are put on hold one by one, new ones leave."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--join",
            action="store_true",
            help="this machine is a further worker of the same installation; hold nothing",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if circuit_breaker.status().held_since is None and not options["join"]:
            self.stdout.write("Sending is not held; there is nothing to acknowledge.")
            return
        with from_shell():
            if not options["join"]:
                bulk.halt_all("restored")
            held = restore_guard.acknowledge(join=options["join"])
        self.stdout.write(
            f"Sending goes on. {held} replies that were open are on hold: look at each ticket, "
            "then release or cancel them in the portal."
        )
