"""Amounts of money as Poles type and write them."""

import re
from decimal import ROUND_HALF_UP, Decimal

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

_AMOUNT = re.compile(r"(\d[\d\s.,]{0,20})\s*(\D{0,4})")
_CENTS = re.compile(r"(.*?)(?:[.,](\d{1,2}))?")
_CURRENCIES = {
    **dict.fromkeys(("", "zł", "zl", "pln"), "PLN"),
    **dict.fromkeys(("€", "eur"), "EUR"),
    **dict.fromkeys(("$", "usd"), "USD"),
    **dict.fromkeys(("£", "gbp"), "GBP"),
}


def amount(typed: str) -> str:
    """Return *typed* as the current language writes amounts, in zloty where no currency is named.

    Raises ``ValidationError`` for what is no amount.
    """
    found = _AMOUNT.fullmatch(typed.replace("\xa0", " ").strip())
    currency = _CURRENCIES.get(found[2].strip().casefold()) if found else None
    value = _value(found[1]) if found else None
    if value is None or currency is None:
        raise ValidationError(_("Write the amount like 1234.50; another currency after it."))
    number = number_format(value, decimal_pos=2, use_l10n=True, force_grouping=True)
    word = "zł" if currency == "PLN" and (get_language() or "").startswith("pl") else currency
    return f"{number}\xa0{word}"


def _value(digits: str) -> Decimal | None:
    """Return the number; a last group of one or two digits is cents, of three is thousands."""
    split = _CENTS.fullmatch(digits.strip())
    whole, cents = (split[1], split[2] or "0") if split else ("", "0")
    groups = re.split(r"[\s.,]", whole)
    is_grouped = len(groups) == 1 or all(len(group) == 3 for group in groups[1:])
    if not is_grouped or not all(group.isascii() and group.isdigit() for group in groups):
        return None
    return Decimal(f"{''.join(groups)}.{cents}").quantize(Decimal("0.01"), ROUND_HALF_UP)
