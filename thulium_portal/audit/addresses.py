"""The filters of the list as an address holds them."""

from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from thulium_portal.audit.forms import FilterForm

LONGEST_QUERY = 4_000


def query_of(asked: QueryDict, **changes: object) -> str:
    """Return the filters among what is *asked*, with *changes*; paging is left out."""
    kept = {key: asked.get(key, "") for key in ("view", *FilterForm.base_fields)}
    return urlencode({key: value for key, value in (kept | changes).items() if value})


def list_with(query: str) -> str:
    """Return the address of the list under *query*."""
    return f"{reverse('audit:index')}?{query}" if query else reverse("audit:index")
