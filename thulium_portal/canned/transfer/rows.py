"""One row of a file of canned responses: read, matched with the library, checked."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import CharField
from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from thulium_portal.accounts.models import User
from thulium_portal.canned import permissions, validation, workflow
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.states import MOVES
from thulium_portal.canned.validation import ResponseText
from thulium_portal.lib.folding import fold
from thulium_portal.lib.html.sanitize import not_allowed, plain_to_html
from thulium_portal.lib.spreadsheets.reader import garbled

COLUMNS = (
    *("title", "shortcut", "category", "scope", "language"),
    *("body", "keywords", "use_when", "state"),
)
REQUIRED = ("title", "body")
_WORDS = ("title", "shortcut", "category", "language", "keywords", "use_when")
_MARKUP = re.compile(r"<[a-zA-Z/!]|&#?\w+;")
_LONGEST_SHOWN = 80
_MOST_TAGS = 3
Scope, State = CannedResponse.Scope, CannedResponse.State
Mover = Callable[..., CannedResponse]


@dataclass(frozen=True)
class CellFault:
    """What has to be mended in one cell of a row, in a sentence."""

    column: str
    sentence: str


@dataclass(frozen=True)
class ParsedRow:
    """What a row says, and the canned response it stands for (None: a new one)."""

    text: ResponseText
    state: str
    response: CannedResponse | None = None
    mover: Mover | None = field(default=None, compare=False)
    """The move that leads from the response's present state to the one written; None for none."""

    @property
    def keys(self) -> list[object]:
        """What no other row of the file may stand for."""
        text = self.text
        keys: list[object] = [self.response.pk] if self.response else []
        if text.shortcut:
            keys.append((text.scope == Scope.PERSONAL, text.shortcut))
        else:
            keys.append(_named(text.title, text.language, text.scope))
        return keys

    def changes(self) -> tuple[str, ...]:
        """Return the columns in which the row differs from its canned response."""
        if self.response is None:
            return ()
        before = ResponseText.of(self.response)
        names = [name for name in COLUMNS if name not in {"state", "scope"}]
        changed = [name for name in names if getattr(before, name) != getattr(self.text, name)]
        if self.state != self.response.state:
            changed.append("state")
        return tuple(changed)


