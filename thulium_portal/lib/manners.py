"""Greetings, thanks, closings, signatures and footers of Polish and English letters.

What everybody writes tells nothing of what a message is about, and stands in a letter once.
"""

import re

from thulium_portal.lib.plain_letters import plain_letters
from thulium_portal.lib.stems import stems_of

_LONGEST_LINE = 90
"""Characters of a line that may be a greeting or a closing; longer ones say something."""
_MOST_SIGNED = 8
"""Lines of a signature under a closing."""

_MOST_NAMED, _MOST_CLOSING = 5, 6
"""Words behind a greeting, and of a whole closing."""
_IN_GREETINGS = frozenset(
    {
        *("panie", "pani", "panstwo", "panowie", "serdecznie", "ponownie", "raz", "jeszcze"),
        *("i", "w", "sir", "sirs", "or", "and", "madam", "team", "all", "there", "again"),
        *("everyone", "customer"),
    }
)
_BLANK = re.compile(r"\{\{[^{}]*+\}\}")
_GREETING_BLANK = re.compile(
    r"\{\{\s*(?:greeting|powitanie|zwrot[ _-]do[ _-]klienta)\s*(?:\|[^{}]*+)?\}\}\s*[,.!]?",
    re.IGNORECASE,
)
"""The placeholder that writes a greeting: in a bulk reply it stands there by its name."""

_GREETING = re.compile(
    r"(?:dzien dobry|dobry wieczor|witam|witaj|czesc|hej|szanown[aieyo]|drog[ai]|panie|pani"
    r"|panstwo|dear|hello|hi|hey|good (?:morning|afternoon|evening|day)|greetings"
    r"|to whom it may concern)(?![a-z])"
)
_CLOSING = re.compile(
    r"(?:z (?:powazaniem|wyrazami szacunku|pozdrowieniami|uklonami|szacunkiem|gory dziekuj\w*)"
    r"|(?:lacze |przesylam |serdeczn\w+ |cieple |moc )?(?:pozdrowienia|pozdrawiam|pozdro)"
    r"|serdecznosci|milego dnia|pozostaje z szacunkiem|dziekuj\w+ i pozdrawiam"
    r"|(?:with )?(?:kind|kindest|best|warm|warmest) (?:regards|wishes)|regards|best|all the best"
    r"|yours(?: sincerely| faithfully| truly)?|sincerely(?: yours)?|respectfully|cheers"
    r"|many thanks)(?![a-z])"
)
_FOOTER = re.compile(
    r"(?:--|__+|=====|wyslan[eoa]\w* z|sent (?:from|with|by|via) |pobierz (?:aplikacje )?outlook"
    r"|(?:get|download) outlook|uzyskaj outlook|wiadomosc wyslana z|napisane na|typed on"
    r"|(?:ta|niniejsza) wiadomosc(?: e-?mail)? (?:jest|moze|zawiera|wraz)|tresc tej wiadomosci"
    r"|this (?:e-?mail|message)(?: and any \w+)? (?:is|are|may|contains)|confidentiality"
    r"|klauzula|administratorem (?:pani|pana|panstwa|danych)|please consider the environment"
    r"|pomysl o srodowisku|zanim wydrukujesz)"
)
_PHRASES = re.compile(
    r"(?<![a-z])(?:"
    r"dzien dobry|dobry wieczor|witam(?: serdecznie| panstwa| ponownie)*|szanown[aie]+ pan\w*"
    r"|serdecznie pozdrawiam|pozdrawiam(?: serdecznie| cieplo)?|z powazaniem|lacze pozdrowienia"
    r"|(?:z gory )?(?:bardzo |serdecznie |pieknie )*dziekuj\w+"
    r"(?: za (?:\w+ )?(?:wiadomosc|odpowiedz|kontakt|pomoc|informacj\w+|zrozumienie|uwage"
    r"|reakcj\w+))?"
    r"|(?:bardzo |uprzejmie |pilnie )*prosz\w+ (?:panstwa )?o (?:jak najszybsz\w+ |szybk\w+ "
    r"|piln\w+ )?(?:odpowiedz|kontakt|informacj\w+|pomoc|reakcj\w+|odpis\w*|odpisanie)"
    r"|czekam (?:\w+ )?na (?:\w+ )?(?:odpowiedz|kontakt|informacj\w+|wiadomosc)"
    r"|mam (?:takie |jedno |krotkie )?pytanie|pisze (?:do panstwa )?w sprawie|zwracam sie z \w+"
    r"|milego dnia|niestety nadal nie mam odpowiedzi|w razie pytan"
    r"|dear (?:sirs?|madam|team|all|support)(?: (?:or|and|/) madam)?|hello|hi there|hi team"
    r"|good (?:morning|afternoon|evening|day)"
    r"|(?:many thanks|thank you|thanks)(?: (?:so|very) much| a lot)?(?: in advance)?"
    r"(?: for (?:your |the )?(?:\w+ )?(?:message|reply|help|time|support|assistance|answer|email))?"
    r"|i hope (?:this|you|the) [a-z ]{1,40}? well|hope you are well"
    r"|(?:i |we )?look(?:ing)? forward to (?:hearing from you|your \w+)"
    r"|(?:kind|best|warm) regards|yours (?:sincerely|faithfully)"
    r"|(?:could|can|would) you (?:please )?(?:help me|let me know|get back to me)(?: please)?"
    r"|please (?:help|let me know|reply|get back to me|advise)(?: asap)?"
    r"|i am writing (?:to you )?(?:about|regarding|to)|i have (?:a|one) (?:quick )?question"
    r")(?![a-z])"
)
_EVERYDAY = """
    a aby ale albo am an and any are as at be been bo brak but by byc byla bylo byly bym byl can
    ciebie co could czy dalej dear dla dlaczego do dobry dzien dzis dziekuje dzieki dziekujemy for
    from gdy get good had has have hello hi ich if in informacja informacje is it its ja jak jaka
    jaki jakie jako je jego jej jest jestem jesli jeszcze juz kind kontakt ktora ktore ktory ktorego
    licze lub ma mam mi mial mialam mialem mnie moge moj moja moje mojej mojego moim moze mozna my
    na nadal nam nas nasz nie niestety niz no not now of ok on one or oraz our pan pana pani panie
    panstwo panstwa panstwem pilnie pilne please po pod poniewaz pozdrawiam pozdrowienia powazaniem
    prosze prosi prosba przed przez regards sa serdecznie sie so sprawa sprawie still swoj szanowna
    szanowni szanowny szybko ta tak taka taki takie tam te tego tej ten tez thank thanks that the
    their them then there they this to tu tutaj tych tylko tym u uprzejmie us very w was wasz wciaz
    we were what when where which who why will wiadomosc witam with would za zas ze zeby you your
    odpowiedz odpowiedzi bardzo best team sir madam already just hope email wczoraj
"""
EVERYDAY_STEMS = frozenset(
    stems_of(" ".join(words)) for words in ((word,) for word in _EVERYDAY.split())
) - {""}
"""Stems of words that stand in any message."""


