"""What other pages show of the desk."""

from typing import Any

from django import template

from thulium_portal.desk import assignment

register = template.Library()


@register.inclusion_tag("desk/_take.html", takes_context=True)
def take_button(context: dict[str, Any], ticket_id: int, agent_login: str) -> dict[str, Any]:
    """Offer to take a ticket that is nobody's, to whom it can be given."""
    person = context["request"].user
    return {
        "ticket_id": ticket_id,
        "csrf_token": context.get("csrf_token"),
        "may_take": not agent_login and assignment.may_take(person),
    }
