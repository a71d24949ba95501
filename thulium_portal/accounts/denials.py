"""What people and strangers are refused, for the record, which they cannot flood by it."""

from collections.abc import Sequence

from thulium_portal.accounts.models import User
from thulium_portal.audit.actions import Action
from thulium_portal.audit.repeats import PAGE, record_repeatable
from thulium_portal.audit.services import Fact, Subject

_LONGEST_VIEW = _LONGEST_KIND = 40
_FORM_FAULTS = {
    "Origin checking failed": "origin",
    "Referer checking failed": "referer",
    "CSRF cookie not set": "no_cookie",
}
"""How Django's reasons begin, and what the record calls them: they may quote an address."""


def record_denied(
    person: User, *, view: str, method: str, ticket_id: int | None = None, thing: str = ""
) -> None:
    """Record that a person asked for what is not theirs: a page of other roles, or a *thing*."""
    facts: dict[str, Fact] = {"method": method[:20]}
    record_repeatable(
        Action.ACCESS_DENIED,
        whose=person,
        actor=person,
        subject=Subject(PAGE, view[:_LONGEST_VIEW]),
        ticket_id=ticket_id,
        facts=facts | ({"thing": thing} if thing else {}),
    )


def record_refused_form(person: User | None, *, view: str, reason: str) -> None:
    """Record a form without a valid token, as other sites and pages that are too old send it."""
    faults = (fault for begin, fault in _FORM_FAULTS.items() if reason.startswith(begin))
    fault = next(faults, "token")
    record_repeatable(
        Action.FORM_REFUSED,
        whose=person,
        kind=fault,
        actor=person,
        subject=Subject(PAGE, view[:_LONGEST_VIEW]),
        facts={"fault": fault},
    )


def record_infected_files(person: User, names: Sequence[str], *, view: str) -> None:
    """Record that *person* brought files in which the virus scanner found something."""
    record_repeatable(
        Action.FILE_INFECTED,
        whose=person,
        actor=person,
        subject=Subject(PAGE, view[:_LONGEST_VIEW]),
        content={"files": "\n".join(names)},
    )


def record_too_fast(person: User, *, limit: str, view: str) -> None:
    """Record that *person* reached a *limit* per minute, named as in ``pace.limits``."""
    record_repeatable(
        Action.PACE_EXCEEDED,
        whose=person,
        kind=limit,
        actor=person,
        subject=Subject(PAGE, view[:_LONGEST_VIEW]),
        facts={"limit": limit},
    )


def record_failed_sign_in(username: str, *, reason: str = "") -> None:
    """Record a failed sign-in, and whose account was tried.

    A name that nobody has is not kept: it may be a password typed into the wrong box.
    """
    name = User.normalize_username(username)
    person = User.objects.filter(username__iexact=name).first()
    record_not_admitted(person, by="password", reason=reason)


def record_not_admitted(
    person: User | None, *, by: str, reason: str = "", content: dict[str, str] | None = None
) -> None:
    """Record that somebody was not let in *by* some way, as *person* where that is known.

    A *reason* is one of few codes.
    """
    known = _known(person) if person else {}
    record_repeatable(
        Action.SIGN_IN_FAILED,
        whose=person,
        kind=f"{by} {reason}"[:_LONGEST_KIND].strip(),
        actor=None,
        subject=_on(person) if person else None,
        facts={"by": by} | ({"reason": reason} if reason else {}),
        content=known | (content or {}),
    )


def record_mistyped_password(person: User) -> None:
    """Record that whoever is signed in as *person* did not know their current password."""
    record_repeatable(
        Action.PASSWORD_MISTYPED,
        whose=person,
        actor=person,
        subject=_on(person),
        content=_known(person),
    )


def _on(person: User) -> Subject:
    return Subject("person", str(person.pk))


def _known(person: User) -> dict[str, str]:
    return {"name": person.name, "email": person.email, "username": person.username}
