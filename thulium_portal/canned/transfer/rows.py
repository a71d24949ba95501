"""One row of a file of canned responses: read and checked; nothing is stored."""

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
from thulium_portal.accounts.roles import Permission
from thulium_portal.canned import must_keep, permissions, validation, workflow
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.states import MOVES
from thulium_portal.canned.transfer import cells as cell_words
from thulium_portal.canned.transfer.archive import ArchivedFile
from thulium_portal.canned.transfer.bodies import meant_in, read_body
from thulium_portal.canned.transfer.cells import CellError
from thulium_portal.canned.transfer.headings import COLUMNS, CellNote
from thulium_portal.canned.transfer.matching import RowKey, Target
from thulium_portal.canned.validation import ResponseText
from thulium_portal.lib.folding import fold
from thulium_portal.lib.html.plain_text import html_to_text
from thulium_portal.lib.leftovers import leftovers
from thulium_portal.lib.spreadsheets.letters import garbled
from thulium_portal.tickets import queues, statuses

_WORDS = ("title", "shortcut", "category", "language", "keywords", "use_when")
_COMPARED = (*_WORDS, "scope", "body", "queues", "must_keep", "status_after", "review_by", "files")
_LONGEST_SHOWN = 80
_LONGEST_OWNER = 150
_MOST_LEFTOVERS = 5
Scope, State = CannedResponse.Scope, CannedResponse.State
Mover = Callable[..., CannedResponse]


@dataclass(frozen=True)
class ParsedRow:
    """What a row says, and the canned response it stands for (None: a new one)."""

    text: ResponseText
    state: str
    response: CannedResponse | None = None
    mover: Mover | None = field(default=None, compare=False)
    """The move that leads from the response's present state to the one written; None for none."""
    owner_name: str = ""
    """The user name of an owner whom this portal does not know."""
    family: Target | None = None
    """What it is a variant of; None says nothing, an empty target that it is of none."""
    files: tuple[str, ...] = ()
    """Files of the archive that are to be stored with it, by their paths there."""
    left_over: tuple[str, ...] = ()
    """Wordings of the text that look left over and were let pass neither before nor by the file."""
    meant: tuple[str, ...] | None = None
    """Those that the file lets pass; None where it has no such column."""

    def changes(self) -> tuple[str, ...]:
        """Return the columns in which the row differs from its canned response."""
        if self.response is None:
            return ()
        before = ResponseText.of(self.response)
        changed = [name for name in _COMPARED if getattr(before, name) != getattr(self.text, name)]
        if before.status_after_name != self.text.status_after_name:
            changed.append("status_after")
        if self.files:
            changed.append("files")
        if self.text.owner_id not in {None, self.response.owner_id}:
            changed.append("owner")
        if self._changes_meant():
            changed.append("meant")
        if self.moves_family():
            changed.append("variant_of")
        if self.state != self.response.state:
            changed.append("state")
        return tuple(dict.fromkeys(changed))

    def _changes_meant(self) -> bool:
        if self.meant is None or self.response is None or self.response.current is None:
            return False
        there = {*self.meant, *self.left_over}
        return set(self.meant) != there.intersection(self.response.current.meant)

    def moves_family(self) -> bool:
        """Tell whether it is to be a variant of another text than it is, or of none any more."""
        if self.family is None:
            return False
        if self.family.row is not None:
            return True
        wanted = self.family.response
        first = (wanted.variant_of_id or wanted.pk) if wanted else None
        return first != (self.response.variant_of_id if self.response else None)


@dataclass(frozen=True)
class Reading:
    """A row as it was read; *faults* have to be mended, *notes* are to be known."""

    parsed: ParsedRow
    faults: tuple[CellNote, ...] = ()
    notes: tuple[CellNote, ...] = ()
    can_be_cleaned: bool = False
    """Whether nothing is wrong but formatting that the editor would leave out as well."""


class Reader:
    """Reads rows for one person; *archive* holds the files that came with them, if any did."""

    def __init__(
        self, actor: User, *, clean: bool = False, archive: Mapping[str, ArchivedFile] | None = None
    ) -> None:
        self.actor, self.clean, self.archive = actor, clean, archive or {}
        self.queues = dict(queues.known())
        self.people = {person.username.casefold(): person for person in User.objects.all()}
        self.new_queues: dict[int, str] = {}
        """Queues with a name that the rows bring and this portal has not seen."""

    def key(self, number: int, cells: Mapping[str, str]) -> RowKey:
        """Return by what the row *number* is matched with the library."""
        nothing: list[CellNote] = []
        scope = _coded(cells.get("scope", ""), Scope.choices, "scope", nothing)
        language = _coded(cells.get("language", ""), settings.LANGUAGES, "language", nothing)
        return RowKey(
            number,
            " ".join(cells.get("title", "").split()),
            _shortcut(cells.get("shortcut", ""), nothing),
            language or settings.LANGUAGE_CODE,
            is_personal=scope == Scope.PERSONAL,
            says_shortcut="shortcut" in cells,
        )

    def read(
        self, cells: Mapping[str, str], response: CannedResponse | None, family: Target | None
    ) -> Reading:
        """Return what *cells*, by column name, say about *response*, or about a new one."""
        return _Row(self, cells, response).reading(family)


