"""Files on their way out: streams of a length told before."""

from collections.abc import Iterator
from typing import BinaryIO


class FileTrouble(Exception):
    """A file could not be read; no ``OSError``, which would be taken for the line's."""


class Sized:
    """A stream of known length, so that requests sends it piece by piece and not chunked."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream, self._size, self._left = stream, size, size

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.read(64 * 1024):
            yield piece

    def read(self, size: int) -> bytes:
        """Return the next bytes, never beyond the length that was announced."""
        if not self._left:
            return b""
        try:
            piece = self._stream.read(min(size, self._left))
        except OSError as error:
            raise FileTrouble(str(error)) from None
        if not piece:
            raise FileTrouble(f"the file ends {self._left} bytes too early")
        self._left -= len(piece)
        return piece
