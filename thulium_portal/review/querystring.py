"""The filters of the list as an address holds them."""

from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from thulium_portal.review.forms import FilterForm

LONGEST_QUERY = 4_000


def query_of(params: QueryDict, **changes: object) -> str:
    """Return the filters among *params*, with *changes*; paging is left out."""
    kept = {key: params.get(key, "") for key in ("view", *FilterForm.base_fields)}
    return urlencode({key: value for key, value in (kept | changes).items() if value})


def posted(request: HttpRequest) -> QueryDict:
    """Return the filters that a form of the list sent along."""
    return QueryDict(request.POST.get("filters", "")[:LONGEST_QUERY])


def list_with(query: str, name: str = "review:index") -> str:
    """Return the address of the list, or of the page *name*, under *query*."""
    return f"{reverse(name)}?{query}" if query else reverse(name)
