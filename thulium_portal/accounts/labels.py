"""What an agent login that may not be a person's own is called, in people's words."""

from django.utils.translation import gettext as _

from thulium_portal.accounts.agent_check import AgentCheck
from thulium_portal.accounts.agent_logins import Doubt


def doubt_sentence(doubt: Doubt, check: AgentCheck, email: str) -> str:
    """Return why nobody can be sure that the agent of *check* is whoever has *email*."""
    if doubt is Doubt.OTHER_ADDRESS:
        sentence = _("In Thulium “%(login)s” has the address %(there)s, this person has %(here)s.")
    elif doubt is Doubt.NO_ADDRESS_HERE:
        sentence = _(
            "In Thulium “%(login)s” has the address %(there)s; this person has no e-mail here to "
            "compare it with."
        )
    elif doubt is Doubt.NO_ADDRESS_THERE:
        sentence = _("Thulium names no address for “%(login)s”, so nobody can see whose it is.")
    else:
        sentence = _("Thulium cannot be asked now whose login “%(login)s” is.")
    return sentence % {"login": check.login, "there": check.email, "here": email}


def confirmation_wanted(login: str) -> str:
    """Return what to type to take a *login* all the same."""
    return _("If it really belongs to this person, type “%(login)s” once more.") % {"login": login}
