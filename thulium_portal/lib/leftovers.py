"""What looks left over in a text: signs of other systems, blanks, TODO, double forms.

Double braces are found apart (:func:`braces`): between them may stand one of the portal's own
placeholders, which nothing lets pass in a reply, or a line of somebody's code. What is found here
may be meant, so a person can say so. Ordinary writing that holds the same signs (paths, addresses,
masked numbers, a date's format) is passed over, and so are the customer's own words, quoted with
“>”.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString

_NEAR = 24
_L = r"A-Za-z\u00c0-\u02af\u0370-\u1fff"
_W = rf"{_L}0-9_"
_SPACE = r" \t\n\r\f\v\x1c-\x1f\x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_LINE = r"(?<![^\n])[ \t]*"
_WORD = rf"(?<![{_W}])"
_END = rf"(?![{_W}])"
_GAP = r"[ \u00a0]"
_KEYS = (
    "[Kk]lik,[Kk]likn,[Nn]aciś,[Nn]acisn,[Ww]ciś,[Ww]cisn,[Ww]yb[ió],[Pp]rzycisk,[Kk]lawisz,"
    "[Oo]pcj,[Zz]akładk,[Pp]ol[eau],[Mm]enu,[Cc]lick,[Pp]ress,[Ss]elect,[Cc]hoose,[Bb]utton,[Tt]ap"
).replace(",", "|")
_LEGAL = "RODO|GDPR|dan(?:e|ych|ymi)|praw[oa]|zgod[aęyz]|przetwarza|sprzeciw"
_PAN = "[Pp]an(?:i[eą]?|a|u|em)?"
_NAMES = (
    "null|NULL|None|undefined|NaN|IMI[ĘE]|Imię|Imie|NAZWISKO|NAME|Name|FIRST_?NAME|FirstName|"
    "CUSTOMER|KLIENT"
)
_GREETING = "Panie|Pani|Witaj|Cześć|Hej|Drogi|Droga|Dear|Hello|Hi|Dzień dobry"

_ORDINARY_SIGNS = (
    rf"{_LINE}>[^\n]*",  # the customer's words
    rf"{_LINE}(?:_{{10,}}|\.{{10,}}|…{{4,}})[ \t]*(?![^\n])",  # a stroke that parts a text
    r"`[^`\n]{1,120}`",
    r"\{\{[^{}\n]*\}\}",
    rf"(?<![^{_SPACE}(„”“\u0022'])(?:\.{{1,2}}|~)?/[^{_SPACE}]*",
    rf"\\\\[^{_SPACE}]*|%[A-Za-z]{{2,20}}%\\[^{_SPACE}]*",
    rf"[*Xx]{{4}}[ -](?:[*Xx]{{4}}[ -]){{1,3}}[0-9]{{2,4}}{_END}",
    rf"[0-9]{{2,4}}(?:[ -][0-9Xx*]{{2,4}}){{2,7}}{_END}",
    rf"(?<![{_W}.])[0-9]{{1,3}}(?:\.(?:[0-9]{{1,3}}|[xX*]{{1,3}})){{3}}{_END}",
    rf"(?<=[„”“\u0022])\[[{_L} ]{{2,30}}\] (?=[A-Z])",  # how a subject begins
    r"\([^()\n]{0,15}[DRYMGHdrymgh]{2,4}[.:\/-][A-Za-z.:\/-]{2,10}\)",  # how to write a date
)
_ORDINARY_WORDS = (
    rf"[A-Za-z]{{2,20}}:\/\/[^{_SPACE}]+|www\.[^{_SPACE}]+|[A-Za-z]:[\\/][^{_SPACE}]*",
    rf"(?:[Ff]orma[ct]|[Ww]zo?ó?r)[{_L}]{{0,4}}[^\n]{{0,30}}?"
    r"[DRYMXGHdrymxgh]{2,4}[.:/-][A-Za-z.:/-]{2,12}",
    rf"{_PAN}\/{_PAN}(?=[^\n]{{0,120}}(?:{_LEGAL}))(?!\/)(?<!Panie\/Pani)(?<!Pani\/Panie)",
    rf"(?:{_KEYS})[{_L}]{{0,12}}(?: (?:na|w|on|the|przycisk[{_L}]{{0,3}})){{0,2}}"
    r" \[[^\[\]\n]{0,60}\](?: ?[+>→,-]{1,2} ?\[[^\[\]\n]{0,60}\]){0,4}",
)

_BRACKET_ORDINARY = (
    r"sic|[A-Z]{1,2}|(?!NIP)[A-Z]{3}|HTML|JPEG|DOCX|XLSX|EXTERNAL|UWAGA|WAŻNE|PILNE|[a-z]{1,2}|"
    r"szt\.?|netto|brutto|zł|ze zm\.|image|obraz|zdjęcie|cytat|Ctrl|Alt|Shift|Enter|Esc|Tab"
)
_BRACKET_STEM = "[Ww]pisz|[Ww]staw|[Uu]zupe|[Pp]odaj|WPISZ|WSTAW|PODAJ|[Ii]nsert|[Ee]nter|[Yy]our"
_ENVIRONMENT = (
    "COMPUTERNAME|COMSPEC|PUBLIC|USERDOMAIN|(?:LOCAL)?APPDATA|TE?MP|USERPROFILE|PROGRAM(?:FILES|DATA)|WINDIR|SYSTEMROOT|HOMEPATH|PATH|"
    "USERNAME|temp|(?:local)?appdata|userprofile|windir"
)
_MONTH = (
    "(?:stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|"
    "grudnia)"
)
_YEAR = "R{4}|r{4}|Y{4}|y{4}|RR|rr|YY|yy|[0-9]{4}"
_BLANK_END = r"(?![.…])(?! ?(?!20[0-9][0-9])[0-9])"  # dots that lead to a number fill a line
_BLANK_START = r"(?<![^ \t\u00a0\n:(„”“\u0022\[])"

_LEFT_SIGNS = (
    r"\[\[[^\[\]\n]{1,80}\]\]",
    rf"(?<![{_W}\])])(?<!\u0022: )(?<!\u0022:)(?<!= )\[(?:\?{{1,5}}|_{{1,80}}|{_GAP}{{2,80}}|)\]",
    rf"(?<![{_W}\])])\[(?!(?:{_BRACKET_ORDINARY})\]){_GAP}?[{_L}][{_L}_ ,.'’\/-]{{0,38}}[{_L}.]"
    rf"{_GAP}?\](?!\()|\[[%@#!]{_GAP}?[{_L}][^\[\]\n]{{0,60}}\]",
    rf"\[(?:{_BRACKET_STEM})[^\[\]\n]{{0,80}}\]",
    rf"(?<![\\/)])(?<!\) )(?<![\\/][$%#@])(?:[$%#@]\{{{_GAP}?[{_L}]|\{{(?![0-9A-Fa-f]{{8}}-)"
    rf"[$%#@!=~*?&^]?{_GAP}?[{_L}][{_W}|])[{_W} .|'’>:-]{{0,60}}\}}(?![\\/](?!\{{))",
    rf"(?<![{_W}\])}}\\/])\{{[0-9]{{1,2}}\}}(?![\\/])",
    r"\{%[^{}\n]{1,80}%\}|<%[^<>\n]{1,80}%>|<<[^<>\n]{1,60}>>",
    rf"<(?:(?=[^<>\n]{{0,40}}[ąćęłńóśźżĄĆĘŁŃÓŚŹŻ_ ])[{_L}][{_L}_ ]{{1,40}}"
    r"|(?:imie|nazwisko|data|kwota|numer|name|firstname|lastname|date|amount)"
    r"|(?:IMIE|NAZWISKO|DATA|KWOTA|NUMER|NAME|DATE|AMOUNT))>",
    rf"(?<![{_W}%])(?<![0-9]{_GAP})%{{1,2}}(?!(?:{_ENVIRONMENT})%)(?![0-9A-Fa-f]{{2}}%)"
    rf"[{_L}][{_W} .-]{{0,40}}[{_W}]%{{1,2}}(?![{_W}\\])",
    rf"(?<![{_W}%])(?<![0-9]{_GAP})%(?:[0-9]\$)?[sd](?![{_W}%])|%\([{_W}]{{1,40}}\)[sd]",
    rf"(?<![{_W}#&\/])#{{1,2}}[{_L}][{_W} .-]{{0,40}}[{_W}]#{{1,2}}(?![{_W}#])",
    rf"(?<![{_W}$])\${{1,2}}[{_L}_][{_L}_.]{{1,40}}\${{1,2}}{_END}",
    rf"(?<![{_W}$])\$[a-z][a-z_]{{2,30}}(?![{_W}$(\[=-])",
    rf"@@[{_L}][{_W} .-]{{0,40}}@@|(?<![{_W}@.])@[A-Z][A-Z_]{{1,40}}@{_END}",
    r"\*\|[^|*\n]{1,60}\|\*|\|\*[^|*\n]{1,60}\*\|",
    rf"\|\|[{_L}][{_W} ]{{1,40}}\|\||{_WORD}(?:::|\^\^|§)[{_L}][{_W} .-]{{0,40}}(?:::|\^\^|§)",
    rf"(?<=[{_L}:] )#{{3,}}(?!#)|(?:\.{{3}}|…)[\/-](?:\.{{3}}|…|20[0-9]{{2}}{_END})",
    rf"{_WORD}__(?:[A-Z\u00c0-\u00dd\u0104-\u017b][A-Z\u00c0-\u00dd\u0104-\u017b0-9_]{{1,40}}"
    r"|(?:imi|nazw|dat|kwot|num|name_|first|last|link|firm)[a-z_]{0,30})__",
    rf"(?<!_)_{{3,}}{_END}|{_WORD}_{{3,}}|(?<![_ ])(?:_ ){{2,}}_{_END}",
    rf"{_WORD}(?:_ ){{2,}}_{_END}|{_WORD}__[.:\/-]__",
    rf"{_BLANK_START}(?:\.{{4,}}|……[.…]*){_BLANK_END}",
    rf"(?<=[{_L}0-9])(?:\.{{7,}}|………[.…]*){_BLANK_END}",
    r"(?<![.…])(?:\. ){3,}\.|(?<=: )\?{2,}|(?<=\()\?{2,}(?=\))",
)
_LEFT_WORDS = (
    rf"[Xx]{{3,}}{_END}(?!-lec| (?:LO|Lic|Bieg|Fes|Fina|Zjazd|edycj|roczni))",
    rf"(?:[0-9]{{1,4}}[.,:\/-]){{0,2}}(?:X{{2,4}}|x{{2,4}})"
    rf"(?:[.,:\/-](?:X{{2,4}}|x{{2,4}}|[0-9]{{1,4}})){{1,3}}{_END}",
    rf"(?:[0-9]{{1,4}}[.,:\/-]){{1,2}}(?:X{{2,4}}|x{{2,4}}){_END}",
    rf"(?:XX?|YY?){_GAP}?(?:zł|PLN|EUR|€|%|dni|szt|godz|rat){_END}|XX {_MONTH}|(?<=nr )XX{_END}",
    rf"(?:X[.\/-]X{{1,2}}|00[.\/-]00)[.\/-](?:[0-9]{{2,4}}|XX){_END}",
    rf"(?:DD|dd)[.\/-](?:MM|mm)(?:[.\/-](?:{_YEAR}))?{_END}",
    rf"(?:{_YEAR})[.\/-](?:MM|mm)[.\/-](?:DD|dd){_END}",
    rf"(?:MM|mm)[.\/-](?:DD|dd)[.\/-](?:{_YEAR}){_END}|(?:GG|gg|HH|hh):(?:MM|mm){_END}",
    rf"(?:TODO|FIXME|TBD|WSTAW|UZUPEŁNIĆ|DO UZUPEŁNIENIA|fixme|tbd){_END}(?!\.[a-z])",
    rf"[Tt]odo:|[Ll]orem [Ii]psum|LOREM IPSUM|niepotrzebne skreśl[{_L}]{{1,3}}",
    r"[Dd]elete as (?:appropriate|applicable)",
    rf"(?:{_GREETING}),? (?:{_NAMES}){_END}",
    # Double forms: somebody meant to choose.
    rf"Szanown[ya] Pani?e? ?\/ ?Szanown[ya] Pani?e?{_END}",
    r"(?<![^\n])(?:(?:Szanown[ya]|Drog[ia]) )?(?:Panie|Pani|Witaj|Dear|Hi|Hello) ,",
    r"(?<![^\n])(?:Your Name|YOUR NAME|Imię Nazwisko|IMIĘ NAZWISKO)(?![^\n])",
    rf"([{_L}]{{3,20}})(?:[yi] ?\/ ?\2a|a ?\/ ?\2[yi]){_END}",
    rf"{_PAN} ?\/ ?-?(?:{_PAN}|[Pp]aństw[aou]m?){_END}|[Pp]aństw[aou]m? ?\/ ?{_PAN}{_END}",
    rf"[Pp]an(?:a|u|em|ie)?(?:\/-?(?:i|ią|nią){_END}|\(-?(?:i|ni|ią|nią)\))",
    rf"[{_L}]{{2,25}}(?:[yi]\/-?a|a\/-?y|[yi]\(-?a\)|a\(-?y\)){_END}|Droga(?:\/-?i{_END}|\(-?i\))",
    rf"[{_L}]{{1,25}}ł(?:em|by|bym)?"
    rf"(?:\/-?(?:a|am|em|by|aby|abym|[{_L}]{{0,25}}ła(?:m|by|bym)?){_END}"
    rf"|\(-?(?:a|am|ła|łam)\)[{_L}]{{0,3}})",
    rf"[{_L}]{{1,25}}ł(?:[ae]ś(?:\/-?[ae]ś{_END}|\(-?[ae]ś\))|a ?\/ ?[{_L}]{{1,25}}ł{_END})",
    rf"sam(?:\/-?a{_END}|\/sama{_END}|\(a\))|powinien ?\/ ?powinna|winien ?\/ ?winna",
    rf"[Kk]lient(?:\/-?ka|\/[Kk]lientka){_END}|[Kk]lient\(ka\)",
    rf"[Kk]lien(?:cie|tko) ?\/ ?[Kk]lien(?:cie|tko){_END}",
    r"Mr\.? ?\/ ?M(?:rs|s|iss)\b\.?|M(?:rs|s|iss)\.? ?\/ ?Mr\b\.?".replace(r"\b", _END),
    rf"Herrn? ?\/ ?Frau|Frau ?\/ ?Herrn?|[Gg]eehrte(?:\/r{_END}|\(r\))|Шановн(?:ий\/а|а\/ий){_END}",
)

LEFTOVER_PATTERN = (
    f"(?:{'|'.join(_ORDINARY_SIGNS)})"
    f"|{_WORD}(?:{'|'.join(_ORDINARY_WORDS)})"
    f"|({'|'.join(_LEFT_SIGNS)}|{_WORD}(?:{'|'.join(_LEFT_WORDS)}))"
)
"""Group 1 is what looks left over, and then the whole match; nothing found holds a line's end.

