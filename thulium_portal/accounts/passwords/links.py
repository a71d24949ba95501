"""The page that a link with a key leads to: a new password, without the old one."""

from abc import ABC, abstractmethod
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django.views.generic import FormView

from thulium_portal.accounts.middleware import chosen_language
from thulium_portal.accounts.models import User
from thulium_portal.accounts.passwords.forms import NewPasswordForm

_SHIELDS = (
    login_not_required,
    never_cache,
    sensitive_post_parameters(),
    require_http_methods(["GET", "POST"]),
)


@method_decorator(_SHIELDS, name="dispatch")
class PasswordByLink(FormView, ABC):
    """Moves the key out of the address into the session, then asks for a password.

    So the key stands neither in the address bar nor in what browsers tell other pages. Whether it
    is still valid is asked with each request.
    """

    form_class = NewPasswordForm
    template_name = "account/choose_password.html"
    kind: str
    """Names the token in the session, and tells the templates which words fit."""
    form_url: str
    """The same page without the key."""

    @abstractmethod
    def token(self, key: str) -> str | None:
        """Return what the session keeps in the place of a valid *key*."""

    @abstractmethod
    def holder(self, token: str) -> User | None:
        """Return who may choose a password by *token*, if it is still valid."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer in the language of the person the link is for: it may be their first page."""
        if key := kwargs.get("key"):
            token = self.token(key)
            if token is None:
                return self.over()
            request.session[self.kind] = token
            return redirect(self.form_url)
        person = self.holder(request.session.get(self.kind, ""))
        if person is None:
            return self.over()
        self.person = person
        language = chosen_language(request) or person.language
        with translation.override(language):
            response = super().dispatch(request, *args, **kwargs)
            if hasattr(response, "render"):
                response.render()
        response.headers["Content-Language"] = language
        return response

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"person": self.person}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = {"kind": self.kind, "chooser": self.person}
        return super().get_context_data(**kwargs, **words)

    def form_invalid(self, form: NewPasswordForm) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        response.status_code = 422
        return response

    def over(self) -> HttpResponse:
        """Say that the link leads nowhere any more, whatever the reason."""
        context = {"kind": self.kind}
        return self.response_class(self.request, "account/link_over.html", context, status=410)
