"""Two-step sign-in: setting it up, signing in with it, and what the database and record keep."""

import json
import time
from urllib.parse import quote

import pyotp
import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as portal_settings
from django.contrib.sessions.models import Session
from django.test import Client

from tests.factories import PASSWORD
from tests.support.pages import missing, shown
from thulium_portal.accounts.models import User
from thulium_portal.accounts.second_factor import encryption, services

pytestmark = pytest.mark.django_db

START = 1_800_000_000
TWO_FA = "/accounts/2fa/"
SECOND_STEP = "/accounts/2fa/authenticate/"


@pytest.fixture(autouse=True)
def _clock(time_machine):
    time_machine.move_to(START, tick=False)


def password_step(client: Client, username: str = "anna", **given: str):
    fields = {"login": username, "password": PASSWORD, **given}
    return client.post("/accounts/login/", fields)


def prove(client: Client) -> None:
    """Show once more who is there, as allauth asks before every change."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def add_app(client: Client) -> tuple[pyotp.TOTP, list[str]]:
    """Add an authenticator app; return it, and the recovery codes shown."""
    prove(client)
    page = client.get("/accounts/2fa/totp/activate/")
    app = pyotp.TOTP(page.context["form"].secret)
    answer = client.post("/accounts/2fa/totp/activate/", {"code": app.now()})
    assert answer["Location"] == "/accounts/2fa/recovery-codes/", answer.context
    return app, client.get(answer["Location"]).context["unused_codes"]


@pytest.fixture
def app(as_anna, time_machine):
    """Anna's authenticator app, whose first code has been used up; and her recovery codes."""
    added = add_app(as_anna)
    time_machine.shift(300)
    return added


def signed_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def asked_who_is_there(answer, path: str) -> bool:
    return answer["Location"] == f"/accounts/reauthenticate/?next={quote(path, safe='')}"


def test_the_code_of_the_app_is_the_second_step(client, app, told):
    before = len(told())
    asked = password_step(client, next="/replies/")
    assert (asked.status_code, asked["Location"]) == (302, SECOND_STEP)
    assert not signed_in(client)
    assert told()[before:] == []
    answer = client.post(SECOND_STEP, {"code": app[0].now()})
    assert (answer.status_code, answer["Location"]) == (302, "/replies/")
    assert signed_in(client)
    assert told()[before:] == [("person.signed_in", {"by": "password+totp"})]


def test_the_password_alone_is_never_enough(client, app):
    password_step(client)
    for path in ("/", "/accounts/profile/", TWO_FA, "/tickets/1234/"):
        assert client.get(path).headers["Location"].startswith("/accounts/login/?next=")
    assert client.get("/accounts/login/")["Location"] == SECOND_STEP


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}\u00a0"])
@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_a_code_counts_however_it_is_typed_and_half_a_minute_around(client, app, typed, seconds):
    password_step(client)
    code = app[0].at(START + 300 + seconds)
    answer = client.post(SECOND_STEP, {"code": typed.format(f"{code[:3]} {code[3:]}")})
    assert answer.status_code == 302


@pytest.mark.parametrize("later", [0, 31, 59])
def test_a_code_that_was_used_is_used_up(app, time_machine, later):
    code = app[0].at(START + 330)
    for expected in (302, 422):
        client = Client()
        password_step(client)
        assert client.post(SECOND_STEP, {"code": code}).status_code == expected
        time_machine.shift(later)


def test_the_code_that_added_the_app_signs_nobody_in(as_anna, client):
    code = add_app(as_anna)[0].now()
    password_step(client)
    assert client.post(SECOND_STEP, {"code": code}).status_code == 422


@pytest.mark.parametrize("language", ["pl", "en"])
def test_wrong_codes_are_told_counted_and_recorded(client, app, told, language):
    client.cookies[portal_settings.LANGUAGE_COOKIE_NAME] = language
    words = {
        "pl": ("Ten kod jest nieprawidłowy", "Było zbyt wiele prób. Poczekaj 15 sekund"),
        "en": ("This code is not right", "There were too many tries. Wait 15 seconds"),
    }[language]
    password_step(client)
    before = len(told())
    for _ in range(5):
        page = client.post(SECOND_STEP, {"code": "000 000"})
        assert page.status_code == 422
        assert missing(page, words[0]) == []
    page = client.post(SECOND_STEP, {"code": app[0].now()})
    assert (page.status_code, page["Retry-After"]) == (429, "15")
    assert missing(page, words[1]) == []
    assert told()[before:] == [("person.sign_in_failed", {"by": "totp"})]
    assert not signed_in(client)


@pytest.mark.parametrize("code", ["", "zażółć", "\u0661\u0662\u0663\u0664\u0665\u0666", "1" * 3000])
def test_what_is_no_code_is_refused_kindly(client, app, code):
    password_step(client)
    page = client.post(SECOND_STEP, {"code": code})
    assert page.status_code == 422
    assert missing(page, 'aria-invalid="true"') == []


def test_a_recovery_code_signs_in_once(app, told):
    code = app[1][0]
    for expected in (302, 422):
        client = Client()
        password_step(client)
        assert client.post(SECOND_STEP, {"code": code}).status_code == expected
    actions = [action for action, _facts in told()]
    assert actions.count("person.recovery_code_used") == 1
    assert actions[-3:] == [
        "person.recovery_code_used",
        "person.signed_in",
        "person.sign_in_failed",
    ] or actions[-3:] == [
        "person.signed_in",
        "person.recovery_code_used",
        "person.sign_in_failed",
    ]


