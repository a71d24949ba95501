"""Files are shown to a virus scanner before they are kept, where the settings name one.

The scanner is ClamAV's daemon, spoken to by its INSTREAM command: pieces with their length before
them, an empty piece at the end, one line as the answer (clamd(8)).
"""

import logging
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 3
ANSWER_SECONDS = 30
_PIECE = 64 * 1024
_LONGEST_ANSWER = 1000


infected: ContextVar[list[str] | None] = ContextVar("infected", default=None)
"""Takes in the names of infected files, for whoever records what happened in a request."""


class NotScanned(Exception):
    """The scanner is out of reach, too slow, or does not take this file; says in a word which."""


def require_clean(name: str, file: UploadedFile) -> None:
    """Refuse an infected *file*, and one that the scanner cannot be asked about now.

    Without a scanner in the settings nothing is asked. Raises ``ValidationError``.
    """
    address = settings.CLAMD_ADDRESS
    if address is None:
        return
    try:
        is_clean = _is_clean(file, *address)
    except NotScanned as reason:
        logger.warning("a file could not be checked for viruses: %s", reason)
        raise ValidationError(
            _(
                "The file “%(name)s” could not be checked for viruses just now, so it was not "
                "added. Try again in a moment, or go on without it."
            ),
            code="not_scanned",
            params={"name": name},
        ) from reason
    if not is_clean:
        logger.warning("an infected file was refused")
        names = infected.get()
        if names is not None:
            names.append(name)
        raise ValidationError(
            _(
                "The file “%(name)s” holds a virus, so it was not added. Do not open it, and tell "
                "your administrator where it came from."
            ),
            code="infected",
            params={"name": name},
        )


def _is_clean(file: UploadedFile, host: str, port: int | None) -> bool:
    try:
        with _connection(host, port) as scanner:
            _send(scanner, file)
            answer = _answer(scanner)
    except OSError as error:
        raise NotScanned(type(error).__name__) from error
    if answer.endswith(b" FOUND"):
        return False
    if answer == b"stream: OK":
        return True
    raise NotScanned("size limit" if b"size limit" in answer else "unexpected answer")


@contextmanager
def _connection(host: str, port: int | None) -> Iterator[socket.socket]:
    """Connect to *port* of *host*, or to the socket whose path *host* is."""
    family = socket.AF_UNIX if port is None else socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as scanner:
        scanner.settimeout(CONNECT_SECONDS)
        scanner.connect(host if port is None else (host, port))
        scanner.settimeout(ANSWER_SECONDS)
        yield scanner


def _send(scanner: socket.socket, file: UploadedFile) -> None:
    """Send the whole of *file*; a scanner that has heard enough may close before the end."""
    try:
        scanner.sendall(b"zINSTREAM\0")
        for piece in _pieces(file):
            scanner.sendall(len(piece).to_bytes(4, "big") + piece)
        scanner.sendall(bytes(4))
    except (BrokenPipeError, ConnectionResetError):
        return  # its answer says why


def _pieces(file: UploadedFile) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(_PIECE):
        yield piece
    file.seek(0)


def _answer(scanner: socket.socket) -> bytes:
    answer, until = b"", time.monotonic() + ANSWER_SECONDS
    while b"\0" not in answer and len(answer) < _LONGEST_ANSWER and time.monotonic() < until:
        heard = scanner.recv(_LONGEST_ANSWER)
        if not heard:
            break
        answer += heard
    return answer.partition(b"\0")[0].strip()
