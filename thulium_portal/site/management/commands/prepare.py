from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError

from thulium_portal.site.setup import PracticeData, prepare


class Command(BaseCommand):
    help = "Prepares data folder, database, translations and static files; safe to repeat."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for step in prepare():
                self.stdout.write(step)
        except DatabaseError as error:
            raise CommandError(
                f"The database does not answer as it should: {error}".strip()
                + "\nCheck DATABASE_URL and that the database runs."
            ) from error
        except PracticeData as problem:
            raise CommandError(f"Reply Portal did not start: {problem}.") from problem
        except OSError as error:
            raise CommandError(f"A folder cannot be written: {error}") from error
