from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from thulium_portal.operations import backup


class Command(BaseCommand):
    help = "Writes the database and all uploads into one archive; the portal may go on running."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["file"]
        if target.exists():
            raise CommandError(f"{target} exists; choose another name.")
        try:
            with tqdm(unit="B", unit_scale=True, desc="backup") as bar:
                for done, total in backup.write(target):
                    bar.total = total
                    bar.update(done - bar.n)
        except (backup.ArchiveProblem, OSError) as problem:
            raise CommandError(f"No backup was made: {problem}") from problem
        self.stdout.write(f"{target}: {target.stat().st_size:,} bytes. It holds customers' texts.")
