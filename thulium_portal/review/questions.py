"""What an entry tells of the questions before sending, and of a colleague's approval."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from thulium_portal.audit.actions import Action
from thulium_portal.replies.readiness import words
from thulium_portal.stop_rules import sentences


def let_pass(facts: Mapping[str, Any], texts: Mapping[str, str]) -> list[str]:
    """Return what guards asked about a reply and was let pass, and whether one of them failed."""
    passed = words.told(facts.get("let_pass") or (), _rules(texts))
    failed = ", ".join(facts.get("guard_failed") or ())
    return [
        *([_("Let pass:") + " " + " ".join(passed)] if passed else []),
        *([_("A check did not work: %(names)s.") % {"names": failed}] if failed else []),
    ]


def approval(action: str, facts: Mapping[str, Any], texts: Mapping[str, str]) -> list[str]:
    """Return why a colleague was asked, whether they changed the text, and the note."""
    note = texts.get("approval_note", "")
    told = _("The text was changed.") if facts.get("changed") else _("The text was not changed.")
    return [
        *words.told(facts.get("approval_reasons") or (), _rules(texts)),
        *([told] if action == Action.REPLY_APPROVED else []),
        *([_("Note: %(note)s") % {"note": note}] if note else []),
    ]


def _rules(texts: Mapping[str, str]) -> dict[str, str]:
    """Return what the stop rules that the reply met said then, by their codes."""
    return sentences.read(texts.get("stop_rules", ""))
