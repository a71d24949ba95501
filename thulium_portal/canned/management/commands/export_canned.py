"""``manage.py export_canned``: the canned responses as a CSV or Excel file."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from thulium_portal.audit import context
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.transfer import exporter
from thulium_portal.canned.transfer.exporter import TooLongForExcel
from thulium_portal.lib.files import whole_file

KINDS = (".csv", ".xlsx")


class Command(BaseCommand):
    help = "Export the shared and the teams' canned responses; the file's ending says CSV or XLSX."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write under another name and rename the file when it is whole."""
        path: Path = options["file"]
        if path.suffix.lower() not in KINDS:
            raise CommandError(f"{path.name} must end in .csv or .xlsx.")
        with tqdm(unit=" texts", desc="Exporting", file=sys.stderr) as bar:
            try:
                with whole_file(path) as unfinished:
                    self._write(unfinished, path.suffix.lower(), _counted(bar))
            except TooLongForExcel as error:
                words = f"“{error}” is too long for an Excel cell. Export to a .csv file."
                raise CommandError(words) from error
            except OSError as error:
                raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
            self.stdout.write(f"{bar.n} canned responses written to {path}.")

    def _write(self, path: Path, suffix: str, responses: Iterable[CannedResponse]) -> None:
        with context.from_shell():
            exporter.record_export(suffix[1:], actor=None)
        if suffix == ".xlsx":
            exporter.write_xlsx_of(responses, path)
            return
        with path.open("wb") as file:
            file.writelines(exporter.csv_of(responses))


def _counted(bar: Any) -> Iterator[CannedResponse]:
    for response in exporter.responses_for(None):
        bar.update()
        yield response
