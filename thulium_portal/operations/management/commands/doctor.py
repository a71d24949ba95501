from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from thulium_portal.operations import probes
from thulium_portal.operations.checks import Level

_MARKS = {Level.FINE: "ok  ", Level.NOTE: "note", Level.FAILS: "FAIL"}


class Command(BaseCommand):
    help = "Runs every check there is, says what to do; exit code 1 where one fails."
    # They are one of the checks.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--language", choices=["pl", "en"], help="default: LANGUAGE_CODE")

    def handle(self, *args: Any, **options: Any) -> None:
        fails = False
        with translation.override(options["language"] or translation.get_language()):
            for result in probes.results():
                found = result.finding
                fails = fails or found.level is Level.FAILS
                mend = f" → {found.mend}" if found.mend else ""
                words = " ".join(f"{result.label}: {found.words}{mend}".split())
                self.stdout.write(f"{_MARKS[found.level]} {words}")
                self.stdout.flush()
        if fails:
            raise SystemExit(1)
