"""What replies hear of people."""

from django.dispatch import receiver

from thulium_portal.accounts.models import User
from thulium_portal.accounts.signals import no_longer_sends, works_in_other_queues
from thulium_portal.replies.decisions.departure import hold_out_of_reach, hold_replies


@receiver(no_longer_sends)
def keep_back(person: User, actor: User | None, **_kwargs: object) -> None:
    """Put on hold what would leave in the name of somebody who may no longer send."""
    hold_replies(person, actor=actor)


@receiver(works_in_other_queues)
def keep_back_of_queues(person: User, actor: User | None, **_kwargs: object) -> None:
    """Put on hold what would leave in somebody's name to queues they no longer work in."""
    hold_out_of_reach(person, actor=actor)
