"""What the picker offers: the match first, then what this person and this queue use.

With nothing typed yet: what answered similar messages, the person's favourites, the last used.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Case, F, QuerySet, Value, When
from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.canned import variants
from thulium_portal.canned.models import CannedResponse, CannedUse, EmptySearch
from thulium_portal.canned.search import index
from thulium_portal.canned.search.nearest import nearest
from thulium_portal.canned.search.suggestions import Suggestion, suggest
from thulium_portal.lib.full_text import folded_words

MOST_RECENT = 5
MOST_FAVOURITES = 8
_USES_COUNTED = 200
"""Of a person's and of a queue's latest uses: what was used there counts as a habit."""
_HABIT_LASTS = timedelta(days=180)
_REASONS = ("suggested", "favourite", "recent")
_SHORTEST_NOTED, _LONGEST_NOTED = 3, 60


@dataclass(frozen=True)
class Offer:
    """A canned response that the picker offers, and why."""

    response: CannedResponse
    why: str = ""
    """"suggested", "favourite", "recent", "close" where nothing fits; else nothing."""
    is_favourite: bool = False
    suggestion: Suggestion | None = None


def search(
    user: User,
    query: str,
    *,
    among: QuerySet[CannedResponse],
    queue_id: int | None = None,
    language: str = "",
    limit: int,
) -> list[Offer]:
    """Return what *query* finds in *among*, those in *language* first; what is near, if nothing.

    The variant in *language* of a find in another one stands before it. Each comes with
    ``current`` loaded.
    """
    mine, here = _lately_used(person=user), _lately_used(queue_id=queue_id) if queue_id else []
    habit = Case(
        When(pk__in=mine, then=Value(2)), When(pk__in=here, then=Value(1)), default=Value(0)
    )
    offered = among.annotate(habit=habit, foreign=_foreign(language))
    exact = Case(When(folded_shortcut=folded_words(query), then=Value(0)), default=Value(1))
    # A constant among them would be taken for the number of a column by PostgreSQL.
    habits = ("-habit",) if mine or here else ()
    order: tuple[Any, ...] = (exact, "foreign", F("rank").desc(), *habits, "folded_title", "id")
    # The database sorts ids; whole rows are read of those few that are shown.
    best, why = index.best(offered, query, order, limit=limit), ""
    if not best and query.strip():
        near = nearest(offered, query).order_by(*order)
        best, why = list(near.values_list("pk", flat=True)[:limit]), "close"
    whole = CannedResponse.objects.select_related("current").prefetch_related("current__files")
    rows, starred = whole.in_bulk(best), favourites_of(user)
    found = [rows[pk] for pk in best if pk in rows]
    found = _with_variants(found, language, among, folded_words(query))[:limit]
    return [Offer(row, why, row.pk in starred) for row in found]


def at_hand(
    user: User,
    *,
    among: QuerySet[CannedResponse],
    question: str = "",
    queue_id: int | None = None,
    language: str = "",
    limit: int,
) -> list[Offer]:
    """Return what is offered before anything is typed; the alphabet where nothing is known."""
    starred = favourites_of(user)
    suggestions = {made.response_id: made for made in suggest(question, queue_id=queue_id)}
    wanted = [
        *((pk, "suggested") for pk in suggestions),
        *((pk, "favourite") for pk in starred[:MOST_FAVOURITES]),
        *((pk, "recent") for pk in _lately_used(person=user)[:MOST_RECENT]),
    ]
    offered = among.filter(pk__in=[pk for pk, _why in wanted]).select_related("current")
    rows = offered.prefetch_related("current__files").in_bulk()
    found: dict[int, Offer] = {}
    twins = variants.in_language(rows.values(), language, among=among)
    for pk, why in wanted:
        if pk in rows:
            row = twins.get(pk, rows[pk])
            found.setdefault(row.pk, Offer(row, why, row.pk in starred, suggestions.get(pk)))
    if found:
        return sorted(found.values(), key=lambda each: _order(each, language))
    alphabet = among.select_related("current").prefetch_related("current__files")
    alphabet = alphabet.annotate(foreign=_foreign(language))
    return [Offer(row) for row in alphabet.order_by("foreign", "folded_title", "id")[:limit]]


def favourites_of(user: User) -> list[int]:
    """Return the ids of what *user* has starred, the first starred first."""
    return list(user.favourites.values_list("response", flat=True))


def record_empty_search(query: str) -> None:
    """Count a search that found nothing, by day and without who it was; short ones are typing."""
    words = folded_words(query).strip()[:_LONGEST_NOTED]
    if len(words) < _SHORTEST_NOTED:
        return
    today = timezone.localdate()
    EmptySearch.objects.bulk_create([EmptySearch(day=today, words=words)], ignore_conflicts=True)
    EmptySearch.objects.filter(day=today, words=words).update(times=F("times") + 1)


def without_beginnings(words: Iterable[str]) -> list[str]:
    """Return *words* without those that are only the beginning of another: typed on the way."""
    known = sorted(set(words))
    return [
        word
        for word, after in zip(known, [*known[1:], ""], strict=True)
        if not after.startswith(word)
    ]


def _foreign(language: str) -> Case:
    return Case(When(language=language, then=Value(0)), default=Value(1 if language else 0))


def _order(offer: Offer, language: str) -> tuple[int, bool]:
    """Return where *offer* stands: by its reason, and there after those in *language*."""
    return _REASONS.index(offer.why), bool(language) and offer.response.language != language


def _with_variants(
    found: list[CannedResponse], language: str, among: QuerySet[CannedResponse], exact: str
) -> list[CannedResponse]:
    """Return *found*, before each in another language its variant in *language*, each once.

    Of the shortcut *exact* a text in another language stays first, where it has no variant.
    """
    twins = variants.in_language(found, language, among=among)
    called: dict[int, bool] = {}
    rows: dict[int, CannedResponse] = {}
    for each in found:
        for row in (twins.get(each.pk, each), each):
            rows.setdefault(row.pk, row)
            called[row.pk] = called.get(row.pk, False) or each.folded_shortcut == exact
    own = [row for row in rows.values() if row.language == language]
    return sorted(
        rows.values(), key=lambda row: (not called[row.pk], bool(own) and row.language != language)
    )


def _lately_used(**by: object) -> list[int]:
    """Return the ids of what was used lately, the last used first, each once."""
    since = timezone.now() - _HABIT_LASTS
    uses = CannedUse.objects.filter(used_at__gte=since, **by).order_by("-used_at")
    return list(dict.fromkeys(uses.values_list("response", flat=True)[:_USES_COUNTED]))
