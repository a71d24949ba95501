"""What the audit record is told of a reply."""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import unescape
from typing import TypedDict

from thulium_portal.accounts.models import User
from thulium_portal.audit.services import Fact
from thulium_portal.canned.models import CannedResponseVersion
from thulium_portal.canned.placeholders import forms
from thulium_portal.canned.placeholders.forms import Answers
from thulium_portal.canned.placeholders.render import render
from thulium_portal.lib.diff import changed_percent
from thulium_portal.lib.html.plain_text import html_to_text
from thulium_portal.replies.models import Attachment, BodyType, Reply
from thulium_portal.signatures.services import placeholder_values
from thulium_portal.stop_rules import sentences
from thulium_portal.tickets.snapshot import Snapshot

_BLANK = re.compile(r"\{\{[^{}]*\}\}")
_LONGEST_ANSWER = 500
_BESIDE = (24, 8)
"""So many signs on either side of a blank tell where its answer stands in the reply."""


def canned_text(
    version: CannedResponseVersion | None,
    snapshot: Snapshot,
    actor: User,
    *,
    sent: str,
    answers: Answers | None = None,
) -> str:
    """Return what the canned response gave for this ticket, to compare with what is *sent*.

    Where its questions were not answered in the portal's window, it is, of the ways to address the
    customer, the one that is nearest to the plain text sent.
    """
    if version is None:
        return ""
    language = version.response.language
    values = placeholder_values(snapshot, actor, language)
    if answers is not None:
        return forms.fill(version.body, values, answers, language).html
    ways = forms.by_address(version.body, values, language)
    texts = [render(version.body, way).html for way in ways]
    if len(texts) == 1:
        return texts[0]
    wanted = Counter(sent.split())
    return min(texts, key=lambda text: _distance(Counter(html_to_text(text).split()), wanted))


def _distance(mine: Counter[str], theirs: Counter[str]) -> int:
    """Return how many words only one of two texts has; quick, however long they are."""
    return (mine - theirs).total() + (theirs - mine).total()


def values_of(reply: Reply, person: User, language: str) -> dict[str, str]:
    """Return what fills placeholders of a text in *language*, as the ticket was known then."""
    known = Snapshot(
        subject=reply.ticket_subject,
        **reply.columns(
            *("ticket_id", "customer_name", "customer_first_name", "customer_email"),
            *("queue_id", "queue_name"),
        ),
    )
    return placeholder_values(known, person, language)


def changed_share(reply: Reply) -> int | None:
    """Return how many of 100 words differ between what its canned response gave and the reply.

    Answers to its questions are no changes. None where it did not start from one, and where the two
    are not compared: past the budget of :mod:`lib.diff`.
    """
    if reply.canned_version is None:
        return None
    sent = plain(reply.body, reply.body_type)
    return changed_percent(_answered(html_to_text(reply.canned_text), sent), sent)


def _answered(text: str, sent: str) -> str:
    """Return *text* with each blank filled by what stands in its place in the reply."""
    pieces, blanks = _BLANK.split(text), _BLANK.findall(text)
    whole = pieces[0]
    for blank, before, after in zip(blanks, pieces[:-1], pieces[1:], strict=True):
        answers = (_between(before[-n:], after[:n], sent) for n in _BESIDE)
        whole += next(filter(None, answers), blank) + after
    return whole


def _between(before: str, after: str, sent: str) -> str:
    """Return what stands between the two in *sent*, "" where they do not frame anything.

    Searched without a pattern: that would take minutes for a hostile length.
    """
    start = sent.find(before)
    if start < 0:
        return ""
    start += len(before)
    farthest = start + _LONGEST_ANSWER + len(after)
    end = sent.find(after or "\n", start + 1, farthest)
    if end < 0 and not after:
        end = min(len(sent), farthest)
    return sent[start:end] if end > 0 else ""


class AuditArguments(TypedDict):
    """The keyword arguments of ``record`` and ``move`` that tell of a submitted reply."""

    facts: dict[str, Fact]
    content: dict[str, str]


def audit_arguments(
    reply: Reply,
    files: Sequence[Attachment],
    *,
    words: str,
    more: Mapping[str, Fact] | None = None,
) -> AuditArguments:
    """Return the facts and the erasable content of a submitted reply for its audit entry.

    *words* are those of its body, as plain text; *more* are facts of its submission.
    """
    version = reply.canned_version
    facts: dict[str, Fact] = {
        "agent_login": reply.agent_login,
        "queue_id": reply.queue_id,
        "body_sha256": reply.body_sha256,
        "body_type": str(reply.body_type),
        "submission_key": str(reply.submission_key),
        "not_before": reply.not_before.isoformat() if reply.not_before else None,
        "attachments": [attachment.file.sha256 for attachment in files],
        "canned_id": reply.canned_response_id,
        "canned_version": version.number if version else None,
        **(more or {}),
    }
    content: dict[str, str] = {
        "body": reply.body,
        "body_text": words,
        "customer": reply.customer_name or reply.customer_email,
        # Told even where it is not known: the entry of its sending then says where it went.
        "recipient": reply.customer_email,
        "ticket_subject": reply.ticket_subject,
        "author_name": str(reply.author),
    }
    if version:
        content |= {"canned_title": version.title, "canned_text": reply.canned_text}
    if reply.corrects is not None:
        facts["corrects"] = str(reply.corrects.uuid)
    if reply.status_after:
        facts["status_after"] = reply.status_after
        content["status_after_name"] = reply.status_after_name
    if reply.keep_reason:
        facts["must_keep_changed"] = True
        content["keep_reason"] = reply.keep_reason
    if reply.approval_reasons:
        facts["approval_reasons"] = list(reply.approval_reasons)
    content |= rules_told(reply)
    if reply.approval_note:
        content["approval_note"] = reply.approval_note
    if files:
        content["file_names"] = "\n".join(file.name for file in files)
    return {"facts": facts, "content": content}


def rules_told(reply: Reply) -> dict[str, str]:
    """Return what the stop rules that *reply* met said then, as content of an entry."""
    written = sentences.written(rule_sentences(reply))
    return {"stop_rules": written} if written else {}


def rule_sentences(reply: Reply) -> dict[str, str]:
    """Return what the stop rules that *reply* met said then, by their codes."""
    # Guards say it as HTML; whoever shows it escapes it.
    return {code: unescape(said) for code, said in reply.approval_sentences.items()}


def plain(body: str, body_type: str) -> str:
    """Return the words of a reply's *body*."""
    return body if body_type == BodyType.PLAIN else _read(body)


# One Send asks for the words of the same body in its form, its rules, its guards and its record.
@lru_cache(maxsize=16)
def _read(html: str) -> str:
    return html_to_text(html)


def digest(body: str) -> str:
    """Return the SHA-256 of a text, as hexadecimal digits."""
    return hashlib.sha256(body.encode()).hexdigest()
