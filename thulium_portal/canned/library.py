"""The library page: what was asked for, and the lists that answer it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.canned.access import visible_to
from thulium_portal.canned.models import CannedResponse, CannedResponseVersion
from thulium_portal.canned.searching import matching
from thulium_portal.lib.folding import fold

PAGE = 50
"""Rows of one page."""
WITHOUT_CATEGORY = "-"
"""What the address says for texts that have no category."""
State = CannedResponse.State


@dataclass(frozen=True)
class Wish:
    """The filters of the address; anything unknown in them is as if it were not there."""

    query: str = ""
    category: str = ""
    state: str = State.LIVE
    after: int | None = None
    chosen: int | None = None

    @classmethod
    def of(cls, given: QueryDict) -> "Wish":
        """Read the filters of a request."""
        state = given.get("state", "")
        return cls(
            query=given.get("q", "").strip()[:200],
            category=given.get("category", "")[:120],
            state=state if state in State.values else State.LIVE,
            after=_number(given.get("after", "")),
            chosen=_number(given.get("open", "")),
        )


@dataclass(frozen=True)
class Facet:
    """One line of the filters: what it shows, how many it holds, whether it is chosen."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Library:
    """Everything the page shows."""

    total: int
    categories: list[Facet]
    states: list[Facet]
    rows: list[CannedResponse]
    more_after: int | None
    chosen: CannedResponse | None


def browse(user: User, wish: Wish) -> Library:
    """Return the library as *user* may see it under the filters of *wish*.

    A search shows its best ``PAGE`` finds; without one the pages go by title.
    """
    visible = visible_to(user)
    in_state = visible.filter(state=wish.state)
    counts = sorted(
        in_state.order_by().values_list("category").annotate(Count("id")),
        key=lambda counted: (not counted[0], fold(counted[0])),
    )
    found = list(_found(in_state, wish).select_related("current")[: PAGE + 1])
    rows, more = found[:PAGE], len(found) > PAGE and not wish.query
    return Library(
        total=sum(count for _category, count in counts),
        categories=[_category(name, count, wish) for name, count in counts],
        states=_states(user, visible, wish),
        rows=rows,
        more_after=rows[-1].pk if more else None,
        chosen=_chosen(visible, rows, wish),
    )


def history(response: CannedResponse) -> Sequence[CannedResponseVersion]:
    """Return the versions of *response*, newest first, each with its author."""
    return list(response.versions.select_related("author"))


def categories(user: User) -> list[str]:
    """Return the categories in use, for the author to choose from."""
    used = visible_to(user).exclude(category="").exclude(state=State.ARCHIVED)
    return list(used.order_by("category").values_list("category", flat=True).distinct())


def _found(responses: QuerySet[CannedResponse], wish: Wish) -> QuerySet[CannedResponse]:
    if wish.category:
        name = "" if wish.category == WITHOUT_CATEGORY else wish.category
        responses = responses.filter(category=name)
    if wish.query:
        return matching(responses, wish.query)
    last = CannedResponse.objects.filter(pk=wish.after).first() if wish.after else None
    if last is not None:
        same = Q(folded_title=last.folded_title, pk__gt=last.pk)
        responses = responses.filter(Q(folded_title__gt=last.folded_title) | same)
    return responses.order_by("folded_title", "id")


def _chosen(
    visible: QuerySet[CannedResponse], rows: list[CannedResponse], wish: Wish
) -> CannedResponse | None:
    """Return the text to show beside the list: the one asked for, else the first."""
    if wish.chosen is None:
        return rows[0] if rows else None
    listed = next((row for row in rows if row.pk == wish.chosen), None)
    return listed or visible.select_related("current").filter(pk=wish.chosen).first()


def _category(name: str, count: int, wish: Wish) -> Facet:
    value = name or WITHOUT_CATEGORY
    return Facet(value, name, count, chosen=value == wish.category)


def _states(user: User, visible: QuerySet[CannedResponse], wish: Wish) -> list[Facet]:
    """Return the states worth a line; who may not manage sees live texts only and needs none."""
    if not user.may(Permission.MANAGE_CANNED):
        return []
    counts = dict(visible.order_by("state").values_list("state").annotate(Count("id")))
    always = {State.LIVE, State.ARCHIVED}
    return [
        Facet(state.value, str(state.label), counts.get(state, 0), chosen=state == wish.state)
        for state in State
        if state in always or counts.get(state)
    ]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
