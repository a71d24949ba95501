"""A greeting, or a name the text calls by, that does not fit whom the ticket is of.

Asked only where both are known: the name in the text, and names on the ticket among which it is
not. Whoever signed a message, or is named in the conversation, may be greeted as well.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from django.utils.translation import gettext as _

from thulium_portal.canned.placeholders import person_names
from thulium_portal.canned.placeholders.greeting import Gender
from thulium_portal.canned.placeholders.name_forms import bearer, folded, names_meant
from thulium_portal.replies.readiness.complaints import Complaint
from thulium_portal.replies.readiness.guards.address_forms import Addressed, addressed, gendered
from thulium_portal.replies.readiness.situation import Situation
from thulium_portal.tickets.snapshot import Snapshot

_LONGEST_ABOUT = 60
_MOST_WORDS = 12
_ALIKE = 0.66
_WORD = re.compile(r"[^\W\d_]{1,40}+")
_SOUNDS = str.maketrans({"y": "i", "j": "i", "v": "w", "q": "k"})
_DOUBLE = re.compile(r"([a-z])\1+")
_HIS, _HER = ("ski", "cki", "dzki"), ("ska", "cka", "dzka")


def greeting(situation: Situation) -> Iterable[Complaint]:
    """Ask where somebody else is greeted, or a man as a woman."""
    text, customer = situation.own_words, _Customer(situation.snapshot)
    if not customer.is_known:
        return
    spoken_to = addressed(text)
    for each in spoken_to:
        if each.names and not customer.may_be_called(each):
            sentence = _(
                "Your reply says “%(words)s”, but the customer on this ticket is %(name)s. "
                "Change the greeting, or keep it as it is."
            )
            yield _complaint(sentence, each, customer)
            return
    for each in (*spoken_to, *gendered(text)):
        if customer.is_other_than(each.gender) and not _is_their_own(each):
            sentence = _(
                "“%(words)s” does not seem right for %(name)s. Change the words, or keep "
                "them as they are."
            )
            yield _complaint(sentence, each, customer)
            return


def _complaint(sentence: str, each: Addressed, customer: "_Customer") -> Complaint:
    about = each.words.lower()[:_LONGEST_ABOUT]
    shown = {"words": each.words[:_LONGEST_ABOUT], "name": customer.shown}
    return Complaint("greeting", "body", sentence % shown, about)


def _is_their_own(each: Addressed) -> bool:
    """Tell whether *Pan* or *Pani* is right for the first name beside it, whoever bears it."""
    return any(bearer(name) is each.gender for name in each.names)


@dataclass(frozen=True)
class _Customer:
    """What is known of how the customer, and others on the ticket, may be called."""

    snapshot: Snapshot

    @cached_property
    def _person(self) -> list[str]:
        """The words of the customer's name; none of a company's."""
        known = self.snapshot
        name = known.customer_name or known.customer_first_name
        return _words(person_names.first_name(name))

    @cached_property
    def _mailbox(self) -> str:
        return folded(self.snapshot.customer_email.partition("@")[0])

    @cached_property
    def _first_names(self) -> list[str]:
        """First names, of which it is sure that they are: the customer's, and of who signed."""
        own = [word for word in self._person if names_meant(word)]
        signed = [word for word in self.snapshot.signed if names_meant(word)]
        if own or signed or self._person:
            return own + signed
        return [word for word in _words(self._mailbox) if names_meant(word)]

    @property
    def is_known(self) -> bool:
        """Tell whether a name is known at all that another one could differ from."""
        return bool(self._first_names) or len(self._person) > 1 or bool(self._gender_of_surname)

    @property
    def shown(self) -> str:
        """The customer as a sentence calls them."""
        return self.snapshot.customer_name or self.snapshot.customer_email

    @cached_property
    def _all(self) -> list[str]:
        known = self.snapshot
        company = _words(known.customer_name) + _words(known.customer_first_name)
        return [*self._person, *company, *known.signed, *known.called, *_words(self._mailbox)]

    def may_be_called(self, each: Addressed) -> bool:
        """Tell whether one of the names fits, or nobody can say that none does."""
        given = [name for name in each.names if names_meant(name)]
        if any(self._fits(part) for name in each.names for part in _words(name)):
            return True
        if given:
            return not self._first_names and len(self._person) < 2
        is_name = each.has_title or len(each.names) == 1
        return not (is_name and len(self._person) > 1)

    def _fits(self, name: str) -> bool:
        """Tell whether *name* is one of the ticket's, in another form or spelling perhaps."""
        meant, plain = names_meant(name), folded(name)
        if any(_is_same(plain, meant, known) for known in self._all):
            return True
        stems = {plain, *(one.partition("/")[0] for one in meant)}
        return any(len(stem) > 2 and stem in self._mailbox for stem in stems)

    @cached_property
    def _gender_of_surname(self) -> Gender:
        """Whose a surname like *Kowalska* is; neutral where it does not tell."""
        ends = [folded(word) for word in self._person]
        if any(word.endswith(_HER) for word in ends):
            return Gender.SHE
        return Gender.HE if any(word.endswith(_HIS) for word in ends) else Gender.NEUTRAL

    @cached_property
    def _gender(self) -> Gender:
        """Whether the customer is a man or a woman; neutral unless everything says the same."""
        first = _words(self.snapshot.customer_first_name)
        own = [bearer(word) for word in first or self._person if names_meant(word)][:1]
        signed = [bearer(word) for word in self.snapshot.signed if names_meant(word)]
        couple = (
            [bearer(word) for word in self._person if names_meant(word)] if self._is_couple else []
        )
        found = {*own, *couple, *signed, *filter(None, [self._gender_of_surname])}
        return found.pop() if len(found) == 1 else Gender.NEUTRAL

    @cached_property
    def _is_couple(self) -> bool:
        """Tell whether the name is of two people: *Ewa i Adam Kos*."""
        return any(word.lower() in {"i", "and", "oraz"} for word in self._person)

    def is_other_than(self, gender: Gender) -> bool:
        """Tell for sure that the customer is not who is spoken to."""
        return bool(gender and self._gender) and gender is not self._gender


