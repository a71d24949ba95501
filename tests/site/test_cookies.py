"""Cookies are for this host and HTTPS alone, closed to scripts, and hold nobody's words."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as portal
from django.contrib.messages.storage.session import SessionStorage
from django.test import Client
from django.utils.module_loading import import_string

ROOT = Path(__file__).parents[2]
HSTS = ("SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_SSL_REDIRECT")
NAMES = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME", "BROWSER_COOKIE_NAME")
ASK = f"""
import json
from thulium_portal import settings
print(json.dumps({{name: getattr(settings, name) for name in {NAMES + HSTS!r}}}))
"""


@pytest.fixture(scope="module")
def behind_https() -> dict[str, object]:
    called = [sys.executable, "-c", ASK]
    environment = os.environ | {"HTTPS": "True"}
    told = subprocess.run(called, cwd=ROOT, env=environment, check=True, capture_output=True)
    return json.loads(told.stdout)


def test_behind_https_browsers_hold_each_to_this_very_host(behind_https):
    names = [behind_https[name] for name in NAMES]
    assert len(set(names)) == len(NAMES)
    assert all(name.startswith("__Host-") for name in names)


@pytest.mark.django_db
def test_behind_https_browsers_come_by_https_alone_for_a_year(behind_https, settings):
    for name in HSTS:
        setattr(settings, name, behind_https[name])
    client = Client()
    told = client.get("/accounts/login/", secure=True)["Strict-Transport-Security"]
    assert told == "max-age=31536000; includeSubDomains"
    led = client.get("/accounts/login/")
    assert (led.status_code, led["Location"][:8]) == (301, "https://")


@pytest.mark.django_db
def test_each_is_closed_to_scripts_and_to_other_sites(anna, settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    client = Client()
    client.get("/accounts/login/", secure=True)
    client.post("/accounts/language/", {"language": "en"}, secure=True)
    from_form = {"login": "anna", "password": "x"}
    client.post("/accounts/login/", from_form, secure=True)
    client.force_login(anna)
    client.get("/", secure=True)
    assert set(client.cookies) <= {getattr(portal, name) for name in NAMES}
    assert len(client.cookies) >= 3
    for name, cookie in client.cookies.items():
        assert cookie["secure"], name
        assert cookie["samesite"] == "Lax", name
        assert cookie["path"] == "/", name
        assert not cookie["domain"], name
        # The form token is read by the page's own scripts, out of the page.
        assert cookie["httponly"] or name == portal.CSRF_COOKIE_NAME, name


def test_what_a_page_says_next_is_kept_in_the_portal():
    assert import_string(portal.MESSAGE_STORAGE) is SessionStorage
