"""The queues of Thulium seen so far, by which teams are told apart."""

from collections.abc import Mapping

from thulium_portal.lib.folding import fold
from thulium_portal.tickets.models import KnownQueue


def remember(queue_id: int | None, name: str) -> None:
    """Store a ticket's queue, so that authors can choose it; a new name replaces the old."""
    name = name.strip()[:200]
    if queue_id is None or not name:
        return
    if not KnownQueue.objects.filter(queue_id=queue_id, name=name).exists():
        KnownQueue.objects.bulk_create(
            [KnownQueue(queue_id=queue_id, name=name)],
            update_conflicts=True,
            unique_fields=["queue_id"],
            update_fields=["name"],
        )


def known() -> list[tuple[int, str]]:
    """Return id and name of every queue that can be chosen, by name."""
    return [(queue.queue_id, str(queue)) for queue in KnownQueue.objects.all()]


def choices(others: Mapping[int, str]) -> list[tuple[str, str]]:
    """Return id and name of the queues an author can choose: those seen, and *others*."""
    names = {**others, **dict(known())}
    return sorted(((str(number), name) for number, name in names.items()), key=_by_name)


def _by_name(choice: tuple[str, str]) -> tuple[str, str]:
    return fold(choice[1]), choice[0]
