"""Where the history begins that a mail quotes below its own words.

Only what trails is history: answers written between quoted lines stay with what is new.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_LINE = 400
"""Characters of a line that are looked at."""
HEADER_LINES = 6
"""Within how many lines a quoted mail names its sender, its day and its subject."""
ATTRIBUTION_LINES = 3
"""Over how many lines “On Friday Jan wrote:” may run."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a mail as its reader sees it; never an empty one."""

    text: str
    quoted: bool = False
    """It stands in a quote."""
    opens_history: bool = False
    """The mail program says by its markup that everything from here on is history."""
    attributes: bool = False
    """The mail program says by its markup that this line names who wrote the quote below."""


_DASHES = r"[\s*_–—-]"
_ORIGINAL = re.compile(
    rf"{_DASHES}{{2,80}}(?:original (?:message|appointment)|wiadomość oryginalna"
    r"|oryginalna wiadomość|pierwotna wiadomość|wiadomość pierwotna|treść oryginalnej wiadomości"
    r"|ursprüngliche nachricht|message d'origine|исходное сообщение|вихідне повідомлення"
    rf"|оригинал сообщения){_DASHES}{{0,80}}:?{_DASHES}{{0,80}}"
)
_FORWARDED = re.compile(
    rf"{_DASHES}{{0,80}}(?:begin forwarded message|forwarded message"
    r"|początek przekaz(?:yw)?anej wiadomości|przekazana wiadomość|wiadomość przekazana(?: dalej)?"
    rf"|treść przekazanej wiadomości|weitergeleitete nachricht){_DASHES}{{0,80}}:?{_DASHES}{{0,80}}"
)
_SENDER = re.compile(r"\*?(?:from|od|nadawca|von|de|від|от)\s?\*?:")
_REST_OF_HEADER = re.compile(
    r"\*?(?:(?P<day>sent|date|wysłano|wysłane|data|gesendet|datum|envoyé|дата|надіслано|отправлено)"
    r"|(?P<receiver>to|cc|do|dw|udw|an|à|кому)|(?P<subject>subject|temat|tytuł|betreff|objet|тема)"
    r")\s?\*?:"
)
_RULE = re.compile(r"[_=–—-]{5,}")
_VERB = re.compile(
    r"(?<!\w)(?:napisał|napisała|napisał\(a\)|napisali|napisano|pisze|wrote|schrieb|a écrit"
    r"|escribió|ha scritto|пишет|писал|писала|написал|написав|написала|пише|napsal|napsala)"
    r"\s?:?\s?>?\Z"
)
_LONGEST_VERB = 20
_OPENING = re.compile(
    r"[>\s*]*+(?:w dniu|dnia|on|am|le|el|il|wiadomość napisana przez|message from)\b"
)
_TIME = re.compile(r"[0-9]{1,2}[:.][0-9]{2}")
_YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b")
_FOOTER = re.compile(
    r"(?:sent from|wysłan[eoay] (?:z|ze|przez|za pomocą))\s"
    r"(?:my |moje(?:go|j) |aplikacji |programu |bezpłatne(?:go|j) )?"
    r"(?:iphone|ipad|galaxy|samsung|android|huawei|xiaomi|motoroli|telefonu|smartfona|urządzenia"
    r"|outlook|gmail|poczt|yahoo|proton|mail|onet|wp|o2|interi|serwera|phone|device|blackberry"
    r"|windows)"
    r"|pobierz (?:aplikację|outlook|program)|(?:get|download) outlook|virus-free"
    r"|bez wirusów|nie zawiera wirusów|www\.avast\.com|-{2,}\Z"
)
_ANSWERS_BELOW = re.compile(
    r"na (?:czerwono|niebiesko|zielono|żółto)|czerwonym|niebieskim|zielonym|kolorem|innym kolorze"
    r"|pod pytaniami|przy pytaniach|między wierszami|w treści|w tekście"
    r"|(?:odpowiadam|odpowiedzi|odpowiedź) (?:niżej|poniżej)|in (?:red|blue|green|colou?r|bold)\b"
    r"|in the text|inline|in line|(?:answers?|comments?|replies) below|between the lines|see below"
)
_POINTS_BELOW = re.compile(
    r"\b(?:odpowiedzi|odpowiedź|odpowiadam|odpisuję|odpisałe?a?m|komentarze|uwagi)\b[^.!?:]{0,40}"
    r"\b(?:niżej|poniżej|w treści|w tekście|pod pytaniami|przy pytaniach|między|wielkimi|pogrubi"
    r"|wytłuszcz)|\b(?:answers?|answered|comments?|replies|replied|responses?)\b[^.!?:]{0,40}"
    r"\b(?:below|inline|in line|in the text|in bold|in caps|in capitals|between)\b"
    r"|\b(?:fyi|forwarding|forwarduję|przekazuję (?:poniżej|dalej|mail|e-mail|wiadomość)"
    r"|(?:przesyłam|podsyłam) (?:poniżej|niżej|dalej|mail|e-mail|wiadomość|korespondencję))\b"
)
"""What says for sure that the words below are to be read: answers, or a mail handed on."""


