from typing import Any

from django.core.management.base import BaseCommand

from thulium_portal.site import translations


class Command(BaseCommand):
    help = "Compiles changed translations (.po to .mo) without msgfmt."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        compiled = translations.compile_all()
        if options["verbosity"]:
            self.stdout.write(f"{compiled} compiled")
