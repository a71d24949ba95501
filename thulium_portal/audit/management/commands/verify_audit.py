"""``manage.py verify_audit``: does the record hold?"""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation
from tqdm import tqdm

from thulium_portal.audit import context, time_stamps
from thulium_portal.audit.faults import RecordFault
from thulium_portal.audit.models import AuditHead
from thulium_portal.audit.verification import Report
from thulium_portal.audit.verification_runs import check_record, interrupted_check

MOST_TOLD = 50


class Command(BaseCommand):
    help = "Check the whole audit record; exit 1 and the first broken entry if it does not hold."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--resume",
            action="store_true",
            help="go on where a check was interrupted; without one, begin at the first entry",
        )

    def handle(self, *args: Any, resume: bool, **options: Any) -> None:
        """Check, and end with status 1 where the record does not hold, 130 if interrupted."""
        head = AuditHead.objects.first()
        total = head.sequence if head else 0
        done = (interrupted_check() or 0) if resume else 0
        bar = tqdm(total=total, initial=done, unit=" entries", desc="Checking", file=sys.stderr)
        with translation.override("en"), context.from_shell():
            try:
                with bar:
                    report = check_record(actor=None, progress=bar.update, resume=resume)
            except KeyboardInterrupt:
                come = interrupted_check() or 0
                self.stderr.write(f"Interrupted after entry {come}. Go on with: --resume")
                sys.exit(130)
            if report.broken:
                self._tell(report)
                sys.exit(1)
        self.stdout.write(
            f"The record holds: {report.entries} entries, {report.checkpoints} checkpoints, "
            f"{report.erased} texts erased."
        )
        if report.time_stamps:
            self.stdout.write(f"Time stamps of the authority: {report.time_stamps}, all hold.")
        if waiting := time_stamps.waiting():
            self.stdout.write(f"Days that wait for a time stamp of the authority: {waiting}.")

    def _tell(self, report: Report) -> None:
        """Say what does not hold: the first broken entry, and what is shown wrongly beside it."""
        self.stderr.write(f"The record does not hold. {report.broken}")
        others = [broken for broken in report.beside if broken != report.broken]
        for broken in others[:MOST_TOLD]:
            self.stderr.write(str(broken))
        more = report.beside_count - min(len(report.beside), MOST_TOLD)
        if more > 0:
            self.stderr.write(f"Lines or words of the list that do not hold, more: {more}")
        if any(broken.problem != RecordFault.LOST for broken in report.beside):
            self.stderr.write("Put list and search right from the record: rebuild_review")
