"""Who the customers are: asked once for each of them, and kept with all their tickets."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from thulium_portal.thulium import NotFound, ThuliumClient, UnexpectedAnswer
from thulium_portal.tickets.index import claim
from thulium_portal.tickets.index.intake import LONGEST_DELAY, delay, put_words
from thulium_portal.tickets.models import KnownTicket

RENEWED = timedelta(days=90)
_AT_ONCE = 500


class Patience:
    """Which customers cannot be asked for now: each is tried again later and later, by itself."""

    def __init__(self) -> None:
        self._failures: dict[int, int] = {}
        self._until: dict[int, datetime] = {}
        self._in_turn = 0
        self._rest_until: datetime | None = None

    def put_off(self, now: datetime) -> list[int]:
        """Return the customers whose turn is not yet, those of late."""
        waiting = [one for one, until in self._until.items() if now < until <= now + LONGEST_DELAY]
        return waiting[-_AT_ONCE:]

    def is_resting(self, now: datetime) -> bool:
        """Tell whether the next customer waits a moment too, since the last one failed."""
        until = self._rest_until
        return until is not None and now < until <= now + claim.LONGEST_REST

    def failed(self, customer_id: int) -> None:
        """Put a customer off, and all of them for a moment."""
        now, failures = timezone.now(), self._failures.get(customer_id, 0)
        self._until[customer_id] = now + delay(failures)
        self._failures[customer_id] = failures + 1
        self._rest_until = now + claim.rest(self._in_turn)
        self._in_turn += 1

    def succeeded(self, customer_id: int) -> None:
        """Forget that a customer could not be asked for."""
        self._failures.pop(customer_id, None)
        self._until.pop(customer_id, None)
        self._in_turn, self._rest_until = 0, None


def next_unnamed(put_off: Collection[int] = ()) -> int | None:
    """Return the customer to ask for next, by the rank of their tickets."""
    unnamed = KnownTicket.objects.filter(customer_read_at=None, customer_id__isnull=False)
    if put_off:
        unnamed = unnamed.exclude(customer_id__in=put_off)
    return (
        unnamed.order_by("read_rank", "customer_id").values_list("customer_id", flat=True).first()
    )


def take_over(customer_id: int) -> bool:
    """Give the new tickets of a customer the name that their others have; False where none has."""
    lately = timezone.now() - RENEWED
    others = KnownTicket.objects.filter(customer_id=customer_id, customer_read_at__gt=lately)
    name = others.order_by("-customer_read_at").values_list("customer_name", flat=True).first()
    if name is None:
        return False
    _store(customer_id, name)
    return True


def ask(customer_id: int, client: ThuliumClient) -> None:
    """Ask Thulium for a customer's name and store it. Raises ``ThuliumError`` of the line."""
    try:
        name = client.get_customer(customer_id).full_name
    except (NotFound, UnexpectedAnswer):
        name = ""
    _store(customer_id, name)


def renew() -> None:
    """Let names that were asked for long ago be asked for again, some each time."""
    old = KnownTicket.objects.filter(customer_read_at__lt=timezone.now() - RENEWED)
    some = set(old.values_list("customer_id", flat=True)[:_AT_ONCE])
    KnownTicket.objects.filter(customer_id__in=some).update(customer_read_at=None)


def _store(customer_id: int, name: str) -> None:
    rows = KnownTicket.objects.filter(customer_id=customer_id, customer_read_at=None)
    with transaction.atomic():
        some = list(rows[:_AT_ONCE])
        changed = [row for row in some if name and row.customer_name != name]
        for row in changed:
            row.customer_name = name
        KnownTicket.objects.filter(pk__in=[row.pk for row in changed]).update(customer_name=name)
        KnownTicket.objects.filter(pk__in=[row.pk for row in some]).update(
            customer_read_at=timezone.now()
        )
        put_words(changed)
