"""A log is one line a message, tells its time with the distance from UTC, and cannot be forged."""

import logging
import re

from thulium_portal.site.logs import CONFIGURATION, OneLine

PLAIN = CONFIGURATION["formatters"]["plain"]


def written(message: str, **more: object) -> str:
    formatter = OneLine(PLAIN["format"], PLAIN["datefmt"], PLAIN["style"])
    record = logging.LogRecord("portal", logging.INFO, "", 0, message, None, None)
    vars(record).update(more)
    return formatter.format(record)


def test_no_sign_that_a_visitor_sends_begins_a_line_or_moves_the_cursor():
    line = written("name: a\r\nb\x1b[2Jc\x85d\u2028e\u202ef\0g\tżółw")
    assert re.fullmatch(r"\S+[+-]\d{4} INFO portal: [\x20-\x7eżółw]+", line)
    assert "a\\x0d\\x0ab\\x1b[2Jc" in line
    assert line.endswith("żółw")


def test_of_a_stack_trace_no_line_looks_like_a_message():
    error = ValueError("x\n2026-11-28T00:00:00+0000 INFO portal: forged")
    text = written("broken", exc_info=(type(error), error, None))
    first, *rest = text.splitlines()
    assert first.endswith("broken")
    assert all(line.startswith("    ") for line in rest)
