"""Texts that say the same in several languages: a family, held together by its first text."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from thulium_portal.accounts.models import User
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.permissions import visible_to


def first_of(response: CannedResponse) -> CannedResponse:
    """Return the text that the family of *response* began with."""
    return response.variant_of or response


def family_of(response: CannedResponse, *, user: User) -> list[CannedResponse]:
    """Return the other texts of the family that *user* may see, by language."""
    first = first_of(response).pk
    family = visible_to(user).filter(Q(pk=first) | Q(variant_of=first)).exclude(pk=response.pk)
    return list(family.order_by("language", "id"))


def in_language(
    texts: Iterable[CannedResponse], language: str, *, among: QuerySet[CannedResponse]
) -> dict[int, CannedResponse]:
    """Return for each of *texts* in another language its variant in *language*, if offered."""
    others = [text for text in texts if language and text.language != language]
    if not others:
        return {}
    firsts = {text.variant_of_id or text.pk for text in others}
    known = among.filter(Q(pk__in=firsts) | Q(variant_of__in=firsts), language=language)
    rows = known.select_related("current").prefetch_related("current__files")
    by_first = {row.variant_of_id or row.pk: row for row in rows}
    return {
        text.pk: by_first[first]
        for text in others
        if (first := text.variant_of_id or text.pk) in by_first
    }