It means the same to Python and to JavaScript (flags g and u): letters are spelt out, since ``\\b``,
``\\w`` and ``\\s`` differ, and lines are looked behind for, since ``^`` does. Linear in the text:
whatever may repeat is bounded or can start at one place of a run alone.
"""
_LEFTOVER = re.compile(LEFTOVER_PATTERN)
_BRACES = re.compile(
    rf"{_LINE}>[^\n]*|`[^`\n]{{1,120}}`"  # the customer's words, and code marked as such
    r"|(?P<open>\{\{+)(?P<inside>[^{}\n]*+)(?P<close>(?:\}\}+)?)|(?P<stray>\}\}+)"
)
_LONGEST_BRACES = 80
"""Of braces that nothing closes so much is shown."""


@dataclass(frozen=True)
class Place:
    """A spot of a text, as plain text with its neighbourhood."""

    words: str
    before: str
    after: str

    def shown(self, message: str) -> SafeString:
        """Return *message* with the spot marked behind it."""
        return format_html(
            '{} <q class="fault">{}<mark>{}</mark>{}</q>',
            message,
            self.before,
            self.words,
            self.after,
        )


@dataclass(frozen=True)
class Braces:
    """Double braces of a text: the words between them, "" of ``}}`` that closes nothing.

    ``is_open`` tells of those that nothing closes, ``before`` what stands in front of ``}}``.
    """

    place: Place
    inside: str = ""
    is_open: bool = False
    before: str = ""


def leftovers(text: str) -> list[Place]:
    """Return what looks left over in the plain *text*, each wording once, in order of place."""
    return list(_found(text))


# A reply is asked about in its form and in the service, and looked through for what was let pass.
@lru_cache(maxsize=16)
def _found(text: str) -> tuple[Place, ...]:
    first: dict[str, re.Match[str]] = {}
    for match in _LEFTOVER.finditer(text):
        if match[1]:
            first.setdefault(match[0], match)
    return tuple(_place(text, *match.span()) for match in first.values())


def braces(text: str) -> list[Braces]:
    """Return the double braces of the plain *text*, each wording once, in order of place."""
    first: dict[str, Braces] = {}
    for match in _BRACES.finditer(text):
        if match["open"] or match["stray"]:
            found = _pair(text, match)
            first.setdefault(found.place.words, found)
    return list(first.values())


def _pair(text: str, match: re.Match[str]) -> Braces:
    start, end = match.span()
    if match["stray"]:
        before = text[max(0, start - _LONGEST_BRACES) : start].rpartition("\n")[2]
        return Braces(_place(text, start, end), before=before)
    is_open = not match["close"]
    if is_open:  # what nothing closes runs on to the end of the line
        end = start + len(text[start : min(end, start + _LONGEST_BRACES)].rstrip())
    return Braces(_place(text, start, end), match["inside"], is_open)


def _place(text: str, start: int, end: int) -> Place:
    before = text[max(0, start - _NEAR) : start]
    after = text[end : end + _NEAR]
    if start > _NEAR and "\n" not in before:
        before = "…" + before.partition(" ")[2]
    if len(text) > end + _NEAR and "\n" not in after:
        after = after.rpartition(" ")[0] + "…"
    return Place(text[start:end], before.rpartition("\n")[2], after.partition("\n")[0])
