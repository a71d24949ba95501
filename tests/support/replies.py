"""A reply's text, and its row read again."""

from thulium_portal.replies.models import Reply

BODY = "<p>Dzień dobry, paczka wyszła dzisiaj i dotrze jutro do południa.</p>"


def fresh(reply: Reply) -> Reply:
    """Return the row as it is now."""
    return Reply.objects.get(pk=reply.pk)
