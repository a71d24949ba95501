"""One POST to a server that is not Thulium, over the same watched connection."""

import ssl
from functools import lru_cache

import certifi

from thulium_portal.thulium.exceptions import Unreachable
from thulium_portal.thulium.failures import failure_reason
from thulium_portal.thulium.transport import OneShotSession, Wire
from thulium_portal.thulium.types import Reason


def post(url: str, content: bytes, *, kind: str, cap: int, seconds: float) -> bytes:
    """Return what the server at *url* answers to *content* of that media type.

    At most *cap* bytes and *seconds* altogether, whatever trickles in; a user and a password in
    *url* go by HTTP Basic. Raises :class:`Unreachable` for anything but a whole answer of 200.
    """
    wire = Wire()
    try:
        with OneShotSession(wire, _tls()) as session, wire.deadline(seconds):
            response = session.post(
                url,
                data=content,
                headers={"Content-Type": kind, "Accept-Encoding": "identity"},
                timeout=seconds,
                allow_redirects=False,
                stream=True,
            )
            with response:
                body = response.raw.read(cap + 1, decode_content=False)
                status, expected = response.status_code, response.headers.get("Content-Length")
    except Exception as error:  # noqa: BLE001 - foreign errors become ours at this one seam
        raise Unreachable(failure_reason(error, wire)) from None
    if wire.aborted:
        raise Unreachable(Reason.TIMED_OUT, status=status)
    is_whole = len(body) <= cap and expected in {None, str(len(body))}
    if status != 200 or not is_whole:
        raise Unreachable(Reason.BROKEN_OFF, status=status)
    return bytes(body)


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())
