"""The columns of a file of canned responses: by what names they go, and on which sheet they are.

A cover sheet, a title above the headings, Polish headings and capitals are all understood; what is
not understood is refused by name, never left out.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from thulium_portal.lib.folding import fold
from thulium_portal.lib.spreadsheets.table import Row, Sheet

NAMES: dict[str, tuple[str, ...]] = {
    "title": ("tytuł", "tytuł szablonu", "nazwa", "nazwa szablonu", "temat", "name", "subject"),
    "shortcut": ("skrót", "skrót szablonu", "kod", "makro", "shortcode", "code", "macro"),
    "category": ("kategoria", "kategorie", "folder", "grupa", "dział", "group", "section"),
    "scope": (
        "zakres",
        "widoczność",
        "dla kogo",
        "kto może używać",
        "kto może z niego korzystać",
        "visibility",
    ),
    "language": ("język", "język tekstu", "język szablonu", "lang", "language of the text"),
    "body": (
        *("treść", "tekst", "treść szablonu", "tekst szablonu", "treść odpowiedzi", "odpowiedź"),
        *("szablon", "wiadomość", "content", "message"),
    ),
    "keywords": (
        *("słowa kluczowe", "słowa", "tagi", "etykiety", "hasła", "inne słowa", "tags", "labels"),
        *("inne słowa do szukania", "other words people search for"),
    ),
    "use_when": (
        *("kiedy użyć", "kiedy używać", "użyj, gdy", "użyj gdy", "używaj, gdy", "zastosowanie"),
        *("opis", "description", "when to use"),
    ),
    "state": ("stan", "status", "stan szablonu"),
    "queues": ("kolejki", "kolejka", "kolejki zespołu", "queue", "queues of the team"),
    "must_keep": (
        *("fragmenty obowiązkowe", "obowiązkowe fragmenty", "fragmenty, które muszą zostać"),
        *("muszą zostać", "zachowaj", "must-keep passages"),
    ),
    "status_after": (
        *("status po wysłaniu", "status po odpowiedzi", "status zgłoszenia po wysłaniu"),
        *("po wysłaniu zmień status zgłoszenia na", "status after sending"),
    ),
    "owner": ("właściciel", "opiekun", "odpowiedzialny"),
    "review_by": ("przejrzeć do", "przegląd do", "termin przeglądu", "sprawdzić do", "review date"),
    "variant_of": ("wariant", "wariant szablonu", "wersja językowa", "variant"),
    "files": (
        "pliki",
        "plik",
        "załączniki",
        "załącznik",
        "pliki dołączane do odpowiedzi",
        "attachments",
    ),
    "meant": (
        *("zostawione celowo", "zamierzone", "celowo", "tak ma być", "left in on purpose"),
        "words that belong there",
    ),
}
"""Every column, in the order of an export, with the other names by which it is known."""
COLUMNS = (
    *("title", "shortcut", "category", "scope", "language", "body", "keywords", "use_when"),
    *("state", "queues", "must_keep", "status_after", "owner", "review_by", "variant_of", "files"),
    "meant",
)
REQUIRED = ("title", "body")
_LABELS = {
    "title": gettext_lazy("Title"),
    "shortcut": gettext_lazy("Shortcut"),
    "category": gettext_lazy("Category"),
    "scope": gettext_lazy("Who may use it"),
    "language": gettext_lazy("Language of the text"),
    "body": gettext_lazy("Text"),
    "keywords": gettext_lazy("Other words people search for"),
    "use_when": gettext_lazy("Use when…"),
    "state": gettext_lazy("State"),
    "queues": gettext_lazy("Queues of the team"),
    "must_keep": gettext_lazy("Must-keep passages"),
    "status_after": gettext_lazy("After sending, set the ticket’s status to"),
    "owner": gettext_lazy("Owner"),
    "review_by": gettext_lazy("Review by"),
    "files": gettext_lazy("Files that go with it"),
}
"""What the pages call a column."""
_AROUND = " \t\r\n\xa0*:;.…?!()[]\"'„”"


def label(column: str) -> str:
    """Return what the pages call *column*; its own name where they do not show it."""
    return str(_LABELS.get(column, column))


@dataclass(frozen=True)
class CellNote:
    """What is to be said of one cell of a row, in a sentence."""

    column: str
    sentence: str

    @property
    def label(self) -> str:
        """What the pages call the cell's column."""
        return label(self.column)


