"""Canned responses as a file that ``importer`` reads back: CSV or XLSX."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db import transaction

from thulium_portal.accounts.models import User
from thulium_portal.audit.actions import Action
from thulium_portal.audit.services import Subject, record
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.permissions import visible_to
from thulium_portal.canned.transfer.rows import COLUMNS
from thulium_portal.lib.spreadsheets.writer import csv_lines, write_xlsx

LONGEST_XLSX_CELL = 32_767
"""Characters an Excel cell holds; a longer text would come back shorter."""


class TooLongForExcel(Exception):
    """A body that no Excel cell holds; ``str()`` is the title of its canned response."""


def responses_for(actor: User | None) -> Iterator[CannedResponse]:
    """Yield what *actor* may export, by title: what they see; None is the command line.

    The command line has everything that is meant for more than one person.
    """
    everyone = CannedResponse.objects.exclude(scope=CannedResponse.Scope.PERSONAL)
    rows = visible_to(actor) if actor else everyone.filter(current__isnull=False)
    return rows.select_related("current").order_by("folded_title", "id").iterator(chunk_size=500)


def csv_of(responses: Iterable[CannedResponse]) -> Iterator[bytes]:
    """Yield a CSV as Polish Excel opens it."""
    return csv_lines(COLUMNS, map(_row, responses))


def write_xlsx_of(responses: Iterable[CannedResponse], path: Path) -> int:
    """Write an Excel file and return its number of rows; raises :class:`TooLongForExcel`."""
    return write_xlsx(path, COLUMNS, _fitting(responses))


def record_export(kind: str, *, actor: User | None) -> None:
    """Record that canned responses leave as a file of *kind*."""
    with transaction.atomic():
        record(
            Action.CANNED_EXPORTED,
            actor=actor,
            subject=Subject("canned_file", ""),
            facts={"format": kind},
        )


def _fitting(responses: Iterable[CannedResponse]) -> Iterator[list[str]]:
    for response in responses:
        row = _row(response)
        if max(map(len, row)) > LONGEST_XLSX_CELL:
            raise TooLongForExcel(response.title)
        yield row


def _row(response: CannedResponse) -> list[str]:
    body = response.current.body if response.current else ""
    return [body if name == "body" else str(getattr(response, name)) for name in COLUMNS]
