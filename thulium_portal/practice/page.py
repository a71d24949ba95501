"""The practice Thulium's own small page."""

from http import HTTPStatus

from thulium_portal.practice.answers import Answer
from thulium_portal.practice.faults import Faults
from thulium_portal.practice.request import Request
from thulium_portal.practice.store import Store


class Page:
    """Answers everything outside ``/api``."""

    def __init__(self, store: Store, faults: Faults) -> None:
        self._store, self._faults = store, faults

    def answer(self, request: Request) -> Answer:
        """Return the answer to a browser."""
        return Answer(HTTPStatus.NOT_FOUND, b"", "text/plain; charset=utf-8")
