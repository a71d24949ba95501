"""Who comes in by single sign-on: people an administrator has added, and nobody else.

The first time a person is found by the address that the provider vouches for; from then on by the
account itself, whatever its address becomes.
"""

from enum import StrEnum

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import QuerySet

from thulium_portal.accounts.models import User
from thulium_portal.accounts.single_sign_on.identity import Identity, same_address
from thulium_portal.audit.actions import Action
from thulium_portal.audit.services import Subject, record


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
    # The rows are locked, so that of two accounts with one address only the first is bound.
    alike = User.objects.select_for_update().filter(email__iexact=identity.address)
    people = [person for person in alike if same_address(person.email, identity.address)]
    if not people:
        raise NotAdmitted(Why.UNKNOWN)
    if len(people) > 1:
        raise NotAdmitted(Why.AMBIGUOUS)
    person = people[0]
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


def accounts_of(person: User) -> QuerySet[SocialAccount]:
    """Return the accounts at providers by which *person* comes in."""
    accounts: QuerySet[SocialAccount] = SocialAccount.objects.filter(user=person)
    return accounts


def record_refusal(refusal: NotAdmitted, identity: Identity | None) -> None:
    """Record that somebody was not let in, and whose account it was about."""
    person = refusal.person
    content = {"address": identity.address} if identity and identity.address else {}
    if person is not None:
        content |= {"name": person.name, "email": person.email, "username": person.username}
    with transaction.atomic():
        record(
            Action.SIGN_IN_FAILED,
            actor=None,
            subject=Subject("person", str(person.pk)) if person else None,
            facts={"by": "single_sign_on", "reason": str(refusal.why)},
            content=content,
        )
