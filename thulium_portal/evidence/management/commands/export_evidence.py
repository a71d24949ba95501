"""``manage.py export_evidence``: the evidence package of a ticket or of some days."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from thulium_portal.audit import context
from thulium_portal.evidence.forms import ScopeForm
from thulium_portal.evidence.package import NoRoom
from thulium_portal.evidence.scope import EntryRange, Scope
from thulium_portal.evidence.services import make_package
from thulium_portal.lib.files import whole_file


class Command(BaseCommand):
    help = "Write what is recorded of a ticket, or of some days, with its proof into a ZIP file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", required=True, type=Path, metavar="FILE")
        parser.add_argument("--ticket", default="", metavar="N", help="number of the ticket")
        parser.add_argument("--since", default="", metavar="D", help="first day, 2026-11-23")
        parser.add_argument("--until", default="", metavar="D", help="last day, 2026-11-23")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file beside its place and put it there when it is whole."""
        form = ScopeForm({name: options[name] for name in ScopeForm.base_fields})
        if not form.is_valid():
            raise CommandError(" ".join(f"--{name}: {e[0]}" for name, e in form.errors.items()))
        found = form.scope.found()
        if found is None:
            raise CommandError("Nothing is recorded of that.")
        output: Path = options["output"]
        try:
            with whole_file(output) as path:
                self._write(path, form.scope, found)
        except NoRoom as error:
            raise CommandError(f"The disk has too little room for {output}.") from error
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{output}: {output.stat().st_size:,} bytes. It holds customers' texts.")

    def _write(self, path: Path, scope: Scope, found: EntryRange) -> None:
        path.touch(mode=0o600)
        total = found.last - found.first + 1
        with (
            path.open("wb") as out,
            tqdm(total=total, unit=" entries", desc="Packing", file=sys.stderr) as bar,
            context.from_shell(),
        ):
            made = make_package(scope, found, out, actor=None, progress=bar.update)
            bar.total = bar.n
        if made.unstamped:
            self.stderr.write(f"The package bears no time stamp of its own: {made.unstamped}.")
