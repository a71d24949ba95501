"""What several pages of the canned responses share."""

from typing import cast

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import QueryDict
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from thulium_portal.accounts.http import StaffRequest, get_own_or_404
from thulium_portal.canned.models import CannedResponse, CannedResponseVersion
from thulium_portal.canned.permissions import visible_to
from thulium_portal.canned.services import ChangedMeanwhile
from thulium_portal.lib.forms import parse_id

SENT_FOR_APPROVAL = _("Sent for approval. You will see the decision here and in the library.")


def get_response_or_404(request: StaffRequest, pk: int) -> CannedResponse:
    """Return the canned response *pk* where the person may see it."""
    rows = visible_to(request.user).select_related("current__recall", "owner", "decided_by")
    return get_own_or_404(rows, request.user, owner="owner", pk=pk)


def seen_version(data: QueryDict) -> int:
    """Return the number of the version that a posted page showed; 0, which none has, for junk."""
    return parse_id(data.get("seen_version")) or 0


def changed_meanwhile(conflict: ChangedMeanwhile) -> str:
    """Return why nothing was done to a canned response that has a newer version."""
    return _(
        "%(name)s saved version %(number)d in the meantime, so nothing was done. Look at it first."
    ) % {"name": conflict.newest.author, "number": conflict.newest.number}


def build_on(newest: CannedResponseVersion, form: Form) -> None:
    """Have the next try of *form*, posted for an older version, build on *newest*."""
    data = cast("QueryDict", form.data).copy()
    data["seen_version"] = str(newest.number)
    form.data = data


def to_mend(error: ValidationError) -> SafeString:
    """Return everything that keeps a response from being saved, on one line, places marked."""
    return format_html_join(" ", "{}", ((sentence,) for sentence in error.messages))