@dataclass(frozen=True, slots=True)
class History:
    """Where history begins: *attribution* is the line that says whose it is, *start* the next."""

    attribution: int
    start: int


def history_of(lines: Sequence[Line]) -> History | None:
    """Return where the history of a mail begins; None where none trails or nothing is new."""
    folded = [line.text[:LONGEST_LINE].strip().lower() for line in lines]
    quoted = [line.quoted or text.startswith(">") for line, text in zip(lines, folded, strict=True)]
    flat = _flat_start(lines, folded, quoted)
    if flat is None:
        return None
    start = _end_of_quote(folded, quoted) if flat == len(lines) else flat
    while start and quoted[start - 1]:
        start -= 1
    first = _first_attributing(lines, start) or _attribution_start(folded, start)
    if first == start == flat - 1 and not lines[start].quoted:
        return None  # one line that begins with “>” may mean “more than”
    if first == start > 0 and any(quoted[start : start + 1]) and _introduces(folded[start - 1]):
        return None
    above = zip(folded[:first], quoted, strict=False)
    if any(_POINTS_BELOW.search(text) for text, in_quote in above if not in_quote):
        return None
    if first == start and flat < len(lines):
        while start and _RULE.fullmatch(folded[start - 1]):
            start = first = start - 1
    return History(first, start) if first else None


def _end_of_quote(folded: list[str], quoted: list[bool]) -> int:
    """Return the number behind the last quoted line, if only footers follow it; else 0."""
    end = len(folded)
    while end and not quoted[end - 1] and _FOOTER.match(folded[end - 1]):
        end -= 1
    return end if end and quoted[end - 1] else 0


def _introduces(text: str) -> bool:
    """Tell whether *text* leads to a quote as a person does: “Your terms say:”."""
    by_program = _OPENING.match(text) or "@" in text or _TIME.search(text) or _YEAR.search(text)
    return text.endswith(":") and not by_program


def answers_below(text: str) -> bool:
    """Tell whether *text* says that answers stand in the history, between its lines."""
    return _ANSWERS_BELOW.search(text.lower()) is not None


def _flat_start(lines: Sequence[Line], folded: list[str], quoted: list[bool]) -> int | None:
    """Return where a mail begins that stands there unquoted; all lines where there is none.

    None where somebody hands a mail on: that is what they want read.
    """
    for number, line in enumerate(lines):
        text = folded[number]
        begins = not quoted[number] or not any(quoted[number - 1 : number])
        if begins and _FORWARDED.fullmatch(text.lstrip("> ")):
            return None  # Apple's mail program puts what it hands on into a quote
        if quoted[number]:
            continue
        opens = line.opens_history or _ORIGINAL.fullmatch(text) or _is_header(folded, number)
        if opens:
            return number
        if _is_attribution(folded, number) and not any(quoted[number + 1 : number + 2]):
            return number + 1
    return len(lines)


def _is_header(folded: list[str], number: int) -> bool:
    """Tell whether “From: …” stands here, with “Sent:”, “To:” and “Subject:” below it.

    Two of them are what forms on websites write above a customer's own words.
    """
    if not _SENDER.match(folded[number]):
        return False
    below = folded[number + 1 : number + 1 + HEADER_LINES]
    found = {match.lastgroup for match in map(_REST_OF_HEADER.match, below) if match}
    return len(found) == 3


def _is_attribution(folded: list[str], number: int) -> bool:
    """Tell whether “On … Jan <jan@example.org> wrote:” ends here, with a day and a time in it."""
    if not _ends_with_verb(folded[number]) or number + 1 >= len(folded):
        return False
    first = _attribution_start(folded, number + 1)
    whole = " ".join(folded[first : number + 1])
    dated = _TIME.search(whole) and _YEAR.search(whole)
    return bool(_OPENING.match(whole) and ("@" in whole or dated))


def _attribution_start(folded: list[str], quote: int) -> int:
    """Return where the line begins that says whose the quote at *quote* is; *quote* if none."""
    if not quote or not _ends_with_verb(folded[quote - 1]):
        return quote
    for first in range(quote - 1, max(-1, quote - 1 - ATTRIBUTION_LINES), -1):
        whole = " ".join(folded[first:quote])
        if _OPENING.match(whole) or "@" in whole or _YEAR.search(whole):
            return first
    return quote - 1


def _first_attributing(lines: Sequence[Line], quote: int) -> int:
    first = quote
    while first and lines[first - 1].attributes:
        first -= 1
    return first if first < quote else 0


def _ends_with_verb(text: str) -> bool:
    return _VERB.search(text[-_LONGEST_VERB:]) is not None
