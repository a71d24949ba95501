"""Amounts of money as people type them, written as the language of the text writes them."""

import re
from decimal import ROUND_HALF_UP, Decimal
from unicodedata import normalize

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

_MOST_DIGITS = 15
_NUMBER = re.compile(
    r"(?P<whole>[0-9]+(?P<groups>(?:[\s.,'’][0-9]+)*?))(?:[.,](?P<cents>[0-9]{1,2}))?"
)
_GROUP = re.compile(r"[\s.,'’]")
_WHOLE = re.compile(r"[.,]\s?[-–—]{1,2}")
"""The stroke that stands for no cents, as in *12,-*."""
_ZLOTY_AND_CENTS = re.compile(
    r"([0-9]{1,9})\s?(?:zł|zl|PLN|złot[yeh]+)\s?([0-9]{1,2})\s?gr(?:osz[eya]?)?\.?"
)
_TAX = ("brutto", "netto", "gross", "net")
_CODES = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP "
    "BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP "
    "GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR "
    "KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK "
    "MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR "
    "SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH "
    "UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG"
)
"""ISO 4217."""
_WITHOUT_CENTS = (
    *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW"),
    *("PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"),
)
_CURRENCIES = {code.casefold(): code for code in _CODES.split(" ")} | {
    **dict.fromkeys(
        ("", "zł", "zl", "złoty", "złote", "złotych", "złotego", "zloty", "zlotych"), "PLN"
    ),
    **dict.fromkeys(("€", "euro", "euros"), "EUR"),
    **dict.fromkeys(("$", "us$", "dolar", "dolary", "dolarów", "dollars", "dollar"), "USD"),
    **dict.fromkeys(("£", "funt", "funty", "funtów", "pounds"), "GBP"),
    **dict.fromkeys(("frank", "franki", "franków", "sfr", "fr"), "CHF"),
    **dict.fromkeys(("kč", "korun", "korony czeskie", "koron czeskich"), "CZK"),
    **dict.fromkeys(("₴", "hrywna", "hrywny", "hrywien"), "UAH"),
    "forintów": "HUF",
    "¥": "JPY",
}
_CENTS = ("gr", "grosz", "grosze", "groszy")


def amount(typed: str) -> str:
    """Return *typed* as the current language writes amounts, in zloty where no currency is named.

    Raises ``ValidationError`` for what is no amount, and for what can be read two ways: three
    digits after a single comma or point.
    """
    text = " ".join(normalize("NFKC", typed).split())
    if parts := _ZLOTY_AND_CENTS.fullmatch(text):
        return _written(Decimal(f"{parts[1]}.{parts[2]:0>2}"), "PLN", "")
    number, around = _apart(text)
    words, tax = _without_tax(around)
    value = _value(number)
    if words in _CENTS and "." not in number and "," not in number:
        value, words = value and value / 100, ""
    currency = _CURRENCIES.get(words)
    if value is None or currency is None:
        raise ValidationError(_("Write the amount like 1234.50; another currency after it."))
    return _written(value, currency, tax)


def _apart(text: str) -> tuple[str, str]:
    """Return the number in *text*, and in small letters what stands before or behind it."""
    digits = [at for at, sign in enumerate(text) if sign.isdigit()]
    if not digits:
        return "", text
    start, end = digits[0], digits[-1] + 1
    behind = text[end:]
    if stroke := _WHOLE.match(behind):
        behind = behind[stroke.end() :]
    around = f"{text[:start].strip()} {behind.strip()}".strip()
    return text[start:end], around.removesuffix(".").casefold()


def _without_tax(words: str) -> tuple[str, str]:
    """Return the currency's name, and whether the amount is said to be with or without tax."""
    head, _space, last = words.rpartition(" ")
    return (head, last) if last in _TAX else (words, "")


def _value(digits: str) -> Decimal | None:
    """Return the number; a last group of one or two digits is cents. None for no number."""
    found = _NUMBER.fullmatch(digits)
    if found is None or sum(sign.isdigit() for sign in digits) > _MOST_DIGITS:
        return None
    groups = _GROUP.split(found["whole"])
    signs = set(_GROUP.findall(found["whole"]))
    between = digits[found.end("whole") : found.end("whole") + 1]
    is_grouped = all(len(group) == 3 for group in groups[1:]) and len(groups[0]) <= 3
    if len(groups) == 2 and not found["cents"] and signs <= {".", ","}:
        _require_two_digits(digits, groups)
    if len(groups) > 1 and (not is_grouped or len(signs) > 1 or between in signs):
        return None
    return Decimal(f"{''.join(groups)}.{found['cents'] or '0'}")


def _require_two_digits(digits: str, groups: list[str]) -> None:
    """Raise ``ValidationError`` for three digits after a single sign: thousands, or a fraction?"""
    whole, rest = groups
    if len(rest) != 3:
        return
    fraction = Decimal(f"{whole}.{rest}").quantize(Decimal("0.01"), ROUND_HALF_UP)
    readings = [Decimal(whole + rest)] if len(whole) <= 3 and not whole.startswith("0") else []
    shown = [_formatted(reading, 2) for reading in [*readings, fraction]]
    if len(shown) == 1:
        words = _("“%(typed)s” has three digits after the comma. Do you mean %(amount)s?")
        raise ValidationError(words, params={"typed": digits, "amount": shown[0]})
    words = _("“%(typed)s” can be read in two ways. Write %(many)s or %(few)s.")
    raise ValidationError(words, params={"typed": digits, "many": shown[0], "few": shown[1]})


def _written(value: Decimal, currency: str, tax: str) -> str:
    is_round = currency in _WITHOUT_CENTS and value == value.to_integral_value()
    number = _formatted(value, 0 if is_round else 2)
    is_polish = (get_language() or "").startswith("pl")
    words = ["zł" if currency == "PLN" and is_polish else currency, *([tax] if tax else [])]
    return "\xa0".join([number, *words])


def _formatted(value: Decimal, decimals: int) -> str:
    return number_format(value, decimal_pos=decimals, use_l10n=True, force_grouping=True)
