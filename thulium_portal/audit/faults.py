"""What can be wrong with the record and with what is shown of it, in words."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class RecordFault(models.TextChoices):
    """Why the record, or what is shown of it, does not hold; each sentence is about one entry."""

    GAP = "gap", _("Entry %(number)s is missing.")
    LINK = "link", _("Entry %(number)s does not follow from the entry before it.")
    HASH = "hash", _("Entry %(number)s was changed: its content no longer gives its hash.")
    FORM = "form", _("Entry %(number)s is not written as the portal writes entries.")
    COLUMNS = "columns", _("Entry %(number)s shows something else than what was recorded.")
    TEXT = "text", _("A text kept with entry %(number)s was changed.")
    TEXT_MISSING = "text_missing", _("A text of entry %(number)s is gone, though nobody erased it.")
    HEAD = "head", _("The record should end elsewhere than at entry %(number)s.")
    CHECKPOINT = "checkpoint", _("Entry %(number)s is not the one a signed checkpoint speaks of.")
    CUT = "cut", _("A signed checkpoint knows entry %(number)s; the record ends before it.")
    SIGNATURE = "signature", _("The checkpoint of entry %(number)s is not signed by a known key.")
    SEQUEL = "sequel", _("A checkpoint before that of entry %(number)s is missing.")
    REVOKED = "revoked", _("The newest checkpoint, entry %(number)s, is of a key revoked before.")
    TIME_STAMP = "time_stamp", _("The time stamp of the checkpoint at entry %(number)s is false.")
    TIME_STAMP_GONE = (
        "time_stamp_gone",
        _("The time stamp of the checkpoint at entry %(number)s is gone."),
    )
    LINE = "line", _("The list shows something else of entry %(number)s than was recorded.")
    LINE_MISSING = "line_missing", _("The list leaves out the reply of entry %(number)s.")
    LINE_INVENTED = "line_invented", _("The list shows an entry %(number)s that tells of no reply.")
    WORDS = "words", _("The search knows other words of entry %(number)s than were recorded.")
    LOST = (
        "lost",
        _("Entry %(number)s was in the record and was cut off; others follow in its place."),
    )
    FILE = "file", _("The file of checkpoints is gone; the newest is of entry %(number)s.")
    TRIGGERS = "triggers", _("The database no longer protects the record (entries to %(number)s).")


@dataclass(frozen=True)
class Broken:
    """A place where the record, or what is shown of it, does not hold."""

    sequence: int
    problem: RecordFault

    def __str__(self) -> str:
        return str(self.problem.label) % {"number": self.sequence}
