"""Another customer's name, address or number in the text: left from a reply written before.

Asked where the text has it, this ticket has it nowhere, and a recent reply of the same person to
another customer has it. What stands in replies to several customers is the company's own. A number
that is one or two digits off from the conversation's own, or takes its place, is asked about too.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from thulium_portal.canned.placeholders import person_names
from thulium_portal.canned.placeholders.name_forms import names_meant
from thulium_portal.lib.folding import fold
from thulium_portal.lib.identifiers import Identifier, Known, identifiers
from thulium_portal.lib.plain_letters import plain_letters
from thulium_portal.replies.audit_facts import plain
from thulium_portal.replies.models import Reply
from thulium_portal.replies.readiness.complaints import Complaint
from thulium_portal.replies.readiness.situation import Situation
from thulium_portal.tickets.snapshot import Snapshot

MOST_LOOKED_UP = 40
"""So many numbers of a text are looked up, and so many words of names."""
_MOST_OF_RECENT = 20_000
_LONGEST_ABOUT = 60
_NEAR = 60
_SLIPS = 2
_FEWEST_OF_CODE, _FEWEST_ALONE = 3, 5

_NOT_A_DIGIT_OR_LETTER = re.compile(r"[\W_]+")
_UP_TO_HERE = r"\W{0,3}(?:\w{1,20}\W{1,3}){0,6}$"
_OURS = re.compile(
    r"\b(?:infolini\w*|nasz\w{0,4}|zadzwon(?:ic)?|dzwonic|kontakt\w*|konsultant\w*|hotline|our"
    r"|call|call us|contact us|reach us|phone us|biur\w*|dzial\w*|czynn\w*|rachunek|rachunku"
    r"|konto bankow\w*|w razie pytan|any questions|recepcj\w*|sekretariat\w*|rejestracj\w*"
    r"|serwisu)" + _UP_TO_HERE
)
_PAY_TO = re.compile(
    r"\b(?:(?:numer(?:em)?|nr) (?:kont|rachunk)\w*|wplac\w*|wplat\w*|przelew\w*|oplac\w*|iban"
    r"|transfer|pay|payment|payable|bank details)" + _UP_TO_HERE
)
"""An account that is to be paid to is the company's."""
_THEIRS = re.compile(
    r"\b(?:(?:od|za)?dzwoni(?!c\b)\w*|zatelefonuj\w+|sms\w* na|zwro[ct]\w*|oddam\w*|zwracam\w*"
    r"|(?:do|dla) (?:pan[ai]|panstwa|ciebie|klient\w*)|pan[ai] (?:numer|nr|kont|rachun|telefon)\w*"
    r"|twoj\w*|swoj\w*|podan\w{1,3}|refund\w*|your|you (?:on|at|back)"
    r"|(?:we|i)(?: will|'ll) (?:call|ring|phone))" + _UP_TO_HERE
)
"""What is done to a number or an account of the customer's: called, paid back to."""
_ANOTHER_ONE = re.compile(
    r"\b(?:now\w{1,4}|korekt\w*|koryguj\w*|wymian\w*|zamienn\w*|zastepcz\w*|duplikat\w*|ponown\w*"
    r"|kolejn\w*|drug\w{1,3}|nastepn\w*|zwrotn\w*|zamiast|rma|replacement|new|second|another"
    r"|next|return|instead|utworz\w*|zaloz\w*|zarejestrow\w*|nadal\w*|wystawi\w*|created|issued"
    r"|opened|registered|assigned|polacz\w*|merged|reklamacj\w*|complaint|zgloszeni\w*|ticket"
    r"|case|polecam\w*|model\w*|produkt\w*|artykul\w*|recommend\w*|czesc\w*|part)\b"
)
_ONES_OWN = re.compile(
    r"\b(?:zam|zamow\w*|zlec\w*|faktur\w*|fv|fs|rachun\w*|paczk\w*|przesyl\w*|list\w* przewoz\w*"
    r"|sledz\w*|numer\w*|nr|polis\w*|szkod\w*|umow\w*|rezerw\w*|reklam\w*|zglosz\w*|spraw\w*|znak\w*"
    r"|wnios\w*|decyzj\w*|abonen\w*|klient\w*|kont[oaeu]|kart\w*|licencj\w*|klucz\w*|login\w*|zwrot\w*"
    r"|rma|korekt\w*|imei|pesel|nip|regon|rejestrac\w*|wizyt\w*|skierowan\w*|recept\w*|bilet\w*"
    r"|order\w*|invoice\w*|parcel\w*|package\w*|track\w*|shipment\w*|number\w*|no|polic\w*|claim\w*"
    r"|contract\w*|book\w*|reserv\w*|ticket\w*|case\w*|ref\w*|account\w*|customer\w*|licen[cs]e\w*|key"
    r"|keys|serial\w*|refund\w*|return\w*|complaint\w*|appointment\w*|membership\w*|id"
    r"|dokument\w*|protokol\w*|pism\w*|nota|noty|note|ofert\w*|dostaw\w*|transakcj\w*|pacjent\w*"
    r"|document\w*|offer\w*|quote\w*|deliver\w*|transaction\w*|patient\w*|member\w*"
    r"|bestell\w*|rechnung\w*|sendung\w*|vertrag\w*|nummer\w*)\b"
)
"""What has a number of its own for each customer; goods and discount codes have not."""
_GOODS = re.compile(r"[A-Za-z]{1,12}[ _.-]?[0-9]{1,8}[A-Za-z]{0,3}")
"""How goods and discount codes are written, and numbers of somebody's own sometimes: *FT-40012*."""
_SENTENCE_ENDS = re.compile(r"[.!?;]\s|\n")
_WORD = re.compile(r"[^\W\d_]{2,40}+")
_NAMED = re.compile(
    r"nazwisk\w{1,3}|rodzin\w{1,3}|pacjent\w{0,4}|klient\w{0,4}|abonent\w{0,4}|ubezpieczon\w{1,3}"
    r"|uczni\w{0,4}|uczen\w{0,3}|uczennic\w{1,3}|gosc\w{0,4}|pasazer\w{0,4}|surname|patient|family"
)
"""What says that a surname follows by itself: *rezerwacja na nazwisko Kos*."""
_TITLE = re.compile(r"(?:pan|pani|pana|panu|panem|pania|panie|panstwa|panstwu|mr|mrs|ms|miss)\.?")


