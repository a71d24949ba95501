"""Which signatures a person can put below a reply, which one is usual, how replies begin and end.

The usual one: the office's for the queue, else the person's own for the queue, else their own for
all queues, else the office's for all queues. Of each, one in the language of the ticket comes
before one for any language; one in another language is offered, never usual.
"""

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from thulium_portal.accounts.models import User
from thulium_portal.canned.placeholders.greeting import address
from thulium_portal.canned.placeholders.nodes import Literal
from thulium_portal.canned.placeholders.parser import parts_of
from thulium_portal.canned.placeholders.render import value_of
from thulium_portal.canned.placeholders.values import placeholder_values
from thulium_portal.lib.html.plain_text import html_to_text
from thulium_portal.lib.html.sanitize import plain_to_html
from thulium_portal.signatures.models import StandingText
from thulium_portal.tickets.snapshot import Snapshot

NONE = "none"
OWN = "own"
"""What the signature of a person's profile is called among the choices."""
MOST_OFFERED = 12
"""The page's style sheet shows no more."""
_ROWS = 50
Kind = StandingText.Kind


@dataclass(frozen=True)
class Choice:
    """A signature that can stand below a reply: what a form names it by, and its HTML, filled."""

    key: str
    label: str
    html: str
    is_usual: bool = False


class Texts:
    """The texts that can stand around a reply of one person to one ticket.

    Read at once, where one of them is asked for.
    """

    def __init__(self, snapshot: Snapshot, user: User) -> None:
        self._snapshot, self._user = snapshot, user
        self.language = language_for(snapshot, user)

    @cached_property
    def _rows(self) -> list[StandingText]:
        mine = Q(person=self._user) | Q(person=None)
        return list(StandingText.objects.filter(_of_queue(self._snapshot), mine)[:_ROWS])

    def offered(self) -> list[Choice]:
        """Return the signatures that can be chosen, the usual one marked.

        None where Thulium adds one itself.
        """
        if settings.THULIUM_ADDS_SIGNATURE:
            return []
        candidates = self._candidates(self.language)
        usual = next((one.key for one in candidates if one.language in {"", self.language}), "")
        choices = [
            Choice(one.key, one.label, html, one.key == usual)
            for one in candidates
            if html_to_text(html := self._filled(one, self.language)).strip()
        ]
        return choices[:MOST_OFFERED]

    def chosen(self, signature: str) -> Choice | None:
        """Return the signature that a form names; None for none, and for what is not offered."""
        return next((one for one in self.offered() if one.key == signature), None)

    def usual(self, language: str = "") -> Choice | None:
        """Return the signature that is usual below a text of *language*, or None."""
        if settings.THULIUM_ADDS_SIGNATURE:
            return None
        language = language or self.language
        for one in self._candidates(language):
            if one.language in {"", language}:
                return Choice(one.key, one.label, self._filled(one, language), is_usual=True)
        return None

    def opening(self) -> str:
        """Return how a reply usually begins, as HTML; "" where nothing is usual."""
        return self._first_words(Kind.OPENING)

    def closing(self) -> str:
        """Return how a reply usually ends, as HTML; "" where nothing is usual."""
        return self._first_words(Kind.CLOSING)

    def _first_words(self, kind: Kind) -> str:
        rows = [row for row in self._rows if row.kind == kind and row.person_id is None]
        fitting = [row for row in rows if row.language in {"", self.language}]
        best = min(fitting, key=lambda row: (row.queue_id is None, not row.language), default=None)
        return fill(best.body, self._snapshot, self._user, self.language) if best else ""

    def _filled(self, one: "_Candidate", language: str) -> str:
        return fill(one.body, self._snapshot, self._user, one.language or language)

    def _candidates(self, language: str) -> list["_Candidate"]:
        """Return every signature that could be meant, the most fitting first."""
        rows = [row for row in self._rows if row.kind == Kind.SIGNATURE]
        found = [(_rank(row, language), _candidate(row)) for row in rows]
        if self._user.signature.strip():
            own = _Candidate(OWN, _("Yours"), "", plain_to_html(self._user.signature))
            found.append(((_PROFILE, 0), own))
        return [candidate for _place, candidate in sorted(found, key=lambda pair: pair[0])]


def fill(body: str, snapshot: Snapshot, user: User, language: str) -> str:
    """Return *body* with what is known of ticket and person; what is not known leaves no hole."""
    values = placeholder_values(snapshot, user, language)
    known = address(values["customer_first_name"], language)
    values |= {"address": str(known.guess), "greeting": known.words(known.guess)}
    values["my_signature"] = ""
    filled = "".join(
        part.html if isinstance(part, Literal) else value_of(part, values, {}) or ""
        for part in parts_of(body)
    )
    return filled.replace(" ,", ",").replace("&nbsp;,", ",").replace(" !", "!")


def language_for(snapshot: Snapshot, user: User) -> str:
    """Return the language a reply to the ticket is written in."""
    known = dict(settings.LANGUAGES)
    return snapshot.language if snapshot.language in known else user.language


@dataclass(frozen=True)
class _Candidate:
    key: str
    label: str
    language: str
    body: str


_OFFICE_QUEUE, _OWN_QUEUE, _OWN_ALL, _PROFILE, _OFFICE_ALL = range(5)


def _rank(row: StandingText, language: str) -> tuple[int, int]:
    if row.person_id is None:
        place = _OFFICE_ALL if row.queue_id is None else _OFFICE_QUEUE
    else:
        place = _OWN_ALL if row.queue_id is None else _OWN_QUEUE
    return place, (language, "").index(row.language) if row.language in {language, ""} else 2


def _candidate(row: StandingText) -> _Candidate:
    whose = _("Yours") if row.person_id else _("The office’s")
    where = row.queue_name if row.queue_id is not None else ""
    language = str(dict(settings.LANGUAGES).get(row.language, row.language))
    label = " · ".join(filter(None, (whose, where, language)))
    return _Candidate(str(row.pk), label, row.language, row.body)


def _of_queue(snapshot: Snapshot) -> Q:
    of_all = Q(queue_id=None)
    return of_all | Q(queue_id=snapshot.queue_id) if snapshot.queue_id is not None else of_all
