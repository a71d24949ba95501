"""Tickets of the index, as on the desk."""

from tests.desk.conftest import known

__all__ = ["known"]
