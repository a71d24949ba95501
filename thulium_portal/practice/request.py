"""One HTTP request as the practice Thulium sees it."""

from collections.abc import Mapping
from http import HTTPStatus
from io import BytesIO
from typing import BinaryIO
from urllib.parse import parse_qs, urlsplit

from django.utils.translation.trans_real import parse_accept_lang_header

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
        given = parse_accept_lang_header(self.headers.get("Accept-Language", ""))
        best = {name[:2]: quality for name, quality in reversed(given)}
        polish, english = best.get("pl", 0.0), best.get("en", 0.0)
        return default if polish == english else polish > english

    def read(self) -> bytes:
        """Return the whole body. Raises Refusal where it is too large, unmeasured or cut short."""
        self._check_length()
        content = BytesIO()
        self.copy_to(content)
        return content.getvalue()

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
