"""A full-text index in the database itself: FTS5 of SQLite, a GIN index of PostgreSQL.

Words are folded before they come here (``folding.fold``) and are found by their beginnings. Some of
a row's words can stand at its *head*: what it is called, rather than what it says.
"""
# ruff: noqa: S608 - the one name in these statements is the index's own, never anybody's input

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField
from django.db.models.expressions import RawSQL

from thulium_portal.lib.folding import fold
from thulium_portal.lib.stems import stem_of

_WORD = re.compile(r"[^\W_]+")
_LONGEST = 60
"""Letters of a word that count; PostgreSQL's lexemes end somewhere."""
_COLUMNS = {"": "", "A": "head : ", "B": "rest : "}
_MERGED_AT_ONCE = 500
"""Pages of the index rewritten in one step."""
_FEW = 1_000
"""As many hits are sorted; where there are more, a scan from the newest soon finds enough."""


class Place(StrEnum):
    """Where in a row a word is looked for."""

    ANYWHERE = ""
    HEAD = "A"
    REST = "B"


_STEM = "ß"
"""Before the stem of a word in an index: no folded word holds this letter."""


@dataclass(frozen=True)
class Word:
    """A word looked for, by its beginning; with *stem* also by what its other forms share."""

    text: str
    place: Place = Place.ANYWHERE
    stem: str = ""


