"""Buttons of a text's life: sent for approval, decided, put away, brought back, deleted."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.canned import permissions, recalls, services, workflow
from thulium_portal.canned.forms import RecallForm, ReviewForm
from thulium_portal.canned.models import CannedResponse, CannedResponseVersion
from thulium_portal.canned.workflow import InUse, StateConflict
from thulium_portal.lib.html.sanitize import plain_to_html


@require_POST
@requires(Permission.WRITE_CANNED)
def submit(request: StaffRequest, pk: int) -> HttpResponse:
    """Send a draft for approval."""
    return _moved(request, pk, workflow.submit, sent_for_approval())


@require_POST
@requires(Permission.WRITE_CANNED)
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a text back from approval."""
    return _moved(request, pk, workflow.withdraw, _("Taken back. It is a draft of yours again."))


@require_POST
@requires(Permission.MANAGE_CANNED)
def approve(request: StaffRequest, pk: int) -> HttpResponse:
    """Approve a waiting text as it was shown."""
    seen = _number(request.POST.get("seen_version", ""))

    def verb(response: CannedResponse, *, actor: User) -> CannedResponse:
        return workflow.approve(response, seen_version=seen, actor=actor)

    return _moved(request, pk, verb, _("Approved. It is offered in replies from now on."))


@require_POST
@requires(Permission.MANAGE_CANNED)
def send_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Return a waiting text to its author with a note."""
    note = request.POST.get("note", "")

    def verb(response: CannedResponse, *, actor: User) -> CannedResponse:
        return workflow.send_back(response, note=note, actor=actor)

    told = _("Returned. The author sees your note with the draft.")
    return _moved(request, pk, verb, told, typed=note)


@require_POST
@requires(Permission.WRITE_CANNED)
def publish(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a draft live."""
    return _moved(request, pk, workflow.publish, _("Live. It is offered in replies from now on."))


@require_POST
@requires(Permission.MANAGE_CANNED)
def rework(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a text out of use and make it a draft again."""
    told = _("It is a draft again and no longer offered in replies.")
    return _moved(request, pk, workflow.rework, told)


@require_POST
@requires(Permission.WRITE_CANNED)
def archive(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a canned response out of use."""
    told = _("Archived. It is no longer offered in replies.")
    return _moved(request, pk, workflow.archive, told)


@require_POST
@requires(Permission.WRITE_CANNED)
def bring_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Put an archived canned response into use again."""
    told = _("Back in use. It is offered in replies again.")
    return _moved(request, pk, workflow.bring_back, told)


@require_POST
@requires(Permission.WRITE_CANNED)
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Delete a draft that was never used."""
    response = _get(request, pk)
    try:
        workflow.delete_draft(response, actor=request.user)
    except InUse:
        messages.warning(request, _("It is in use somewhere, so it stays. You can archive it."))
        return redirect("canned:show", pk)
    told = _("The draft “%(title)s” was deleted.") % {"title": response.title}
    messages.success(request, told)
    return redirect("canned:index")


@require_POST
@requires(Permission.WRITE_CANNED)
def reviewed(request: StaffRequest, pk: int) -> HttpResponse:
    """Note that a text was read again and is still right."""
    form = ReviewForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["review_by"])))
        return redirect("canned:show", pk)
    try:
        services.mark_reviewed(
            _get(request, pk),
            form.cleaned_data["review_by"],
            seen_version=_number(request.POST.get("seen_version", "")),
            actor=request.user,
        )
    except services.ChangedMeanwhile as conflict:
        messages.warning(request, changed_meanwhile(conflict))
    except ValidationError as error:
        messages.error(request, to_mend(error))
    else:
        messages.success(request, _("Noted: read again and still right."))
    return redirect("canned:show", pk)


def sent_for_approval() -> str:
    """Return what the author is told of a text that waits."""
    return _("Sent for approval. You will see the decision here and in the library.")


def changed_meanwhile(conflict: services.ChangedMeanwhile) -> str:
    """Return why nothing was done to a text that has a newer version."""
    return _(
        "%(name)s saved version %(number)d in the meantime, so nothing was done. Look at it first."
    ) % {"name": conflict.newest.author, "number": conflict.newest.number}


def to_mend(error: ValidationError) -> SafeString:
    """Return everything that keeps a text from being saved, on one line, places marked."""
    return format_html_join(" ", "{}", ((sentence,) for sentence in error.messages))


def _moved(
    request: StaffRequest,
    pk: int,
    verb: Callable[..., CannedResponse],
    told: str,
    *,
    typed: str = "",
) -> HttpResponse:
    """Make a move and say what came of it; where nothing did, *typed* words are given back."""
    try:
        verb(_get(request, pk), actor=request.user)
    except ValidationError as error:
        messages.error(request, _with_words(to_mend(error), typed))
    except StateConflict:
        late = _("The text was changed in the meantime, so nothing was done. Look at it.")
        messages.warning(request, _with_words(late, typed))
    else:
        messages.success(request, told)
    return redirect("canned:show", pk)


def _with_words(sentence: str, typed: str) -> str:
    if not typed.strip():
        return sentence
    return format_html("{} {} <q>{}</q>", sentence, _("You wrote:"), typed)


def _get(request: StaffRequest, pk: int) -> CannedResponse:
    return get_object_or_404(permissions.visible_to(request.user), pk=pk)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_CANNED)
def recall(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """Ask what is wrong with a version, then take it out of use and list who received it."""
    visible = permissions.visible_to(request.user)
    version = get_object_or_404(
        CannedResponseVersion.objects.filter(response__in=visible), response=pk, number=number
    )
    form = RecallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        try:
            made = recalls.recall(
                version,
                reason=words["reason"],
                correction=plain_to_html(words["correction"]),
                actor=request.user,
            )
        except ValidationError as error:
            for name, sentences in error.message_dict.items():
                form.add_error(name, sentences)
        else:
            messages.success(request, _told_of_recall(version))
            return redirect("replies:recall", made.pk)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "version": version}
    return render(request, "canned/recall.html", context, status=status)


def _told_of_recall(version: CannedResponseVersion) -> str:
    if version.pk == version.response.current_id:
        return _("Recalled. Nobody is offered this text any more.")
    return _("Recalled. The newer version stays in use.")
