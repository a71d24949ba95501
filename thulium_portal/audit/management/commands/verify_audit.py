"""``manage.py verify_audit``: does the record hold?"""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation
from tqdm import tqdm

from thulium_portal.audit import origin
from thulium_portal.audit.models import AuditHead
from thulium_portal.audit.services import check_record


class Command(BaseCommand):
    """Checks the whole record; the result is itself recorded."""

    help = "Check the whole audit record; exit 1 and the first broken entry if it does not hold."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, and end with status 1 where the record does not hold."""
        head = AuditHead.objects.first()
        total = head.sequence if head else 0
        with translation.override("en"), origin.from_shell():
            with tqdm(total=total, unit=" entries", desc="Checking", file=sys.stderr) as bar:
                report = check_record(actor=None, progress=bar.update)
            if report.broken:
                self.stderr.write(f"The record does not hold. {report.broken}")
                sys.exit(1)
        self.stdout.write(
            f"The record holds: {report.entries} entries, {report.checkpoints} checkpoints, "
            f"{report.erased} texts erased."
        )
