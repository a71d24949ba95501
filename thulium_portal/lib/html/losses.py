"""What is said of things that a text of ours cannot hold."""

from collections.abc import Iterable

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    """Return a sentence for each kind of loss that ``sanitize.clean`` names."""
    return {
        "colours": _("Colours cannot be kept; the words are there."),
        "form": _("The text is too large to keep its formatting; the words are there."),
        "hidden": _("Hidden words were left out."),
        "pictures": _("Pictures cannot stand in the text; attach them as files."),
    }


def sentence(lost: Iterable[str]) -> str:
    """Return what to say of the kinds in *lost*; nothing for none."""
    known = words()
    return " ".join(known[kind] for kind in sorted(lost))
