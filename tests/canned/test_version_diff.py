"""What two versions share and what not: words, and everything kept beside them."""

from dataclasses import replace
from datetime import date

import pytest
from django.utils import translation

from thulium_portal.accounts.models import User
from thulium_portal.canned import services, version_diff
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.validation import ResponseText
from thulium_portal.canned.version_diff import Detail
from thulium_portal.tickets import queues


def compared(response: CannedResponse, ewa: User, **change: object) -> version_diff.Comparison:
    response.refresh_from_db()
    before = response.current
    text = replace(ResponseText.of(response), **change)
    services.revise(response, text, seen_version=before.number, actor=ewa)
    with translation.override("en"):
        return version_diff.compare(before, response.versions.latest("number"))


def test_words_are_marked_and_the_rest_is_left_alone(ewa, make):
    found = compared(make("Zwrot", "<p>Pieniądze jutro.</p>"), ewa, body="<p>Pieniądze dziś.</p>")
    assert (found.title, found.body) == ("Zwrot", "Pieniądze <del>jutro</del><ins>dziś</ins>.")
    assert found.details == ()


def test_placeholders_are_compared_whole_and_shown_as_chips(ewa, make):
    before = "<p>{{ klient | Państwo }}, {{ wpisz: dzień }} \U000f0000&lt;b&gt;</p>"
    after = before.replace("Państwo", "&lt;Szanowni&gt;")
    found = compared(make("Zwrot", before), ewa, body=after)
    assert found.body == (
        '<del><span class="chip">customer’s first and last name → Państwo</span></del>'
        '<ins><span class="chip">customer’s first and last name → &lt;Szanowni&gt;</span></ins>, '
        '<span class="chip chip-ask">dzień</span> &lt;b&gt;'
    )


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"category": "Zwroty"}, Detail("Category", "–", "Zwroty")),
        ({"must_keep": ("tekst",)}, Detail("Must stay", "–", "tekst")),
        ({"status_after": "6", "status_after_name": "Zamknięte"},
         Detail("Status of the ticket afterwards", "–", "Zamknięte")),
        ({"shortcut": "zwrot"}, Detail("Shortcut", "–", "zwrot")),
        ({"scope": "personal"}, Detail("Who may use it", "Shared with everyone", "Only mine")),
        ({"review_by": date(2027, 3, 1)}, Detail("Review by", "–", "1 March 2027")),
    ],
)  # fmt: skip
def test_what_else_was_changed_is_told_in_words(ewa, make, change, detail):
    found = compared(make("Zwrot"), ewa, **change)
    assert found.details == (detail,)
    assert not found.same_words


def test_queues_and_owners_are_told_by_name(ewa, anna, make):
    queues.remember(4, "Zwroty")
    found = compared(make("Zwrot"), ewa, scope="team", queues=(4, 5), owner_id=anna.pk)
    told = {detail.label: (detail.before, detail.after) for detail in found.details}
    assert told["Queues of the team"] == ("–", "Zwroty, 5")
    assert told["Owner"] == ("Ewa Kot", "Anna Nowak")


def test_a_change_of_form_alone_says_so(ewa, make):
    found = compared(make("Zwrot", "<p>tekst</p>"), ewa, body="<p><strong>tekst</strong></p>")
    assert found.same_words


def test_what_an_early_version_did_not_say_is_not_called_changed(ewa, make):
    response = make("Zwrot")
    version = response.versions.get()
    version.details = {}
    assert version_diff.compare(version, response.versions.get()).details == ()
