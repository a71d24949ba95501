"""A reply's text, the form that sends it, and its row read again."""

import uuid

from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State

BODY = "<p>Dzień dobry, paczka wyszła dzisiaj i dotrze jutro do południa.</p>"


def composed(body: str = BODY, **given: object) -> dict[str, object]:
    """Return the composer's form with *body*; *given* go over its fields or beside them."""
    return {"submission_key": str(uuid.uuid4()), "body": body, "body_type": "HTML"} | given


def in_state(reply: Reply, state: State, **fields: object) -> Reply:
    """Put *reply* into *state*, past all that leads there, and return it."""
    Reply.objects.filter(pk=reply.pk).update(state=state, **fields)
    return fresh(reply)


def fresh(reply: Reply) -> Reply:
    """Return the row as it is now."""
    return Reply.objects.get(pk=reply.pk)
