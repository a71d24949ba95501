"""Canned responses that say the same in several languages: a family, held by its first one."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from thulium_portal.accounts.models import User
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.permissions import visible_to


def first_of(response: CannedResponse) -> CannedResponse:
    """Return the canned response that the family of *response* began with."""
    return response.variant_of or response


def family_of(response: CannedResponse, *, user: User) -> list[CannedResponse]:
    """Return the others of the family that *user* may see, by language."""
    first = first_of(response).pk
    family = visible_to(user).filter(Q(pk=first) | Q(variant_of=first)).exclude(pk=response.pk)
    return list(family.order_by("language", "id"))


def in_language(
    responses: Iterable[CannedResponse], language: str, *, among: QuerySet[CannedResponse]
) -> dict[int, CannedResponse]:
    """Return for each of *responses* in another language its variant in *language*, if offered."""
    others = [response for response in responses if language and response.language != language]
    if not others:
        return {}
    firsts = {response.variant_of_id or response.pk for response in others}
    known = among.filter(Q(pk__in=firsts) | Q(variant_of__in=firsts), language=language)
    rows = known.select_related("current").prefetch_related("current__files")
    by_first = {row.variant_of_id or row.pk: row for row in rows}
    return {
        response.pk: by_first[first]
        for response in others
        if (first := response.variant_of_id or response.pk) in by_first
    }
