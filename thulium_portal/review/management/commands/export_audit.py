"""``manage.py export_audit``: the whole record as a file."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from thulium_portal.audit import context
from thulium_portal.audit import services as audit_services
from thulium_portal.lib.files import whole_file
from thulium_portal.review import services
from thulium_portal.review.exports import tables
from thulium_portal.review.exports.tables import EVENTS, ExportRows, Format, Line
from thulium_portal.review.forms import FilterForm


class Command(BaseCommand):
    help = "Write the audit record to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", required=True, type=Path, metavar="FILE")
        parser.add_argument("--format", choices=Format.values, default=Format.CSV.value)
        parser.add_argument("--since", default="", metavar="D", help="first day, 2026-11-23")
        parser.add_argument("--until", default="", metavar="D", help="last day, 2026-11-23")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file beside its place and put it there when it is whole."""
        form = FilterForm({"since": options["since"], "until": options["until"]}, reader=None)
        if not form.is_valid():
            raise CommandError(" ".join(f"--{name}: {e[0]}" for name, e in form.errors.items()))
        output, kind = options["output"], Format(options["format"])
        with context.from_shell():
            audit_services.checkpoint()
            entry = services.record_export(kind, EVENTS.name, form.filters, actor=None)
        try:
            with whole_file(output) as path:
                count = self._write(path, kind, form, entry.sequence)
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{count} entries written to {output}.")

    def _write(self, path: Path, kind: Format, form: FilterForm, last: int) -> int:
        rows, zone = form.events(), timezone.get_current_timezone()
        with tqdm(total=rows.count(), unit=" entries", desc="Exporting", file=sys.stderr) as bar:
            left_out: list[int] = []
            found = tables.lines_of(EVENTS, rows, last=last, left_out=left_out)
            lines = ExportRows(_counted(found, bar), left_out=left_out)
            if kind is Format.XLSX:
                tables.xlsx(EVENTS, lines, zone, path)
            else:
                csv = kind is Format.CSV
                content = tables.csv(EVENTS, lines, zone) if csv else tables.jsonl(lines)
                with path.open("wb") as file:
                    file.writelines(content)
            if left_out:
                self.stderr.write(f"Left out, since they are not as recorded: {len(left_out)}")
            return int(bar.n)


def _counted(lines: Iterator[Line], bar: Any) -> Iterator[Line]:
    for line in lines:
        bar.update()
        yield line
