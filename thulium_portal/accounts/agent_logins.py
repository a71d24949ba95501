"""Whose an agent login is: Thulium's address of the agent and the person's own are to be one.

Where they are not, or nobody can tell, the login is taken only after it was typed once more; the
record has an entry of it, and every administrator is told.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from thulium_portal.accounts.agent_check import AgentCheck, Doubt, LoginStatus, check_agent_login
from thulium_portal.accounts.audit_facts import record_on_person
from thulium_portal.accounts.models import AgentProfile, User
from thulium_portal.accounts.notices import tell_administrators
from thulium_portal.audit.actions import Action
from thulium_portal.audit.services import Fact
from thulium_portal.lib.mail_addresses import is_same_mailbox


def doubt_about(check: AgentCheck, email: str) -> Doubt | None:
    """Return why the agent of *check* may not be whoever has *email*; None where it is them."""
    if is_same_mailbox(check.email, email):
        return None
    if check.email and email:
        return Doubt.OTHER_ADDRESS
    if check.status is LoginStatus.CANNOT_TELL:
        return Doubt.CANNOT_TELL
    return Doubt.NO_ADDRESS_HERE if check.email else Doubt.NO_ADDRESS_THERE


def needs_confirmation(check: AgentCheck, email: str, *, present: str) -> Doubt | None:
    """Return the doubt that has to be confirmed before a login is taken; *present* is kept."""
    is_kept = present.casefold() == check.login.casefold()
    return None if is_kept else doubt_about(check, email)


def is_confirmed(typed: str, check: AgentCheck, name: str) -> bool:
    """Tell whether *typed* is the login once more, or the name of the person who gets it."""
    wanted = {" ".join(text.casefold().split()) for text in (check.login, name)}
    return " ".join(typed.casefold().split()) in wanted - {""}


def holder_of(login: str, *, besides: User | None = None) -> User | None:
    """Return the person who sends under an agent *login*, other than *besides*."""
    profiles = AgentProfile.objects.filter(login__iexact=login).exclude(user=besides)
    profile = profiles.select_related("user").first()
    return profile.user if profile else None


# Giving a login to a person


@dataclass(frozen=True)
class LoginChange:
    """What was stored of a person's agent login, for the record: that comes last.

    ``doubt`` is why a new one may not be the person's own; ``is_parted`` tells that the address of
    one that is kept is not the person's any more.
    """

    person: User
    before: str
    doubt: Doubt | None = None
    is_parted: bool = False

    def record(self, *, actor: User | None) -> None:
        """Leave the entries of it, and tell every administrator what they should know."""
        person = self.person
        if self.before != person.agent_login:
            facts: dict[str, Fact] = {"before": self.before, "after": person.agent_login}
            record_on_person(Action.PERSON_AGENT_LOGIN_CHANGED, person, actor, facts)
        if self.doubt:
            _tell(Action.AGENT_LOGIN_UNMATCHED, person, actor, {"doubt": str(self.doubt)})
        if self.is_parted:
            _tell(Action.AGENT_ADDRESS_DIFFERED, person, actor, {})


def store_login(
    person: User, check: AgentCheck | None, *, actor: User | None, confirmation: str = ""
) -> LoginChange:
    """Give *person* the login of *check*, None takes theirs away; in the transaction of the change.

    Raises ``ValidationError`` for ``agent_login`` where somebody else has it, and for
    ``confirmation`` where that is not the login or the name once more although it has to be: always
    but at the command line, where *actor* is None and only another's address is no mere doubt.
    """
    before = person.agent_login
    if check is None:
        AgentProfile.objects.filter(user=person).delete()
        person.agent_profile = None  # forget the row that was read
        return LoginChange(person, before)
    doubt = needs_confirmation(check, person.email, present=before)
    has_to = actor is not None or doubt is Doubt.OTHER_ADDRESS
    if doubt and has_to and not is_confirmed(confirmation, check, person.name):
        raise ValidationError({"confirmation": _("Type the agent login once more.")})
    profile = _store(person, check)
    is_kept = before.casefold() == check.login.casefold()
    return LoginChange(person, before, doubt, is_parted=_compare(profile) and is_kept)


def _store(person: User, check: AgentCheck) -> AgentProfile:
    profile = AgentProfile.objects.filter(user=person).first() or AgentProfile(user=person)
    if check.status is not LoginStatus.CANNOT_TELL or profile.login != check.login:
        profile.record_check(check)
    profile.login = check.login
    profile.user = person
    try:
        profile.full_clean()
    except ValidationError as error:
        raise ValidationError({"agent_login": error.messages}) from error
    profile.save()
    person.agent_profile = profile
    return profile


class Given(StrEnum):
    """What became of a login that a person's company names for them."""

    TAKEN = "taken"
    HAS_ONE = "has_one"
    HELD_BY_ANOTHER = "held_by_another"
    UNKNOWN = "unknown"
    INACTIVE = "inactive"
    NOT_THEIRS = "not_theirs"
    CANNOT_TELL = "cannot_tell"


