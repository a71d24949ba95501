"""Forms of a bulk reply: which tickets, the text for all of them, and what it asks."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from thulium_portal.bulk.models import BulkFile, BulkReply
from thulium_portal.bulk.services import MOST_TICKETS
from thulium_portal.canned.placeholders.forms import FillInForm
from thulium_portal.lib.forms import ticket_number
from thulium_portal.replies.composer.forms import ComposeForm
from thulium_portal.replies.readiness.complaints import Complaint

_LONGEST = 60_000
_NAMED = 5
_SIGNS = str.maketrans(",;", "  ")
_OF_A_TICKET = frozenset({"leftover", "greeting", "other_customer"})
"""Rules that ask what only a ticket tells: for each, placeholders are filled and guards asked."""


class TicketsForm(forms.Form):
    """Ticket numbers, or links to tickets, as somebody pastes them."""

    tickets = forms.CharField(
        label=gettext_lazy("Ticket numbers or links"),
        help_text=gettext_lazy("One a line, at most 200."),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        max_length=_LONGEST,
        error_messages={
            "required": gettext_lazy("Paste at least one ticket number."),
            "max_length": gettext_lazy("Paste at most 200 ticket numbers at a time."),
        },
    )

    def clean_tickets(self) -> list[int]:
        """Return the numbers, each once; refuse what is none, and too many."""
        typed = self.cleaned_data["tickets"].translate(_SIGNS).split()
        numbers = {word: ticket_number(word) for word in typed}
        wrong = [word[:40] for word, number in numbers.items() if number is None]
        if wrong:
            sentence = _("Not a ticket number: %(words)s")
            named = ", ".join(wrong[:_NAMED]) + (" …" if len(wrong) > _NAMED else "")
            raise forms.ValidationError(sentence % {"words": named})
        found = list(dict.fromkeys(number for number in numbers.values() if number is not None))
        if len(found) > MOST_TICKETS:
            sentence = ngettext(
                "That is %(count)d ticket; at most %(most)d go at a time.",
                "That is %(count)d tickets; at most %(most)d go at a time.",
                len(found),
            )
            raise forms.ValidationError(sentence % {"count": len(found), "most": MOST_TICKETS})
        return found


class TextForm(ComposeForm):
    """The text for all tickets, by the composer's rules; its placeholders stay."""

    def __init__(self, *args: Any, bulk: BulkReply, **kwargs: Any) -> None:
        self._bulk = bulk
        super().__init__(*args, ticket_id=0, user=bulk.author, **kwargs)
        self.fields["body"].label = _("Text for all tickets")

    asks_guards = True

    def is_valid(self) -> bool:
        """Tell whether the text may go on; doubts are asked here, once for all its tickets."""
        return super().is_valid() and not self.doubts

    @cached_property
    def kept_files(self) -> dict[uuid.UUID, BulkFile]:  # type: ignore[override]
        """The files of the bulk reply that stay, by their ids."""
        kept = self.cleaned_data.get("keep_files") or ()
        return {file.uuid: file for file in self._bulk.files.filter(uuid__in=kept)}

    def complain(self, complaints: Iterable[Complaint], passed: Sequence[Complaint] = ()) -> None:
        """Say what keeps the text from leaving whatever the ticket is.

        A colleague looks at replies one by one, so the list tells of those that need one.
        """
        told = [one for one in complaints if one.code not in _OF_A_TICKET]
        told = [one for one in told if not one.needs_second_person]
        super().complain(told, passed=passed)


class AnswersForm(FillInForm):
    """What the text asks, answered once for all; whom it addresses, each ticket tells."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, values={}, **kwargs)
        self.fields.pop("address", None)
