"""The small form that asks for what a canned response needs before it goes into a reply."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypedDict, cast

from django import forms
from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from thulium_portal.canned.placeholders.amounts import amount
from thulium_portal.canned.placeholders.greeting import Address, Gender, address
from thulium_portal.canned.placeholders.nodes import AnswerKind, Ask, Forms, Known, Part, Rendered
from thulium_portal.canned.placeholders.parser import parts_of
from thulium_portal.canned.placeholders.render import Values, render
from thulium_portal.lib.forms import DayField

LONGEST_ANSWER = 500
_MOST_ANSWERS = 100


class Answers(TypedDict):
    """How a person filled one canned response: whom it addresses, and label → answer."""

    address: str
    answers: dict[str, str]


def read_answers(posted: object) -> Answers | None:
    """Return answers as a form carried them; None for what are none."""
    if not isinstance(posted, dict) or posted.get("address") not in list(Gender):
        return None
    answers = posted.get("answers")
    if not isinstance(answers, dict) or len(answers) > _MOST_ANSWERS:
        return None
    if not all(isinstance(each, str) and len(each) <= LONGEST_ANSWER for each in answers.values()):
        return None
    return Answers(address=posted["address"], answers=answers)


def fill(body: str, values: Values, filled: Answers, language: str) -> Rendered:
    """Return *body*, a text of *language*, with the ticket's *values* and what was answered."""
    gender = Gender(filled["address"])
    words = address(values.get("customer_first_name", ""), language).words(gender)
    addressed = {**values, "address": str(gender), "greeting": words}
    return render(body, addressed, filled["answers"])


def has_questions(body: str) -> bool:
    """Tell whether a person has to be asked before *body* goes into a reply."""
    parts = parts_of(body)
    return any(isinstance(part, Ask) for part in parts) or _addresses(parts)


def by_address(body: str, values: Values, language: str) -> list[dict[str, str]]:
    """Return the *values* for each way to address the customer; one where *body* addresses none."""
    if not _addresses(parts_of(body)):
        return [dict(values)]
    known = address(values.get("customer_first_name", ""), language)
    return [
        {**values, "address": str(gender), "greeting": known.words(gender)} for gender in Gender
    ]


class AmountField(forms.CharField):
    """An amount of money; the clean value is written in the language of the text."""

    def __init__(self, *, language: str, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)
        self._language = language

    def clean(self, value: Any) -> str:
        """Return the amount as the text's language writes it."""
        typed = super().clean(value)
        if not typed:
            return ""
        amount(typed)  # a fault is told in the reader's language, not in the text's
        with translation.override(self._language):
            return amount(typed)


class FillInForm(forms.Form):
    """What one canned response asks; labels are the author's own words.

    ``body`` is its HTML, ``values`` what is known of the ticket, ``language`` that of the text.
    """

    address = forms.ChoiceField(
        label=gettext_lazy("How to address the customer"), required=False, widget=forms.RadioSelect
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, body: str, values: Values, language: str
    ) -> None:
        super().__init__(data, auto_id="fill-in-%s")
        self._body, self._values, self._language = body, values, language
        self._address = address(values.get("customer_first_name", ""), language)
        parts = parts_of(body)
        self._asks = _asks(parts)
        if _addresses(parts):
            self._offer_address(_neutral(parts))
        else:
            del self.fields["address"]
        for name, ask in self._asks.items():
            self.fields[name] = _field(ask, language)

    def _offer_address(self, neutral: str) -> None:
        field = cast("forms.ChoiceField", self.fields["address"])
        field.choices = _address_choices(self._address, neutral)
        field.initial = self._address.guess

    def answers(self) -> Answers:
        """Return what was answered, as it is written in the text; the form is valid."""
        return Answers(
            address=self.cleaned_data.get("address") or "",
            answers={
                ask.label: _words(self.cleaned_data[name], self._language)
                for name, ask in self._asks.items()
            },
        )

    def rendered(self) -> Rendered:
        """Return the text with everything that was answered; the form is valid."""
        return fill(self._body, self._values, self.answers(), self._language)


def _asks(parts: Iterable[Part]) -> dict[str, Ask]:
    """Return the name of each question's field; a label asked twice is one question."""
    by_label: dict[str, Ask] = {}
    for part in parts:
        if isinstance(part, Ask):
            by_label.setdefault(part.label, part)
    return {f"ask_{number}": ask for number, ask in enumerate(by_label.values())}


def _addresses(parts: Iterable[Part]) -> bool:
    return any(
        isinstance(part, Forms) or (isinstance(part, Known) and part.name == "greeting")
        for part in parts
    )


def _neutral(parts: Iterable[Part]) -> str:
    """Return the author's own neutral greeting; the words of a form say little without the rest."""
    greetings = [
        part.fallback for part in parts if isinstance(part, Known) and part.name == "greeting"
    ]
    return next(filter(None, greetings), "")


def _address_choices(known: Address, neutral: str) -> list[tuple[str, str]]:
    alone = pgettext("how to address a customer, alone", "neutral")
    beside = pgettext("how to address a customer", "neutral")
    return [
        (str(Gender.HE), known.he),
        (str(Gender.SHE), known.she),
        (str(Gender.NEUTRAL), f"{neutral} ({beside})" if neutral else alone),
    ]


def _field(ask: Ask, language: str) -> forms.Field:
    required = _("Fill in “%(name)s”.") % {"name": ask.label}
    shared: dict[str, Any] = {
        "label": capfirst(ask.label),
        "error_messages": {"required": required},
    }
    if ask.kind is AnswerKind.DATE:
        day = DayField(**shared)
        day.required = ask.is_required
        return day
    shared["required"] = ask.is_required
    if ask.kind is AnswerKind.AMOUNT:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        return AmountField(language=language, widget=widget, **shared)
    if ask.kind is AnswerKind.CHOICE:
        choices = [("", "—"), *((choice, choice) for choice in ask.choices)]
        return forms.ChoiceField(choices=choices, **shared)
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(max_length=LONGEST_ANSWER, widget=widget, **shared)


def _words(answer: str | date | None, language: str) -> str:
    if isinstance(answer, date):
        with translation.override(language):
            return date_format(answer, "DATE_FORMAT")
    return answer or ""
