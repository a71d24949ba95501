"""One's own settings: language, name, signature and clock."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from thulium_portal.accounts import services
from thulium_portal.accounts.forms import ProfileForm
from thulium_portal.accounts.http import StaffRequest
from thulium_portal.accounts.middleware import choose_language, set_language_cookie
from thulium_portal.accounts.models import User


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language, for good where somebody is signed in, else for who signs in next."""
    chosen = request.POST.get("language", "")
    wanted = request.POST.get("next", "/")
    # “//host” and “/\host” begin with a slash as well, and lead elsewhere.
    safe = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = HttpResponseRedirect(wanted if safe else "/")
    if chosen in dict(settings.LANGUAGES):
        if isinstance(request.user, User):
            services.set_language(request.user, chosen)
        else:
            choose_language(request, chosen)
        set_language_cookie(response, chosen)
    return response


@never_cache
@require_http_methods(["GET", "POST"])
def profile(request: StaffRequest) -> HttpResponse:
    """One's own name, signature and clock."""
    person = request.user
    known = {"name": person.name, "signature": person.signature, "time_zone": person.time_zone}
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_bound and form.is_valid():
        services.change_profile(person, **form.cleaned_data)
        messages.success(request, _("Your settings were saved."))
        return redirect("accounts:profile")
    status = 422 if form.errors else 200
    return render(request, "accounts/profile.html", {"form": form}, status=status)
