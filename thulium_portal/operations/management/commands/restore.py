"""``manage.py restore``: everything as it was when a backup was taken."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error as DatabaseError
from tqdm import tqdm

from thulium_portal.operations.backup import restores
from thulium_portal.operations.backup.problems import ArchiveProblem


class Command(BaseCommand):
    help = "Replaces the database and the uploads by those of a backup and holds all sending."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument(
            "--broken-record",
            action="store_true",
            help="restore it even where the record in it does not hold",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        source: Path = options["file"]
        try:
            manifest = restores.read_manifest(source)
            if not options["yes"]:
                self._ask(str(manifest["taken_at"]))
            with tqdm(unit=" rows", unit_scale=True, desc="restore") as bar:

                def show(done: int, total: int) -> None:
                    bar.total = total
                    bar.update(done - bar.n)

                restores.restore(source, show, is_broken_let_pass=options["broken_record"])
        except (ArchiveProblem, DatabaseError, OSError) as problem:
            words = str(problem).strip() or repr(problem)
            raise CommandError(f"Nothing was restored: {words.splitlines()[0]}") from problem
        self.stdout.write(
            f"Restored the state of {manifest['taken_at']}, compared row by row; its record was "
            "checked. Nothing is sent until you run restore_ack: customers may have replies that "
            "this older state does not know of."
        )

    def _ask(self, taken_at: str) -> None:
        if not sys.stdin.isatty():
            raise CommandError(
                "Nothing was changed: restoring replaces everything, and there is no terminal to "
                "ask in; add --yes."
            )
        answer = input(f"This replaces everything by the state of {taken_at}. Type RESTORE: ")
        if answer.strip() != "RESTORE":
            raise CommandError("Nothing was changed.")
