"""One's own settings, and the people of the portal."""

from allauth.account import views as allauth_views
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from thulium_portal.accounts import services
from thulium_portal.accounts.checking import check_agent_login
from thulium_portal.accounts.demo import DEMO_PEOPLE
from thulium_portal.accounts.forms import PersonForm, ProfileForm
from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.audit.actions import Action


class SignIn(allauth_views.LoginView):  # type: ignore[misc]
    """The sign-in page; in practice mode it shows the demo people."""

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        """Add the demo sign-ins, in practice mode only."""
        context: dict[str, object] = super().get_context_data(**kwargs)
        context["demo_people"] = DEMO_PEOPLE if settings.PRACTICE_MODE else ()
        return context


class ChangePassword(allauth_views.PasswordChangeView):  # type: ignore[misc]
    """One's own new password."""

    success_url = reverse_lazy("accounts:profile")

    def form_valid(self, form: object) -> HttpResponse:
        """Store it, keep this session, end the others, and record it."""
        response: HttpResponse = super().form_valid(form)
        update_session_auth_hash(self.request, self.request.user)
        services.note_signing(Action.PERSON_PASSWORD_CHANGED, self.request.user)
        messages.success(self.request, _("Your password was changed."))
        return response


sign_in = login_not_required(never_cache(SignIn.as_view()))
sign_out = login_not_required(allauth_views.LogoutView.as_view())
change_password = never_cache(ChangePassword.as_view())


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language, for good where somebody is signed in."""
    chosen = request.POST.get("language", "")
    wanted = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = redirect(wanted if safe else "/")
    if chosen in dict(settings.LANGUAGES):
        if isinstance(request.user, User):
            services.set_language(request.user, chosen)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=365 * 24 * 3600,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


@require_http_methods(["GET", "POST"])
def profile(request: StaffRequest) -> HttpResponse:
    """One's own name, signature and clock."""
    person = request.user
    known = {"name": person.name, "signature": person.signature, "time_zone": person.time_zone}
    form = ProfileForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
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
    people = User.objects.select_related("agent_profile").order_by("-is_active", "name", "username")
    if query:
        people = people.filter(
            Q(name__icontains=query)
            | Q(username__icontains=query)
            | Q(agent_profile__login__icontains=query)
        )
    return render(request, "people/index.html", {"people": people[:500], "query": query})


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def new(request: StaffRequest) -> HttpResponse:
    """Add a person."""
    return _form_page(request, None)


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a person."""
    return _form_page(request, get_object_or_404(User, pk=pk))


def _form_page(request: StaffRequest, person: User | None) -> HttpResponse:
    form = PersonForm(request.POST if request.method == "POST" else None, person=person)
    if form.is_bound and form.is_valid():
        try:
            saved = _save(form, person, request.user)
        except ValidationError as error:
            form.add_error("password" if _is_about_password(form, error) else None, error.messages)
        else:
            messages.success(request, _("%(name)s was saved.") % {"name": saved})
            return redirect("people:index")
    context = {"form": form, "someone": person, "check": form.check}
    return render(request, "people/edit.html", context, status=422 if form.errors else 200)


def _save(form: PersonForm, person: User | None, actor: User) -> User:
    password = form.cleaned_data["password"]
    if person is None:
        return services.create_person(form.text(), password=password, check=form.check, actor=actor)
    saved = services.change_person(person, form.text(), check=form.check, actor=actor)
    if password:
        services.set_password(saved, password, actor=actor)
    return saved


def _is_about_password(form: PersonForm, error: ValidationError) -> bool:
    return (
        bool(form.cleaned_data.get("password"))
        and not hasattr(error, "error_dict")
        and any(str(getattr(part, "code", "")).startswith("password") for part in error.error_list)
    )


@require_POST
@requires(Permission.MANAGE_PEOPLE)
def check_login(request: StaffRequest) -> HttpResponse:
    """Say of an agent login, as it is typed, whether Thulium knows it."""
    login = request.POST.get("agent_login", "").strip()[:150]
    check = check_agent_login(login) if login else None
    return render(request, "people/_check.html", {"check": check})
