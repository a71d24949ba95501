"""The menu and the other variables of the page's shell."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import ResolverMatch
from django.utils import translation

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Role
from thulium_portal.site.context_processors import page

EVERYONE = ["/", "/replies/", "/canned/"]


def shell(*, user=None, view="desk:index"):
    request = RequestFactory().get("/")
    if user is not None:
        request.user = user
    namespace, name = view.split(":")
    request.resolver_match = ResolverMatch(
        lambda: None, (), {}, url_name=name, namespaces=[namespace]
    )
    return page(request)


@pytest.mark.parametrize(
    ("role", "addresses"),
    [
        (Role.AGENT, EVERYONE),
        (Role.SUPERVISOR, [*EVERYONE, "/audit/", "/reports/"]),
        (Role.ADMINISTRATOR, [*EVERYONE, "/audit/", "/reports/", "/people/", "/status/"]),
    ],
)
def test_the_menu_holds_what_the_role_may_open(role, addresses):
    menu = shell(user=User(username="x", role=role))["nav"]
    assert [item["url"] for item in menu] == addresses


@pytest.mark.parametrize(
    ("view", "current"),
    [
        ("desk:index", "/"),
        ("desk:open", "/"),
        ("replies:compose", "/"),
        ("bulk:index", "/"),
        ("replies:index", "/replies/"),
        ("canned:edit", "/canned/"),
        ("review:show", "/audit/"),
        ("people:new", "/people/"),
    ],
)
def test_one_entry_is_the_current_one(view, current):
    menu = shell(user=User(username="x", role=Role.ADMINISTRATOR), view=view)["nav"]
    assert [item["url"] for item in menu if item["current"]] == [current]


def test_a_page_of_no_entry_marks_none():
    menu = shell(user=User(username="x", role=Role.ADMINISTRATOR), view="accounts:profile")["nav"]
    assert [item["url"] for item in menu if item["current"]] == []


def test_someone_who_may_not_sign_in_any_more_is_shown_no_menu():
    assert shell(user=User(username="x", role=Role.ADMINISTRATOR, is_active=False))["nav"] == []


def test_a_visitor_has_no_menu_and_no_name():
    seen = shell(user=AnonymousUser())
    assert (seen["nav"], seen["person"]) == ([], None)


def test_a_request_that_met_no_middleware_still_gets_a_shell():
    seen = page(RequestFactory().get("/"))
    assert (seen["nav"], seen["person"]) == ([], None)


def test_the_shell_tells_mode_undo_time_and_language(settings):
    settings.UNDO_SECONDS = 12
    for practice in (True, False):
        settings.PRACTICE_MODE = practice
        with translation.override("en-gb"):
            seen = page(RequestFactory().get("/"))
        assert (seen["practice_mode"], seen["undo_seconds"], seen["language"]) == (
            practice,
            12,
            "en",
        )