@dataclass(frozen=True)
class WordIndex:
    """An index from words to keys of rows that lie elsewhere."""

    name: str

    def create(self, using: BaseDatabaseWrapper) -> None:
        """Make the index, empty; for a migration."""
        _run(using, self._creation(using.vendor))

    def drop(self, using: BaseDatabaseWrapper) -> None:
        """Take the index away; for a migration that is undone."""
        _run(using, [f"DROP TABLE IF EXISTS {self.name}"])

    def put(
        self, rows: Iterable[tuple[int, str, str]], using: BaseDatabaseWrapper = connection
    ) -> None:
        """Store the words of each (key, head, rest), instead of those it had."""
        with using.cursor() as cursor:
            if using.vendor == "postgresql":
                cursor.executemany(
                    f"INSERT INTO {self.name} (number, words) VALUES (%s, %s::tsvector)"
                    " ON CONFLICT (number) DO UPDATE SET words = excluded.words",
                    [(pk, _vector(head, rest)) for pk, head, rest in rows],
                )
            else:
                cursor.executemany(
                    f"INSERT OR REPLACE INTO {self.name} (rowid, head, rest) VALUES (%s, %s, %s)",
                    [(pk, _spaced(head), _spaced(rest)) for pk, head, rest in rows],
                )

    def forget(self, pks: Sequence[int]) -> None:
        """Drop the words of these keys."""
        key = _key_column()
        with connection.cursor() as cursor:
            cursor.executemany(f"DELETE FROM {self.name} WHERE {key} = %s", [(pk,) for pk in pks])

    def keys(self, *, above: int | None, upto: int | None) -> set[int]:
        """Return the keys beyond *above* up to *upto*; None is no bound."""
        key, found = _key_column(), f"SELECT {_key_column()} FROM {self.name}"
        bounds = {f"{key} > %s": above, f"{key} <= %s": upto}
        given = {text: value for text, value in bounds.items() if value is not None}
        where = f" WHERE {' AND '.join(given)}" if given else ""
        with connection.cursor() as cursor:
            cursor.execute(found + where, list(given.values()))
            return {int(row[0]) for row in cursor.fetchall()}

    def known(self, keys: Collection[int]) -> set[int]:
        """Return those of *keys* that have words."""
        if not keys:
            return set()
        key, marks = _key_column(), ", ".join(["%s"] * len(keys))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {key} FROM {self.name} WHERE {key} IN ({marks})", list(keys))
            return {int(row[0]) for row in cursor.fetchall()}

    def differing(self, rows: Sequence[tuple[int, str, str]]) -> set[int]:
        """Return the keys of those (key, head, rest) that are stored otherwise, or not at all."""
        if not rows:
            return set()
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(
                    "SELECT meant.number FROM unnest(%s::bigint[], %s::text[]) meant(number, words)"
                    f" LEFT JOIN {self.name} stored USING (number)"
                    " WHERE stored.words IS DISTINCT FROM meant.words::tsvector",
                    [[row[0] for row in rows], [_vector(head, rest) for _key, head, rest in rows]],
                )
                return {int(row[0]) for row in cursor.fetchall()}
            marks = ", ".join(["%s"] * len(rows))
            cursor.execute(
                f"SELECT rowid, head, rest FROM {self.name} WHERE rowid IN ({marks})",
                [row[0] for row in rows],
            )
            stored = {key: (head, rest) for key, head, rest in cursor.fetchall()}
        return {
            key for key, head, rest in rows if stored.get(key) != (_spaced(head), _spaced(rest))
        }

    def purge(self) -> None:
        """Overwrite the words of keys that were dropped or changed; outside of a transaction.

        SQLite keeps them in older parts of the index until these are merged into one, which is done
        step by step, so that nobody waits long for the database. PostgreSQL has its vacuum.
        """
        if connection.vendor != "sqlite":
            return
        with connection.cursor() as cursor:
            # A negative number begins a merge of everything, positive ones go on with it; by
            # SQLite's documentation fewer than two changes mean that nothing was left to merge.
            pages = -_MERGED_AT_ONCE
            before = -2
            while connection.connection.total_changes - before >= 2:
                before = connection.connection.total_changes
                cursor.execute(
                    f"INSERT INTO {self.name} ({self.name}, rank) VALUES ('merge', %s)", [pages]
                )
                pages = _MERGED_AT_ONCE

    def holding(self, words: Sequence[Word]) -> RawSQL:
        """Return the keys that hold every one of *words* (at least one), for ``…__in``."""
        where, query = self._matches(words)
        key = _key_column()
        return RawSQL(  # noqa: S611 - see above; the words are a parameter
            f"SELECT {key} FROM {self.name} WHERE {where}", [query], output_field=BigIntegerField()
        )

    def newest(
        self,
        words: Sequence[Word],
        *,
        below: int | None = None,
        above: int | None = None,
        limit: int,
    ) -> list[int]:
        """Return up to *limit* keys that hold every word, from the highest below *below* down.

        With *above* instead: from the lowest above it up.
        """
        where, query = self._matches(words)
        pg = connection.vendor == "postgresql"
        key, values = _key_column(), [query]
        bound, order = "", f"{key} DESC"
        if below is not None:
            bound, values = f" AND {key} < %s", [*values, below]
        elif above is not None:
            bound, values, order = f" AND {key} > %s", [*values, above], key
        found = f"SELECT {key} FROM {self.name} WHERE {where}{bound}"
        with connection.cursor() as cursor:
            if pg:
                # Left alone, the planner may walk the whole key for a rare word.
                cursor.execute(f"{found} LIMIT {_FEW + 1}", values)
                few = [int(row[0]) for row in cursor.fetchall()]
                if len(few) <= _FEW:
                    return sorted(few, reverse=above is None)[:limit]
            cursor.execute(f"{found} ORDER BY {order} LIMIT {int(limit)}", values)
            return [int(row[0]) for row in cursor.fetchall()]

    def _matches(self, words: Sequence[Word]) -> tuple[str, Any]:
        """Return the condition and its one value."""
        if connection.vendor == "postgresql":
            return "words @@ %s::tsquery", " & ".join(_pg_term(word) for word in words)
        return f"{self.name} MATCH %s", " AND ".join(_sqlite_term(word) for word in words)

    def _creation(self, vendor: str) -> list[str]:
        if vendor == "postgresql":
            return [
                f"CREATE TABLE IF NOT EXISTS {self.name}"
                " (number bigint PRIMARY KEY, words tsvector NOT NULL)",
                f"CREATE INDEX IF NOT EXISTS {self.name}_gin ON {self.name} USING gin (words)",
            ]
        # What comes here has been parted into words by Python, whose letters are more than SQLite's
        # own tables know; "ascii" parts at the blanks and takes every other sign for a letter.
        return [
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {self.name} USING fts5(head, rest,"
            " tokenize = 'ascii', prefix = '1 2 3 4',"
            " detail = column, columnsize = 0)"
        ]


def words_of(text: str) -> list[str]:
    """Return the words of folded *text*: letters and digits, everything else parts them."""
    return _WORD.findall(text)


def marked_stems(text: str) -> str:
    """Return *text*, folded, with the stem of each of its words behind it, for an index."""
    stems = dict.fromkeys(f"{_STEM}{stem_of(word)}" for word in words_of(text))
    return " ".join([text, *stems])


def stems_in(text: str) -> str:
    """Return the stems of the words of folded *text*, each once, after and before a space."""
    stems = dict.fromkeys(stem_of(word) for word in words_of(text))
    return f" {' '.join(stems)} " if stems else ""


def folded_words(text: str) -> str:
    """Return the words of *text* without case and accents, each after a space."""
    return "".join(f" {word}" for word in words_of(fold(text)))


def _key_column() -> str:
    return "number" if connection.vendor == "postgresql" else "rowid"


def _pg_term(word: Word) -> str:
    begun = f"'{word.text[:_LONGEST]}':*{word.place}"
    place = f":{word.place}" if word.place else ""
    return f"({begun} | '{_STEM}{word.stem}'{place})" if word.stem else begun


def _sqlite_term(word: Word) -> str:
    column = _COLUMNS[word.place]
    begun = f'({column}"{word.text[:_LONGEST]}" *)'
    return f'({begun} OR ({column}"{_STEM}{word.stem}"))' if word.stem else begun


def _spaced(text: str) -> str:
    return " ".join(word[:_LONGEST] for word in words_of(text))


def _vector(head: str, rest: str) -> str:
    """Return the text form of a tsvector; words hold no quotes, so nothing has to be escaped."""
    places = (("1A", head), ("2B", rest))
    marked = {(word[:_LONGEST], mark) for mark, text in places for word in words_of(text)}
    return " ".join(f"'{word}':{mark}" for word, mark in sorted(marked))


def _run(using: BaseDatabaseWrapper, statements: list[str]) -> None:
    with using.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
