"""Whatever is asked of whichever page, a person reads words and never an error page.

Complete by construction: every route of the site map, and every name that a form declares or a view
reads from a request, filled with each hostile value at once and mixed with ordinary ones.
"""

import ast
import importlib
import pkgutil
import uuid
from pathlib import Path
from random import Random
from urllib.parse import quote

import pytest
from django import forms
from django.test import Client
from django.utils import timezone

import thulium_portal
from tests.routes import SAMPLES, routes
from tests.support.replies import in_state
from thulium_portal.bulk import services as bulk_services
from thulium_portal.bulk.models import BulkReply
from thulium_portal.replies.delivery import circuit_breaker
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State

SOURCE = Path(thulium_portal.__file__).parent
BOMB = "<p>" + "".join(f"<b id={n}>" for n in range(500)) + "</p>" + "<p>x" * 2000
VALUES = {
    "nothing": "",
    "nul": "a\0b",
    "nul alone": "\0",
    "many digits": "9" * 5000,
    "beyond 63 bits": str(2**63),
    "beyond 64 bits": str(2**64 + 1),
    "below zero": "-1",
    "year zero": "0000-00-00",
    "first day": "0001-01-01",
    "last day": "9999-12-31",
    "year too large": "10000-01-01T25:61",
    "last moment": "9999-12-31T23:59",
    "another script": "١٢٣",
    "half a character": "\udfff",
    "controls": "\x01\x1b\u202e\ufeff\uffff",
    "markup": "<![ x<!--<a href='\"><svg><style>{{ }}{{{ wpisz: ",
    "bomb": BOMB,
    "list": "[[[[",
    "object": '{"a": {"b": [1e999, NaN]}}',
    "deep": "[" * 3000,
    "name": "__class__",
    "long": "ż" * 30_000,
}
NUMBERS = ("0", "1", str(2**31), str(2**63), str(2**64), "9" * 30, "9" * 5000)
ORDINARY = ("1", "", "2026-11-23", "yes", "PLAIN", "abc", "accept", "csv")


def _modules() -> None:
    for module in pkgutil.walk_packages([str(SOURCE)], "thulium_portal."):
        if not module.name.endswith((".wsgi", ".asgi")):
            importlib.import_module(module.name)


def _declared() -> set[str]:
    """Return the names of all fields of all forms."""
    names: set[str] = set()
    waiting: list[type[forms.BaseForm]] = [forms.BaseForm]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("thulium_portal"):
            names |= set(getattr(kind, "base_fields", {}))
    return names


def _read() -> set[str]:
    """Return every name by which a module that knows requests reads anything."""
    names: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if ".GET" in text or ".POST" in text or "QueryDict" in text:
            names |= {name for node in ast.walk(ast.parse(text)) for name in _asked_for(node)}
    return names


def _asked_for(node: ast.AST) -> list[str]:
    given: list[ast.expr] = []
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        given = node.args[:1] if node.func.attr in {"get", "getlist"} else []
    elif isinstance(node, ast.Subscript):
        given = [node.slice]
    elif isinstance(node, ast.Compare):
        given = [node.left]
    return [
        each.value
        for each in given
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]


_modules()
NAMES = sorted(_declared() | _read())


def test_the_names_are_found():
    assert {"body", "seen_version", "checked", "q", "before", "attachments", "erase"} & set(NAMES)
    assert len(NAMES) > 80


@pytest.fixture
def world(anna, ewa, adam, make, make_rule, submit) -> dict[str, list[str]]:
    """One thing of each kind, under the first numbers."""
    make("Paczka", "<p>Paczka {{ wpisz: numer }} jedzie.</p>")
    make("Druga", "<p>Paczka jedzie.</p>", scope="personal", actor=anna)
    make_rule(on=False)
    make_rule("ugod*")
    reply = submit().reply
    submit(ticket_id=1235)
    bulk = bulk_services.create([1234, 1235], actor=adam)
    # Of one number with the reply, so that the same address leads to both.
    BulkReply.objects.filter(pk=bulk.pk).update(uuid=reply.uuid, body="<p>{{ wpisz: ile }}</p>")
    return {"uuid": [str(reply.uuid), str(uuid.UUID(int=1))], "int": ["1", "2"]}


def asked(client: Client, method: str, path: str, fields: dict[str, str], **headers: str) -> int:
    """Return the status of the answer to *fields*, as bytes that no form would send."""
    query = "&".join(
        f"{name}={quote(value.encode('utf-8', 'surrogatepass'))}" for name, value in fields.items()
    )
    kind = "application/x-www-form-urlencoded"
    if method == "GET":
        answer = client.get(f"{path}?{query}", **headers)
    else:
        answer = client.post(path, query, content_type=kind, **headers)
    return answer.status_code


@pytest.fixture
def client(sign_in, adam) -> Client:
    """An administrator's: whom most pages let in. What goes wrong answers 500, as when deployed."""
    client = sign_in(adam)
    client.raise_request_exception = False
    return client


ROUNDS = 6
SHORT = [value for value in VALUES.values() if len(value) < 100]
LARGE = [value for value in VALUES.values() if len(value) >= 100]


def filled(chance: Random) -> dict[str, str]:
    """Return every field, half of them with something hostile, one with something large."""
    fields = {name: chance.choice(SHORT if chance.random() < 0.5 else ORDINARY) for name in NAMES}
    return fields | {chance.choice(NAMES): chance.choice(LARGE), "body": chance.choice(SHORT)}


@pytest.mark.django_db
@pytest.mark.timeout(300)
@pytest.mark.parametrize("number", range(ROUNDS))
def test_no_value_of_any_field_is_answered_by_an_error_page(
    number, world, client, adam, thulium, provider
):
    chance, broken = Random(number), set[tuple[str, str]]()
    circuit_breaker.pulse()
    real = SAMPLES | {"uuid": world["uuid"][0]}
    far = SAMPLES | {"int": chance.choice(NUMBERS), "str": chance.choice(["%00", "9" * 5000, "ą"])}
    for route in routes(chance.choice([real, far])):
        for method in ("GET", "POST"):
            if asked(client, method, route.path, filled(chance)) >= 500:
                broken.add((method, route.name))
            client.force_login(adam)
    assert broken == set()


ACTS = [
    route.name
    for route in routes()
    if route.name.startswith(("replies:", "quality:")) and SAMPLES["uuid"] in route.path
]


def left_in(reply: Reply, state: State) -> None:
    """Put *reply* into *state*, with what the database asks of it there."""
    held = state in {State.CLAIMED, State.SENDING}
    claim = {"claim": uuid.uuid4(), "lease_until": timezone.now()} if held else {"claim": None}
    in_state(reply, state, reason="newer_message", dismissed_at=None, **claim)


@pytest.mark.django_db
@pytest.mark.parametrize("act", ACTS)
def test_an_act_on_a_reply_that_has_moved_on_is_answered_in_words(
    act, world, client, sign_in, anna, thulium
):
    reply = Reply.objects.get(uuid=world["uuid"][0])
    path = {route.name: route.path for route in routes(SAMPLES | {"uuid": str(reply.uuid)})}[act]
    of_author = sign_in(anna)
    of_author.raise_request_exception = False
    fields = {"checked": "yes", "submission_key": str(uuid.uuid4()), "message": "7"}
    broken = []
    for state in State:
        for asking in (of_author, client):
            left_in(reply, state)
            answer = asking.post(path, fields, headers={"Accept": "text/html"})
            if answer.status_code >= 500:
                broken.append(state)
    assert broken == []
