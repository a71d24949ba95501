"""Requests of people who may review, and the check that they may.

This floor knows no roles, so the permission is asked for by its name.
"""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

if TYPE_CHECKING:
    from thulium_portal.accounts.models import User
    from thulium_portal.accounts.roles import Permission

P = ParamSpec("P")

REVIEW = cast("Permission", "audit.review")


class ReviewRequest(HttpRequest):
    """A request whose ``user`` is a signed-in person."""

    user: "User"


def reviewers_only(
    view: Callable[Concatenate[ReviewRequest, P], HttpResponseBase],
) -> Callable[Concatenate[ReviewRequest, P], HttpResponseBase]:
    """Let a view be reached only by people who may review (else 403)."""

    @wraps(view)
    def guarded(request: ReviewRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.may(REVIEW):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
