"""The house's rules that no linter knows."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import get_template
from django.urls import Resolver404, resolve

from tests.routes import SAMPLES, routes
from thulium_portal.accounts.roles import Permission
from thulium_portal.site.templatetags.portal import icon

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "thulium_portal"
MODULES = sorted(
    path.relative_to(SOURCE) for path in SOURCE.rglob("*.py") if "migrations" not in path.parts
)
PORTAL = [path for path in MODULES if path.parts[0] != "practice"]
"""The portal's own modules; the practice Thulium stands on the other side of the wire."""
TEMPLATES = sorted(
    path.relative_to(ROOT / "templates") for path in ROOT.glob("templates/**/*.html")
)
TESTS = sorted(path.relative_to(ROOT) for path in ROOT.glob("tests/**/*.py"))

ORM_WRITES = frozenset(
    {
        "bulk_create",
        "bulk_update",
        "create",
        "delete",
        "get_or_create",
        "save",
        "update",
        "update_or_create",
    }
)
SHOWING = frozenset(
    {
        "charts",
        "composer",
        "context_processors",
        "forms",
        "labels",
        "presenters",
        "querystring",
        "templatetags",
        "urls",
        "views",
    }
)
"""What modules are called that show, or the folders they lie in."""
NOUNS = frozenset(
    {
        "folding",
        "greeting",
        "housekeeping",
        "matching",
        "reading",
        "rendering",
        "signing",
        "working_days",
    }
)
"""The only names of modules with an -ing in them: things, not doings."""


