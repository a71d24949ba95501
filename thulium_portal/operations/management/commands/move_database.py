"""``manage.py move_database --to URL``: everything into another database."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error as DatabaseError
from tqdm import tqdm

from thulium_portal.environment import Environment
from thulium_portal.operations.backup import moves
from thulium_portal.operations.backup.problems import ArchiveProblem


class Command(BaseCommand):
    help = "Copies everything to another, empty database and compares it; stop the portal before."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--to", required=True, help="as in DATABASE_URL: postgres://… or sqlite:///…"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        config = _read(options["to"])
        try:
            with tqdm(unit=" rows", unit_scale=True, desc="move") as bar:

                def show(done: int, total: int) -> None:
                    bar.total = total
                    bar.update(done - bar.n)

                moves.move(config, show)
        except (ArchiveProblem, DatabaseError, OSError) as problem:
            words = str(problem).strip() or repr(problem)
            raise CommandError(f"Nothing was moved: {words.splitlines()[0]}") from problem
        self.stdout.write(
            "Everything was copied, compared row by row, and the record checked. Now write the "
            "new address into DATABASE_URL and start the portal; the old database stays as it is."
        )


def _read(url: str) -> dict[str, Any]:
    """Return Django's settings of *url*; what it refuses names no password."""
    if not url.startswith(("sqlite:///", "postgres://", "postgresql://")):
        raise CommandError("--to must begin with sqlite:/// or postgres://.")
    try:
        return Environment(Path("/dev/null")).database("", url, base_dir=settings.BASE_DIR)
    except (ImproperlyConfigured, ValueError) as error:
        raise CommandError("--to is no address of a database.") from error
