"""``manage.py backup``: one archive of everything, taken while people work."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error as DatabaseError
from tqdm import tqdm

from thulium_portal.operations.backup import backups
from thulium_portal.operations.backup.problems import ArchiveProblem

MOST_NAMED = 20


class Command(BaseCommand):
    help = "Writes the database and all uploads into one archive; the portal may go on running."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it; where a file was lost before, end with 1, the archive being there."""
        target: Path = options["file"]
        if target.exists():
            raise CommandError(f"{target} exists; choose another name.")
        try:
            with tqdm(unit=" rows", unit_scale=True, desc="backup") as bar:
                made = backups.write(target, lambda done, total: _show(bar, done, total))
        except (ArchiveProblem, DatabaseError, OSError) as problem:
            raise CommandError(self._failure(target, problem)) from problem
        self.stdout.write(
            f"{target}: {target.stat().st_size:,} bytes, {made.rows:,} rows, {made.files:,} files. "
            "It holds customers' texts."
        )
        if made.missing:
            names = ", ".join(made.missing[:MOST_NAMED])
            raise CommandError(
                f"{len(made.missing)} files that rows name are not in the store, or not whole, so "
                f"they are not in the backup either: {names}"
            )

    def _failure(self, target: Path, problem: Exception) -> str:
        words = str(problem).strip().splitlines()[0] if str(problem).strip() else repr(problem)
        if target.exists():
            return f"{target} is whole, but that it was taken could not be recorded: {words}"
        return f"No backup was made: {words}"


def _show(bar: "tqdm[Any]", done: int, total: int) -> None:
    bar.total = max(total, done)
    bar.update(done - bar.n)
