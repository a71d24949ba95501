"""Which canned response a row stands for: the one with its shortcut, else with its title.

Titles may repeat: the first row of a title stands for the first response that has it and that no
other row of the file stands for, and so on.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from thulium_portal.accounts.models import User
from thulium_portal.canned import permissions
from thulium_portal.canned.models import CannedResponse
from thulium_portal.lib.folding import fold

Scope = CannedResponse.Scope


@dataclass(frozen=True)
class RowKey:
    """By what a row is matched. ``number`` is the spreadsheet's."""

    number: int
    title: str
    shortcut: str
    language: str
    is_personal: bool
    says_shortcut: bool
    """Whether the file has a column for shortcuts: then an empty one says that there is none."""

    @classmethod
    def of(cls, response: CannedResponse) -> "RowKey":
        """Return what a row about *response* would be matched by."""
        is_personal = response.scope == Scope.PERSONAL
        named = (response.title, response.shortcut, response.language)
        return cls(0, *named, is_personal=is_personal, says_shortcut=True)

    @property
    def name(self) -> tuple[str, str, bool]:
        """What rows without a shortcut are told apart by."""
        return fold(self.title), self.language, self.is_personal


@dataclass(frozen=True)
class Target:
    """What a reference leads to: a row of the file, or a canned response."""

    row: int | None = None
    response: CannedResponse | None = None


def library_of(actor: User) -> list[CannedResponse]:
    """Return the canned responses that the rows of *actor* may stand for, in an export's order."""
    related = permissions.visible_to(actor).select_related("current", "owner", "variant_of")
    whole = related.prefetch_related("queues", "current__files")
    return list(whole.order_by("folded_title", "id"))


def match(rows: Sequence[RowKey], library: Iterable[CannedResponse]) -> list[CannedResponse | None]:
    """Return for each row the canned response it stands for, None for a new one."""
    by_shortcut: dict[tuple[bool, str], CannedResponse] = {}
    by_name: dict[tuple[str, str, bool], list[CannedResponse]] = defaultdict(list)
    for response in library:
        key = RowKey.of(response)
        by_name[key.name].append(response)
        if key.shortcut:
            by_shortcut.setdefault((key.is_personal, key.shortcut), response)
    found: list[CannedResponse | None] = [
        by_shortcut.get((row.is_personal, row.shortcut)) if row.shortcut else None for row in rows
    ]
    taken = {response.pk for response in found if response}
    for place, row in enumerate(rows):
        if not row.shortcut and row.title:
            found[place] = _free(by_name[row.name], taken, row)
    return found


def _free(named: Iterable[CannedResponse], taken: set[int], row: RowKey) -> CannedResponse | None:
    """Return the first of *named* that no row has taken; with the shortcut the row says, if any."""
    free = [response for response in named if response.pk not in taken]
    if row.says_shortcut:
        free.sort(key=lambda response: response.shortcut != "")
    if not free:
        return None
    taken.add(free[0].pk)
    return free[0]


# --- references ------------------------------------------------------------------------------


def references(keys: Iterable[RowKey]) -> Iterator[str]:
    """Yield the words by which one canned response names each of *keys*, in their order.

    That is ``/shortcut``, else the title with its language, and its place among several of these.
    """
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for key in keys:
        place = (fold(key.title), key.language)
        counts[place] += 1
        if key.shortcut and not key.is_personal:
            yield f"/{key.shortcut}"
        else:
            number = f" #{counts[place]}" if counts[place] > 1 else ""
            yield f"{key.title} ({key.language}){number}"


class References:
    """Finds what a cell names, among the rows of the file first, then in the library."""

    def __init__(self, rows: Sequence[RowKey], library: Sequence[CannedResponse]) -> None:
        self._known: dict[str, Target] = {}
        self._learn(map(RowKey.of, library), [Target(response=response) for response in library])
        self._learn(rows, [Target(row=row.number) for row in rows])

    def find(self, word: str) -> Target | None:
        """Return what *word* names, None for nothing."""
        return self._known.get(fold(word))

    def _learn(self, keys: Iterable[RowKey], targets: Sequence[Target]) -> None:
        """Add *targets* by their references, then by what people write: the shortcut, the title.

        What was learnt later wins over earlier calls; of one call, the first.
        """
        listed, known = list(keys), dict[str, Target]()
        for word, target in zip(references(listed), targets, strict=True):
            known.setdefault(fold(word), target)
        for key, target in zip(listed, targets, strict=True):
            for word in filter(None, (f"/{key.shortcut}" * bool(key.shortcut), key.title)):
                known.setdefault(fold(word), target)
        for key, target in zip(listed, targets, strict=True):
            if key.shortcut:
                known.setdefault(fold(key.shortcut), target)
        self._known |= known
