"""Signing in, one's own settings, and the people of the portal."""

from allauth.account import views as allauth_views
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from thulium_portal.accounts import services
from thulium_portal.accounts.agent_check import check_agent_login
from thulium_portal.accounts.forms import PasswordForm, PersonForm, ProfileForm
from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.middleware import set_language_cookie
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.lib.folding import fold
from thulium_portal.lib.forms import parse_id

MOST_PEOPLE = 200
"""How many people one page lists; the search finds the others."""


class SignIn(allauth_views.LoginView):  # type: ignore[misc] # allauth has no types
    """The sign-in page, whose refusals have a status of their own."""

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        """Show the page again, under the status that tells machines why."""
        response: HttpResponse = super().form_invalid(form)
        response.status_code = 429 if form.has_error("__all__", "too_many_login_attempts") else 422
        return response


class ChangePassword(allauth_views.PasswordChangeView):  # type: ignore[misc] # allauth has no types
    """One's own new password; the adapter stores and records it."""

    form_class = PasswordForm
    success_url = reverse_lazy("accounts:profile")

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Store it, which ends the other sessions and keeps this one."""
        response: HttpResponse = super().form_valid(form)
        messages.success(self.request, _("Your password was changed."))
        return response

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        response.status_code = 422
        return response


sign_in = login_not_required(never_cache(SignIn.as_view()))
sign_out = login_not_required(never_cache(allauth_views.LogoutView.as_view()))
change_password = never_cache(ChangePassword.as_view())


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language, for good where somebody is signed in."""
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


@require_GET
@requires(Permission.MANAGE_PEOPLE)
def index(request: StaffRequest) -> HttpResponse:
    """Everybody, found by name, user name or agent login."""
    query = request.GET.get("q", "").strip()[:100]
    everybody = sorted(User.objects.select_related("agent_profile"), key=_place_in_list)
    people = [person for person in everybody if fold(query) in _words(person)]
    context = {"people": people[:MOST_PEOPLE], "found": len(people), "query": query}
    return render(request, "people/index.html", context)


def _place_in_list(person: User) -> tuple[bool, str]:
    """Put those who may sign in first, Ł beside L; databases differ in how they sort letters."""
    return (not person.is_active, fold(f"{person} {person.username}"))


def _words(person: User) -> str:
    return fold(f"{person.name} {person.username} {person.agent_login}")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def new(request: StaffRequest) -> HttpResponse:
    return _form_page(request, None)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    return _form_page(request, get_object_or_404(User, pk=pk))


def _form_page(request: StaffRequest, person: User | None) -> HttpResponse:
    given = request.POST if request.method == "POST" else None
    form = PersonForm(given, person=person, actor=request.user)
    if form.is_bound and form.is_valid() and (saved := _saved(form, person, request.user)):
        messages.success(request, _("%(name)s was saved.") % {"name": saved})
        return redirect("people:index")
    if form.is_bound:
        form.ask_for_password_again()
    context = {"form": form, "someone": person, "is_me": person == request.user}
    return render(request, "people/edit.html", context, status=422 if form.is_bound else 200)


def _saved(form: PersonForm, person: User | None, actor: User) -> User | None:
    """Return the person as stored, or None after adding what stands against it to the form."""
    text, password = form.text(), form.cleaned_data.get("password", "")
    try:
        if person is None:
            return services.create_person(text, password=password, check=form.check, actor=actor)
        return services.change_person(
            person, text, check=form.check, password=password, actor=actor
        )
    except ValidationError as error:
        form.add_error(None, error)
        return None


@require_POST
@requires(Permission.MANAGE_PEOPLE)
def check_login(request: StaffRequest) -> HttpResponse:
    """Say of an agent login, as it is typed, whether Thulium knows it and nobody else has it."""
    login = request.POST.get("agent_login", "").replace("\0", "").strip()[:150]
    person = User.objects.filter(pk=parse_id(request.POST.get("person")) or 0).first()
    check = check_agent_login(login) if login else None
    holder = services.holder_of(check.login, besides=person) if check else None
    return render(request, "people/_check.html", {"check": check, "holder": holder})
