"""What a table file holds, and why one cannot be read; shared by the reader and its process."""

from dataclasses import dataclass
from enum import Enum


class TableProblem(Enum):
    """Why a file cannot be read as a table at all."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MUCH = "too_much"
    CELL_TOO_LONG = "cell_too_long"
    OLD_EXCEL = "old_excel"
    ENCRYPTED = "encrypted"
    OTHER_OFFICE = "other_office"
    NOT_A_TABLE = "not_a_table"
    NO_TABLE_PACKED = "no_table_packed"
    OTHER_COLUMNS = "other_columns"
    DAMAGED = "damaged"
    QUOTES = "quotes"


class TableError(ValueError):
    """A file that is no table we read. ``number`` is a count of rows, or the row of the fault."""

    def __init__(self, problem: TableProblem, number: int = 0) -> None:
        super().__init__(problem.value)
        self.problem, self.number = problem, number


@dataclass(frozen=True)
class Row:
    """A row that holds something; ``number`` is the one a spreadsheet shows beside it."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """One way to read a file: a sheet of a workbook, or a CSV parted by *separator*.

    ``first_rows`` are the first ones that hold something, their cells cut short.
    """

    name: str
    separator: str
    is_hidden: bool
    first_rows: tuple[Row, ...]
