"""Whether Thulium takes replies of the person who sends, as far as it was asked before."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from thulium_portal.replies.readiness.complaints import Complaint
from thulium_portal.replies.readiness.situation import Situation


def agent_inactive(situation: Situation) -> Iterator[Complaint]:
    """Ask where Thulium last said that there is no such agent, or none who may work."""
    profile = getattr(situation.author, "agent_profile", None)
    if profile is not None and profile.active_in_thulium is False:
        sentence = _(
            "Your agent login “%(login)s” is not active in Thulium, so this reply will "
            "probably be refused. Ask an administrator for help. Send anyway?"
        )
        yield Complaint("agent_inactive", "body", sentence % {"login": profile.login})
