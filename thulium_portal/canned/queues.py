"""The queues of Thulium the portal has met: teams are told apart by them."""

from collections.abc import Iterable

from thulium_portal.canned.models import CannedQueue, CannedResponse, KnownQueue


def remember(queue_id: int | None, name: str) -> None:
    """Note a ticket's queue, so that authors can choose it; a new name replaces the old."""
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
    """Return number and name of every queue that can be chosen, by name."""
    return [(queue.queue_id, str(queue)) for queue in KnownQueue.objects.all()]


def assign(response: CannedResponse, queue_ids: Iterable[int]) -> None:
    """Let *response* be offered on tickets of exactly these queues."""
    wanted = set(queue_ids)
    response.queues.exclude(queue_id__in=wanted).delete()
    names = dict(known())
    CannedQueue.objects.bulk_create(
        (
            CannedQueue(response=response, queue_id=queue_id, name=names.get(queue_id, ""))
            for queue_id in sorted(wanted)
        ),
        ignore_conflicts=True,
    )
