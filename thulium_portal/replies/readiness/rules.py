"""What must hold for a reply to leave, as one list of rules.

``services.submit`` asks, so that no way in is laxer, and the composer's form says beside the field
what it answers; the form asks itself where it has other errors or files still to be stored, so that
all is said at once. The worker asks once more before a reply leaves, since a text may be recalled
and a file be lost while a reply waits for its time.

What a person let pass is kept with the reply as codes (``Text.confirmed``): of a wording that looks
unfinished ``unfinished:<wording>``, of a recalled version ``recalled:<its id>``, of a file that is
asked about ``macro_file:<its SHA-256>`` and the like (``storage.validation.doubt``).
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from thulium_portal.canned import attachments as canned_attachments
from thulium_portal.canned import must_keep
from thulium_portal.canned.models import CannedResponse, CannedResponseVersion, Recall
from thulium_portal.lib.leftovers import Place, leftovers
from thulium_portal.replies.audit_facts import plain
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.readiness import blanks, situation
from thulium_portal.replies.readiness.complaints import Complaint, Findings, NotReady
from thulium_portal.replies.readiness.guards import doubts
from thulium_portal.replies.readiness.situation import Origin
from thulium_portal.stop_rules.matching import NamedSize
from thulium_portal.storage import validation
from thulium_portal.storage.services import Attachable
from thulium_portal.tickets import statuses

NO_STATUS = ("", "")
MOST_ASKED = 10
"""So many wordings are asked about at a time."""
_UNFINISHED = "unfinished:"


@dataclass(frozen=True)
class Outgoing:
    """A reply as it would leave: its text, its files, and the bytes of those still to be stored.

    ``gone`` are files that its page lists and nobody has any more, ``unseen`` those its draft has
    and the page does not list. ``names_to_come`` are the names of the files still to be stored,
    ``is_planned`` tells that it is to leave later. Without an ``origin`` no guard is asked.
    """

    text: Text
    files: Sequence[Attachable] = ()
    sizes_to_come: Sequence[int] = ()
    gone: int = 0
    unseen: Sequence[Attachable] = ()
    names_to_come: Sequence[str] = ()
    is_planned: bool = False
    origin: Origin | None = None


def complaints(outgoing: Outgoing) -> Sequence[Complaint]:
    """Return everything that keeps a reply from leaving; nothing where it may."""
    return findings(outgoing).complaints


def findings(outgoing: Outgoing) -> Findings:
    """Return what keeps a reply from leaving, beside the doubts that its author let pass."""
    lost = list(_files_of_canned_responses(used_versions(outgoing.text)))
    # One sentence a file: whose canned response it is says more than that it is lost.
    own = [each for each in _lasting(outgoing) if not (lost and each.code == "file_missing")]
    files = [*_listed(outgoing), *_doubtful_files(outgoing)]
    asked = _guards(outgoing)
    found = [*own, *files, *lost, *_status(outgoing.text), *asked.complaints]
    return replace(asked, complaints=found)


def _guards(outgoing: Outgoing) -> Findings:
    """Return what the guards doubt: what the person let pass apart from what they did not."""
    if outgoing.origin is None:
        return Findings()
    text, count = outgoing.text, len(outgoing.files) + len(outgoing.sizes_to_come)
    gathered = situation.gather(
        outgoing.origin,
        text,
        files=count,
        attached=_named(outgoing),
        is_planned=outgoing.is_planned,
    )
    asked = doubts.ask(gathered)
    passed = [doubt for doubt in asked.doubts if doubt.is_passed(text.confirmed)]
    left = [doubt for doubt in asked.doubts if not doubt.is_passed(text.confirmed)]
    return Findings(left, passed, asked.failed, gathered.known)


def _named(outgoing: Outgoing) -> list[NamedSize]:
    """Return name and size of each file that is to go."""
    there = (NamedSize(link.name, link.file.size) for link in outgoing.files)
    to_come = zip_longest(outgoing.names_to_come, outgoing.sizes_to_come, fillvalue="")
    return [*there, *(NamedSize(str(name), int(size or 0)) for name, size in to_come)]


def complaints_of(
    reply: Reply, text: Text | None = None, origin: Origin | None = None
) -> list[Complaint]:
    """Return everything that keeps a submitted *reply* from leaving now, with its own or a *text*.

    The status it sets on its ticket was seen and chosen when it was submitted; of files only its
    own count, whatever its canned response has carried since. Without an *origin* no guard asks.
    """
    outgoing = Outgoing(text or Text.of(reply), list(reply.attachments.all()), origin=origin)
    return [*_lasting(outgoing), *_guards(outgoing).complaints]


def recalls_of(reply: Reply) -> list[Complaint]:
    """Return the recalls among :func:`complaints_of`; costs nothing without a canned response."""
    return list(_recalls(Text.of(reply)))


def _lasting(outgoing: Outgoing) -> list[Complaint]:
    """Return what was wrong when a reply was submitted, or may have become wrong since."""
    text = outgoing.text
    words = plain(text.body, text.body_type)
    return [
        *_text(text, words),
        *_together(outgoing),
        *_files(outgoing.files),
        *_recalls(text),
        *_must_keep(text, words),
    ]


def require_seen(unseen: Sequence[Attachable]) -> None:
    """Raise :class:`NotReady` for files that a draft has and its page does not list."""
    if unseen:
        raise NotReady(list(_unseen(unseen)))


def used_versions(text: Text) -> set[int]:
    """Return the ids of the canned versions the text started from, or that were put into it."""
    version = text.canned_version
    return {*text.inserted, *([version.pk] if version else [])}


def recalled_codes(versions: Iterable[int], *, until: datetime | None = None) -> list[str]:
    """Return the codes that let those of *versions* pass which are recalled now.

    With *until* only those that were recalled by that time.
    """
    return [
        f"recalled:{recall.version_id}"
        for recall in _recalled(versions)
        if until is None or recall.at <= until
    ]


def unfinished_code(wording: str) -> str:
    """Return the code that lets *wording* pass."""
    return f"{_UNFINISHED}{wording}"


def wordings(codes: Iterable[str]) -> tuple[str, ...]:
    """Return the wordings that *codes* let pass."""
    return tuple(code.removeprefix(_UNFINISHED) for code in codes if code.startswith(_UNFINISHED))


def may_be_meant(words: str, versions: Collection[int]) -> list[Place]:
    """Return what looks left over in a text that was made of *versions*, and may be let pass."""
    labels = blanks.labels_of(words, versions)
    return [*blanks.in_doubt(words, labels), *leftovers(words)]


def meant_by_authors(versions: Iterable[int]) -> frozenset[str]:
    """Return the wordings that the authors of canned *versions* let pass in their texts."""
    used = CannedResponseVersion.objects.filter(pk__in=set(versions))
    return frozenset(wording for version in used for wording in version.meant)


def offered_statuses(
    response: CannedResponse | None, version: CannedResponseVersion | None
) -> dict[str, str]:
    """Return id and name of each status a reply may set: Thulium's, as last told, first.

    What *response* says now, and said in the *version* the reply started from, is offered even
    where Thulium has told nothing.
    """
    then = version.status_after if version else NO_STATUS
    now = (response.status_after, response.status_after_name) if response else NO_STATUS
    known = statuses.known()
    return {**known, **{name: known.get(name, label) for name, label in (then, now) if name}}


def file_codes(files: Iterable[Attachable], confirmed: Collection[str]) -> list[str]:
    """Return those codes that are *confirmed* and let one of *files* pass."""
    doubts = (validation.doubt(link.name, link.file) for link in files)
    return [doubt.code for doubt in doubts if doubt is not None and doubt.code in confirmed]


def _text(text: Text, words: str) -> Iterator[Complaint]:
    if not words.strip():
        yield Complaint("empty", "body", _("Write the reply; there is no text to send yet."))
    elif len(text.body) > settings.MAX_BODY_CHARACTERS:
        sentence = _("The reply has %(count)d characters, %(most)d are allowed. Shorten it.")
        counts = {"count": len(text.body), "most": settings.MAX_BODY_CHARACTERS}
        yield Complaint("too_long", "body", sentence % counts)
    versions = used_versions(text)
    yield from blanks.unfilled(text.body, words, blanks.labels_of(words, versions))
    yield from _unfinished(text, may_be_meant(words, versions))


def _unfinished(text: Text, found: Iterable[Place]) -> Iterator[Complaint]:
    """Whatever looks left over is asked about, once for each text it was meant in."""
    passed = frozenset(wordings(text.confirmed))
    left = [place for place in found if place.words not in passed]
    meant = meant_by_authors(used_versions(text)) if left else frozenset()
    sentence = _("Is this intended? Change it, or tick below to keep it.")
    for place in [place for place in left if place.words not in meant][:MOST_ASKED]:
        yield Complaint("unfinished", "body", place.shown(sentence), place.words)
        sentence = ""  # said once, then only the places


def _together(outgoing: Outgoing) -> Iterator[Complaint]:
    """All files of a reply together: what counts is what would go, the same one once."""
    sizes = {(link.name, link.file.sha256): link.file.size for link in outgoing.files}
    try:
        validation.check_together([*sizes.values(), *outgoing.sizes_to_come])
    except ValidationError as error:
        (sentence,) = error.messages
        yield Complaint(str(error.code), "attachments", sentence)


def _listed(outgoing: Outgoing) -> Iterator[Complaint]:
    """What goes is what the person sees listed, no file less and none more."""
    if outgoing.gone:
        sentence = ngettext(
            "%(count)d file that you see listed was removed in another window. Attach it again, "
            "or remove it from the list, then send.",
            "%(count)d files that you see listed were removed in another window. Attach them "
            "again, or remove them from the list, then send.",
            outgoing.gone,
        )
        yield Complaint("file_gone", "attachments", sentence % {"count": outgoing.gone})
    yield from _unseen(outgoing.unseen)


def _unseen(files: Sequence[Attachable]) -> Iterator[Complaint]:
    for link in files:
        sentence = _(
            "“%(name)s” was added to this draft in another window. It is in the list now: leave "
            "it there or remove it, then send."
        )
        yield Complaint("file_unseen", "attachments", sentence % {"name": link.name}, link.name)


def _doubtful_files(outgoing: Outgoing) -> Iterator[Complaint]:
    for link in outgoing.files:
        doubt = validation.doubt(link.name, link.file)
        if doubt is not None and doubt.code not in outgoing.text.confirmed:
            yield Complaint(doubt.code, "attachments", doubt.message, link.name)


def _files(files: Iterable[Attachable]) -> Iterator[Complaint]:
    for link in files:
        if not link.file.is_whole():
            sentence = _("“%(name)s” is lost. Untick it, and attach the file yourself.")
            message = sentence % {"name": link.name}
            yield Complaint("file_missing", "canned_files", message, link.name)
            continue
        try:
            validation.check_kept(link.name, link.file.size, link.file.content_type)
        except ValidationError as error:
            (message,) = error.messages
            yield Complaint("file_forbidden", "attachments", message, link.name)


def _files_of_canned_responses(used: set[int]) -> Iterator[Complaint]:
    """A canned response that lost a file is not used until someone mends it, ticked or not."""
    if not used:
        return
    responses = CannedResponse.objects.filter(versions__in=used).select_related("current")
    for response in responses.distinct():
        for file in canned_attachments.missing_files(response.current):
            sentence = _(
                "“%(name)s” of the canned response “%(title)s” is lost, so this reply "
                "cannot be sent. Ask %(owner)s to add the file again; your text is kept."
            )
            names = {"name": file.name, "title": response.title, "owner": response.owner}
            yield Complaint("file_missing", "canned_files", sentence % names, file.name)


def _status(text: Text) -> Iterator[Complaint]:
    """Only a status that is there can follow: it may have been removed in Thulium meanwhile."""
    if not text.status_after[0]:
        return
    if text.status_after[0] not in offered_statuses(text.canned_response, text.canned_version):
        sentence = _(
            "That status is no longer there. Choose another one or leave the status as it is, "
            "and send again."
        )
        yield Complaint("status", "status_after", sentence)


def _recalls(text: Text) -> Iterator[Complaint]:
    """A recalled text wants a second look by its author."""
    for _code, complaint in open_recalls(text):
        yield complaint


def open_recalls(text: Text) -> Iterator[tuple[str, Complaint]]:
    """Yield the recalls that nobody let pass in *text*, each with the code that would."""
    for recall in _recalled(used_versions(text)):
        code = f"recalled:{recall.version_id}"
        if code not in text.confirmed:
            sentence = _("A canned response in this text was recalled: %(reason)s")
            message = sentence % {"reason": recall.reason}
            yield code, Complaint("recalled", "despite_recall", message, recall.reason)


def _recalled(versions: Iterable[int]) -> Iterable[Recall]:
    versions = set(versions)
    return Recall.objects.filter(version__in=versions) if versions else ()


def _must_keep(text: Text, words: str) -> Iterator[Complaint]:
    version = text.canned_version
    if text.keep_reason or version is None:
        return
    for passage in must_keep.missing(version.must_keep, words):
        sentence = _(
            "These words must stay: “%(passage)s”. Put them back, or say why they were changed."
        )
        yield Complaint("must_keep", "keep_reason", sentence % {"passage": passage}, passage)
