"""Who comes in by single sign-on: people an administrator has added, and nobody else.

The first time a person is found by the address that the provider vouches for; from then on by the
account itself, whatever its address becomes.
"""

import json
from enum import StrEnum

from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from thulium_portal.accounts.agent_logins import Given, give_own_login
from thulium_portal.accounts.audit_facts import record_on_person
from thulium_portal.accounts.denials import record_not_admitted
from thulium_portal.accounts.models import User
from thulium_portal.accounts.notices import tell_administrators
from thulium_portal.accounts.roles import Permission
from thulium_portal.accounts.sessions.services import end_all
from thulium_portal.accounts.single_sign_on.identity import Identity
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditEntry
from thulium_portal.audit.services import Subject, record
from thulium_portal.lib.mail_addresses import is_same_mailbox


class Why(StrEnum):
    """Why somebody was not let in; codes of the record."""

    UNVERIFIED = "address_unverified"
    UNKNOWN = "nobody_added"
    AMBIGUOUS = "address_of_several"
    INACTIVE = "switched_off"
    ANOTHER_ACCOUNT = "another_account"
    PROVIDER = "provider_failed"
    STATE = "not_begun_here"
    CANCELLED = "cancelled"


class NotAdmitted(Exception):
    """Somebody the provider knows is not let in: *why*, and whose row it was about, if any."""

    def __init__(self, why: Why, person: User | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.person = person


def admit(identity: Identity, account: SocialAccount) -> SocialAccount:
    """Return the account by which *identity* comes in, bound to its person for good.

    *account* is the one allauth found or made. Raises :class:`NotAdmitted`.
    """
    if account.pk is None:
        with transaction.atomic():
            account = _bound(identity, account)
    if not account.user.is_active:
        raise NotAdmitted(Why.INACTIVE, account.user)
    return account


def _bound(identity: Identity, account: SocialAccount) -> SocialAccount:
    """Bind *identity* to the one person with its address."""
    if not identity.address:
        raise NotAdmitted(Why.UNVERIFIED)
    with_address = User.objects.exclude(email="").only("email")
    alike = [one.pk for one in with_address if is_same_mailbox(one.email, identity.address)]
    if not alike:
        raise NotAdmitted(Why.UNKNOWN)
    if len(alike) > 1:
        raise NotAdmitted(Why.AMBIGUOUS)
    # The row is locked, so that of two accounts with one address only the first is bound.
    person = User.objects.select_for_update().get(pk=alike[0])
    for other in accounts_of(person).filter(extra_data__issuer=identity.issuer):
        if other.uid != account.uid:
            raise NotAdmitted(Why.ANOTHER_ACCOUNT, person)
        return other  # bound by another tab in the meantime
    if not person.is_active:
        raise NotAdmitted(Why.INACTIVE, person)
    account.user = person
    account.save(force_insert=True)
    record(Action.SIGN_ON_BOUND, actor=person, subject=Subject("person", str(person.pk)))
    return account


def take_agent_login(person: User, account: SocialAccount) -> None:
    """Give *person* the agent login that their company names for them, if it is surely theirs.

    Only to somebody who may send and never had one: what an administrator once decided is not
    turned round by signing in. Why it was not taken stays with the account, for their page; that
    Thulium could not be asked ends with the next sign-in. Not for a transaction: Thulium is asked.
    """
    login = account.extra_data.get("agent_login", "")
    if not login or person.agent_login or not person.may(Permission.SEND_REPLIES):
        return
    subject = Subject("person", str(person.pk))
    of_person = AuditEntry.objects.filter(subject_kind=subject.kind, subject_id=subject.id)
    if of_person.filter(action=Action.PERSON_AGENT_LOGIN_CHANGED).exists():
        given = DECIDED
    else:
        given = str(give_own_login(person, login))
    if given == Given.TAKEN:
        return
    with transaction.atomic():
        account.extra_data["not_taken"] = given
        account.save(update_fields=["extra_data"])
        latest = of_person.filter(action=Action.AGENT_LOGIN_NOT_TAKEN).first()
        facts = {"agent_login": login, "reason": given}
        is_news = latest is None or json.loads(latest.record)["facts"] != facts
        if is_news and given in _ANOTHERS:
            tell_administrators(Action.AGENT_LOGIN_NOT_TAKEN, person, actor=None, facts=facts)
        if is_news and given not in _PASSING:
            record_on_person(Action.AGENT_LOGIN_NOT_TAKEN, person, None, facts)


DECIDED = "decided"
"""An administrator gave or took an agent login before, and decides from then on."""
_ANOTHERS = (Given.HELD_BY_ANOTHER, Given.NOT_THEIRS)
"""What every administrator is to know: somebody's account names the login of somebody else."""
_PASSING = (DECIDED, Given.CANNOT_TELL)
"""What is no news."""


def release(person: User, *, actor: User) -> None:
    """Forget the account by which *person* comes in, so that another is bound at the next sign-in.

    Their sessions end, but for the actor's own.
    """
    if not actor.may(Permission.MANAGE_PEOPLE):
        raise PermissionDenied
    with transaction.atomic():
        if not accounts_of(person).delete()[0]:
            return
        if actor != person:
            end_all(person)
        record_on_person(Action.SIGN_ON_RELEASED, person, actor)


def accounts_of(person: User) -> QuerySet[SocialAccount]:
    """Return the accounts at providers by which *person* comes in."""
    accounts: QuerySet[SocialAccount] = SocialAccount.objects.filter(user=person)
    return accounts


def record_refusal(refusal: NotAdmitted, identity: Identity | None) -> None:
    """Record that somebody was not let in, and whose account it was about."""
    content = {"address": identity.address} if identity and identity.address else {}
    reason = str(refusal.why)
    record_not_admitted(refusal.person, by="single_sign_on", reason=reason, content=content)