def _words(name: str) -> list[str]:
    return _WORD.findall(name[:300])[:_MOST_WORDS]


def _is_same(name: str, meant: frozenset[str], word: str) -> bool:
    """Tell whether a folded name and a *word* are one person's, as far as they can be compared."""
    known, others = folded(word), names_meant(word)
    if name == known:
        return True
    if meant and others:
        return not meant.isdisjoint(others)
    if not meant and len(name) >= 3 and name[:3] == known[:3]:
        return True  # a pet name that no list has: “Debs”
    if len(known) == 1:
        return known in _first_letters(name, meant)
    return _sound_alike(name, known) or any(
        _sound_alike(one.partition("/")[0], known) for one in meant
    )


def _first_letters(name: str, meant: Iterable[str]) -> set[str]:
    return {name[:1], *(one[:1] for one in meant)}


def _sound_alike(one: str, other: str) -> bool:
    """Tell whether two words may be one in another case, spelling or with a slip."""
    first, second = _sound(one), _sound(other)
    short, long = sorted((first, second), key=len)
    if len(short) < 3 or first[:1] != second[:1]:
        return False
    stem = max(3, len(long) - 3)
    if first[:stem] == second[:stem] or (len(short) >= 5 and long.startswith(short)):
        return True
    if (
        len(long) - len(short) <= 1
        and len(short) >= 5
        and (Counter(long) - Counter(short)).total() <= 1
    ):
        return True  # letters that changed places
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= _ALIKE


def _sound(word: str) -> str:
    return _DOUBLE.sub(r"\1", word.translate(_SOUNDS).replace("x", "ks").replace("ph", "f"))
