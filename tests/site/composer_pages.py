"""The composer's page over a portal whose answers a test chooses; the address map of those tests.

What the real portal answers is tested with the real one. Here the answers are those that are hard
to get from it at the right moment: a session that ended, a form refused, an answer that never came.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from thulium_portal.accounts.models import User
from thulium_portal.lib.html.mail_frame import mail_frame
from thulium_portal.replies import planned_times
from thulium_portal.replies.composer.forms import ComposeForm
from thulium_portal.replies.composer.page_data import page_data
from thulium_portal.replies.models import Reply

SENT = uuid.UUID("11111111-1111-4111-8111-111111111111")
CANNED = [
    (
        "Paczka opóźniona",
        "<p>Dzień dobry,</p><p>zamówienie {{ numer }} wyruszy {{ data }}.</p>",
    ),
    ("Paczka zagubiona", "<p>Kurier potwierdził zagubienie.</p>"),
    ("Podpis", "<p>Anna Nowak</p>"),
]


@dataclass
class Portal:
    """What the portal does next, and what reached it."""

    signed_in: bool = True
    breaks: bool = False
    refuses: bool = False
    saved: list[str] = field(default_factory=list)
    stored: dict[str, str] = field(default_factory=dict)
    sent: list[tuple[dict[str, Any], MultiValueDict]] = field(default_factory=list)
    states: list[str] = field(default_factory=lambda: ["pending"])
    leaves_at: datetime | None = None


portal = Portal()


def _person(request: HttpRequest) -> User:
    # The page of whoever is signed in: under another name the portal refuses to send.
    request.user = User(pk=request.user.pk or 1, username="anna", name="Anna Nowak")
    return request.user


def _ticket() -> SimpleNamespace:
    message = SimpleNamespace(
        id=1, kind="mail", author="Maria Wiśniewska", at=timezone.now(), lines=2,
        frame=mail_frame("<p>Gdzie jest moja paczka?</p>" + "<p>Czekam.</p>" * 30),
        remote_pictures=1, files=("zrzut.png",), more_files=0, portal_reply=None,
    )  # fmt: skip
    return SimpleNamespace(
        id=1234, subject="Gdzie jest moja paczka?", customer_name="Maria Wiśniewska",
        customer_email="maria@example.org", queue_name="Dostawy", status_name="Nowe",
        messages=[message],
    )  # fmt: skip


@login_not_required
def compose(request: HttpRequest) -> HttpResponse:
    person = _person(request)
    if request.method == "POST":
        portal.sent.append((request.POST.dict(), request.FILES))
        if portal.breaks:
            return HttpResponse("<html>Bad gateway</html>", status=502)
        if not portal.signed_in:
            return HttpResponse(status=401)
        if not portal.refuses:
            return HttpResponse(headers={"HX-Redirect": f"/replies/{SENT}/"})
        form = ComposeForm(request.POST, request.FILES, ticket_id=1234, user=person)
        form.is_valid()
        form.add_error("body", "Skróć odpowiedź.")
        form.add_error("attachments", "Pliku „x.exe” nie można wysłać.")
        return _page(request, form, status=422)
    initial = {"submission_key": uuid.uuid4(), "revision": 0, "body_type": "PLAIN"}
    return _page(request, ComposeForm(initial=initial, ticket_id=1234, user=person))


def _page(request: HttpRequest, form: ComposeForm, *, status: int = 200) -> HttpResponse:
    context = {
        "ticket_id": 1234,
        "ticket": _ticket(),
        "known": None,
        "has_composer": True,
        "form": form,
        "can_send": True,
        "later": planned_times.context(timezone.now(), ZoneInfo("Europe/Warsaw")),
        "text_language": "pl",
        "undo_seconds": 30,
        "max_mb": 1,
        "most_mb": 1,
        "accept": ".pdf",
        "page_data": page_data(max_mb=1),
    }
    return render(request, "replies/compose.html", context, status=status)


@login_not_required
def autosave(request: HttpRequest) -> HttpResponse:
    if not portal.signed_in:
        return HttpResponse(status=401)
    if portal.breaks:
        return HttpResponse("<html>Bad gateway</html>", status=502)
    portal.saved.append(request.POST["body"])
    return JsonResponse(
        {
            "saved": True,
            "label": f"Szkic zapisany {len(portal.saved)}",
            "revision": len(portal.saved),
            "submission_key": request.POST["submission_key"],
            "draft": str(SENT),
        }
    )


@login_not_required
def add_file(request: HttpRequest) -> HttpResponse:
    if not portal.signed_in:
        return HttpResponse(status=401)
    if portal.breaks:
        return HttpResponse("<html>Bad gateway</html>", status=502)
    file, key = request.FILES["file"], request.POST["key"]
    if portal.refuses:
        label = f"Pliku „{file.name}” nie można wysłać."
        return JsonResponse({"saved": False, "label": label}, status=422)
    portal.stored[key] = file.name
    return JsonResponse(
        {
            "saved": True,
            "file": key,
            "name": file.name,
            "size": file.size,
            "submission_key": request.POST["submission_key"],
            "revision": 0,
            "draft": str(SENT),
        }
    )


@login_not_required
def remove_file(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    if portal.breaks:
        return HttpResponse(status=502)
    portal.stored.pop(str(key), None)
    return HttpResponse(status=204)


@login_not_required
def picker(request: HttpRequest) -> HttpResponse:
    _person(request)
    query = request.POST.get("q", "")
    results = [
        SimpleNamespace(
            response=SimpleNamespace(pk=number, title=title, category="Dostawy", shortcut=""),
            version_id=number * 10,
            html=html,
        )
        for number, (title, html) in enumerate(CANNED, start=1)
        if query.lower() in title.lower()
    ]
    context = {"results": results, "query": query, "ticket_id": 1234}
    return render(request, "replies/_picker.html", context)


def _following(request: HttpRequest) -> dict[str, Any]:
    person = _person(request)
    state = portal.states[0] if len(portal.states) == 1 else portal.states.pop(0)
    leaves_at = portal.leaves_at or timezone.now() + timedelta(seconds=30)
    reply = Reply(
        pk=7, uuid=SENT, state=state, author=person, ticket_id=1234, body="<p>Tak.</p>",
        not_before=leaves_at, agent_login="anna.nowak",
    )  # fmt: skip
    title = reply.get_state_display()
    return {
        "reply": reply,
        "status": SimpleNamespace(title=title, text="", tone="info"),
        "settled": state == "confirmed",
        "now": timezone.now(),
        "seconds_left": round((leaves_at - timezone.now()).total_seconds()),
        "can_undo": state == "pending",
        "can_send_now": state == "pending",
    }


@login_not_required
def show(request: HttpRequest) -> HttpResponse:
    return render(request, "replies/show.html", _following(request))


@login_not_required
def status(request: HttpRequest) -> HttpResponse:
    context = _following(request)
    code = 286 if context["settled"] else 200
    return render(request, "replies/_status.html", context, status=code)


urlpatterns = [
    path("tickets/1234/", compose),
    path("tickets/1234/draft/", autosave),
    path("tickets/1234/files/", add_file),
    path("tickets/1234/files/<uuid:key>/remove/", remove_file),
    path("tickets/1234/canned/", picker),
    path(f"replies/{SENT}/", show),
    path(f"replies/{SENT}/status/", status),
    path("", include("thulium_portal.urls")),
]
