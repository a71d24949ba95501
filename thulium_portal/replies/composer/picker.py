"""Canned responses in the composer: found, filled for this ticket, put below what was typed."""

from dataclasses import dataclass, replace
from typing import Any

from django.forms import BoundField, ChoiceField

from thulium_portal.accounts.models import User
from thulium_portal.accounts.pace import limits
from thulium_portal.canned import attachments
from thulium_portal.canned.models import CannedFile, CannedResponse
from thulium_portal.canned.permissions import offered_to
from thulium_portal.canned.placeholders.forms import FillInForm, has_questions
from thulium_portal.canned.placeholders.render import render
from thulium_portal.canned.search import picker
from thulium_portal.canned.search.picker import Offer
from thulium_portal.lib.forms import DayField, parse_id
from thulium_portal.lib.html.plain_text import html_to_text
from thulium_portal.lib.html.sanitize import plain_to_html
from thulium_portal.replies.composer.forms import ComposeForm
from thulium_portal.replies.composer.insertion import (
    Joined,
    above_closing,
    closing_of,
    joined,
    lines_above_closing,
    plain,
)
from thulium_portal.replies.models import BodyType
from thulium_portal.signatures.services import placeholder_values
from thulium_portal.tickets import blank_offers
from thulium_portal.tickets.snapshot import Snapshot

MOST_RESULTS = 8


@dataclass(frozen=True)
class Pick:
    """A canned response as it would stand in this reply."""

    response: CannedResponse
    version_id: int
    html: str
    unfilled: tuple[str, ...]
    asks: bool = False
    found: Offer | None = None
    """Why it is offered; None where it was asked for by number."""
    files: tuple[CannedFile, ...] = ()
    meant: tuple[str, ...] = ()
    """Wordings of the text that look left over and are meant."""
    missing_files: tuple[CannedFile, ...] = ()
    """Files that are lost; the text cannot be used until someone adds them again."""

    @property
    def fits(self) -> bool:
        """Tell whether it is what was looked for, not only near it."""
        return self.found is None or self.found.why != "close"


def search(user: User, query: str, snapshot: Snapshot) -> list[Pick]:
    """Return what *query* finds for this person, filled with what is known of the ticket.

    Without a query: what answered messages like this one, favourites and the last used. Raises
    ``TooFast`` for too many searches within a minute.
    """
    shared: dict[str, Any] = {
        "among": offered_to(user, queue_id=snapshot.queue_id),
        "queue_id": snapshot.queue_id,
        "language": snapshot.language,
        "limit": MOST_RESULTS,
    }
    if query.strip():
        limits.count(limits.SEARCHES, user)
        found = picker.search(user, query, **shared)
    else:
        found = picker.at_hand(user, question=snapshot.question, **shared)
    languages = {each.response.language for each in found}
    values = {language: placeholder_values(snapshot, user, language) for language in languages}
    return [
        replace(_pick(each.response, values[each.response.language]), found=each) for each in found
    ]


def pick(user: User, number: str, snapshot: Snapshot) -> Pick | None:
    """Return the canned response with id *number*, filled; None where it cannot be used."""
    pk = parse_id(number)
    if pk is None:
        return None
    offered = offered_to(user, queue_id=snapshot.queue_id)
    response = offered.filter(pk=pk).select_related("current").first()
    if response is None or attachments.missing_files(response.current):
        return None
    return _pick(response, placeholder_values(snapshot, user, response.language))


def joined_to(chosen: Pick, html: str, body: str, body_type: str) -> Joined:
    """Return *html*, the filled text of *chosen*, as it joins what was written so far."""
    version = chosen.response.current
    kept = version.must_keep if version else ()
    return joined(html, plain(body, body_type), kept)


def filled(chosen: Pick, form: FillInForm, body: str, body_type: str) -> dict[str, Any]:
    """Return what the page's script puts in: *chosen* with the answers of *form*, a valid one."""
    told = told_to_script(chosen, form.rendered().html, body, body_type)
    return {**told, "answers": form.answers()}


