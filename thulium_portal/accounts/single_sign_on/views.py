"""The way to the provider and back."""

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.accounts.single_sign_on import services
from thulium_portal.accounts.single_sign_on.provider import (
    Conversation,
    ProviderFailed,
    Return,
    SignOnProvider,
)
from thulium_portal.accounts.single_sign_on.refusals import refuse
from thulium_portal.accounts.single_sign_on.services import NotAdmitted, Why


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Begin to sign in at the provider; a GET only asks, so that no link signs anybody in.

    The browser is not redirected but shown a page that goes on by itself: browsers apply the
    policy for forms (``form-action``) to every redirect that follows, and a provider may redirect
    to further ones that nobody here knows of.
    """
    provider = _provider(request, provider_id)
    next_url = get_next_redirect_url(request) or ""
    page = {"provider": provider, "next_url": next_url}
    if request.method == "GET":
        return render(request, "socialaccount/login.html", page)
    try:
        page["address"] = provider.start(
            request, next_url=next_url, as_another="as_another" in request.POST
        )
    except ProviderFailed as error:
        return refuse(request, NotAdmitted(Why.PROVIDER), detail=str(error))
    return render(request, "socialaccount/going_on.html", page)


@login_not_required
@never_cache
@require_GET
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Sign in whom the provider sends back."""
    _provider(request, provider_id)
    try:
        answer: HttpResponse = Return.adapter_view(Conversation(request, provider_id))(request)
    except ProviderFailed as error:
        return refuse(request, NotAdmitted(Why.PROVIDER), detail=str(error))
    return answer


@require_POST
@requires(Permission.MANAGE_PEOPLE)
def release(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a person come in by another account than the one they are bound to."""
    person = get_object_or_404(User, pk=pk)
    services.release(person, actor=request.user)
    messages.success(
        request, _("%(name)s's account was released.") % {"name": person.get_full_name()}
    )
    return redirect("people:edit", pk=pk)


def _provider(request: HttpRequest, provider_id: str) -> SignOnProvider:
    try:
        provider: SignOnProvider = get_adapter().get_provider(request, provider_id)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    return provider