class _Row:
    """One row while it is read: what is wrong with it gathers on the way."""

    def __init__(
        self, reader: Reader, cells: Mapping[str, str], response: CannedResponse | None
    ) -> None:
        self._reader, self._cells, self._response = reader, cells, response
        self._faults: list[CellNote] = []
        self._notes: list[CellNote] = []
        self._left_over: tuple[str, ...] = ()
        self._meant: tuple[str, ...] | None = () if "meant" in cells else None

    def reading(self, family: Target | None) -> Reading:
        """Return the row as the library would store it."""
        self._faults += _lost_letters(self._cells)
        text, can_be_cleaned = self._text()
        state = self._state()
        mover = self._mover(state, text)
        owner_id, owner_name = self._owner(text)
        files, new = self._files(text)
        text = replace(text, owner_id=owner_id, files=files)
        self._faults += _too_long(text)
        faulty = bool(self._faults)
        text = self._checked(text, complain_of_body=not can_be_cleaned)
        words = (self._left_over, self._meant)
        parsed = ParsedRow(text, state, self._response, mover, owner_name, family, new, *words)
        can_be_cleaned = can_be_cleaned and len(self._faults) == 1 and faulty
        return Reading(parsed, tuple(self._faults), tuple(self._notes), can_be_cleaned)

    def _fault(self, column: str, sentence: str) -> None:
        self._faults.append(CellNote(column, sentence))

    def _note(self, column: str, sentence: str) -> None:
        self._notes.append(CellNote(column, sentence))

    def _text(self) -> tuple[ResponseText, bool]:
        """Return what the row writes, and whether its formatting can be cleaned.

        What the file does not say stays as it is.
        """
        cells, response = self._cells, self._response
        base = ResponseText.of(response) if response else ResponseText(title="", body="")
        given: dict[str, Any] = {
            each: " ".join(cells[each].split()) for each in _WORDS if each in cells
        }
        if "shortcut" in given:
            given["shortcut"] = _shortcut(given["shortcut"], self._faults)
        if "category" in given:
            given["category"] = validation.category_path(given["category"])
        for name, codes in (("language", settings.LANGUAGES), ("scope", Scope.choices)):
            given[name] = _coded(cells.get(name, ""), codes, name, self._faults)
            if not given[name]:
                given[name] = getattr(base, name)
        body = read_body(cells.get("body", ""), clean=self._reader.clean)
        if body.fault:
            self._fault("body", body.fault)
        if body.note:
            self._note("body", body.note)
        if body.html and not body.fault:
            self._ask_of_leftovers(body.html)
        return replace(base, body=body.html, **given, **self._further()), body.can_be_cleaned

    def _ask_of_leftovers(self, html: str) -> None:
        words = _("“%(words)s” in “%(around)s”: is this intended?")
        current = self._response.current if self._response else None
        meant = current.meant if current else ()
        if self._meant is not None:
            meant = self._meant = meant_in(html, self._cells["meant"])
        found = [place for place in leftovers(html_to_text(html)) if place.words not in meant]
        self._left_over = tuple(place.words for place in found)
        for place in found[:_MOST_LEFTOVERS]:
            around = f"{place.before}{place.words}{place.after}".strip()
            self._note("body", words % {"words": place.words, "around": around})

    def _further(self) -> dict[str, Any]:
        """Return queues, passages, status and day of review, where the file has them."""
        cells, found = self._cells, dict[str, Any]()
        try:
            if "queues" in cells:
                named = cell_words.queues_of(cells["queues"], self._reader.queues)
                found["queues"] = tuple(sorted(named))
                self._reader.new_queues |= {
                    queue_id: name
                    for queue_id, name in named.items()
                    if name and queue_id not in self._reader.queues
                }
        except CellError as error:
            self._fault("queues", str(error))
        try:
            if "review_by" in cells:
                found["review_by"] = cell_words.day_of(cells["review_by"])
        except CellError as error:
            self._fault("review_by", str(error))
        try:
            if "status_after" in cells:
                status = self._status(cells["status_after"])
                found |= {"status_after": status.code, "status_after_name": status.name}
        except CellError as error:
            self._fault("status_after", str(error))
        if "must_keep" in cells:
            found["must_keep"] = must_keep.passages(cells["must_keep"])
        return found

    def _status(self, cell: str) -> cell_words.Status:
        """Return the status that *cell* names; Thulium is asked only where it has no number."""
        status = cell_words.status_in(cell)
        return status or cell_words.status_named(cell, statuses.choices({}))

    def _state(self) -> str:
        start = self._response.state if self._response else State.LIVE
        return _coded(self._cells.get("state", ""), State.choices, "state", self._faults) or start

    def _mover(self, state: str, text: ResponseText) -> Mover | None:
        response = self._response
        if response is None:
            if text.scope == Scope.PERSONAL and state == State.WAITING:
                self._fault("state", _("A personal text needs no approval."))
            return None
        if state == response.state:
            return None
        for move in MOVES:
            fits = (move.source, move.target) == (response.state, state)
            able = fits and permissions.may_make(self._reader.actor, response, move)
            if able and move.name in _MOVERS:
                return _MOVERS[move.name]
        words = _("It is in the state “%(now)s” and cannot become “%(wanted)s” by a file.")
        labels = {"now": State(response.state).label, "wanted": State(state).label}
        self._fault("state", words % labels)
        return None

    def _owner(self, text: ResponseText) -> tuple[int | None, str]:
        """Return the id of the owner (None: as it is), and the name of one who is not known."""
        word = self._cells.get("owner", "").strip()
        now = self._response.owner if self._response else self._reader.actor
        there = self._response.owner_name if self._response else ""
        if not word or fold(word) in {fold(there or now.username), fold(now.username)}:
            return None, there
        person = self._reader.people.get(word.casefold())
        if person and person.is_active and person.may(Permission.WRITE_CANNED):
            if text.scope != Scope.PERSONAL or person == now:
                return person.pk, ""
            words = _(
                "A personal text belongs to whoever brings it: it becomes yours, not %(who)s’s."
            )
        elif person:
            words = _("%(who)s cannot own texts here; %(now)s keeps it.")
        else:
            words = _(
                "There is nobody with the user name %(who)s here; it goes to %(now)s for now."
            )
        shown = word[:_LONGEST_OWNER]
        self._note("owner", words % {"who": shown, "now": now.get_full_name()})
        return None, shown if self._response is None else there

    def _files(self, text: ResponseText) -> tuple[tuple[int, ...], tuple[str, ...]]:
        """Return the ids of the files that stay, and the files of the archive that are new."""
        if "files" not in self._cells:
            return text.files, ()
        current = self._response.current if self._response else None
        there = list(current.files.all()) if current else []
        kept, new = list[int](), list[str]()
        for path in cell_words.lines_of(self._cells["files"]):
            name, archived = path.rpartition("/")[2], self._reader.archive.get(path)
            same = [file for file in there if file.name == name and file.pk not in kept]
            if archived is not None:
                same = [file for file in same if file.file.sha256 == archived.sha256]
            if same:
                kept.append(same[0].pk)
            elif archived is None:
                words = _(
                    "The file “%(name)s” is not with the table. A ZIP export brings files too."
                )
                self._note("files", words % {"name": name[:_LONGEST_SHOWN]})
            elif archived.fault:
                self._fault("files", archived.fault)
            else:
                new.append(path)
        return tuple(sorted(kept)), tuple(new)

    def _checked(self, text: ResponseText, *, complain_of_body: bool) -> ResponseText:
        """Return *text* as it would be stored; what else is wrong is added to the faults."""
        faulty = {fault.column for fault in self._faults}
        try:
            return validation.require_valid(text, self._response, actor=self._reader.actor)
        except ValidationError as error:
            for name, sentences in error.message_dict.items():
                column = name if name in COLUMNS else "body"
                if column == "queues" and "queues" not in self._cells:
                    self._fault(
                        "scope", _("A team’s text needs its queues: add the column queues.")
                    )
                    continue
                if column not in faulty and (column != "body" or complain_of_body):
                    for sentence in sentences:
                        self._fault(column, strip_tags(sentence))
        return text