class HeadingsMissing(Exception):
    """No row names the columns as it should; its words say what is wrong and what to write."""


class SheetToChoose(Exception):
    """Several sheets hold canned responses; ``names`` are theirs."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(", ".join(names))
        self.names = tuple(names)


@dataclass(frozen=True)
class Headings:
    """The row that names the columns: ``columns`` has one of :data:`COLUMNS` or "" for each."""

    sheet: Sheet
    row: Row
    columns: tuple[str, ...]

    def repeats(self, row: Row) -> bool:
        """Tell whether *row* names the columns once more, as at the top of each printed page."""
        return column_names(row)[: len(self.columns)] == self.columns


def find(sheets: Sequence[Sheet], wanted: str = "") -> Headings:
    """Return where the columns are named: on the sheet *wanted*, or on the one that has them.

    Raises :class:`SheetToChoose` where several have them, :class:`HeadingsMissing` where none has.
    """
    if wanted:
        sheets = [sheet for sheet in sheets if sheet.name == wanted] or _no_such(sheets, wanted)
    fitting = [found for sheet in sheets if (found := _on(sheet))]
    fitting = [found for found in fitting if not found.sheet.is_hidden] or fitting
    if not fitting:
        raise HeadingsMissing(_complaint(_likeliest(sheets), sheets))
    names = [found.sheet.name for found in fitting]
    # The readings of a CSV have no names: the first that fits is meant.
    if len(names) > 1 and any(names):
        raise SheetToChoose(names)
    if complaint := _faults(fitting[0]):
        raise HeadingsMissing(complaint)
    return fitting[0]


def column_names(row: Row) -> tuple[str, ...]:
    """Return the column that each cell of *row* names, "" for none."""
    return tuple(_KNOWN.get(_even(cell), "") for cell in row.cells)


def _even(name: str) -> str:
    return fold(name[:120].replace("_", " ").strip(_AROUND))


_KNOWN = {_even(name): column for column, others in NAMES.items() for name in (column, *others)}


def _on(sheet: Sheet) -> Headings | None:
    for row in sheet.first_rows:
        columns = column_names(row)
        if set(REQUIRED) <= set(columns):
            return Headings(sheet, row, columns)
    return None


def _likeliest(sheets: Sequence[Sheet]) -> Headings:
    """Return the row that names most columns, the first of those."""
    rows = [Headings(sheet, row, column_names(row)) for sheet in sheets for row in sheet.first_rows]
    return max(rows, key=lambda found: len(set(found.columns) - {""}))


def _faults(found: Headings) -> str:
    """Return what is wrong with the headings, "" for nothing."""
    columns = [column for column in found.columns if column]
    written = list(zip(found.row.cells, found.columns, strict=True))
    unknown = [cell.strip() for cell, column in written if cell.strip() and not column]
    missing = [column for column in REQUIRED if column not in columns]
    twice = [column for column, times in Counter(columns).items() if times > 1]
    complaints = [
        (_("Unknown columns: %(names)s."), unknown),
        (_("Missing columns: %(names)s."), missing),
        (_("These columns stand there twice: %(names)s."), twice),
    ]
    sentences = [words % {"names": ", ".join(names)} for words, names in complaints if names]
    if sentences:
        sentences.append(_("The columns are: %(names)s.") % {"names": ", ".join(COLUMNS)})
    return " ".join(sentences)


def _complaint(found: Headings, sheets: Sequence[Sheet]) -> str:
    words = _faults(found)
    names = [sheet.name for sheet in sheets if sheet.name]
    if len(names) > 1:
        looked = _("None of the sheets names the columns: %(names)s.")
        return f"{looked % {'names': ', '.join(names)}} {words}"
    return words


def _no_such(sheets: Sequence[Sheet], wanted: str) -> list[Sheet]:
    words = _("There is no sheet “%(name)s”; there are: %(names)s.")
    names = ", ".join(sheet.name for sheet in sheets if sheet.name) or "–"
    raise HeadingsMissing(words % {"name": wanted[:80], "names": names})
