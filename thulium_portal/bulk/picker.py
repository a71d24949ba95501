"""Canned responses for a bulk reply: as they are, since each ticket fills them by itself."""

from dataclasses import replace

from thulium_portal.accounts.models import User
from thulium_portal.canned import attachments
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.permissions import usable_by
from thulium_portal.canned.search import picker
from thulium_portal.lib.forms import parse_id
from thulium_portal.replies.composer.picker import MOST_RESULTS, Pick


def search(user: User, query: str) -> list[Pick]:
    """Return what *query* finds for this person; without one, favourites and the last used."""
    among = usable_by(user)
    if query.strip():
        found = picker.search(user, query, among=among, limit=MOST_RESULTS)
    else:
        found = picker.at_hand(user, among=among, limit=MOST_RESULTS)
    return [replace(_pick(each.response), found=each) for each in found]


def pick(user: User, number: str) -> Pick | None:
    """Return the canned response with id *number*; None where it cannot be used."""
    pk = parse_id(number)
    if pk is None:
        return None
    response = usable_by(user).filter(pk=pk).select_related("current").first()
    if response is None or attachments.missing_files(response.current):
        return None
    return _pick(response)


def _pick(response: CannedResponse) -> Pick:
    version = response.current
    if version is None:
        return Pick(response, 0, "", ())
    return Pick(
        response,
        version.pk,
        version.body,
        (),
        files=tuple(version.files.all()),
        meant=version.meant,
        missing_files=tuple(attachments.missing_files(version)),
    )
