"""The floors' pages."""

from datetime import timedelta

from django import forms
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.generic import ListView

from tests.bench.floor.models import Note, Ticket

PAGE = 50


class NoteForm(forms.Form):
    """One field, as little as a form can be."""

    body = forms.CharField(widget=forms.Textarea)


def sign_in(request: HttpRequest) -> HttpResponse:
    """Let anybody in."""
    person, _ = User.objects.get_or_create(username="anna")
    login(request, person)
    return HttpResponse("ok")


def plain(request: HttpRequest) -> HttpResponse:
    """Answer with nothing but Django around it."""
    return HttpResponse("ok")


def small(request: HttpRequest) -> HttpResponse:
    """Answer from a small template."""
    return render(request, "small.html", {"words": ["one", "two", "three"]})


@login_required
def form(request: HttpRequest) -> HttpResponse:
    """Show a form beside the result of two queries, or store what came in one durable row."""
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            Note.objects.create(author=request.user, body=form.cleaned_data["body"])
        return redirect("/form/")
    newest = list(Note.objects.order_by("-pk")[:10])
    mine = Note.objects.filter(author=request.user, body="").count()
    return render(request, "form.html", {"form": form, "newest": newest, "mine": mine})


class Rows(LoginRequiredMixin, ListView):  # type: ignore[type-arg]
    """Show the fifty tickets of one agent that wait longest."""

    template_name = "rows.html"

    def get_queryset(self) -> QuerySet[Ticket]:
        """Return them in one query, by an index."""
        mine = Ticket.objects.filter(agent_login="anna", waiting_since__isnull=False)
        return mine.order_by("waiting_since")[:PAGE]


def fill(request: HttpRequest, count: int) -> HttpResponse:
    """Let there be so many tickets and no others, fifty of them one agent's."""
    now = timezone.now()
    Ticket.objects.all().delete()
    Ticket.objects.bulk_create(
        (
            Ticket(
                subject=f"Gdzie jest paczka {number}",
                customer_name=f"Anna Kowalska {number % 5000}",
                customer_email=f"klient{number % 5000}@example.org",
                queue_name="Sklep",
                status_name="Nowe",
                agent_login="anna" if number < PAGE else f"person{number % 200}",
                changed_at=now,
                waiting_since=now - timedelta(minutes=number),
            )
            for number in range(count)
        ),
        batch_size=1_000,
    )
    return HttpResponse("ok")


urlpatterns = [
    path("sign-in/", sign_in),
    path("plain/", plain),
    path("small/", small),
    path("form/", form),
    path("rows/", Rows.as_view()),
    path("rows/fill/<int:count>/", fill),
]