def modules(*names: str) -> list[Path]:
    """Return the portal's modules, but for those named by path."""
    return [path for path in MODULES if str(path) not in names]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def nodes(path: Path, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
    return (node for node in ast.walk(tree(SOURCE / path)) if isinstance(node, kinds))


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Return each call of a module with the dotted words it is written in."""
    for node in nodes(path, ast.Call):
        yield ast.unparse(node.func), node


def built(path: Path, model: str) -> list[int]:
    """Return the lines on which a module makes or changes rows of *model*."""
    return [
        node.lineno
        for words, node in calls(path)
        if words == model
        or (words.startswith(f"{model}.objects") and words.rsplit(".", 1)[-1] in ORM_WRITES)
    ]


def read(path: Path) -> str:
    return (ROOT / "templates" / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("model", ["AuditEntry", "AuditHead", "AuditContent"])
def test_only_the_audit_services_write_the_record(model):
    elsewhere = [
        path for path in modules("audit/services.py", "audit/models.py") if built(path, model)
    ]
    assert elsewhere == []


def test_only_services_and_the_delivery_write_replies():
    writers = {str(path) for path in MODULES if built(path, "Reply")}
    beside = {path for path in writers if not path.startswith("replies/delivery/")}
    names = ("decisions/corrections", "drafts", "erasure", "services", "transitions")
    assert beside <= {*(f"replies/{name}.py" for name in names), "demo/sent.py"}


def shows(path: Path) -> bool:
    return not SHOWING.isdisjoint(path.with_suffix("").parts)


@pytest.mark.parametrize("path", [path for path in MODULES if shows(path)], ids=str)
def test_what_shows_writes_nothing(path):
    assert writes(tree(SOURCE / path)) == []


def writes(module: ast.Module) -> list[str]:
    """Return the calls of the ORM that write, with their lines.

    The verbs of a whole module that is imported are that module's business, and what ``update``
    does to a set or a dictionary is nobody's.
    """
    whole = {
        alias.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if (ROOT / str(node.module).replace(".", "/") / f"{alias.name}.py").exists()
    }
    return [
        f"{node.lineno}: {ast.unparse(node.func)}"
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ORM_WRITES
        and not (node.func.attr == "update" and node.args)
        and ast.unparse(node.func.value) not in whole
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Reply.objects.create(ticket_id=1)",
        "Reply.objects.filter(pk=1).update(reason='')",
        "reply.save(update_fields=['reason'])",
        "reply.attachments.all().delete()",
        "Reply(ticket_id=1).save()",
        "drafts.Reply.objects.bulk_create(rows)",
    ],
)
def test_a_write_would_be_seen(line):
    head = "from thulium_portal.replies import drafts\n"
    assert len(writes(ast.parse(head + line))) == 1
    assert writes(ast.parse(head + "seen.update(words)\ndrafts.save(text)")) == []


@pytest.mark.parametrize(
    "path", [path for path in MODULES if path.parts[:2] == ("replies", "delivery")], ids=str
)
def test_the_delivery_knows_no_requests_and_no_forms(path):
    # import-linter cannot tell parts of Django from the whole.
    module = tree(SOURCE / path)
    assert imported(module) & {"django.forms", "django.http", "django.shortcuts"} == set()


def imported(module: ast.Module) -> set[str]:
    """Return the dotted names of what is imported, of modules and of what is taken from them."""
    found = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_an_import_would_be_seen():
    lines = "from django import forms\nfrom django.http import Http404\nimport django.shortcuts"
    assert {"django.forms", "django.http", "django.shortcuts"} <= imported(ast.parse(lines))


def test_a_folder_is_seen_at_a_glance():
    folders = Counter(path.parent for path in MODULES if path.name != "__init__.py")
    assert {str(folder): count for folder, count in folders.items() if count > 20} == {}


def test_modules_are_called_by_nouns():
    names = [path.stem for path in MODULES if path.name != "__init__.py"]
    doings = [name for name in names if re.search(r"(?<!str)ing(_|$)", name)]
    assert set(doings) <= NOUNS
    assert len(doings) <= len(names) * 0.04


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_can_be_read_in_one_go(path):
    text = (SOURCE / path).read_text(encoding="utf-8")
    assert text.count("\n") < 400
    for node in nodes(path, ast.FunctionDef, ast.AsyncFunctionDef):
        first = node.body[1:2] if ast.get_docstring(node) else node.body
        start = first[0].lineno if first else node.end_lineno
        assert node.end_lineno - start < 50, f"{node.name} is longer than 50 lines"


def test_certificates_are_always_verified_and_redirects_never_followed():
    for path in MODULES:
        for _, call in calls(path):
            given = {word.arg: ast.unparse(word.value) for word in call.keywords}
            assert given.get("verify") != "False", path
            assert given.get("allow_redirects") != "True", path
            assert "CERT_NONE" not in ast.unparse(call), path


def test_no_view_is_exempt_from_the_form_token_but_the_webhook():
    """Thulium has no session that a stranger's page could make use of; it comes with a password."""
    exempt = [str(path) for path in MODULES if "csrf_exempt" in (SOURCE / path).read_text()]
    assert exempt == ["tickets/views.py"]


def test_html_is_declared_safe_where_it_was_made_safe_and_nowhere_else():
    declared = {
        str(path) for path in PORTAL if any(words == "mark_safe" for words, _ in calls(path))
    }
    assert declared <= {
        "canned/placeholders/preview.py",
        "lib/html/sanitize.py",
        "signatures/views.py",
        "site/templatetags/portal.py",
    }
    # In templates: texts that passed lib/html.py before they were stored, and canned texts filled.
    filtered = {(str(path), found) for path in TEMPLATES for found in _declared_safe(read(path))}
    assert filtered <= {
        ("replies/_body.html", "reply.body"),
        ("replies/_picker.html", "result.html"),
        ("replies/_signature.html", "one.html"),
    }


def _declared_safe(template: str) -> list[str]:
    assert "autoescape off" not in template
    return re.findall(r"{{\s*([\w.]+)\s*\|\s*safe", template)


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_templates_carry_no_script_and_no_style(path):
    text = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", read(path), flags=re.DOTALL)
    assert re.findall(r"<script\b[^>]*>(?!</script>)", text) == []
    assert re.findall(r"<script\b(?![^>]*\bsrc=)[^>]*>", text) == []
    assert re.findall(r"<style\b|\sstyle\s*=|\son\w+\s*=|\shx-on|javascript:", text) == []


@pytest.mark.parametrize(
    "path", [path for path in TEMPLATES if path.parts[0] != "practice"], ids=str
)
def test_every_form_that_changes_something_carries_its_token(path):
    forms = re.findall(r"<form\b[^>]*method=\"post\".*?</form>", read(path), flags=re.DOTALL)
    assert all("{% csrf_token %}" in form for form in forms)


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_errors_are_said_by_the_page_and_not_by_the_browser(path):
    forms = re.findall(r"<form\b[^>]*method=\"post\".*?</form>", read(path), flags=re.DOTALL)
    asks = re.compile(r"\brequired\b|\bpattern=|includes/_field\.html")
    assert [form for form in forms if asks.search(form) and "novalidate" not in form] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_templates_hold_together(path):
    get_template(str(path))
    for name in re.findall(r"{% static ['\"]([^'\"]+)['\"] %}", read(path)):
        assert finders.find(name), name
    for name in re.findall(r"{% icon ['\"]([^'\"]+)['\"]", read(path)):
        assert "<svg" in icon(name)


def test_the_environment_is_read_in_one_place():
    readers = {
        str(path)
        for path in MODULES
        if re.search(r"os\.(environ(\.get\(|\[)|getenv)", (SOURCE / path).read_text())
    }
    # The other two look for programs in PATH, and whether a port was set at all.
    assert readers == {"environment/values.py", "site/processes.py", "site/translations.py"}


def test_the_example_lists_every_setting_there_is():
    listed = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    settings = re.findall(r"\benv\.\w+\(\s*\"([A-Z_]+)\"", (SOURCE / "settings.py").read_text())
    processes = re.findall(r"\$\{([A-Z_]+):-", (ROOT / "Procfile").read_text())
    assert listed == {*settings, *processes}


def test_every_setting_of_the_example_is_explained():
    explained = False
    for line in (ROOT / ".env.example").read_text().splitlines():
        # One comment may stand over several settings that belong together.
        explained = line.startswith("#") or (explained and bool(line))
        assert explained or not line, line


def test_every_route_is_visited_by_a_test():
    visited = {name for path in TESTS for name in _visited(ROOT / path)}
    # The language of error pages has no view of its own; allauth proves its own pages.
    own = {route.name for route in routes() if not route.name.startswith("account_")}
    assert sorted(own - visited) == []


def _visited(path: Path) -> Iterator[str]:
    """Return the names of the routes whose name or address stands in a test."""
    if path.name in {"test_permissions.py", "routes.py"}:
        return
    known = _constants(tree(path))
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.JoinedStr):
            for sample in SAMPLES.values():
                yield from _leads_to(_filled(node, known, sample))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
            yield from _leads_to(node.value)


