"""Who sees, uses, writes and moves which canned response. Every list and page asks here."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.canned.models import CannedQueue, CannedResponse, Recall
from thulium_portal.canned.states import MOVES, By, Move

Scope = CannedResponse.Scope
State = CannedResponse.State


def visible_to(user: User) -> QuerySet[CannedResponse]:
    """Return what *user* may read in the library.

    One's own in every state and the live ones of others; who manages canned responses reads those
    of others in every state too. A personal one is visible to its owner only.
    """
    if not user.may(Permission.USE_CANNED):
        return CannedResponse.objects.none()
    of_others = ~Q(scope=Scope.PERSONAL)
    if not user.may(Permission.MANAGE_CANNED):
        of_others &= Q(state=State.LIVE)
    return CannedResponse.objects.filter(of_others | Q(owner=user), current__isnull=False)


def usable_by(user: User) -> QuerySet[CannedResponse]:
    """Return the live responses *user* may put into a reply, whatever the ticket's queue.

    One whose newest version was recalled is not among them until there is a better one.
    """
    recalled = Recall.objects.values("version")
    return visible_to(user).filter(state=State.LIVE).exclude(current__in=recalled)


def nameable_by(user: User) -> QuerySet[CannedResponse]:
    """Return the responses a reply of *user* may name as its origin.

    What was taken from the library may have gone out of use while the reply was written; that the
    customer received it must be known all the same.
    """
    of_others = ~Q(scope=Scope.PERSONAL)
    return CannedResponse.objects.filter(of_others | Q(owner=user), current__isnull=False)


def offered_to(user: User, *, queue_id: int | None) -> QuerySet[CannedResponse]:
    """Return the live responses for a ticket of queue *queue_id* (None: not known).

    A team's responses are offered on the tickets of its queues only.
    """
    if queue_id is None:
        return usable_by(user).exclude(scope=Scope.TEAM)
    here = CannedQueue.objects.filter(response=OuterRef("pk"), queue_id=queue_id)
    return usable_by(user).filter(~Q(scope=Scope.TEAM) | Exists(here))


def may_edit(user: User, response: CannedResponse) -> bool:
    """Tell whether *user* may save a new version of *response*."""
    if not user.may(Permission.WRITE_CANNED):
        return False
    if response.scope != Scope.PERSONAL and user.may(Permission.MANAGE_CANNED):
        return True
    is_open = response.scope == Scope.PERSONAL or response.state == State.DRAFT
    return response.owner_id == user.pk and is_open


def may_suggest(user: User, response: CannedResponse) -> bool:
    """Tell whether *user* may write a new version for approval: the owner of a live one."""
    is_owner = response.owner_id == user.pk and user.may(Permission.WRITE_CANNED)
    is_shared = response.scope != Scope.PERSONAL and response.state == State.LIVE
    return is_owner and is_shared and not may_edit(user, response)


def may_review(user: User, response: CannedResponse) -> bool:
    """Tell whether *user* may say that *response* still holds: who edits it, and its owner."""
    is_owner = response.owner_id == user.pk and user.may(Permission.WRITE_CANNED)
    return is_owner or may_edit(user, response)


def may_make(user: User, response: CannedResponse, move: Move) -> bool:
    """Tell whether *move* is for *user* to make on *response*, whatever its state is."""
    is_personal = response.scope == Scope.PERSONAL
    if move.by is By.MANAGER:
        return not is_personal and user.may(Permission.MANAGE_CANNED)
    is_owner = response.owner_id == user.pk and user.may(Permission.WRITE_CANNED)
    return is_owner and is_personal == (move.by is By.PERSONAL_OWNER)


def moves_for(user: User, response: CannedResponse) -> set[str]:
    """Return the names of the moves *user* may make with *response* as it is now."""
    return {
        move.name
        for move in MOVES
        if move.source == response.state and may_make(user, response, move)
    }
