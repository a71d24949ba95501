"""What is said of agent logins that may not be a person's own."""

from django.utils.translation import gettext as _

from thulium_portal.accounts.agent_check import AgentCheck, Doubt
from thulium_portal.accounts.models import AdministratorNotice
from thulium_portal.audit.actions import Action
from thulium_portal.thulium import Reason, ThuliumError


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


def notice_sentences(notice: AdministratorNotice) -> list[str]:
    """Return what a notice tells administrators, a sentence each."""
    known = {
        "person": notice.person,
        "actor": notice.actor,
        "login": notice.facts.get("agent_login", ""),
    }
    if notice.action == Action.AGENT_ADDRESS_DIFFERED:
        sentence = _(
            "%(person)s and the agent “%(login)s” in Thulium no longer have the same address. "
            "Check that replies still leave under the right name."
        )
        return [sentence % known]
    if notice.action == Action.AGENT_LOGIN_NOT_TAKEN:
        sentence = _(
            "%(person)s came by single sign-on, whose account names the agent login “%(login)s”. "
            "It was not taken; their page says why."
        )
        return [sentence % known]
    if notice.actor is None:
        sentence = _("The agent login “%(login)s” was given to %(person)s at the command line.")
    else:
        sentence = _("The agent login “%(login)s” was given to %(person)s by %(actor)s.")
    return [sentence % known, _why(notice.facts.get("doubt", "")) % known]


def _why(doubt: str) -> str:
    if doubt == Doubt.OTHER_ADDRESS:
        return _("In Thulium this agent has another address.")
    if doubt == Doubt.NO_ADDRESS_HERE:
        return _("The person has no e-mail here that could be compared with Thulium's.")
    if doubt == Doubt.NO_ADDRESS_THERE:
        return _("Thulium names no address for this agent.")
    return _("Thulium could not be asked whose it is.")


def no_agents_sentences(problem: ThuliumError) -> list[str]:
    """Return why the list of agents cannot be read, and what to do about it, a sentence each."""
    if problem.reason in {Reason.NO_RIGHT, Reason.NOT_FOUND}:
        told = _("Thulium does not let the portal's API user read the list of agents.")
        mend = _("In Thulium, give that user the right to read agents, then read the list again.")
    elif problem.reason is Reason.WRONG_CREDENTIALS:
        told = _("Thulium refused the portal's API user.")
        mend = _("Check THULIUM_API_USER and THULIUM_API_PASSWORD, then read the list again.")
    elif problem.reason is Reason.BUSY:
        told = _("Thulium asked for a short pause.")
        mend = _("Wait a minute, then go on reading; what was read is kept.")
    elif problem.reason is Reason.UNEXPECTED_ANSWER:
        told = _("Thulium's list of agents could not be understood.")
        mend = _("Read it again later; if that stays so, tell whoever looks after the portal.")
    else:
        told = _("Thulium cannot be reached now.")
        mend = _("Read the list again in a few minutes; what was read is kept.")
    return [told, mend, _("People can be added one by one meanwhile.")]
