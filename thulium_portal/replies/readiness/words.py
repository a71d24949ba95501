"""What was let pass of a reply, in words for its page and for the record."""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from thulium_portal.lib.forms import parse_id
from thulium_portal.replies.readiness.complaints import RULE, is_doubt_code
from thulium_portal.stop_rules.models import StopRule

_WORDS: dict[str, str | Promise] = {
    "attachment": _("The reply mentions an attachment, but has no file."),
    "greeting": _("The greeting does not fit the customer."),
    "other_customer": _("Part of the text may belong to another customer."),
    "recipient_changed": _("The recipient changed while the reply was being written."),
    "newer_message": _("There was a newer message on the ticket."),
    "ticket_closed": _("The ticket was closed."),
    "agent_inactive": _("The agent login was not active in Thulium."),
}
_RULE = _("Stop rule: %(name)s")


def told(codes: Iterable[str], said: Mapping[str, str] | None = None) -> list[str]:
    """Return what the guards named in *codes* asked, a sentence each; other codes are left out.

    Of a stop rule it is what the rule *said* then, by its code; else what it is called now.
    """
    doubts = dict.fromkeys(_kind(code) for code in codes if is_doubt_code(code))
    names = _names_of_rules(code for code in doubts if code not in (said or {})) | dict(said or {})
    return [
        str(_RULE) % {"name": names.get(code, code)}
        if code.startswith(RULE)
        else str(_WORDS.get(code, code))
        for code in doubts
    ]


def _kind(code: str) -> str:
    return code if code.startswith(RULE) else code.partition(":")[0]


def _names_of_rules(codes: Iterable[str]) -> dict[str, str]:
    numbers = [parse_id(code.removeprefix(RULE)) for code in codes if code.startswith(RULE)]
    named = StopRule.objects.filter(pk__in=[number for number in numbers if number is not None])
    return {f"{RULE}{rule.pk}": rule.name for rule in named} if numbers else {}