def other_customer(situation: Situation) -> Iterable[Complaint]:
    """Ask about what belongs to another customer, or to nobody in this conversation."""
    recent = [reply for reply in situation.recent if _is_of_another(reply, situation.snapshot)]
    if recent:
        yield from _names(situation, recent)
    if situation.snapshot.numbers is None:
        return
    known = _known_numbers(situation)
    written = list(identifiers(situation.own_words))
    own = [each for each in written if not known.has(each.key)]
    unknown = list({each.key: each for each in own[:MOST_LOOKED_UP]}.values())
    for each in unknown:
        whose = _whose(each, recent, situation.own_words)
        if whose is not None:
            yield _of_another(each.written, whose)
            return
    yield from _slips(unknown, known, {each.key for each in written}, situation.own_words)


def _of_another(words: str, reply: Reply) -> Complaint:
    sentence = _(
        "“%(words)s” is from your reply to %(name)s (ticket %(ticket)s) and does not appear "
        "in this conversation. Change it, or keep it as it is."
    )
    shown = {
        "words": words[:_LONGEST_ABOUT],
        "name": reply.customer_name or reply.customer_email or _("another customer"),
        "ticket": reply.ticket_id,
    }
    return Complaint("other_customer", "body", sentence % shown, words.lower()[:_LONGEST_ABOUT])


def _is_of_another(reply: Reply, snapshot: Snapshot) -> bool:
    """Tell whether *reply* went to another customer than the one of *snapshot*."""
    if reply.ticket_id == snapshot.ticket_id:
        return False
    mail, name = snapshot.customer_email.lower(), fold(snapshot.customer_name)
    same_mail = bool(mail) and reply.customer_email.lower() == mail
    same_name = bool(name) and fold(reply.customer_name) == name
    return not (same_mail or (same_name and not (mail and reply.customer_email)))


def _known_numbers(situation: Situation) -> Known:
    """Return what the ticket has, and what stands in the canned texts that were used."""
    snapshot = situation.snapshot
    told = f"{snapshot.subject}\n{snapshot.customer_email}\n{snapshot.customer_name}"
    written = "\n".join([told, *situation.canned_words])
    found = {each.key for each in identifiers(written)}
    return Known({*(snapshot.numbers or ()), *found, str(snapshot.ticket_id)})


def _whose(each: Identifier, recent: Sequence[Reply], words: str) -> Reply | None:
    """Return the reply to the one other customer that *each* belongs to; None where unsure."""
    if each.kind == "number" and len(each.key) < _FEWEST_ALONE:
        return None  # the number of a house or of a page
    holders = [reply for reply in recent if _holds(reply, each)]
    if len({(reply.customer_email.lower() or reply.ticket_id) for reply in holders}) != 1:
        return None
    if each.kind == "address":
        is_theirs = any(reply.customer_email.lower() == each.key for reply in holders)
        return holders[0] if is_theirs else None
    return None if _is_the_companys(each, words) else holders[0]


def _is_the_companys(each: Identifier, words: str) -> bool:
    """Tell whether the words before *each* say that it is told to everybody."""
    before = plain_letters(words[max(0, each.start - _NEAR) : each.start])
    sentence = _SENTENCE_ENDS.split(before)[-1]
    if each.kind in {"phone", "account"}:
        is_ours = _OURS.search(before) or (each.kind == "account" and _PAY_TO.search(before))
        return bool(is_ours) and not _THEIRS.search(sentence)
    if each.kind != "code" or _GOODS.fullmatch(each.written) is None:
        return False
    return bool(_WORD.search(sentence)) and not _ONES_OWN.search(sentence)


