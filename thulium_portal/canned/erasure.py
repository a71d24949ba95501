"""What the library keeps of single customers: taken out with the replies it came from."""

import uuid
from collections.abc import Collection, Iterable

from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.audit.actions import Action
from thulium_portal.audit.services import Subject, record
from thulium_portal.canned.models import CannedUse, EmptySearch, Proposal


def erase(replies: Iterable[uuid.UUID], *, actor: User | None) -> None:
    """Take out the questions that *replies* answered, and what was proposed from them.

    Runs inside the caller's transaction. A proposal that waits is declined: nobody can decide over
    an erased text.
    """
    uuids = list(replies)
    CannedUse.objects.filter(reply_uuid__in=uuids).exclude(question="").update(question="")
    erase_proposals(Proposal.objects.filter(reply_uuid__in=uuids), actor=actor)


def erase_proposals(proposals: Iterable[Proposal], *, actor: User | None) -> None:
    """Empty the texts of *proposals*, and decline those that wait."""
    for proposal in proposals:
        waiting = proposal.state == Proposal.State.OPEN
        proposal.body = proposal.note = proposal.answer = ""
        if waiting:
            proposal.state = Proposal.State.DECLINED
            proposal.decided_by, proposal.decided_at = actor, timezone.now()
        proposal.save()
        if waiting:
            record(
                Action.PROPOSAL_DECLINED,
                actor=actor,
                subject=Subject("canned", str(proposal.response_id)),
                facts={"proposal": proposal.pk, "erased": True},
            )


def erase_empty_searches(pks: Collection[int]) -> int:
    """Delete these searches that found nothing; return how many there were."""
    return EmptySearch.objects.filter(pk__in=pks).delete()[0]