_MOVERS: dict[str, Mover] = {
    "archive": workflow.archive,
    "bring_back": workflow.bring_back,
    "publish": workflow.publish,
    "rework": workflow.rework,
    "submit": workflow.submit,
}


def _coded(
    word: str, codes: Sequence[tuple[str, str | Promise]], column: str, faults: list[CellNote]
) -> str:
    """Return the code that *word* names, by itself or as the pages call it; "" for none."""
    word = " ".join(word.split())
    for code, name in codes:
        if word and fold(word) in {fold(code), fold(str(name))}:
            return str(code)
    if word:
        words = _("“%(word)s” is not known here; write one of: %(known)s.")
        known = ", ".join(code for code, _name in codes)
        shown = {"word": word[:_LONGEST_SHOWN], "known": known}
        faults.append(CellNote(column, words % shown))
    return ""


def _shortcut(word: str, faults: list[CellNote]) -> str:
    try:
        return validation.shortcut_word(word[:1000])
    except ValidationError as error:
        faults.append(CellNote("shortcut", error.messages[0]))
        return ""


def _lost_letters(cells: Mapping[str, str]) -> list[CellNote]:
    words = _("Letters were lost when the file was saved: “%(piece)s”. Save it as CSV UTF-8.")
    return [
        CellNote(column, words % {"piece": piece})
        for column, cell in cells.items()
        if (piece := garbled(cell))
    ]


def _too_long(text: ResponseText) -> list[CellNote]:
    faults = []
    for name in (*_WORDS, "status_after", "status_after_name"):
        most = cast("CharField[str, str]", CannedResponse._meta.get_field(name)).max_length or 0
        count = len(getattr(text, name))
        if count > most:
            words = _("Use at most %(most)d characters; there are %(count)d.")
            column = name.removesuffix("_name")
            faults.append(CellNote(column, words % {"most": most, "count": count}))
    return faults