def _holds(reply: Reply, each: Identifier) -> bool:
    if each.kind == "address":
        return reply.customer_email.lower() == each.key
    body = f"{reply.ticket_subject}\n{reply.body[:_MOST_OF_RECENT]}"
    wanted = _NOT_A_DIGIT_OR_LETTER.sub("", each.key)
    if wanted not in _NOT_A_DIGIT_OR_LETTER.sub("", plain_letters(body)).upper():
        return False
    words = f"{reply.ticket_subject}\n{plain(reply.body[:_MOST_OF_RECENT], reply.body_type)}"
    return Known(found.key for found in identifiers(words)).has(each.key)


# Numbers that this conversation does not have -----------------------------------------------------


def _slips(
    unknown: Iterable[Identifier], known: Known, used: Collection[str], words: str
) -> Iterator[Complaint]:
    """Ask about a number in the place of one the conversation has; *used* are all of *words*."""
    for each in unknown:
        if each.kind not in {"code", "number"}:
            continue
        meant = [key for key in known.alike(each.key) if len(key) >= _FEWEST_OF_CODE]
        if not meant or any(key in used for key in meant):
            continue
        before = plain_letters(words[max(0, each.start - _NEAR) : each.start])
        if _ANOTHER_ONE.search(before):
            continue
        near = [key for key in meant if _slipped(key, each.key)]
        in_its_place = each.kind == "code" and each.key[:1].isalpha() and len(meant) == 1
        if near or in_its_place:
            yield _not_here(each.written, (near or meant)[0])
            return


def _not_here(written: str, meant: str) -> Complaint:
    sentence = _(
        "“%(words)s” does not appear in this conversation, but “%(meant)s” does. Change it, "
        "or keep it as it is."
    )
    message = sentence % {"words": written[:_LONGEST_ABOUT], "meant": meant}
    return Complaint("other_customer", "body", message, written.lower()[:_LONGEST_ABOUT])


def _slipped(one: str, other: str) -> bool:
    """Tell whether *other* is *one* with a digit or two mistyped or in each other's place."""
    if len(one) != len(other) or len(one) < 4:
        return _lost_one(one, other)
    places = [at for at, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]]
    if len(places) == 1:
        return len(one) >= 5
    is_swapped = len(places) == _SLIPS and sorted(one[at] for at in places) == sorted(
        other[at] for at in places
    )
    return is_swapped or (len(places) == _SLIPS and len(one) >= 10)


def _lost_one(one: str, other: str) -> bool:
    """Tell whether the two are the same but for one character too many."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) != 1 or len(short) < 7:
        return False
    at = next((at for at, char in enumerate(short) if char != long[at]), len(short))
    return short[at:] == long[at + 1 :]


# Names --------------------------------------------------------------------------------------------


def _names(situation: Situation, recent: Sequence[Reply]) -> Iterator[Complaint]:
    """Ask about first and last name of another customer, or *Pan* with their last name."""
    found = _WORD.findall(situation.own_words)
    folded = [fold(word) for word in found]
    first_letters = {word[:3] for word in folded}
    own = {fold(word) for word in _own_words(situation)}
    for reply in recent[:MOST_LOOKED_UP]:
        name = [fold(word) for word in _WORD.findall(person_names.first_name(reply.customer_name))]
        if len(name) < 2 or any(word[:3] not in first_letters for word in name[-1:]):
            continue
        if any(_is_form(word, other) for word in name[-1:] for other in own):
            continue
        at = _place(folded, found, name)
        if at is not None:
            yield _of_another(" ".join(found[at : at + 2]), reply)
            return


def _own_words(situation: Situation) -> Iterator[str]:
    """Yield the words that may be names on this ticket, and that of who writes."""
    known = situation.snapshot
    yield from _WORD.findall(f"{known.customer_name} {known.customer_first_name} {known.subject}")
    yield from (*known.signed, *known.called)
    yield from _WORD.findall(known.customer_email)
    yield from _WORD.findall(str(situation.author))
    for words in situation.canned_words:
        yield from (word for word in _WORD.findall(words) if word[:1].isupper())


def _place(folded: list[str], found: list[str], name: list[str]) -> int | None:
    """Return where the text has first and last name beside each other, or a title and the last."""
    first, last = name[0], name[-1]
    for at, word in enumerate(folded):
        if not found[at][:1].isupper() or not _is_form(last, word):
            continue
        before = folded[at - 1] if at else ""
        after = folded[at + 1] if at + 1 < len(folded) else ""
        if _speaks_of(before) or _is_first(first, before):
            return at - 1
        if _is_first(first, after):
            return at
    return None


def _speaks_of(word: str) -> bool:
    """Tell whether a surname alone may follow *word*."""
    return _TITLE.fullmatch(word) is not None or _NAMED.fullmatch(word) is not None


def _is_first(name: str, word: str) -> bool:
    meant = names_meant(name)
    return bool(word) and (not meant.isdisjoint(names_meant(word)) or _is_form(name, word))


def _is_form(name: str, word: str) -> bool:
    """Tell whether *word* is *name* in one of its cases."""
    if name == word:
        return True
    if len(name) == 3 and word.startswith(name):
        return len(word) <= 6
    stem = max(3, len(name) - 2)
    return len(name) > 3 and abs(len(word) - len(name)) <= 3 and word[:stem] == name[:stem]
