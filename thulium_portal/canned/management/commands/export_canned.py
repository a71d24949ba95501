"""``manage.py export_canned``: the canned responses as a CSV or Excel file, or a ZIP of them."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from thulium_portal.audit import context
from thulium_portal.canned.transfer import exporter
from thulium_portal.canned.transfer.exporter import KINDS, Export, TooLongForExcel
from thulium_portal.lib.files import whole_file


class Command(BaseCommand):
    help = (
        "Export the shared and the teams' canned responses. The file's ending says what it is: "
        ".csv, .xlsx, or .zip for the whole library with files and earlier versions."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write under another name and rename the file when it is whole."""
        path: Path = options["file"]
        kind = path.suffix.lower()[1:]
        if kind not in KINDS:
            raise CommandError(f"{path.name} must end in .csv or .xlsx, or in .zip for all.")
        with tqdm(unit=" texts", desc="Exporting", file=sys.stderr) as bar:
            export = Export(None, bar.update)
            try:
                with whole_file(path) as unfinished:
                    _write(export, kind, unfinished)
            except TooLongForExcel as error:
                words = f"“{error}” is too long for an Excel cell. Export to a .csv file."
                raise CommandError(words) from error
            except OSError as error:
                raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
            for name in export.lost_files:
                self.stderr.write(f"The file {name} is lost from the store, so it is left out.")
            self.stdout.write(f"{bar.n} canned responses written to {path}.")


def _write(export: Export, kind: str, path: Path) -> None:
    with context.from_shell():
        exporter.record_export(kind, actor=None)
    if kind == "xlsx":
        export.write_xlsx(path)
    elif kind == "zip":
        export.write_zip(path)
    else:
        with path.open("wb") as file:
            file.writelines(export.csv())
