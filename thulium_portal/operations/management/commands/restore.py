from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from thulium_portal.operations import backup


class Command(BaseCommand):
    help = "Replaces the database and the uploads by those of a backup and holds all sending."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        source: Path = options["file"]
        try:
            manifest = backup.read_manifest(source)
            if not options["yes"]:
                self._ask(manifest["taken_at"])
            backup.restore(source)
        except (backup.ArchiveProblem, OSError) as problem:
            raise CommandError(f"Nothing was restored: {problem}") from problem
        self.stdout.write(
            f"Restored the state of {manifest['taken_at']}. Nothing is sent until you run "
            "restore_ack: customers may have replies that this older state does not know of."
        )

    def _ask(self, taken_at: str) -> None:
        answer = input(f"This replaces everything by the state of {taken_at}. Type RESTORE: ")
        if answer.strip() != "RESTORE":
            raise CommandError("Nothing was changed.")
