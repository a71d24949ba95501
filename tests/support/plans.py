"""How the database means to answer what a page asked."""

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext


def plan_of(act: Callable[[], object], *words: str) -> str:
    """Return the plan of the one question, of those asked by *act*, that holds all *words*."""
    with CaptureQueriesContext(connection) as asked:
        act()
    found = [query["sql"] for query in asked if all(word in query["sql"] for word in words)]
    assert len(found) == 1, found
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Of so few rows it would read all and sort them.
            for way in ("seqscan", "sort", "bitmapscan", "hashjoin"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
        explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
        cursor.execute(f"{explain} {found[0]}")
        return "\n".join(str(row) for row in cursor.fetchall())
