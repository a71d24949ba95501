"""Settings in, ThuliumClient out: the one seam to Thulium, and to the authority of time stamps."""

from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import get_language

from thulium_portal.lib.proof.timestamps import LARGEST
from thulium_portal.thulium import Habits, ThuliumClient, post

TOTAL_TIMEOUT = 40.0
TIME_STAMP_SECONDS = 10.0


def thulium_client(
    *, read_timeout: float | None = None, total_timeout: float = TOTAL_TIMEOUT
) -> ThuliumClient:
    """Return a client for the configured Thulium.

    In seconds: *read_timeout* may be made shorter, *total_timeout* bounds a whole call.
    """
    return _client(
        settings.THULIUM_URL,
        settings.THULIUM_API_USER,
        settings.THULIUM_API_PASSWORD,
        min(total_timeout, settings.THULIUM_CONNECT_TIMEOUT),
        min(read_timeout or settings.THULIUM_READ_TIMEOUT, settings.THULIUM_READ_TIMEOUT),
        total_timeout,
        settings.THULIUM_CA_FILE,
        (get_language() or settings.LANGUAGE_CODE)[:2],
        Habits(ZoneInfo(settings.THULIUM_TIME_ZONE)),
    )


def comment_field() -> str:
    """Return the name of the field that holds an internal note, "" where it is not known.

    Thulium's documentation of it could not be read, so the office names it.
    """
    return str(settings.THULIUM_COMMENT_FIELD)


def time_stamp_answer(query: bytes) -> bytes:
    """Return what the authority of ``TIMESTAMP_URL`` answers to *query* (RFC 3161, 3.4).

    Raises ``Unreachable``; a whole answer is foreign all the same.
    """
    return post(
        settings.TIMESTAMP_URL,
        query,
        kind="application/timestamp-query",
        cap=LARGEST,
        seconds=TIME_STAMP_SECONDS,
    )


# A client holds a TLS context, and loading its roots costs many times a call.
@lru_cache(maxsize=16)
def _client(
    url: str,
    user: str,
    password: str,
    connect_timeout: float,
    read_timeout: float,
    total_timeout: float,
    ca_file: str,
    language: str,
    habits: Habits,
) -> ThuliumClient:
    return ThuliumClient(
        url,
        user,
        password,
        connect_timeout=connect_timeout,
        read_timeout=read_timeout,
        total_timeout=total_timeout,
        ca_file=ca_file or None,
        language=language,
        habits=habits,
    )
