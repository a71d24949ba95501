from typing import Any

from django.core.management.base import BaseCommand, CommandError

from thulium_portal.site import translations


class Command(BaseCommand):
    help = "Lists texts without a Polish translation; exit code 1 if there is one."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        found = translations.problems()
        if found:
            raise CommandError("\n".join([*found, f"Translations to look at: {len(found)}."]))
        self.stdout.write("Every text is translated.")
