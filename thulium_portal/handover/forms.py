"""What is handed over, to whom; or discarded, and why."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.handover.inventory import Inventory
from thulium_portal.replies.decisions.departure import LONGEST_REASON
from thulium_portal.replies.models import Reply
from thulium_portal.tickets.models import Reminder

TAKE_OVER, DISCARD = "take_over", "discard"


class HandOverForm(forms.Form):
    """The chosen replies and reminders of one person, and one of two acts (field ``act``)."""

    to = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Colleague who goes on"),
        required=False,
        empty_label=_("Choose…"),
    )
    why = forms.CharField(
        label=_("Why it is discarded"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, inventory: Inventory, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._inventory = inventory
        to: forms.ModelChoiceField = self.fields["to"]  # type: ignore[assignment]
        able = User.objects.who_may(Permission.SEND_REPLIES).filter(agent_profile__isnull=False)
        to.queryset = able.exclude(pk=inventory.person.pk).order_by("name", "username")

    @property
    def act(self) -> str:
        return DISCARD if self.data.get("act") == DISCARD else TAKE_OVER

    @property
    def replies(self) -> list[Reply]:
        """Those chosen of what the page lists; what has moved on since is not among them."""
        named = self._named("reply")
        return [one for one in self._inventory.replies if self._all or str(one.uuid) in named]

    @property
    def reminders(self) -> list[Reminder]:
        named = self._named("reminder")
        return [one for one in self._inventory.reminders if self._all or str(one.pk) in named]

    @property
    def chosen(self) -> set[str]:
        """What is ticked, for a page that is shown again."""
        return {*self._named("reply"), *self._named("reminder")}

    @property
    def _all(self) -> bool:
        return bool(self.data.get("all"))

    def _named(self, name: str) -> set[str]:
        return set(self.data.getlist(name)) if isinstance(self.data, QueryDict) else set()

    def clean(self) -> dict[str, Any]:
        if not self.replies and not self.reminders:
            raise ValidationError(_("Tick what you want to hand over or discard."))
        if self.act == TAKE_OVER and not self.cleaned_data.get("to") and "to" not in self.errors:
            self.add_error("to", _("Choose the colleague who goes on with it."))
        to = self.cleaned_data.get("to")
        if self.act == TAKE_OVER and to and not all(to.works_in(r.queue_id) for r in self.replies):
            self.add_error("to", _("Not all of it is in the queues of this colleague."))
        if self.act == DISCARD and not self.cleaned_data.get("why", "").strip():
            self.add_error("why", _("Say why; the reason stays in the record."))
        return self.cleaned_data
