"""What stands in a page and what does not, told by the words instead of the whole page."""

from django.http import HttpResponse


def missing(page: HttpResponse | str, *words: str) -> list[str]:
    """Return those of *words* that do not stand in *page*."""
    return [word for word in words if word not in _text(page)]


def shown(page: HttpResponse | str, *words: str) -> list[str]:
    """Return those of *words* that stand in *page*."""
    return [word for word in words if word in _text(page)]


def _text(page: HttpResponse | str) -> str:
    return page if isinstance(page, str) else page.content.decode()
