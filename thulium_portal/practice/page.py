"""The practice Thulium's own small page: what customers received, and what goes wrong next."""

from collections.abc import Callable
from html import escape
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlencode

from django.utils import translation
from django.utils.translation import gettext as _

from thulium_portal.practice import faults, presenters
from thulium_portal.practice.faults import Faults
from thulium_portal.practice.request import Request
from thulium_portal.practice.responses import Answer
from thulium_portal.practice.store import Store

HTML_TYPE = "text/html; charset=utf-8"
MAX_FORM = 256 * 1024
MAX_LETTERS = 20_000
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
        " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": with it browsers send "Origin: null" even from the page itself.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
FILES = {
    "/tokens.css": ("css/tokens.css", "text/css; charset=utf-8"),
    "/buttons.css": ("css/components/buttons.css", "text/css; charset=utf-8"),
    "/practice.css": ("practice/practice.css", "text/css; charset=utf-8"),
    "/practice.js": ("practice/practice.js", "text/javascript; charset=utf-8"),
    "/favicon.svg": ("practice/favicon.svg", "image/svg+xml"),
}

Form = dict[str, str]


class Page:
    """Answers everything outside ``/api``; changes by POST from the page itself only."""

    def __init__(self, store: Store, planned: Faults) -> None:
        self._store, self._faults = store, planned
        self._actions: dict[str, Callable[[Form], Answer]] = {
            "/faults": self._plan_fault,
            "/recover": self._recover,
            "/mail": self._write_mail,
            "/reset": self._reset,
        }

    def answer(self, request: Request) -> Answer:
        """Return the answer to a browser, in the reader's language."""
        with translation.override(_language(request)):
            if request.path in self._actions:
                return self._change(request)
            if request.method not in {"GET", "HEAD"}:
                return _refused(HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": "GET, HEAD"})
            return self._show(request)

    def _show(self, request: Request) -> Answer:
        if request.path in FILES:
            name, content_type = FILES[request.path]
            content = (presenters.STATIC / name).read_bytes()
            return Answer(HTTPStatus.OK, content, content_type, HEADERS)
        if request.path == "/":
            return self._page(done=presenters.DONE.get(request.parameter("done")))
        if request.path == "/live":
            return _html(presenters.live_part(self._store, self._faults))
        return _refused(HTTPStatus.NOT_FOUND)

    def _change(self, request: Request) -> Answer:
        if request.method != "POST":
            return _refused(HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": "POST"})
        if not _from_this_page(request):
            return _refused(HTTPStatus.FORBIDDEN)
        if request.left > MAX_FORM:
            return _refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        content = request.read().decode("utf-8", errors="replace")
        form = {name: values[-1] for name, values in parse_qs(content).items()}
        return self._actions[request.path](form)

    def _plan_fault(self, form: Form) -> Answer:
        times, kind = form.get("times", "1"), form.get("kind", "")
        area = form.get("area", faults.REPLIES)
        known = times in map(str, presenters.TIMES) and area in presenters.AREAS
        if kind not in faults.KINDS or not known:
            error = {"field": "kind", "text": _("Choose a fault.")}
            return self._page(HTTPStatus.UNPROCESSABLE_ENTITY, error=error)
        self._faults.plan(kind, times=int(times), area=area)
        return _back("fault" if area == faults.REPLIES else "list_fault")

    def _recover(self, form: Form) -> Answer:
        self._faults.clear()
        return _back("recovered")

    def _write_mail(self, form: Form) -> Answer:
        text = form.get("text", "").replace("\r\n", "\n").strip()
        number = form.get("ticket", "")
        is_number = number.isdecimal() and len(number) < 10
        ticket = self._store.ticket(int(number)) if is_number else None
        ticket_id = ticket["ticket_id"] if ticket else 0
        if ticket is None or not presenters.can_write_on(ticket):
            error = {"field": "ticket", "text": _("Choose a ticket.")}
        elif not text:
            error = {"field": "text", "text": _("Write a few words.")}
        elif len(text) > MAX_LETTERS:
            error = {"field": "text", "text": _("Make it shorter.")}
        else:
            self._store.add_mail(ticket_id, _as_html(text))
            return _back("mail")
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return self._page(status, error=error, text=text, ticket_id=ticket_id)

    def _reset(self, form: Form) -> Answer:
        self._faults.clear()
        self._store.reset()
        return _back("reset")

    def _page(self, status: HTTPStatus = HTTPStatus.OK, **facts: Any) -> Answer:
        return _html(presenters.page(self._store, self._faults, **facts), status)


def _html(
    content: str, status: HTTPStatus = HTTPStatus.OK, headers: dict[str, str] | None = None
) -> Answer:
    return Answer(status, content.encode(), HTML_TYPE, HEADERS | (headers or {}))


def _back(done: str) -> Answer:
    """Return to the page, so that reloading it repeats nothing."""
    query = urlencode({"lang": translation.get_language(), "done": done})
    return _html("", HTTPStatus.SEE_OTHER, {"Location": f"/?{query}#done"})


def _refused(status: HTTPStatus, headers: dict[str, str] | None = None) -> Answer:
    return _html(presenters.refusal_page(status), status, headers)


def _from_this_page(request: Request) -> bool:
    """Whether a form was sent by this very page and not by another site or another port."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return site == "same-origin"
    return origin == f"http://{request.headers.get('Host', '')}"


def _language(request: Request) -> str:
    chosen = request.parameter("lang")
    if chosen in {"pl", "en"}:
        return chosen
    return "pl" if request.prefers_polish(default=True) else "en"


def _as_html(text: str) -> str:
    paragraphs = (escape(part).replace("\n", "<br>") for part in text.split("\n\n"))
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
