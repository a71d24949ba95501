"""The worker: ``manage.py deliver``."""

import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from thulium_portal.operations.worker import Worker
from thulium_portal.storage.file_modes import make_private


class Command(BaseCommand):
    help = "Sends due replies and settles unknown ones. SIGTERM finishes the calls in hand."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now and exit")
        parser.add_argument(
            "--at-once",
            type=int,
            default=settings.DELIVERIES_AT_ONCE,
            help="how many deliveries run at the same time",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        make_private()
        worker = Worker(at_once=max(1, options["at_once"]))
        if options["once"]:
            done = worker.run_once()
            self.stdout.write(f"{done} done")
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop())
        self.stdout.write("The worker is delivering replies.")
        worker.run()