def give_own_login(person: User, login: str) -> Given:
    """Give *person*, who has none, the agent *login* if Thulium says that it is theirs.

    Nothing is stored, and nobody asked to confirm, where the agent's address is not the person's
    own, where Thulium cannot tell, or where somebody else sends under it. Not for a transaction:
    Thulium is asked.
    """
    if person.agent_login:
        return Given.HAS_ONE
    check = check_agent_login(login)
    if check.status in _NOT_GIVEN:
        return _NOT_GIVEN[check.status]
    if holder_of(check.login, besides=person):
        return Given.HELD_BY_ANOTHER
    if doubt_about(check, person.email):
        return Given.NOT_THEIRS
    try:
        with transaction.atomic():
            store_login(person, check, actor=None).record(actor=person)
    except (IntegrityError, ValidationError):
        person.agent_profile = None
        return Given.HELD_BY_ANOTHER
    return Given.TAKEN


_NOT_GIVEN = {
    LoginStatus.UNKNOWN: Given.UNKNOWN,
    LoginStatus.INACTIVE: Given.INACTIVE,
    LoginStatus.CANNOT_TELL: Given.CANNOT_TELL,
}


# What Thulium says later


def keep_check(profile: AgentProfile, check: AgentCheck) -> None:
    """Remember what Thulium said of an agent login; that it could not be asked changes nothing.

    Where the agent's address is not the person's own any more, every administrator is told.
    """
    if check.status is LoginStatus.CANNOT_TELL:
        return
    with transaction.atomic():
        # The login may have been changed while Thulium was asked for the old one.
        rows = AgentProfile.objects.select_for_update(of=("self",)).select_related("user")
        known = rows.filter(pk=profile.pk, login=profile.login).first()
        if known is None:
            return
        known.record_check(check)
        known.save()
        known.user.agent_profile = known
        if check.status is not LoginStatus.UNKNOWN:
            login = known.user.agent_login
            LoginChange(known.user, login, is_parted=_compare(known)).record(actor=None)


def _compare(profile: AgentProfile) -> bool:
    """Note whether both addresses are one; tell whether they were and are not any more."""
    was_own = profile.has_own_address
    is_own = is_same_mailbox(profile.email_in_thulium, profile.user.email)
    if was_own is not is_own:
        profile.has_own_address = is_own
        profile.save(update_fields=["has_own_address"])
    return bool(was_own) and not is_own


def _tell(action: Action, person: User, actor: User | None, facts: dict[str, Fact]) -> None:
    """Leave an entry of *action* and a notice to every administrator."""
    facts = {"agent_login": person.agent_login, **facts}
    addresses = {"email_in_thulium": person.agent_profile.email_in_thulium}
    tell_administrators(action, person, actor=actor, facts=facts)
    record_on_person(action, person, actor, facts, addresses)
