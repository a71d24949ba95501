"""Fills the library of practice mode as if people had worked with it; safe to repeat."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.canned import services, workflow
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.validation import ResponseText
from thulium_portal.demo.reader import read_data
from thulium_portal.lib.html.sanitize import plain_to_html
from thulium_portal.tickets import queues

_SUPERVISOR = "ewa"
"""The demo person who decides what others propose."""
_QUEUE_IDS = read_data(dict[str, int], "queues.toml")


@dataclass(frozen=True)
class _Letter:
    opening: str
    closing: str


@dataclass(frozen=True, kw_only=True)
class DemoResponse:
    """A canned response; *text* is plain and stands inside a letter, *html* is a whole body."""

    title: str
    shortcut: str
    category: str
    keywords: str
    use_when: str
    language: str = "pl"
    scope: CannedResponse.Scope = CannedResponse.Scope.SHARED
    queues: tuple[str, ...] = ()
    text: str = ""
    html: str = ""

    def __post_init__(self) -> None:
        if bool(self.text) == bool(self.html):
            raise ValueError("either text or html is needed")
        if strange := set(self.queues) - _QUEUE_IDS.keys():
            raise ValueError(f"unknown queue {', '.join(sorted(strange))}")

    def response_text(self) -> ResponseText:
        """Return it as what an author writes."""
        letter = _FILE.letters[self.language]
        plain = f"{letter.opening}\n\n{self.text.strip()}\n\n{letter.closing}"
        return ResponseText(
            title=self.title,
            body=self.html or plain_to_html(plain),
            shortcut=self.shortcut,
            category=self.category,
            language=self.language,
            keywords=self.keywords,
            use_when=self.use_when,
            scope=self.scope.value,
            queues=tuple(_QUEUE_IDS[name] for name in self.queues),
        )


@dataclass(frozen=True, kw_only=True)
class Story(DemoResponse):
    """A response by a named person; *returned* is the supervisor's reason to send it back."""

    author: str
    submitted: bool = False
    returned: str = ""
    archived: bool = False


@dataclass(frozen=True)
class Revision:
    """A later wording of a response: what replaced what, by whom, and why."""

    shortcut: str
    author: str
    before: str
    after: str
    note: str


@dataclass(frozen=True)
class _Overdue:
    """A response whose day of review was *days* ago."""

    shortcut: str
    owner: str
    days: int
    note: str


@dataclass(frozen=True)
class LibraryFile:
    letters: dict[str, _Letter]
    responses: tuple[DemoResponse, ...]
    stories: tuple[Story, ...]
    revisions: tuple[Revision, ...]
    overdue: _Overdue

    def __post_init__(self) -> None:
        for response in (*self.responses, *self.stories):
            if response.language not in self.letters:
                raise ValueError(f"no letter for the language of “{response.title}”")


_FILE = read_data(LibraryFile, "canned.toml")
DEMO_RESPONSES = tuple(response.response_text() for response in _FILE.responses)
STORIES = _FILE.stories


def load_demo_responses(owner: User) -> int:
    """Store the demo responses that are not there yet and return how many that were.

    One that was changed, renamed or archived since is left as it is: the shortcut tells.
    Raises ``PermissionDenied`` where *owner* may not manage canned responses.
    """
    if not owner.may(Permission.MANAGE_CANNED):
        raise PermissionDenied
    named = {name for response in _FILE.responses for name in response.queues}
    for name, queue_id in _QUEUE_IDS.items():
        if name in named:
            queues.remember(queue_id, name)
    taken = {word.lower() for word in CannedResponse.objects.values_list("shortcut", flat=True)}
    missing = [text for text in DEMO_RESPONSES if text.shortcut not in taken]
    for text in missing:
        services.create_response(text, actor=owner)
    return len(missing)


def load_demo_stories(people: Mapping[str, User]) -> int:
    """Store what is missing of the stories by *people* (user name → person); return how many.

    Expects the demo responses to be there. What was changed since is left as it is.
    """
    if _SUPERVISOR not in people:
        return 0
    taken = set(CannedResponse.objects.values_list("shortcut", flat=True))
    missing = [story for story in STORIES if story.shortcut not in taken and story.author in people]
    for story in missing:
        _tell(story, people[story.author], supervisor=people[_SUPERVISOR])
    for revision in _FILE.revisions:
        if revision.author in people:
            _revise(revision, people[revision.author])
    _let_be_overdue(_FILE.overdue, people)
    return len(missing)


def _tell(story: Story, author: User, *, supervisor: User) -> None:
    response = services.create_response(story.response_text(), actor=author)
    if story.submitted:
        workflow.submit(response, actor=author)
    if story.returned:
        workflow.send_back(response, note=story.returned, actor=supervisor)
    if story.archived:
        workflow.archive(response, actor=supervisor)


def _revise(revision: Revision, actor: User) -> None:
    """Save the later wording, once, where the response still says the earlier one."""
    response = _find(revision.shortcut)
    if response is None or response.current is None:
        return
    text = ResponseText.of(response)
    if revision.before in text.body and not response.versions.filter(note=revision.note).exists():
        services.revise(
            response,
            replace(text, body=text.body.replace(revision.before, revision.after)),
            seen_version=response.current.number,
            note=revision.note,
            actor=actor,
        )


def _let_be_overdue(overdue: _Overdue, people: Mapping[str, User]) -> None:
    """Let a response's day of review be over, so that its owner and supervisors are reminded."""
    response = _find(overdue.shortcut)
    if response is None or response.current is None or response.current.number > 1:
        return
    owner = people.get(overdue.owner, people[_SUPERVISOR])
    review_by = timezone.localdate() - timedelta(days=overdue.days)
    services.revise(
        response,
        replace(ResponseText.of(response), review_by=review_by, owner_id=owner.pk),
        seen_version=1,
        note=overdue.note,
        actor=people[_SUPERVISOR],
    )


def _find(shortcut: str) -> CannedResponse | None:
    of_all = CannedResponse.objects.exclude(scope=CannedResponse.Scope.PERSONAL)
    return of_all.select_related("current").filter(shortcut=shortcut).first()
