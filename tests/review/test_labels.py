"""How states and reasons are shown in the review."""

from pathlib import Path

from django.conf import settings

from thulium_portal.replies.labels import why
from thulium_portal.review import labels
from thulium_portal.site.templatetags.portal import icon

ICONS = Path(settings.BASE_DIR) / "templates" / "replies" / "_state.html"


def test_every_state_has_a_look_of_its_own():
    looks = {state: labels.outcome(state) for state in labels.STATES}
    good = {state for state, look in looks.items() if look.tone == "good"}
    assert good == {"sent", "confirmed"}
    for look in looks.values():
        assert icon(look.icon)
        assert look.icon in ICONS.read_text() or look.state == "superseded"


def test_a_reason_with_a_file_names_it_and_without_ends_its_sentence():
    assert why("file_cut", "żółw.pdf").endswith(": żółw.pdf")
    assert why("file_cut").endswith(".")
    assert why("", "") == why("teleported") == ""
    assert why("", "Ticket closed") == "Ticket closed"


def test_an_unknown_state_is_shown_by_its_code():
    assert str(labels.outcome("teleported").label) == "teleported"
    assert icon(labels.outcome("teleported").icon)
