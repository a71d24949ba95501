"""The form of a stop rule: conditions as a supervisor thinks of them, each refusal in words."""

from collections.abc import Iterable
from typing import Any, Self, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission, roles_with
from thulium_portal.lib.forms import DayField
from thulium_portal.quality.stop_rules.outcomes import Period
from thulium_portal.stop_rules.file_kinds import FileKind
from thulium_portal.stop_rules.models import (
    LONGEST_NAME,
    LONGEST_SENTENCE,
    LONGEST_WORDS,
    StopRule,
)
from thulium_portal.stop_rules.phrases import MOST_LINES, MOST_WORDS, BadLine, phrases_in
from thulium_portal.stop_rules.services import Terms, stamp
from thulium_portal.tickets import queues

_TOO_LONG = gettext_lazy("Use at most %(limit_value)d characters; there are %(show_value)d.")
_MOST_DAYS = 3650
_MOST_MB = 1000


class RuleForm(forms.Form):
    """A stop rule as it is written; a refused form keeps every word."""

    name = forms.CharField(
        label=gettext_lazy("Name of the rule"),
        max_length=LONGEST_NAME,
        help_text=gettext_lazy("For you and other supervisors, for example “Compensation”."),
        error_messages={
            "required": gettext_lazy("Give the rule a name."),
            "max_length": _TOO_LONG,
        },
    )
    words = forms.CharField(
        label=gettext_lazy("Words and phrases in the reply"),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        error_messages={"max_length": _TOO_LONG},
    )
    queues = forms.MultipleChoiceField(
        label=gettext_lazy("Queues"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: tickets of every queue."),
        error_messages={
            "invalid_choice": gettext_lazy("One of these queues is not known. Choose again.")
        },
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("Whose replies"),
        choices=StopRule.Audience.choices,
        widget=forms.RadioSelect,
    )
    people = forms.MultipleChoiceField(
        label=gettext_lazy("People"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": gettext_lazy("One of these people is not known. Choose again.")
        },
    )
    new_for = forms.IntegerField(
        label=pgettext_lazy("stop rule", "Somebody is new for the first"),
        required=False,
        min_value=1,
        max_value=_MOST_DAYS,
        error_messages={
            "invalid": gettext_lazy("Write a number, for example 30."),
            "min_value": gettext_lazy("Write a number from 1."),
            "max_value": gettext_lazy("Write a number up to %(limit_value)d."),
        },
    )
    new_unit = forms.ChoiceField(
        label=pgettext_lazy("stop rule", "Counted in"),
        choices=StopRule.Unit.choices,
        required=False,
    )
    attached = forms.ChoiceField(
        label=gettext_lazy("Files"),
        required=False,
        choices=[("", pgettext_lazy("stop rule", "It does not matter")), *StopRule.Files.choices],
        widget=forms.RadioSelect,
    )
    larger_than_mb = forms.IntegerField(
        label=pgettext_lazy("stop rule", "Larger than (MB)"),
        required=False,
        min_value=1,
        max_value=_MOST_MB,
        error_messages={
            "invalid": gettext_lazy("Write a number, for example 5."),
            "min_value": gettext_lazy("Write a number from 1."),
            "max_value": gettext_lazy("Write a number up to %(limit_value)d."),
        },
    )
    file_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of files"),
        required=False,
        choices=FileKind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    timing = forms.ChoiceField(
        label=gettext_lazy("When it is sent"),
        required=False,
        choices=[("", pgettext_lazy("stop rule", "It does not matter")), *StopRule.Timing.choices],
        widget=forms.RadioSelect,
    )
    sentence = forms.CharField(
        label=gettext_lazy("What the author reads"),
        max_length=LONGEST_SENTENCE,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "Shown as you write it, in whichever language. For example: Has the compensation been "
            "agreed with the complaints team?"
        ),
        error_messages={
            "required": gettext_lazy("Write what the author reads when the rule stops a reply."),
            "max_length": _TOO_LONG,
        },
    )
    effect = forms.ChoiceField(
        label=gettext_lazy("A reply that it stops"),
        choices=StopRule.Effect.choices,
        widget=forms.RadioSelect,
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, rule: StopRule | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._queues = {**_named(rule), **dict(queues.choices({}))}
        field = cast("forms.MultipleChoiceField", self.fields["queues"])
        field.choices = list(self._queues.items())
        if not self._queues:
            field.help_text = gettext_lazy("No queue is known yet; they come with the tickets.")
        chosen = cast("forms.MultipleChoiceField", self.fields["people"])
        chosen.choices = [(str(one.pk), str(one)) for one in _people(rule.people if rule else ())]

    @classmethod
    def of(cls, rule: StopRule) -> Self:
        """Return the form with what *rule* says now."""
        initial = {
            name: getattr(rule, name)
            for name in (*StopRule.CONDITIONS, "name", "sentence", "effect")
        }
        initial |= {"queues": list(rule.queues), "people": list(map(str, rule.people))}
        initial["attached"] = rule.files
        return cls(rule=rule, initial=initial | {"seen": stamp(rule)})

    def clean_words(self) -> str:
        """Refuse lines that can never be found, each in words."""
        written = "\n".join(self.cleaned_data["words"].splitlines())
        lines = [line.strip() for line in written.splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise ValidationError(
                ngettext(
                    "Write at most %(most)d line; make two rules out of one where that is not "
                    "enough.",
                    "Write at most %(most)d lines; make two rules out of one where that is not "
                    "enough.",
                    MOST_LINES,
                )
                % {"most": MOST_LINES}
            )
        if errors := [error for line in lines if (error := _refusal_of(line))]:
            raise ValidationError(errors)
        return "\n".join(lines)

    def clean(self) -> dict[str, Any]:
        """Ask for what a chosen condition needs, and forget what belongs to none."""
        cleaned = super().clean() or {}
        for condition, value, field, sentence in _NEEDED:
            if cleaned.get(condition) != value:
                cleaned[field] = [] if isinstance(cleaned.get(field), list) else None
                self.errors.pop(field, None)
            elif not cleaned.get(field) and field not in self.errors:
                self.add_error(field, cast("str", sentence))
        return cleaned

    def terms(self) -> Terms:
        """Return what the person set; only of a form that is valid."""
        cleaned = self.cleaned_data
        return Terms(
            **{name: cleaned[name] for name in ("name", "sentence", "effect", "words", "audience")},
            **{name: cleaned[name] for name in ("new_for", "larger_than_mb", "timing")},
            files=cleaned["attached"],
            queues={number: self._queues[number] for number in sorted(cleaned["queues"])},
            people=[int(pk) for pk in cleaned["people"]],
            new_unit=cleaned["new_unit"] or StopRule.Unit.DAYS,
            file_kinds=cleaned["file_kinds"],
        )


_NEEDED: tuple[tuple[str, str, str, str | Promise], ...] = (
    (
        *("audience", StopRule.Audience.CHOSEN, "people"),
        gettext_lazy("Choose whose replies the rule looks at."),
    ),
    (
        *("audience", StopRule.Audience.NEW, "new_for"),
        gettext_lazy("Write for how long somebody is new, for example 30 days."),
    ),
    (
        *("attached", StopRule.Files.LARGER, "larger_than_mb"),
        gettext_lazy("Write from which size on, for example 5 MB."),
    ),
    (
        *("attached", StopRule.Files.KIND, "file_kinds"),
        gettext_lazy("Choose at least one kind of file."),
    ),
)
"""A condition, the choice that needs another field, that field, and what is said without it."""


class PeriodForm(forms.Form):
    """Which of the replies a rule stopped are shown, as the month's report asks for them."""

    since = DayField()
    until = DayField()
    person = forms.ModelChoiceField(
        User.objects.all(), required=False, to_field_name="username", empty_label=None
    )

    def period(self) -> Period:
        """Return what the address asks for; what cannot be read narrows nothing."""
        self.full_clean()
        return Period(**{name: self.cleaned_data.get(name) for name in self.fields})


class StartForm(forms.Form):
    """The word that a rule is meant to stop nearly everything."""

    is_meant = forms.BooleanField(
        label=gettext_lazy("I mean it: switch the rule on all the same"), required=False
    )


def _refusal_of(line: str) -> str:
    """Return why *line* can never be found, "" where it can."""
    try:
        phrases_in(line)
    except BadLine as bad:
        return _REFUSALS[bad.reason]() % {"line": bad.line[:60], "most": MOST_WORDS}
    return ""


_REFUSALS = {
    BadLine.NO_LETTERS: lambda: _(
        "“%(line)s” has neither letters nor digits, so it can never be found. Write a word."
    ),
    BadLine.STAR_ALONE: lambda: _(
        "In “%(line)s” the asterisk stands alone. Put it right behind the beginning of a word, "
        "for example compensat*."
    ),
    BadLine.STAR_INSIDE: lambda: _(
        "In “%(line)s” the asterisk stands inside a word. It can only stand at the end of one, "
        "for example compensat*."
    ),
    BadLine.TOO_MANY_WORDS: lambda: _(
        "“%(line)s” is too long: a phrase has at most %(most)d words. Take the words that matter."
    ),
}


def _named(rule: StopRule | None) -> dict[str, str]:
    return {str(number): str(name) for number, name in rule.queues.items()} if rule else {}


def _people(others: Iterable[int]) -> list[User]:
    """Return who can be chosen: those who may send, and those the rule names already."""
    senders = Q(is_active=True, role__in=roles_with(Permission.SEND_REPLIES))
    wanted = senders | Q(pk__in=list(others))
    return list(User.objects.filter(wanted).order_by("name", "username"))
