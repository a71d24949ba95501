"""What other pages show of what people left behind."""

from typing import Any

from django import template

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.handover.inventory import STATES, Inventory, left_behind
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State

register = template.Library()


@register.inclusion_tag("handover/_of_person.html", takes_context=True)
def unfinished_of(context: dict[str, Any], someone: User) -> dict[str, Any]:
    """Tell, beside the switch that turns a person off, what they would leave behind."""
    return {"someone": someone, "found": Inventory(someone, context["request"].user)}


@register.inclusion_tag("handover/_switched_off.html", takes_context=True)
def switched_off(context: dict[str, Any], someone: User) -> dict[str, Any]:
    """Tell what came of switching *someone* off: replies on hold, and what else is unfinished."""
    found = Inventory(someone, context["request"].user)
    return {"someone": someone, "left": len(found), "held": found.states[State.HELD]}


@register.inclusion_tag("handover/_left_behind.html", takes_context=True)
def people_left_behind(context: dict[str, Any]) -> dict[str, Any]:
    """Tell who may hand over that people left something behind; nothing to others."""
    person: User = context["request"].user
    return {"people": left_behind(person) if person.may(Permission.HAND_OVER) else ()}


@register.inclusion_tag("handover/_of_reply.html", takes_context=True)
def hand_over_link(context: dict[str, Any], reply: Reply) -> dict[str, Any]:
    """Lead from a reply of somebody who no longer sends to where it is handed over."""
    person: User = context["request"].user
    is_wanted = not reply.author.may(Permission.SEND_REPLIES) and reply.state in STATES
    return {"reply": reply, "shown": is_wanted and person.may(Permission.HAND_OVER)}
