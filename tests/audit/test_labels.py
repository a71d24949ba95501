"""The record's words for states, reasons and roles are those of the floors above."""

from pathlib import Path

from django.conf import settings

from thulium_portal.accounts.roles import Role
from thulium_portal.audit import labels
from thulium_portal.canned.models import CannedResponse
from thulium_portal.replies.states import State
from thulium_portal.replies.wording import REASONS
from thulium_portal.site.templatetags.portal import icon

ICONS = Path(settings.BASE_DIR) / "templates" / "replies" / "_state.html"


def test_states_are_called_what_the_replies_call_them() -> None:
    submitted = {str(state): state.label for state in State if state is not State.DRAFT}
    assert {name: str(label) for name, label in labels.STATES.items()} == submitted


def test_states_of_canned_responses_are_called_what_their_pages_call_them() -> None:
    states = dict(CannedResponse.State.choices)
    assert {name: str(label) for name, label in labels.CANNED_STATES.items()} == states
    assert str(labels.outcome("live").label) == states["live"] != "live"


def test_reasons_are_worded_as_the_replies_word_them() -> None:
    assert {name: str(words) for name, words in labels.REASONS.items()} == {
        str(reason): str(words) for reason, words in REASONS.items()
    }


def test_roles_are_called_what_the_accounts_call_them() -> None:
    assert {name: str(label) for name, label in labels.ROLES.items()} == dict(Role.choices)


def test_every_state_has_a_look_of_its_own() -> None:
    looks = {state: labels.outcome(state) for state in labels.STATES}
    good = {state for state, look in looks.items() if look.tone == "good"}
    assert good == {"sent", "confirmed"}
    for look in looks.values():
        assert icon(look.icon)
        assert look.icon in ICONS.read_text() or look.state == "superseded"


def test_a_reason_with_a_file_names_it_and_without_ends_its_sentence() -> None:
    assert labels.why("file_cut", "żółw.pdf").endswith(": żółw.pdf")
    assert labels.why("file_cut").endswith(".")
    assert labels.why("", "") == labels.why("teleported") == ""
    assert labels.why("", "Ticket closed") == "Ticket closed"


def test_an_unknown_state_is_shown_by_its_code() -> None:
    assert str(labels.outcome("teleported").label) == "teleported"
    assert icon(labels.outcome("teleported").icon)
