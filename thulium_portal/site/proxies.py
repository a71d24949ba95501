"""Proxies in front of the portal: whom a request comes from, and whether they tell it well.

Of what a proxy adds, two headers are read, ``X-Forwarded-For`` and ``X-Forwarded-Proto``, and only
from the addresses that ``TRUSTED_PROXIES`` names. Everybody else may write there what they like.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from django.conf import settings
from django.core import checks
from django.core.cache import cache
from django.core.checks import CheckMessage
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase

from thulium_portal.lib.addresses import Address, is_among, parse_address

_MOST_HOPS = 20
_NOTE_EVERY = 3600.0
_KEPT_SECONDS = 14 * 24 * 3600
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


class Fault(StrEnum):
    """What is wrong with what came along, and what to do about it."""

    NOT_TRUSTED = "not_trusted"
    UNNAMED = "unnamed"
    NO_SCHEME = "no_scheme"
    PASSED_ON = "passed_on"


_WORDS = {
    Fault.NOT_TRUSTED: (
        "{peer} sent X-Forwarded-For, is not among TRUSTED_PROXIES, and was not believed.",
        "If that is your proxy, write it into TRUSTED_PROXIES; if not, visitors reach the portal "
        "past the proxy: let it listen where only the proxy can reach it.",
    ),
    Fault.UNNAMED: (
        "The proxy at {peer} does not say whom a request comes from, so that visitors could say "
        "it themselves.",
        "Let it set X-Forwarded-For to the visitor's address, replacing what the visitor sent.",
    ),
    Fault.NO_SCHEME: (
        "The proxy at {peer} does not say whether a visitor came by HTTPS.",
        "Let it set X-Forwarded-Proto, replacing what the visitor sent.",
    ),
    Fault.PASSED_ON: (
        "The proxy at {peer} passes on what visitors say of themselves in X-Forwarded-For.",
        "Let it replace the header; or write every proxy of the way into TRUSTED_PROXIES.",
    ),
}


@dataclass(frozen=True)
class Notice:
    """A fault that was seen in requests lately."""

    fault: Fault
    peer: str
    at: datetime

    @property
    def words(self) -> str:
        return _WORDS[self.fault][0].format(peer=self.peer)

    @property
    def hint(self) -> str:
        return _WORDS[self.fault][1]


class TrustedProxyMiddleware:
    """Puts the visitor's address and scheme where everything else looks for them.

    From a trusted proxy: the nearest address of its chain that is no trusted proxy itself. From
    everybody else the line counts. With ``HTTPS`` and no trusted proxy, the one that ends HTTPS is
    not known: all pages are taken as asked for by HTTPS, and nothing it says is believed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        self._noted: dict[Fault, float] = {}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer *request* as the visitor's own; keep for a check what is odd about its proxy."""
        meta, trusted = request.META, settings.TRUSTED_PROXIES
        peer = parse_address(meta.get("REMOTE_ADDR", ""))
        for fault in _faults(request, peer):
            self._note(fault, str(peer or ""))
        if is_among(peer, trusted):
            meta["REMOTE_ADDR"] = str(_chain(request, peer)[0])
            scheme = meta.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip().lower()
            if scheme in {"http", "https"}:
                meta["wsgi.url_scheme"] = scheme
        elif settings.HTTPS and not trusted:
            meta["wsgi.url_scheme"] = "https"
        return self._get_response(request)

    def _note(self, fault: Fault, peer: str) -> None:
        """Keep a fault for a check, each now and then: a flood of odd requests writes nothing."""
        now = time.monotonic()
        if now - self._noted.get(fault, -_NOTE_EVERY) < _NOTE_EVERY:
            return
        self._noted[fault] = now
        with suppress(DatabaseError):
            cache.set(_key(fault), (peer, time.time()), _KEPT_SECONDS)


def noticed() -> list[Notice]:
    """Return the faults of the last two weeks; none where the database cannot be asked."""
    try:
        kept = cache.get_many([_key(fault) for fault in Fault])
    except DatabaseError:
        return []
    return [
        Notice(fault, peer, datetime.fromtimestamp(at, UTC))
        for fault in Fault
        for peer, at in [kept.get(_key(fault), (None, 0))]
        if peer is not None
    ]


def check_proxies(**kwargs: object) -> list[CheckMessage]:
    """Warn where visitors cannot be told apart, or could say themselves who they are."""
    found: list[CheckMessage] = []
    if settings.HTTPS and not settings.TRUSTED_PROXIES:
        found.append(
            checks.Warning(
                "HTTPS is on and TRUSTED_PROXIES is empty: everybody seems to come from the "
                "proxy's own address.",
                hint="Write the address of the proxy into TRUSTED_PROXIES, 127.0.0.1 where it "
                "runs on this computer; it must replace X-Forwarded-For and X-Forwarded-Proto.",
                id="site.W010",
            )
        )
    return found + [
        checks.Warning(notice.words, hint=notice.hint, id="site.W011") for notice in noticed()
    ]


def _chain(request: HttpRequest, peer: Address | None) -> tuple[Address | None, int]:
    """Return the visitor, and how many addresses the visitor wrote in front of their own."""
    hops = [hop for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    visitor = peer
    for number, hop in enumerate(reversed(hops[-_MOST_HOPS:]), 1):
        address = parse_address(hop)
        if address is None:
            return visitor, len(hops) - number
        visitor = address
        if not is_among(address, settings.TRUSTED_PROXIES):
            return visitor, len(hops) - number
    return visitor, 0


def _faults(request: HttpRequest, peer: Address | None) -> list[Fault]:
    meta = request.META
    if not is_among(peer, settings.TRUSTED_PROXIES):
        return [Fault.NOT_TRUSTED] if "HTTP_X_FORWARDED_FOR" in meta else []
    if "HTTP_X_FORWARDED_FOR" not in meta:
        # Who sits at this computer may ask it past the proxy that runs here as well.
        is_local = meta.get("HTTP_HOST", "").startswith(_LOCAL_HOSTS)
        return [] if is_local else [Fault.UNNAMED]
    found = [Fault.PASSED_ON] if _chain(request, peer)[1] else []
    if settings.HTTPS and "HTTP_X_FORWARDED_PROTO" not in meta:
        found.append(Fault.NO_SCHEME)
    return found


def _key(fault: Fault) -> str:
    return f"proxy:{fault}"
