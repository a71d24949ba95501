"""Replies and a record to operate on."""

from tests.audit.conftest import tamper
from tests.replies.conftest import no_undo_time, submit, work

__all__ = ["no_undo_time", "submit", "tamper", "work"]
