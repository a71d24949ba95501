"""What the record's codes are called on its pages: outcomes, actors, headings of texts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from thulium_portal.accounts.pace.limits import LIMITS
from thulium_portal.audit.actions import Action
from thulium_portal.canned.models import CannedResponse
from thulium_portal.lib.times import clock
from thulium_portal.replies.states import State

STATES = {str(state): state.label for state in State if state is not State.DRAFT}
"""Every state of a submitted reply; drafts are nobody's to review."""

LIGHTLY = 20
"""Percent of the words changed up to which an edit is light."""


class Change(TextChoices):
    """How far a reply went from its canned response."""

    UNCHANGED = "unchanged", _("Sent unchanged")
    # xgettext:no-python-format  # noqa: ERA001
    LIGHT = "light", _("Lightly edited (up to 20 % of the words)")
    HEAVY = "heavy", _("Heavily edited")
    NOT_COMPARED = "not_compared", _("Not compared")
    SCRATCH = "scratch", _("Written from scratch")


@dataclass(frozen=True)
class StateBadge:
    """How a state is shown: its name, the tone of its colour, its icon."""

    state: str
    label: str | Promise
    tone: str
    icon: str


_LOOKS = {
    "unapproved": ("caution", "users"),
    "pending": ("info", "clock"),
    "claimed": ("info", "send"),
    "sending": ("info", "send"),
    "sent": ("good", "check"),
    "confirmed": ("good", "check-check"),
    "unknown": ("caution", "circle-question-mark"),
    "not_found": ("caution", "search-x"),
    "rejected": ("bad", "circle-x"),
    "blocked": ("caution", "octagon-pause"),
    "held": ("caution", "pause"),
    "cancelled": ("", "undo-2"),
    "superseded": ("", "replace"),
}


DISCARDED = StateBadge(
    str(State.CANCELLED), pgettext_lazy("reply", "Discarded draft"), "", "trash-2"
)
"""How a draft is shown that nobody ever sent."""


def outcome(state: str, action: str = "") -> StateBadge:
    """Return how *state*, which *action* led to, is shown; one that is not known, by its code."""
    if action == Action.DRAFT_DISCARDED:
        return DISCARDED
    named = {**STATES, **dict(CannedResponse.State.choices)}
    return StateBadge(state, named.get(state, state), *_LOOKS.get(state, ("", "circle-dashed")))


UNNAMED = {"system": _("The portal itself"), "cli": _("The command line")}
"""Who acted where no person did."""

_WAYS = {
    "password": _("Password"),
    "totp": _("Authenticator app"),
    "webauthn": _("Passkey"),
    "recovery_codes": _("Recovery codes"),
    "single_sign_on": _("Single sign-on"),
}
"""By what people sign in."""


def ways(facts: Mapping[str, Any]) -> str:
    """Return by what somebody signed in, or which second step an entry is about; may be empty."""
    told = facts.get("kinds") or str(facts.get("by") or "").split("+")
    named = ", ".join(str(_WAYS[way]) for way in told if way in _WAYS)
    return f"{named}." if named else ""


FIELDS = {
    "body": _("Text"),
    "customer": _("Customer"),
    "recipient": _("Customer's address"),
    "ticket_subject": _("Subject of the ticket"),
    "author_name": _("Name of the author"),
    "query": _("Searched for"),
    "basis": _("Legal ground"),
    "name": _("First and last name"),
    "email": _("E-mail"),
    "username": _("User name"),
    "title": _("Title"),
    "note": _("Note"),
    "reason": _("Reason"),
    "approval_note": _("Note about the approval"),
    "stop_rules": _("What stop rules said"),
    "status_after_name": _("Status of the ticket afterwards"),
    "sentence": _("What the author reads"),
    "sentence_before": _("What the author read before"),
    "words": _("Words and phrases"),
    "words_before": _("Words and phrases before"),
    "queues": _("Queues"),
    "queues_before": _("Queues before"),
    "title_before": _("Title before"),
    "keep_reason": _("Why a must-keep passage was changed"),
    "email_in_thulium": _("E-mail in Thulium"),
    "address": _("E-mail at the single sign-on"),
    "device": _("Device"),
    "place": _("Address of the computer"),
}
"""Headings of the texts kept with entries."""


_FORM_FAULTS = {
    "origin": _("It came from a page of another site."),
    "referer": _("It came from a page of another site, or from one that does not say."),
    "no_cookie": _("The browser sent no cookie with it."),
    "token": _("Its token was missing or too old."),
}

_NOT_LET_IN = {
    "slowed_down": _("There were too many tries; the next ones had to wait."),
    "address_unverified": _("The provider does not vouch for the account's e-mail address."),
    "nobody_added": _("Nobody here has the account's e-mail address."),
    "address_of_several": _("Several people here have the account's e-mail address."),
    "switched_off": _("The person's sign-in is off."),
    "another_account": _("The person is bound to another account; their page releases it."),
    "provider_failed": _("The provider did not answer as it should; the portal's log says how."),
    "not_begun_here": _("The sign-in was over, or had begun in another browser."),
    "cancelled": _("It was cancelled at the provider."),
}


def denial(facts: Mapping[str, Any]) -> list[str]:
    """Return what was refused, a sentence each: the thing, why a form or person was, how often."""
    sentences = []
    if reason := _NOT_LET_IN.get(facts.get("reason") or ""):
        sentences.append(str(reason))
    if thing := facts.get("thing"):
        sentences.append(gettext("Asked for: %(thing)s.") % {"thing": thing})
    if fault := _FORM_FAULTS.get(facts.get("fault") or ""):
        sentences.append(str(fault))
    if limit := LIMITS.get(facts.get("limit") or ""):
        words = gettext("%(what)s: more than %(most)d within a minute.")
        sentences.append(words % {"what": limit.title, "most": limit.most})
    if count := facts.get("repeated"):
        until = parse_datetime(str(facts.get("until") or ""))
        words = ngettext(
            "%(count)d more time after entry %(first)s, the last at %(time)s.",
            "%(count)d more times after entry %(first)s, the last at %(time)s.",
            count,
        )
        time = clock(until) if until else "–"
        sentences.append(words % {"count": count, "first": facts.get("first"), "time": time})
    if places := facts.get("places"):
        sentences.append(gettext("Pages: %(places)s.") % {"places": ", ".join(places)})
    return sentences
