"""Answers for monitoring: whether the portal is ready to send, and figures for Prometheus.

Both say nothing about customers or people, and details only to whoever watches: with the token of
``MONITORING_TOKEN``, or from this very computer. The figures are asked of the database at each
call, so they are right with any number of processes.
"""

import ipaddress
from collections.abc import Iterator
from contextlib import suppress

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from thulium_portal.audit import time_stamps
from thulium_portal.audit.models import AuditHead
from thulium_portal.operations import checks
from thulium_portal.replies.delivery import circuit_breaker
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.review.presenters import standing
from thulium_portal.tickets.index.state import age
from thulium_portal.tickets.models import KnownTicket

_PARTS = {
    "database": ("reachable", "unreachable"),
    "worker": ("alive", "not seen for a minute"),
    "thulium": ("reachable", "unreachable"),
    "sending": ("open", "held"),
}
"""The checks without which nothing can be sent: what machines read where one is fine, or fails."""
_OF_PROXIES = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-Ip")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Tell whether database, worker and Thulium are there: 200 or 503; who watches, which is not.

    Thulium is judged by what the workers last met, so that watching costs Thulium nothing.
    """
    try:
        parts = {name: words[checks.fails(name)] for name, words in _PARTS.items()}
        record = _record()
    except DatabaseError:
        return _readiness(request, {"database": "unreachable"})
    return _readiness(request, parts, {"record": record})


def _record() -> str:
    """How the record stood when it was last checked; people go on working whatever it is."""
    found = standing()
    if found is None:
        return "not checked yet"
    return "intact" if found.holds else "not intact"


def _readiness(
    request: HttpRequest, parts: dict[str, str], beside: dict[str, str] | None = None
) -> HttpResponse:
    """Answer by *parts*; *beside* is told as well and keeps nothing from being ready."""
    ready = all(word == _PARTS[name][0] for name, word in parts.items())
    status = "ready" if ready else "not ready"
    told = parts | (beside or {}) if _may_watch(request) else {}
    return JsonResponse({"status": status, **told}, status=200 if ready else 503)


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Return the portal's figures in Prometheus' text form to whoever watches; else 401."""
    if not _may_watch(request):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry()
    registry.register(_Figures())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_watch(request: HttpRequest) -> bool:
    """Tell whether the token came along, or who asks sits at this computer."""
    scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
    is_open = settings.SECURE_SSL_REDIRECT and not request.is_secure()
    if scheme.lower() == "bearer" and settings.MONITORING_TOKEN and not is_open:
        return constant_time_compare(token.strip(), settings.MONITORING_TOKEN)
    return _is_local(request)


def _is_local(request: HttpRequest) -> bool:
    """Tell whether the line comes from this computer and no proxy has passed the request on."""
    if any(name in request.headers for name in _OF_PROXIES):
        return False
    with suppress(ValueError):
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    return False


class _Figures:
    """A collector that asks the database at every scrape."""

    def collect(self) -> Iterator[Metric]:
        yield _replies_by_state()
        known = circuit_breaker.status()
        yield _gauge("portal_line_down", "1 while Thulium cannot be reached", known.down_since)
        yield _gauge("portal_sending_held", "1 while all sending is held", known.held_since)
        alive = circuit_breaker.worker_is_alive(known)
        yield _gauge("portal_worker_alive", "1 while a worker was seen within a minute", alive)
        yield _oldest_due()
        yield from _ticket_index()
        yield _gauge("portal_record_broken", "1 while the record is not intact", _is_broken())
        head = AuditHead.objects.filter(pk=1).values_list("sequence", flat=True).first()
        yield GaugeMetricFamily("portal_audit_entries", "Entries in the record", value=head or 0)
        yield GaugeMetricFamily(
            "portal_time_stamps_waiting",
            "Days of the record that wait for their time stamp",
            value=time_stamps.waiting(),
        )


def _is_broken() -> bool:
    found = standing()
    return found is not None and not found.holds


def _replies_by_state() -> Metric:
    counted = dict(Reply.objects.values_list("state").annotate(Count("id")).order_by())
    figure = GaugeMetricFamily("portal_replies", "Replies by state", labels=["state"])
    for state in State:
        figure.add_metric([str(state)], counted.get(str(state), 0))
    return figure


def _oldest_due() -> Metric:
    now = timezone.now()
    waiting = Reply.objects.filter(state=State.PENDING, not_before__lte=now)
    oldest = waiting.aggregate(oldest=Min("not_before"))["oldest"]
    return GaugeMetricFamily(
        "portal_oldest_due_seconds",
        "How long the longest due reply has been waiting",
        value=(now - oldest).total_seconds() if oldest else 0,
    )


def _ticket_index() -> Iterator[Metric]:
    now, known = timezone.now(), age()
    yield GaugeMetricFamily(
        "portal_ticket_index_age_seconds",
        "How old what the lists of tickets show is; -1 before they were first filled",
        value=(now - known.listed_at).total_seconds() if known.listed_at else -1,
    )
    yield _gauge("portal_ticket_index_failing", "1 while Thulium's list fails", known.problem)
    yield GaugeMetricFamily(
        "portal_tickets_due",
        "Tickets whose reading is due",
        value=KnownTicket.objects.filter(read_due_at__lte=now).count(),
    )


def _gauge(name: str, words: str, truth: object) -> Metric:
    return GaugeMetricFamily(name, words, value=1 if truth else 0)
