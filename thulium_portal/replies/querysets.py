"""Ways to look at replies, for pages and services alike."""

from datetime import datetime, timedelta
from typing import Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.replies.states import ATTENTION, UNSETTLED, WAS_SENT, WITHOUT_AUTHOR, State

Model = TypeVar("Model", bound=models.Model)

BRING_BACK_WITHIN = timedelta(days=1)
"""How long a draft that was thrown away keeps its files and can be brought back."""


LEFT_BEHIND = Q(state=State.HELD, reason__in=WITHOUT_AUTHOR)
"""Of people who no longer send, or not to this queue: they leave by nobody's waiting.

So nobody waits for them.
"""


class ReplyRows(models.QuerySet[Model]):
    """Ways to look at replies; writing is the services' and the delivery's alone."""

    def visible_to(self, user: User) -> Self:
        """One's own replies, or everyone's submitted ones where the role may see them.

        Of others those of one's own queues, by the queue each was written in.
        """
        own = Q(author=user)
        if not user.may(Permission.SEE_ALL_REPLIES):
            return self.filter(own)
        others = ~Q(state=State.DRAFT)
        if user.narrowed_to is not None:
            others &= Q(queue_id__in=user.narrowed_to)
        return self.filter(own | others)

    def drafts_of(self, user: User) -> Self:
        """Unsent texts of this person, newest first."""
        return self.filter(author=user, state=State.DRAFT).order_by("-updated_at")

    def discarded(self) -> Self:
        """Drafts their authors threw away less than a day ago and have not brought back."""
        lately = timezone.now() - BRING_BACK_WITHIN
        gone = self.filter(state=State.CANCELLED, submitted_at=None, settled_at__gt=lately)
        return gone.filter(dismissed_at=None, erased_at=None)

    def unsettled(self) -> Self:
        """Replies on their way, waiting for a person, or still looked for on their ticket.

        Those that wait for approval count as well.
        """
        watched = Q(state=State.SENT, next_check_at__isnull=False)
        followed = Q(state=State.CONFIRMED, status_due_at__isnull=False)
        return self.filter(Q(state__in=UNSETTLED) | watched | followed)

    def left(self, since: datetime | None, until: datetime | None) -> Self:
        """Those whose last call to Thulium began between two moments."""
        rows = self.filter(wire_at__isnull=False)
        if since is not None:
            # Nothing was changed last before it left: an author's replies are found by that.
            rows = rows.filter(wire_at__gte=since, updated_at__gte=since)
        return rows if until is None else rows.filter(wire_at__lt=until)

    def sent(self, since: datetime, until: datetime) -> Self:
        """Those that Thulium has, and that left the portal between two moments."""
        return self.left(since, until).filter(state__in=WAS_SENT)

    def needing_attention(self) -> Self:
        """Replies a person should look at and has not yet dealt with."""
        return self.filter(state__in=ATTENTION, dismissed_at=None)
