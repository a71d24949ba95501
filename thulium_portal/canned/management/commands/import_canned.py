"""``manage.py import_canned``: canned responses from a CSV or Excel file."""

import sys
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import PERMISSIONS, Permission
from thulium_portal.canned.transfer import importer
from thulium_portal.canned.transfer.importer import FileRefused, Plan, RowOutcome


class Command(BaseCommand):
    help = (
        "Import canned responses from a CSV or XLSX file: all rows or none. With --check it only "
        "tells row by row what it would do; exit 1 if a row is refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--check", action="store_true", help="report and change nothing")
        parser.add_argument(
            "--as",
            dest="username",
            default="",
            metavar="USERNAME",
            help="who brings it and owns new texts; the first administrator if not given",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path, actor = options["file"], _actor(options["username"])
        plan = self._plan(path, actor)
        for row in plan.rows:
            if row.outcome is not RowOutcome.UNCHANGED:
                faults = "; ".join(f"{fault.column}: {fault.sentence}" for fault in row.faults)
                details = faults or ", ".join(row.changes)
                self.stdout.write(f"{row.number}: {row.outcome} {row.parsed.text.title} {details}")
        summary = ", ".join(f"{count} {outcome.value}" for outcome, count in plan.summary)
        if plan.counts[RowOutcome.REFUSED]:
            raise CommandError(f"{summary}. Nothing was stored.")
        if options["check"] or not plan.writes:
            self.stdout.write(f"{summary}. Nothing was stored.")
            return
        with tqdm(total=len(plan.rows), unit=" rows", desc="Storing", file=sys.stderr) as bar:
            importer.apply(
                path, shown=plan.digest, name=path.name, actor=actor, progress=bar.update
            )
        self.stdout.write(f"{summary}.")

    def _plan(self, path: Path, actor: User) -> Plan:
        try:
            with tqdm(unit=" rows", desc="Reading", file=sys.stderr) as bar:
                return importer.plan_of(path, actor=actor, progress=bar.update)
        except FileRefused as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except PermissionDenied as error:
            raise CommandError(f"{actor.username} may not manage canned responses.") from error


def _actor(username: str) -> User:
    people = User.objects.filter(is_active=True)
    if username:
        found = people.filter(username__iexact=username).first()
        if found is None:
            raise CommandError(f"There is nobody with the user name {username}.")
        return found
    roles = [role for role, may in PERMISSIONS.items() if Permission.MANAGE_PEOPLE in may]
    first = people.filter(role__in=roles).order_by("pk").first()
    if first is None:
        raise CommandError("There is no administrator yet; add one with add_staff, or name --as.")
    return first