def test_each_change_asks_who_is_there_and_is_recorded(as_anna, told, time_machine):
    for path in ("totp/activate/", "webauthn/add/"):
        assert asked_who_is_there(as_anna.get(TWO_FA + path), TWO_FA + path)
    wrong = as_anna.post("/accounts/reauthenticate/", {"password": "not-hers"})
    assert wrong.status_code == 422
    add_app(as_anna)
    time_machine.shift(301)
    for path in ("totp/deactivate/", "recovery-codes/generate/"):
        assert asked_who_is_there(as_anna.post(TWO_FA + path), TWO_FA + path)
    prove(as_anna)
    as_anna.post("/accounts/2fa/recovery-codes/generate/")
    as_anna.post("/accounts/2fa/totp/deactivate/")
    assert told() == [
        ("person.sign_in_failed", {"by": "password"}),
        ("person.second_factor_added", {"kinds": ["totp"]}),
        ("person.recovery_codes_made", {}),
        ("person.recovery_codes_made", {}),
        ("person.second_factor_removed", {"kinds": ["totp"]}),
    ]
    assert not Authenticator.objects.exists()


def test_a_code_or_a_recovery_code_shows_who_is_there_as_well(as_anna, app, told):
    code, spare = app[0].now(), app[1][0]
    for typed, status in (("000000", 422), (code, 302), (code, 422), (spare, 302)):
        answer = as_anna.post(
            "/accounts/2fa/reauthenticate/", {"code": typed, "next": "/accounts/2fa/"}
        )
        assert answer.status_code == status
    assert ("person.recovery_code_used", {}) in told()
    assert as_anna.get("/accounts/2fa/totp/deactivate/").status_code == 200


def test_recovery_codes_are_shown_once(as_anna):
    _app, codes = add_app(as_anna)
    assert (len(codes), len(set(codes))) == (10, 10)
    again = as_anna.get("/accounts/2fa/recovery-codes/")
    assert shown(again, *codes) == []
    assert as_anna.get("/accounts/2fa/recovery-codes/download/").status_code == 404


def test_the_key_stays_the_same_until_the_app_has_it(as_anna):
    prove(as_anna)
    first, second = (
        as_anna.get("/accounts/2fa/totp/activate/").context["form"].secret for _ in range(2)
    )
    assert first == second
    page = as_anna.post("/accounts/2fa/totp/activate/", {"code": "000000"})
    assert (page.status_code, page.context["form"].secret) == (422, first)


def test_no_secret_lies_in_the_database(as_anna):
    prove(as_anna)
    secret = as_anna.get("/accounts/2fa/totp/activate/").context["form"].secret
    assert secret not in json.dumps([session.get_decoded() for session in Session.objects.all()])
    app = pyotp.TOTP(secret)
    as_anna.post("/accounts/2fa/totp/activate/", {"code": app.now()})
    codes = as_anna.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    kept = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert [text for text in (secret, *codes) if text in kept] == []


def test_the_secrets_outlive_a_change_of_the_secret_key(client, app, settings, time_machine):
    former = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new-" + "y" * 50, [former]
    password_step(client)
    assert client.post(SECOND_STEP, {"code": app[0].now()}).status_code == 302
    assert services.renew_secrets() == 2
    assert services.renew_secrets() == 0
    settings.SECRET_KEY_FALLBACKS = []
    time_machine.shift(60)
    for code in (app[0].now(), app[1][3]):
        client = Client()
        password_step(client)
        assert client.post(SECOND_STEP, {"code": code}).status_code == 302


def test_a_secret_that_no_key_opens_lets_nobody_in(client, app, settings, caplog):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new-" + "y" * 50, []
    password_step(client)
    # What an app would show whose key is empty.
    empty = pyotp.OTP("A" * 32)
    empty.byte_secret = lambda: b""
    for code in (app[0].now(), app[1][0], empty.generate_otp(int(time.time()) // 30)):
        assert client.post(SECOND_STEP, {"code": code}).status_code == 422
    assert "SECRET_KEY_FALLBACKS" in caplog.text
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert encryption.renewed(kept) == kept
    assert services.renew_secrets() == 0


def test_whoever_is_switched_off_between_the_steps_is_out(client, anna, app, told):
    password_step(client)
    User.objects.filter(pk=anna.pk).update(is_active=False)
    before = len(told())
    answer = client.post(SECOND_STEP, {"code": app[0].now()})
    assert answer["Location"] == "/accounts/login/"
    assert client.get("/accounts/login/").status_code == 200
    assert told()[before:] == []


def test_a_second_factor_taken_away_between_the_steps_begins_anew(client, anna, app, adam):
    password_step(client)
    assert services.remove_all(anna, actor=adam)
    answer = client.get(SECOND_STEP)
    assert answer["Location"] == "/accounts/login/"
    assert client.get("/accounts/login/").status_code == 200
    assert password_step(client)["Location"] == "/"


def test_somebody_else_can_sign_in_instead(client, app, ewa):
    password_step(client)
    form = client.post("/accounts/logout/", {"next": "/accounts/login/"})
    assert form["Location"] == "/accounts/login/"
    assert client.get("/accounts/login/").status_code == 200
    assert password_step(client, "ewa")["Location"] == "/"


def test_where_no_password_opens_the_portal_none_is_asked_for(as_anna, settings):
    settings.PASSWORD_SIGN_IN = False
    page = as_anna.get("/accounts/2fa/totp/activate/")
    app = pyotp.TOTP(page.context["form"].secret)
    as_anna.post("/accounts/2fa/totp/activate/", {"code": app.now()})
    asked = as_anna.get("/accounts/2fa/totp/deactivate/")
    assert asked["Location"].startswith("/accounts/2fa/reauthenticate/?next=")
    led_on = as_anna.get("/accounts/reauthenticate/", {"next": TWO_FA})
    assert led_on["Location"].startswith("/accounts/2fa/reauthenticate/?next=")
    assert Client().get("/accounts/2fa/webauthn/login/").status_code == 404
