"""The floors' pages."""

from django import forms
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from tests.bench.floor.models import Note


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


urlpatterns = [
    path("sign-in/", sign_in),
    path("plain/", plain),
    path("small/", small),
    path("form/", form),
]
