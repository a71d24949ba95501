"""``practice_thulium``: the stand-in for Thulium, alone in the foreground."""

import signal
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from thulium_portal.practice.server import PracticeThulium


class Command(BaseCommand):
    help = "Runs the practice Thulium on this computer until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=settings.PRACTICE_PORT)

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        thulium = PracticeThulium(
            Path(settings.DATA_DIR) / "practice",
            options["port"],
            user=settings.PRACTICE_API_USER,
            password=settings.PRACTICE_API_PASSWORD,
            lived_in=True,
        )
        try:
            thulium.start()
        except (OSError, OverflowError) as error:
            raise CommandError(
                _("Port %(port)s cannot be used: %(reason)s.")
                % {"port": options["port"], "reason": error}
            ) from error
        self.stdout.write(_("Practice Thulium: %(address)s") % {"address": thulium.url})
        self.stdout.flush()
        stop.wait()
        thulium.stop()
