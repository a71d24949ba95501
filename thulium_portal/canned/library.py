"""The library page: its filters, and the lists that they give."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import pgettext

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.canned import attachments
from thulium_portal.canned.models import CannedResponse, CannedResponseVersion, Proposal
from thulium_portal.canned.permissions import usable_by, visible_to
from thulium_portal.canned.search.index import matching
from thulium_portal.canned.search.nearest import nearest
from thulium_portal.lib.folding import fold
from thulium_portal.lib.forms import parse_id

PAGE = 50
"""Rows of one page."""
CLOSE = 8
"""Rows shown where nothing fits a search and some come near it."""
NEWS = timedelta(days=3)
"""How long an author sees that a response was approved."""
WITHOUT_CATEGORY = "-"
"""What the address says for responses without a category."""
SEPARATOR = " / "
"""Between the two levels of a category."""
Scope = CannedResponse.Scope
State = CannedResponse.State


@dataclass(frozen=True)
class LibraryFilter:
    """The filters of the address; an unknown value counts as none."""

    query: str = ""
    category: str = ""
    state: str = State.LIVE
    scope: str = ""
    is_due: bool = False
    after: int | None = None
    chosen: int | None = None

    @classmethod
    def of(cls, given: QueryDict) -> "LibraryFilter":
        """Read the filters of a request."""
        state, scope = given.get("state", ""), given.get("scope", "")
        return cls(
            query=given.get("q", "").strip()[:200],
            category=given.get("category", "")[:120],
            state=state if state in State.values else State.LIVE,
            scope=scope if scope in Scope.values else "",
            is_due=given.get("due") == "1",
            after=parse_id(given.get("after")),
            chosen=parse_id(given.get("open")),
        )


@dataclass(frozen=True)
class Facet:
    """One line of the filters: what it shows, how many it holds, whether it is chosen.

    A category holds its second level in ``below``.
    """

    value: str
    label: str
    count: int
    chosen: bool
    below: tuple["Facet", ...] = ()


@dataclass(frozen=True)
class Library:
    """Everything the page shows."""

    total: int
    scopes: list[Facet]
    categories: list[Facet]
    states: list[Facet]
    due: int
    sent_back: list[CannedResponse]
    approved: list[CannedResponse]
    rows: list[CannedResponse]
    is_close: bool
    """Nothing fits the search; the rows come near it."""
    lost: frozenset[int]
    """Ids of rows that cannot be used until a file is added again."""
    with_new_version: frozenset[int]
    """Ids of rows of which a new version waits for approval."""
    more_after: int | None
    chosen: CannedResponse | None


def browse(user: User, filters: LibraryFilter) -> Library:
    """Return the library as *user* may see it under the filters of *filters*.

    A search shows its best ``PAGE`` finds; without one the pages go by title.
    """
    visible = visible_to(user)
    listed = due_for(user) if filters.is_due else visible.filter(state=filters.state)
    all_counts = _counted(visible)
    counts = _counted(listed) if filters.is_due else _only(all_counts, "state", filters.state)
    in_scope = listed.filter(scope=filters.scope) if filters.scope else listed
    wanted = _found(in_scope, filters).select_related("current", "owner")
    found = list(wanted.prefetch_related("current__files")[: PAGE + 1])
    is_close = not found and bool(filters.query)
    if is_close:
        near = nearest(_in_category(in_scope, filters), filters.query)
        near = near.select_related("current", "owner").prefetch_related("current__files")
        found = list(near[:CLOSE])
    rows, more = found[:PAGE], len(found) > PAGE and not filters.query
    return Library(
        total=sum(_by(counts, "scope").values()),
        scopes=_scopes(_by(counts, "scope"), filters),
        categories=_categories(_by(_only(counts, "scope", filters.scope), "category"), filters),
        states=_states(user, _by(all_counts, "state"), filters),
        due=due_for(user).count(),
        sent_back=list(sent_back_to(user)),
        approved=list(approved_for(user)),
        rows=rows,
        is_close=is_close and bool(rows),
        lost=frozenset(row.pk for row in rows if attachments.missing_files(row.current)),
        with_new_version=with_new_version(rows, user),
        more_after=rows[-1].pk if more else None,
        chosen=_chosen(visible, rows, filters),
    )


def due_for(user: User) -> QuerySet[CannedResponse]:
    """Return the live responses due for review: to managers all, to others their own."""
    due = usable_by(user).filter(review_by__lte=timezone.localdate(timezone=user.zone))
    return due if user.may(Permission.MANAGE_CANNED) else due.filter(owner=user)


def sent_back_to(user: User) -> QuerySet[CannedResponse]:
    """Return the drafts of *user* that a supervisor has sent back with a note, newest first."""
    returned = visible_to(user).filter(owner=user, state=State.DRAFT).exclude(decision_note="")
    return returned.select_related("decided_by").order_by("-decided_at")


def approved_for(user: User) -> QuerySet[CannedResponse]:
    """Return what somebody else approved for *user* in the last days, newest first."""
    since = timezone.now() - NEWS
    live = usable_by(user).filter(owner=user, decided_at__gte=since).exclude(decided_by=user)
    return live.select_related("decided_by").order_by("-decided_at")


def waiting_for(user: User) -> int:
    """Return how many responses wait for approval by *user*; 0 for who does not approve."""
    if not user.may(Permission.MANAGE_CANNED):
        return 0
    new_versions = Proposal.objects.filter(
        state=Proposal.State.OPEN, response__in=visible_to(user)
    ).exclude(details={})
    waiting = visible_to(user).filter(state=State.WAITING)
    # One query for both: it is asked for the head of every page.
    both = (rows.order_by().values("pk") for rows in (waiting, new_versions))
    return next(both).union(*both, all=True).count()


def with_new_version(rows: Sequence[CannedResponse], user: User) -> frozenset[int]:
    """Return the ids of *rows* of which a new version waits, as *user* may know."""
    waiting = Proposal.objects.filter(state=Proposal.State.OPEN, response__in=rows)
    if not user.may(Permission.MANAGE_CANNED):
        waiting = waiting.filter(author=user)
    return frozenset(waiting.exclude(details={}).values_list("response", flat=True))


def history(response: CannedResponse) -> Sequence[CannedResponseVersion]:
    """Return the versions of *response*, newest first, each with its author."""
    return list(response.versions.select_related("author", "recall"))


def categories(user: User) -> list[str]:
    """Return the categories in use, for the author to choose from."""
    used = visible_to(user).exclude(category="").exclude(state=State.ARCHIVED)
    return list(used.order_by("category").values_list("category", flat=True).distinct())


def _in_category(
    responses: QuerySet[CannedResponse], filters: LibraryFilter
) -> QuerySet[CannedResponse]:
    if filters.category == WITHOUT_CATEGORY:
        return responses.filter(category="")
    if filters.category:
        below = Q(category__startswith=filters.category + SEPARATOR)
        return responses.filter(Q(category=filters.category) | below)
    return responses


def _found(responses: QuerySet[CannedResponse], filters: LibraryFilter) -> QuerySet[CannedResponse]:
    responses = _in_category(responses, filters)
    if filters.query:
        return matching(responses, filters.query)
    last = CannedResponse.objects.filter(pk=filters.after).first() if filters.after else None
    if last is not None:
        same = Q(folded_title=last.folded_title, pk__gt=last.pk)
        responses = responses.filter(Q(folded_title__gt=last.folded_title) | same)
    return responses.order_by("folded_title", "id")


def _chosen(
    visible: QuerySet[CannedResponse], rows: list[CannedResponse], filters: LibraryFilter
) -> CannedResponse | None:
    """Return the response to show beside the list: the one asked for, else the first."""
    if filters.chosen is None:
        return rows[0] if rows else None
    listed = next((row for row in rows if row.pk == filters.chosen), None)
    return listed or visible.select_related("current", "owner").filter(pk=filters.chosen).first()


def _counted(responses: QuerySet[CannedResponse]) -> list[dict[str, Any]]:
    """Count *responses* by everything the filters show, in one query; ``count`` is how many."""
    rows = responses.order_by().values("state", "scope", "category")
    return [dict(row) for row in rows.annotate(count=Count("id"))]


def _only(counts: list[dict[str, Any]], name: str, wanted: str) -> list[dict[str, Any]]:
    """Return the counts of one state or scope; an empty word asks for all of them."""
    return [row for row in counts if wanted in {"", row[name]}]


def _by(counts: list[dict[str, Any]], name: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in counts:
        found[row[name]] += row["count"]
    return found


def _categories(counts: Mapping[str, int], filters: LibraryFilter) -> list[Facet]:
    """Return the first levels with all they hold, each with its second level; without one last."""
    tops: dict[str, dict[str, int]] = {}
    for name, count in counts.items():
        tops.setdefault(name.split(SEPARATOR)[0], {})[name] = count
    ordered = sorted(tops, key=lambda top: (not top, fold(top)))
    return [_top(top, tops[top], filters) for top in ordered]


def _top(top: str, names: dict[str, int], filters: LibraryFilter) -> Facet:
    below = tuple(
        Facet(
            name, name.removeprefix(top + SEPARATOR), names[name], chosen=name == filters.category
        )
        for name in sorted(names, key=fold)
        if name != top
    )
    value = top or WITHOUT_CATEGORY
    return Facet(value, top, sum(names.values()), chosen=value == filters.category, below=below)


def _scopes(counts: Mapping[str, int], filters: LibraryFilter) -> list[Facet]:
    """Return the scopes worth a line: where all are of one, there is nothing to choose."""
    labels = {scope: str(scope.label) for scope in (Scope.PERSONAL, Scope.TEAM, Scope.SHARED)}
    labels[Scope.PERSONAL] = pgettext("canned responses", "Only mine")
    found = [
        Facet(scope.value, label, counts.get(scope, 0), chosen=scope == filters.scope)
        for scope, label in labels.items()
        if counts.get(scope) or scope == filters.scope
    ]
    return found if len(found) > 1 or filters.scope else []


def _states(user: User, counts: Mapping[str, int], filters: LibraryFilter) -> list[Facet]:
    """Return the states worth a line; who sees only live ones needs none."""
    always = {State.LIVE, State.ARCHIVED} if user.may(Permission.MANAGE_CANNED) else {State.LIVE}
    shown = [state for state in State if state in always or counts.get(state)]
    if len(shown) < 2:
        return []
    return [
        Facet(
            state.value,
            str(state.label),
            counts.get(state, 0),
            chosen=state == filters.state and not filters.is_due,
        )
        for state in shown
    ]