class Reader:
    """Reads rows for one person; looks at the library once."""

    def __init__(self, actor: User) -> None:
        self._actor = actor
        self._by_shortcut: dict[tuple[bool, str], CannedResponse] = {}
        self._by_name: dict[tuple[str, str, str], CannedResponse] = {}
        for response in permissions.visible_to(actor).select_related("current"):
            if response.scope == Scope.PERSONAL and response.owner_id != actor.pk:
                continue
            key = (response.scope == Scope.PERSONAL, response.shortcut)
            self._by_shortcut.setdefault(key, response)
            self._by_name.setdefault(
                _named(response.title, response.language, response.scope), response
            )

    def read(self, cells: Mapping[str, str]) -> tuple[ParsedRow, tuple[CellFault, ...]]:
        """Return what the cells say, by column name, and everything that has to be mended."""
        faults: list[CellFault] = []
        words = {name: " ".join(cells.get(name, "").split()) for name in COLUMNS if name != "body"}
        scope = _coded(words["scope"], Scope.choices, Scope.SHARED, "scope", faults)
        languages, usual = settings.LANGUAGES, settings.LANGUAGE_CODE
        language = _coded(words["language"], languages, usual, "language", faults)
        words["shortcut"] = _shortcut(words["shortcut"], faults)
        response = self._match(words, language, scope)
        text = self._text(cells, words, language, scope, response)
        start = response.state if response else State.LIVE
        state = _coded(words["state"], State.choices, start, "state", faults)
        mover = self._mover(response, state, faults)
        faults += [*_lost_letters(cells), *_too_long(text), *_not_allowed(text.body)]
        text = self._checked(text, response, faults)
        return ParsedRow(text, state, response, mover), tuple(faults)

    def _match(self, words: Mapping[str, str], language: str, scope: str) -> CannedResponse | None:
        if words["shortcut"]:
            return self._by_shortcut.get((scope == Scope.PERSONAL, words["shortcut"]))
        return self._by_name.get(_named(words["title"], language, scope))

    def _text(
        self,
        cells: Mapping[str, str],
        words: dict[str, str],
        language: str,
        scope: str,
        response: CannedResponse | None,
    ) -> ResponseText:
        """Return the text as the row wants it; what the file does not say stays as it is."""
        base = ResponseText.of(response) if response else ResponseText(title="", body="")
        given: dict[str, Any] = {
            name: words[name] for name in _WORDS if name in cells and name != "language"
        }
        if "category" in given:
            given["category"] = validation.category_path(given["category"])
        body = cells.get("body", "").strip()
        body = body if _MARKUP.search(body) else plain_to_html(body)
        if response is None or ("language" in cells and words["language"]):
            base = replace(base, language=language)
        return replace(base, body=body, scope=response.scope if response else scope, **given)

    def _mover(
        self, response: CannedResponse | None, state: str, faults: list[CellFault]
    ) -> Mover | None:
        if response is None or state == response.state:
            return None
        for move in MOVES:
            fits = (move.source, move.target) == (response.state, state)
            if fits and permissions.may_make(self._actor, response, move) and move.name in _MOVERS:
                return _MOVERS[move.name]
        words = _("It is in the state “%(now)s” and cannot become “%(wanted)s” by a file.")
        labels = {"now": State(response.state).label, "wanted": State(state).label}
        faults.append(CellFault("state", words % labels))
        return None

    def _checked(
        self, text: ResponseText, response: CannedResponse | None, faults: list[CellFault]
    ) -> ResponseText:
        """Return *text* as it would be stored; adds what else is wrong to *faults*."""
        if response is None and text.scope == Scope.TEAM:
            words = _("A team's text needs its queues; write it in the portal, then import it.")
            faults.append(CellFault("scope", words))
            return text
        faulty = {fault.column for fault in faults}
        try:
            return validation.require_valid(text, response, actor=self._actor)
        except ValidationError as error:
            for name, sentences in error.message_dict.items():
                column = name if name in COLUMNS else "body"
                if column not in faulty:
                    faults += [CellFault(column, strip_tags(sentence)) for sentence in sentences]
        return text


_MOVERS: dict[str, Mover] = {
    "archive": workflow.archive,
    "bring_back": workflow.bring_back,
    "publish": workflow.publish,
    "rework": workflow.rework,
    "submit": workflow.submit,
}


def _named(title: str, language: str, scope: str) -> tuple[str, str, str]:
    return fold(title), language, scope


def _coded(
    word: str,
    codes: Sequence[tuple[str, str | Promise]],
    default: str,
    column: str,
    faults: list[CellFault],
) -> str:
    """Return the code that *word* names, by itself or as the pages call it."""
    for code, name in codes:
        if fold(word) in {fold(code), fold(str(name))}:
            return code
    if word:
        words = _("“%(word)s” is not known here; write one of: %(known)s.")
        known = ", ".join(code for code, _name in codes)
        shown = {"word": word[:_LONGEST_SHOWN], "known": known}
        faults.append(CellFault(column, words % shown))
    return str(default)


def _shortcut(word: str, faults: list[CellFault]) -> str:
    try:
        return validation.shortcut_word(word)
    except ValidationError as error:
        faults.append(CellFault("shortcut", error.messages[0]))
        return ""


def _lost_letters(cells: Mapping[str, str]) -> list[CellFault]:
    words = _("Letters were lost when the file was saved: “%(piece)s”. Save it as CSV UTF-8.")
    return [
        CellFault(column, words % {"piece": piece})
        for column, cell in cells.items()
        if (piece := garbled(cell))
    ]


def _not_allowed(body: str) -> list[CellFault]:
    words = _("This HTML is not allowed: %(tag)s")
    return [
        CellFault("body", words % {"tag": tag[:_LONGEST_SHOWN]})
        for tag in not_allowed(body)[:_MOST_TAGS]
    ]


def _too_long(text: ResponseText) -> list[CellFault]:
    faults = []
    for name in _WORDS:
        most = cast("CharField[str, str]", CannedResponse._meta.get_field(name)).max_length or 0
        count = len(getattr(text, name))
        if count > most:
            words = _("Use at most %(most)d characters; there are %(count)d.")
            faults.append(CellFault(name, words % {"most": most, "count": count}))
    return faults
