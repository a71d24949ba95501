"""The people of the portal, for administrators."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from thulium_portal.accounts import agent_logins, labels, notices, services
from thulium_portal.accounts.agent_check import LoginStatus, check_agent_login
from thulium_portal.accounts.http import StaffRequest, page_before, requires
from thulium_portal.accounts.invitations import services as invitations
from thulium_portal.accounts.models import User
from thulium_portal.accounts.passwords import reset
from thulium_portal.accounts.people.forms import FirstSignIn, PersonForm
from thulium_portal.accounts.roles import TABLE, Permission, Role
from thulium_portal.accounts.second_factor.services import second_factor_of
from thulium_portal.accounts.sessions.services import sessions_of
from thulium_portal.lib.folding import fold
from thulium_portal.lib.forms import parse_id

MOST_PEOPLE = 200
"""How many people one page lists; the search finds the others."""


@require_GET
@requires(Permission.MANAGE_PEOPLE)
def index(request: StaffRequest) -> HttpResponse:
    """Everybody, found by name, user name or agent login."""
    query = request.GET.get("q", "").strip()[:100]
    shows_inactive = request.GET.get("logins") == "inactive"
    everybody = User.objects.select_related("agent_profile", "invitation")
    if shows_inactive:
        everybody = everybody.filter(is_active=True, agent_profile__active_in_thulium=False)
    in_order = sorted(everybody, key=_place_in_list)
    people = [person for person in in_order if fold(query) in _words(person)]
    context = {
        "people": people[:MOST_PEOPLE],
        "found": len(people),
        "query": query,
        "shows_inactive": shows_inactive,
    }
    return render(request, "people/index.html", context)


@require_POST
@requires(Permission.MANAGE_PEOPLE)
def read_notice(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a notice away for the administrator who read it, and lead back to where it was."""
    notices.mark_read(pk, request.user)
    before = page_before(request)
    return redirect("people:index") if before == request.path else HttpResponseRedirect(before)


def _place_in_list(person: User) -> tuple[bool, str]:
    """Put those who may sign in first, Ł beside L; databases differ in how they sort letters."""
    return (not person.is_active, fold(f"{person} {person.username}"))


def _words(person: User) -> str:
    return fold(f"{person.name} {person.username} {person.agent_login}")


@require_GET
@requires(Permission.MANAGE_PEOPLE)
def roles(request: StaffRequest) -> HttpResponse:
    """What each role may do: the table of the code, as it is."""
    rows = [(right.label, [(role, role in TABLE[right]) for role in Role]) for right in Permission]
    return render(request, "people/roles.html", {"roles": Role, "rows": rows})


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
        way = form.cleaned_data.get("first_sign_in", FirstSignIn.PASSWORD)
        if way != FirstSignIn.PASSWORD and saved.is_active:
            return _invited(request, saved, by_mail=way == FirstSignIn.MAIL)
        if person is not None and person.is_active and not saved.is_active:
            # Their page tells what became of their replies, and where they are handed over.
            return redirect(f"{reverse('people:edit', args=[saved.pk])}?left=1")
        messages.success(request, _("%(name)s was saved.") % {"name": saved})
        return redirect("people:index")
    if form.is_bound:
        form.ask_for_password_again()
    context = {
        "form": form,
        "someone": person,
        "is_me": person == request.user,
        "factor": second_factor_of(person) if person else None,
        "may_mail": settings.MAIL_OFFERED and person is not None and bool(person.email),
        "sessions": sessions_of(person) if person else [],
    }
    return render(request, "people/edit.html", context, status=422 if form.is_bound else 200)


def _saved(form: PersonForm, person: User | None, actor: User) -> User | None:
    """Return the person as stored, or None after adding what stands against it to the form."""
    text = form.text()
    given = {name: form.cleaned_data.get(name, "") for name in ("password", "confirmation")}
    try:
        if person is None:
            return services.create_person(text, check=form.check, actor=actor, **given)
        return services.change_person(person, text, check=form.check, actor=actor, **given)
    except ValidationError as error:
        form.add_error(None, error)
        return None


@never_cache
@require_POST
@requires(Permission.MANAGE_PEOPLE)
def invite(request: StaffRequest, pk: int) -> HttpResponse:
    """Invite somebody who has no password yet, once more if need be."""
    person = get_object_or_404(User, pk=pk)
    try:
        return _invited(request, person, by_mail=request.POST.get("by") == FirstSignIn.MAIL)
    except invitations.InvitationOver:
        messages.error(request, _("Only who may sign in and has no password yet can be invited."))
        return redirect("people:edit", pk)


def _invited(request: StaffRequest, person: User, *, by_mail: bool) -> HttpResponse:
    """Invite *person*, and tell that the mail is on its way, or show the link: once, here."""
    invited = invitations.invite(person, by_mail=by_mail, actor=request.user)
    if invited.was_mailed:
        words = {"name": person, "email": person.email}
        messages.success(request, _("%(name)s was invited by a mail to %(email)s.") % words)
        return redirect("people:index")
    context = {"given": invited, "mail_failed": by_mail}
    return render(request, "people/link.html", context)


@never_cache
@require_POST
@requires(Permission.MANAGE_PEOPLE)
def give_link(request: StaffRequest, pk: int) -> HttpResponse:
    """Show, once, a link with which somebody can choose a new password."""
    try:
        given = reset.give_link(get_object_or_404(User, pk=pk), actor=request.user)
    except reset.LinkOver:
        messages.error(request, _("Only who may sign in and has a password can get a new one so."))
        return redirect("people:edit", pk)
    return render(request, "people/link.html", {"given": given})


@require_POST
@requires(Permission.MANAGE_PEOPLE)
def withdraw_invitation(request: StaffRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk)
    invitations.withdraw(person, actor=request.user)
    messages.success(request, _("The invitation was withdrawn; its link leads nowhere any more."))
    return redirect("people:edit", pk)


@require_POST
@requires(Permission.MANAGE_PEOPLE)
def check_login(request: StaffRequest) -> HttpResponse:
    """Say of an agent login, as it is typed, whether it may be taken.

    Thulium has to know it, and nobody else to send under it; where its address is not the one that
    is typed for the person, it has to be confirmed.
    """
    login = request.POST.get("agent_login", "").replace("\0", "").strip()[:150]
    person = User.objects.filter(pk=parse_id(request.POST.get("person")) or 0).first()
    check = check_agent_login(login) if login else None
    holder = agent_logins.holder_of(check.login, besides=person) if check else None
    context: dict[str, object] = {"check": check, "holder": holder}
    if check and not holder and check.status is not LoginStatus.UNKNOWN:
        email, present = (
            request.POST.get("email", "").strip()[:320],
            person.agent_login if person else "",
        )
        doubt = agent_logins.needs_confirmation(check, email, present=present)
        context["doubt"] = labels.doubt_sentence(doubt, check, email) if doubt else ""
    return render(request, "people/_check.html", context)
