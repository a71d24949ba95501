"""One HTTP request as the practice Thulium sees it."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import BinaryIO
from urllib.parse import parse_qs, urlsplit

from thulium_portal.practice.responses import Refusal

MAX_BYTES = 25 * 1024 * 1024
CHUNK = 64 * 1024


class Request:
    """Method, path, query, headers, and a body that is read at most once."""

    def __init__(
        self, method: str, target: str, headers: Mapping[str, str], stream: BinaryIO
    ) -> None:
        parts = urlsplit(target)
        self.method, self.path, self.headers = method, parts.path, headers
        self.query = parse_qs(parts.query, keep_blank_values=True)
        self._stream = stream
        length = headers.get("Content-Length", "0").strip()
        self.has_length = length.isascii() and length.isdigit() and len(length) < 16
        self.left = int(length) if self.has_length else 0
        self.chunked = "Transfer-Encoding" in headers

    def parameter(self, name: str, default: str = "") -> str:
        """Return the last value of *name* in the query."""
        return self.query.get(name, [default])[-1]

    def prefers_polish(self, *, default: bool) -> bool:
        """Whether Accept-Language puts Polish before English; *default* where it names neither."""
        best = {"pl": 0.0, "en": 0.0}
        for item in self.headers.get("Accept-Language", "").split(","):
            name, _, quality = item.partition(";q=")
            language = name.strip().lower()[:2]
            if language in best:
                best[language] = max(best[language], _quality(quality))
        return default if best["pl"] == best["en"] else best["pl"] > best["en"]

    def read(self) -> bytes:
        """Return the whole body. Raises Refusal where it is too large, unmeasured or cut short."""
        self._check_length()
        length, content = self.left, self._stream.read(self.left)
        self.left = 0
        if len(content) != length:
            raise Refusal(HTTPStatus.BAD_REQUEST, "cut_short")
        return content

    def copy_to(self, file: BinaryIO) -> int:
        """Write the body to *file* piece by piece and return its size in bytes; raises as read."""
        self._check_length()
        size = self.left
        while self.left:
            chunk = self._stream.read(min(CHUNK, self.left))
            if not chunk:
                self.left = 0
                raise Refusal(HTTPStatus.BAD_REQUEST, "cut_short")
            file.write(chunk)
            self.left -= len(chunk)
        return size

    def _check_length(self) -> None:
        if self.chunked or not self.has_length:
            raise Refusal(HTTPStatus.LENGTH_REQUIRED, "length")
        if self.left > MAX_BYTES:
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large")


def _quality(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0
