"""No page of a ticket opens for a person in none of whose queues it is, whatever the page."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from thulium_portal.accounts.denials import record_denied
from thulium_portal.accounts.models import User
from thulium_portal.tickets import reach
from thulium_portal.tickets.reading import out_of_reach

_LARGEST = 10**12


class ReachMiddleware:
    """Answers 404 where an address names a ticket (``ticket_id``) that is not the person's to see.

    Each address of a ticket is covered by that name, those to come as well.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer *request*."""
        return self._get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Return None where the view may be called, else the answer in its place."""
        ticket_id = view_kwargs.get("ticket_id")
        person = request.user
        if ticket_id is None or not isinstance(person, User) or not 0 < ticket_id < _LARGEST:
            return None
        if reach.covers(person, ticket_id):
            return None
        view = request.resolver_match.view_name if request.resolver_match else ""
        record_denied(
            person,
            view=view,
            method=request.method or "",
            ticket_id=ticket_id,
            thing=f"ticket {ticket_id}",
        )
        page = {"problem": out_of_reach(ticket_id)}
        return render(request, "tickets/out_of_reach.html", page, status=404)
