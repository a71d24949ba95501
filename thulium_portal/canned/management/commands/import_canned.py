"""``manage.py import_canned``: canned responses from a CSV or Excel file, or an exported ZIP."""

import sys
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.canned.transfer import importer
from thulium_portal.canned.transfer.headings import SheetToChoose
from thulium_portal.canned.transfer.importer import BrokenOff, LibraryChanged, Wish
from thulium_portal.canned.transfer.plans import Plan, PlannedRow, RowOutcome
from thulium_portal.canned.transfer.tables import FileRefused


class Command(BaseCommand):
    help = (
        "Import canned responses from a CSV or XLSX file or an exported ZIP; where a row is "
        "refused nothing is stored. With --check it only tells row by row what it would do; exit 1 "
        "if a row is refused. Where it breaks off on its way, the same command stores the rest."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--check", action="store_true", help="report and change nothing")
        parser.add_argument(
            "--sheet", default="", metavar="NAME", help="of a workbook where several could be meant"
        )
        parser.add_argument(
            "--clean", action="store_true", help="leave out formatting that is not allowed"
        )
        parser.add_argument(
            "--leave-out-refused",
            action="store_true",
            help="store the other rows where some are refused",
        )
        parser.add_argument(
            "--meant",
            action="store_true",
            help="what looks left over belongs there; replies need not ask about it",
        )
        parser.add_argument(
            "--files",
            action="store_true",
            help="bring files along that are asked about, such as those with macros",
        )
        parser.add_argument(
            "--as",
            dest="username",
            default="",
            metavar="USERNAME",
            help="who brings it and owns new texts; the first administrator if not given",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path, actor = options["file"], _actor(options["username"])
        names = ("sheet", "clean", "leave_out_refused", "meant", "files")
        wish = Wish(**{name: options[name] for name in names}, is_patient=True)
        plan = self._plan(path, actor, wish)
        for row in plan.rows:
            if row.outcome is not RowOutcome.UNCHANGED:
                self.stdout.write(_line(row))
        summary = ", ".join(f"{count} {outcome.value}" for outcome, count in plan.summary)
        if plan.cleanable:
            self.stdout.write(f"--clean would mend {plan.cleanable} of the refused rows.")
        for sentence in plan.file_doubts:
            self.stdout.write(sentence)
        if plan.file_doubts and not options["check"]:
            raise CommandError("Add --files to bring these files along. Nothing was stored.")
        if plan.counts[RowOutcome.REFUSED] and not (plan.can_be_applied or options["check"]):
            raise CommandError(f"{summary}. Nothing was stored.")
        if options["check"] or not plan.writes:
            self._end_check(plan, summary)
            return
        with tqdm(total=len(plan.rows), unit=" rows", desc="Storing", file=sys.stderr) as bar:
            self._apply(path, plan, actor=actor, wish=wish, progress=bar.update)
        self.stdout.write(f"{summary}.")

    def _end_check(self, plan: Plan, summary: str) -> None:
        if plan.counts[RowOutcome.REFUSED]:
            raise CommandError(f"{summary}. Nothing was stored.")
        self.stdout.write(f"{summary}. Nothing was stored.")

    def _apply(self, path: Path, plan: Plan, *, actor: User, wish: Wish, progress: Any) -> None:
        try:
            importer.apply(
                path, shown=plan.digest, name=path.name, actor=actor, wish=wish, progress=progress
            )
        except LibraryChanged as error:
            words = (
                f"The library was changed meanwhile; {error.stored} texts were stored. Try again."
            )
            raise CommandError(words) from error
        except BrokenOff as error:
            words = f"The database failed on the way; {error.stored} texts were stored. Try again."
            raise CommandError(words) from error
        except FileRefused as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"A file cannot be stored: {error.strerror}.") from error

    def _plan(self, path: Path, actor: User, wish: Wish) -> Plan:
        try:
            with tqdm(unit=" rows", desc="Reading", file=sys.stderr) as bar:
                return importer.plan_of(path, actor=actor, wish=wish, progress=bar.update)
        except FileRefused as error:
            raise CommandError(str(error)) from error
        except SheetToChoose as error:
            names = ", ".join(f"“{name}”" for name in error.names)
            raise CommandError(f"Several sheets could be meant: {names}. Add --sheet.") from error
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except PermissionDenied as error:
            raise CommandError(f"{actor.username} may not manage canned responses.") from error


def _line(row: PlannedRow) -> str:
    faults = [f"{fault.column}: {fault.sentence}" for fault in row.faults]
    notes = [f"{note.column}: {note.sentence}" for note in row.notes]
    details = "; ".join(faults or [", ".join(row.changes), *notes]).strip("; ")
    return f"{row.number}: {row.outcome} {row.parsed.text.title} {details}".rstrip()


def _actor(username: str) -> User:
    people = User.objects.filter(is_active=True)
    if username:
        found = people.filter(username__iexact=username).first()
        if found is None:
            raise CommandError(f"There is nobody with the user name {username}.")
        return found
    first = User.objects.who_may(Permission.MANAGE_PEOPLE).order_by("pk").first()
    if first is None:
        raise CommandError("There is no administrator yet; add one with add_staff, or name --as.")
    return first