def told_to_script(chosen: Pick, whole: str, body: str, body_type: str) -> dict[str, Any]:
    """Return *whole*, the text of *chosen*, as it joins what is written, and what is left out."""
    joined = joined_to(chosen, whole, body, body_type)
    return {
        "html": joined.html,
        "whole": whole,
        "left_out": {each.what: each.html for each in joined.left_out},
        "above": closing_of(plain(body, body_type)),
        "version": chosen.version_id,
    }


def with_offers(form: FillInForm, snapshot: Snapshot) -> list[tuple[BoundField, list[str]]]:
    """Return each question of *form* with what the conversation has for it."""
    return [(field, _offers(field, snapshot.mentioned)) for field in form]


def _offers(field: BoundField, mentioned: str) -> list[str]:
    if isinstance(field.field, ChoiceField):
        return []
    if isinstance(field.field, DayField):
        named = [words for kind, words in blank_offers.pairs(mentioned) if kind == blank_offers.DAY]
        return [day for day in map(blank_offers.day, named) if day]
    return blank_offers.offers(mentioned, str(field.label))


def inserted(form: ComposeForm, chosen: Pick | None, *, whole: bool = False) -> dict[str, Any]:
    """Return the fields of *form* with *chosen* below the text; nothing typed is replaced.

    A greeting or closing that is there already is left out, unless all of it is asked for: then
    *whole* takes the place of what was inserted.
    """
    fields = {name: form.data.get(name, "") for name in form.fields if name != "attachments"}
    fields["confirm"] = form.text().confirmed
    if chosen is None:
        return fields
    part = joined_to(chosen, chosen.html, fields["body"], fields["body_type"]).html
    if whole:
        return fields | {"body": _completed(fields, part, chosen.html)}
    fields["body"] = _with(fields, part)
    if not fields.get("canned_response"):
        fields["canned_response"] = str(chosen.response.pk)
        fields["canned_version"] = str(chosen.version_id)
        fields["status_after"] = chosen.response.status_after
    fields["inserted"] = [*form.cleaned_data.get("inserted", ()), str(chosen.version_id)]
    fields["canned_files"] = [
        *form.cleaned_data.get("canned_files", ()),
        *(file.uuid for file in chosen.files),
    ]
    return fields


def left_out(form: ComposeForm, chosen: Pick) -> dict[str, Any]:
    """Return what the page tells of the parts of *chosen* that were not inserted."""
    body, body_type = form.data.get("body", ""), form.data.get("body_type", "")
    parts = joined_to(chosen, chosen.html, body, body_type).left_out
    return {"left_out": {each.what: each.words for each in parts}, "inserted_text": chosen.response}


def _with(fields: dict[str, Any], html: str) -> str:
    """Return the body of *fields* with *html* below what is written, above its closing."""
    body: str = fields["body"]
    if fields["body_type"] == BodyType.PLAIN:
        return lines_above_closing(body, html_to_text(html))
    return above_closing(body if "<" in body else plain_to_html(body), html)


def _completed(fields: dict[str, Any], part: str, html: str) -> str:
    """Return the body of *fields* with *html* instead of *part* of it, inserted before."""
    body: str = fields["body"]
    if fields["body_type"] == BodyType.PLAIN:
        part, html, body = html_to_text(part), html_to_text(html), body.replace("\r\n", "\n")
    before, found, after = body.rpartition(part)
    return before + html + after if found else body


def _pick(response: CannedResponse, values: dict[str, str]) -> Pick:
    version = response.current
    body = version.body if version else ""
    rendered = render(body, values)
    number = version.pk if version else 0
    files = tuple(version.files.all()) if version else ()
    return Pick(
        response,
        number,
        rendered.html,
        rendered.unfilled,
        has_questions(body),
        files=files,
        meant=version.meant if version else (),
        missing_files=tuple(attachments.missing_files(version)),
    )