def _constants(module: ast.Module) -> dict[str, str]:
    return {
        ast.unparse(node.targets[0]): node.value.value
        for node in module.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
    }


def _filled(text: ast.JoinedStr, known: dict[str, str], sample: str) -> str:
    """Return an f-string with its names filled in: by their constants, else by a sample."""
    parts = [
        str(part.value)
        if isinstance(part, ast.Constant)
        else str(known.get(ast.unparse(part.value), sample))
        for part in text.values
    ]
    # An address may begin with the server's, as in f"{portal.url}/canned/".
    return "".join(parts).removeprefix(sample)


def _leads_to(address: str) -> Iterator[str]:
    if address.startswith("/") and len(address) < 200:
        try:
            yield resolve(urlsplit(address).path).view_name
        except Resolver404:
            return


@pytest.mark.parametrize("path", [path for path in TESTS if path.name.startswith("test_")], ids=str)
def test_tests_wait_for_conditions_and_skip_nothing(path):
    forbidden = {"time.sleep", "sleep", "page.wait_for_timeout", "pytest.skip", "pytest.xfail"}
    marks = {"pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail"}
    words = {
        ast.unparse(node)
        for node in ast.walk(tree(ROOT / path))
        if isinstance(node, ast.Attribute | ast.Name)
    }
    assert words & (forbidden | marks) == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_a_template_can_be_read_without_scrolling_sideways(path):
    assert [line for line in read(path).splitlines() if len(line) > 120] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_templates_ask_for_permissions_and_never_for_roles(path):
    asked = set(re.findall(r"\|may:\"([^\"]+)\"", read(path)))
    assert asked <= set(Permission.values)
    assert re.findall(r"\brole\s*[!=]=", read(path)) == []


FOREIGN = (
    r"(?:[a-z_]+\.)*(?:(?:ticket_)?subject|customer_name|customer_email|queue_name|status_name"
    r"|get_full_name)|(?:file|attachment)\.(?:file)?name|(?:message|reply|draft)\.author"
)
"""What others wrote and pages print between their own words: of subjects, names, files."""
PRINTED = re.compile(rf"{{{{ *(?:{FOREIGN})(?:\|default:[^|}}]*)? *}}}}")
HANDED_ON = re.compile(rf"{{% *blocktranslate[^%]*\b\w+=(?:{FOREIGN})(?![\w.|])[^%]*%}}")
APART = re.compile(
    r"<bdi[^>]*>.*?</bdi>|{% block title(?:_prefix)? %}.*?{% endblock|<[a-z][^<>]*>", re.DOTALL
)
"""Where they may stand as they are: set apart, in the window's title, in an attribute."""


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_what_others_wrote_is_set_apart_from_the_pages_words(path):
    text = APART.sub("", (ROOT / "templates" / path).read_text())
    assert [*PRINTED.findall(text), *HANDED_ON.findall(text)] == []
