"""Double braces in a reply: blanks of ours that nobody filled in, or words that belong there.

Ours are the names the portal knows, and whatever the canned texts in the reply ask for. Anything
else between braces may be an example that is meant as it stands.
"""

from collections.abc import Collection, Iterator

from django.utils.translation import gettext as _

from thulium_portal.canned.models import CannedResponseVersion
from thulium_portal.canned.placeholders import parser
from thulium_portal.canned.placeholders.registry import folded
from thulium_portal.lib.leftovers import Braces, Place, braces
from thulium_portal.replies.readiness.complaints import Complaint


def labels_of(words: str, versions: Collection[int]) -> frozenset[str]:
    """Return what the blanks of canned *versions* are called, where *words* have braces at all."""
    if not versions or ("{{" not in words and "}}" not in words):
        return frozenset()
    used = CannedResponseVersion.objects.filter(pk__in=versions)
    bodies = used.values_list("body", flat=True)
    return frozenset(label for text in bodies for label in parser.labels_of(text))


def unfilled(body: str, words: str, labels: Collection[str]) -> Iterator[Complaint]:
    """Yield what nobody lets pass of *body*, whose text is *words*: a blank of ours, or its end."""
    for name in parser.unfilled(body, labels):
        yield Complaint("leftover", "body", _("Fill in “%(name)s”.") % {"name": name}, name)
    for each in braces(words):
        if _is_end_of_ours(each, labels):
            message = each.place.shown(_("Remove the braces that are left over."))
            yield Complaint("stray_braces", "body", message, each.place.words)


def in_doubt(words: str, labels: Collection[str]) -> list[Place]:
    """Return the braces that may be meant, without those of ours."""
    return [
        each.place
        for each in braces(words)
        if not _is_end_of_ours(each, labels)
        and not parser.is_ours(each.inside, labels, is_open=each.is_open)
    ]


def _is_end_of_ours(each: Braces, labels: Collection[str]) -> bool:
    """Tell whether ``}}`` stands behind the name of a blank whose beginning was deleted."""
    before = folded(each.before)
    return bool(before) and any(f" {before}".endswith(f" {folded(name)}") for name in labels)
