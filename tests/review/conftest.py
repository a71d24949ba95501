"""The record's own fixtures, for the pages that show it."""

from tests.audit.conftest import tamper

__all__ = ["tamper"]
