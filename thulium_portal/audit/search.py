"""Finding review lines by their words; the one place to exchange for a full-text index."""

from django.db.models import QuerySet

from thulium_portal.audit.models import ReviewRow
from thulium_portal.lib.folding import fold


def matching(rows: QuerySet[ReviewRow], query: str) -> QuerySet[ReviewRow]:
    """Return the *rows* that hold every word of *query*, whatever the case and the accents."""
    for word in fold(query).split():
        rows = rows.filter(folded_text__contains=word)
    return rows
