"""``manage.py prune_data``: erase what is older than it may be kept."""

import sys
from contextlib import nullcontext
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from thulium_portal.audit import context
from thulium_portal.privacy import retention
from thulium_portal.privacy.retention import Amounts


class Command(BaseCommand):
    help = "Erases texts, files and more that is older than the RETENTION settings allow."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="tell what would go, and erase nothing"
        )
        parser.add_argument(
            "--nightly", action="store_true", help="quietly and in the portal's own name"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase, or tell what would be."""
        if not retention.is_wanted():
            if not options["nightly"]:
                self.stdout.write(
                    "Everything is kept for ever: RETENTION_TEXTS_DAYS, RETENTION_FILES_DAYS, "
                    "RETENTION_ACCESS_DAYS and RETENTION_TICKETS_DAYS are 0."
                )
        elif options["check"]:
            self.stdout.write(f"Would be erased: {_in_words(retention.due())}.")
        else:
            self._prune(nightly=options["nightly"])

    def _prune(self, *, nightly: bool) -> None:
        due = retention.due()
        with (
            nullcontext() if nightly else context.from_shell(),
            tqdm(total=due.total, desc="Erasing", file=sys.stderr, disable=nightly) as bar,
        ):
            done = retention.prune(bar.update)
        if not nightly:
            self.stdout.write(f"Erased: {_in_words(done)}.")


def _in_words(amounts: Amounts) -> str:
    return (
        f"texts of {amounts.texts} replies, {amounts.files} files, "
        f"traces of {amounts.access} sign-ins, searches and views, "
        f"{amounts.tickets} closed tickets of the lists"
    )
