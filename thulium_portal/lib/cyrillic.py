"""Ukrainian and Russian words in Latin letters, as passports write them."""

_LATIN = str.maketrans(
    dict(zip("абвгґдезиійклмнопрстуфыэёєї", "abvhgdezyiiklmnoprstufyeeei", strict=True))
    | {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "iu", "я": "ia"}
    | dict.fromkeys("ьъ’ʼ", "")
)


def in_latin_letters(text: str) -> str:
    """Return *text* in small letters with its Cyrillic ones spelt in Latin; others stay."""
    return text if text.isascii() else text.lower().translate(_LATIN)
