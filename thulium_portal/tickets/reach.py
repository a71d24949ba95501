"""Whether a ticket is in the queues of a person, as far as the index knows, or else Thulium."""

from django.core.exceptions import PermissionDenied

from thulium_portal.accounts.models import User
from thulium_portal.tickets import reading
from thulium_portal.tickets.models import KnownTicket
from thulium_portal.tickets.snapshot import Snapshot


def covers(person: User, ticket_id: int) -> bool:
    """Tell whether *person* may see a ticket; one whose queue is not known is read.

    What cannot be read either is not theirs to see.
    """
    if person.narrowed_to is None:
        return True
    known = KnownTicket.objects.only("queue_id", "read_at").filter(pk=ticket_id).first()
    if known is not None and (known.queue_id is not None or known.read_at is not None):
        return person.works_in(known.queue_id)
    return isinstance(reading.load_snapshot(ticket_id, person), Snapshot)


def require(person: User, ticket_id: int, queue_id: int | None = None) -> None:
    """Raise ``PermissionDenied`` for a ticket that is not in the queues of *person*.

    *queue_id* is the queue they were shown it in, where that is known.
    """
    if queue_id is not None and not person.works_in(queue_id):
        raise PermissionDenied
    if not covers(person, ticket_id):
        raise PermissionDenied