def is_greeting(line: str) -> bool:
    """Tell whether a *line* of a letter greets somebody and says no more."""
    if _GREETING_BLANK.fullmatch(line.strip()):
        return True
    line = _BLANK.sub("", line).strip()
    plain = plain_letters(line)
    found = _GREETING.match(plain) if len(plain) <= _LONGEST_LINE else None
    if found is None or "?" in plain:
        return False
    # “Pani zamówienie wysłaliśmy” begins as “Pani Mario” does: behind a greeting stand names.
    rest = line[found.end() :].replace(",", " ").strip(" .!:").split()
    return len(rest) <= _MOST_NAMED and all(
        word[0].isupper() or plain_letters(word) in _IN_GREETINGS for word in rest
    )


def is_closing(line: str) -> bool:
    """Tell whether a *line* of a letter is its closing, as “Z poważaniem” is."""
    plain = plain_letters(line).strip(" ,.!*-–\t")
    found = _CLOSING.match(plain) if len(plain) <= _LONGEST_LINE else None
    return found is not None and len(plain.split()) <= _MOST_CLOSING


def without_manners(text: str) -> str:
    """Return what a message is about: *text* without greeting, thanks, signature and footer."""
    told = _without_signature(text.splitlines())
    kept = []
    for line in told:
        if not is_greeting(line):
            # Places in plain letters are places in the line itself.
            plain, place, pieces = plain_letters(line), 0, []
            for found in _PHRASES.finditer(plain):
                pieces.append(line[place : found.start()])
                place = found.end()
            kept.append(" ".join([*pieces, line[place:]]))
    return "\n".join(line for line in kept if line.strip())


def _without_signature(lines: list[str]) -> list[str]:
    """Return *lines* up to a footer, without a closing and the few short lines under it."""
    kept: list[str] = []
    signed = 0
    for line in lines:
        plain = plain_letters(line).strip()
        if _FOOTER.match(plain):
            break
        if signed and plain.startswith(("ps", "p.s")):
            signed = 0
        if is_closing(line):
            signed = _MOST_SIGNED
        elif signed and plain:
            signed -= 1
        elif not signed:
            kept.append(line)
    return kept
