"""Asking Thulium from time to time whether the agent logins of people still hold."""

from datetime import timedelta

from django.core.cache import cache
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from thulium_portal.accounts.agent_check import check_agent_login
from thulium_portal.accounts.agent_logins import keep_check
from thulium_portal.accounts.models import AgentProfile
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State

LASTS = timedelta(days=1)
"""So long what Thulium said of a login is taken for granted."""
LOOKED_EVERY_SECONDS = 20
ASK_AGAIN_SECONDS = 600
"""After Thulium was asked for a login, whatever it said: it may be out of reach."""


def check_due() -> AgentProfile | None:
    """Ask Thulium for one login that is due, and return whose; None where none is.

    Due is what was asked a day ago or never, and at once the login of an author whose reply was
    refused since: it may be the reason.
    """
    if not cache.add("agent-logins-looked", True, LOOKED_EVERY_SECONDS):
        return None
    for profile in _due():
        if cache.add(f"agent-login-asked:{profile.pk}:{profile.login}", True, ASK_AGAIN_SECONDS):
            keep_check(profile, check_agent_login(profile.login))
            return profile
    return None


def _due() -> list[AgentProfile]:
    refused = Reply.objects.filter(
        author=OuterRef("user"), state=State.REJECTED, settled_at__gt=OuterRef("checked_at")
    )
    old = Q(checked_at=None) | Q(checked_at__lt=timezone.now() - LASTS)
    people = AgentProfile.objects.filter(user__is_active=True)
    due = people.filter(old | Exists(refused))
    return list(due.order_by(F("checked_at").asc(nulls_first=True))[:20])
