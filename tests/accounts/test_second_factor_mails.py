"""Whoever changes how somebody signs in cannot do it unseen: its owner gets a mail of each change.

Through a real mail server, in the language of who gets it, without anything that opens a door.
"""

from collections.abc import Iterator

import pyotp
import pytest
from django.test import Client

from tests.accounts.test_passkeys import ADD, options
from tests.accounts.test_second_factor import SECOND_STEP, START, add_app, password_step, prove
from tests.factories import PASSWORD
from tests.support.mail_server import MailServer, free_port, mail_server, use
from tests.support.passkeys import Passkey
from thulium_portal.accounts import mails, services
from thulium_portal.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS, NEW = "anna@sklep.example", "zielona-łąka-w-maju"
WORDS = {
    "app added": ("Dodano aplikację uwierzytelniającą", "An authenticator app was added"),
    "codes used": ("Użyto kodu zapasowego", "A recovery code was used"),
    "codes left": ("Pozostałe kody zapasowe: 9.", "Recovery codes that are left: 9."),
    "codes made": ("Utworzono dziesięć nowych kodów", "Ten new recovery codes were made"),
    "app removed": ("Usunięto aplikację uwierzytelniającą", "The authenticator app was removed"),
    "key added": ("Dodano klucz dostępu", "A passkey was added"),
    "key removed": ("Usunięto klucz dostępu", "A passkey was removed"),
    "with codes": ("Razem z tym utworzono dziesięć kodów", "Ten recovery codes were made with it"),
    "all removed": ("Administrator usunął Twój drugi etap", "An administrator removed your second"),
    "password": ("Hasło do konta „anna” zostało", "The password of the account “anna” was"),
}


@pytest.fixture(autouse=True)
def _clock(time_machine):
    time_machine.move_to(START, tick=False)


@pytest.fixture
def post(settings) -> Iterator[MailServer]:
    with mail_server(settings) as server:
        yield server


@pytest.fixture(params=["pl", "en"])
def anna(request, anna) -> User:
    """Anna, who reads mails in one language whatever the pages around are in."""
    anna.email = ADDRESS
    anna.save()
    services.set_language(anna, request.param)
    return anna


@pytest.fixture
def as_anna(anna, sign_in) -> Client:
    return sign_in(anna)


@pytest.fixture
def said(post, anna):
    """Return a function that tells which of the events were mailed since it was asked before."""
    seen = 0

    def said(*secrets: str) -> list[set[str]]:
        nonlocal seen
        mails.wait()
        texts = [letter.get_content() for letter in post.to(ADDRESS)]
        assert len(texts) == len(post.received)
        for text in texts[seen:]:
            assert "„anna”" in text or "“anna”" in text
            assert [secret for secret in (*secrets, PASSWORD, NEW) if secret in text] == []
        fresh, seen = texts[seen:], len(texts)
        number = ("pl", "en").index(anna.language)
        return [{name for name, words in WORDS.items() if words[number] in text} for text in fresh]

    return said


def test_app_and_recovery_codes(as_anna, said):
    app, codes = add_app(as_anna)
    assert said(app.secret, *codes) == [{"app added", "with codes"}]
    client = Client()
    password_step(client)
    client.post(SECOND_STEP, {"code": codes[0]})
    assert said(app.secret, *codes) == [{"codes used", "codes left"}]
    prove(as_anna)
    as_anna.post("/accounts/2fa/recovery-codes/generate/")
    assert said() == [{"codes made"}]
    as_anna.post("/accounts/2fa/totp/deactivate/")
    assert said() == [{"app removed"}]


def test_a_code_of_the_app_at_sign_in_is_no_news(as_anna, said, time_machine):
    app, _codes = add_app(as_anna)
    said()
    time_machine.shift(60)
    client = Client()
    password_step(client)
    assert client.post(SECOND_STEP, {"code": app.now()})["Location"] == "/"
    client.post(SECOND_STEP, {"code": "000000"})
    assert said() == []


def test_a_passkey(as_anna, said):
    prove(as_anna)
    made = Passkey()
    as_anna.post(ADD, {"name": "Laptop", "credential": made.created(options(as_anna, ADD))})
    assert said("Laptop") == [{"key added", "with codes"}]
    (key,) = as_anna.get("/accounts/2fa/").context["factor"].passkeys
    as_anna.post(f"/accounts/2fa/webauthn/keys/{key.pk}/remove/")
    assert said("Laptop") == [{"key removed"}]


def test_what_an_administrator_took_away(as_anna, as_adam, anna, said):
    prove(as_anna)
    add_app(as_anna)
    said()
    as_adam.post(f"/people/{anna.pk}/remove-second-factor/")
    assert said() == [{"all removed"}]


def test_a_new_password_of_ones_own_and_by_a_link(as_anna, client, anna, adam, post, said):
    fields = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    as_anna.post("/accounts/password/", fields)
    assert said() == [{"password"}]
    client.post("/accounts/password/reset/", {"login": "anna"})
    said()
    text = post.received[-1].get_content()
    (link,) = [word for word in text.split() if "/reset/key/" in word]
    path = "/" + link.partition("//")[2].partition("/")[2]
    client.post(client.get(path)["Location"], {"password": "biała-łąka-w-czerwcu"})
    assert said("biała-łąka-w-czerwcu", link) == [{"password"}]


@pytest.mark.parametrize("server", ["none", "down"])
def test_nothing_breaks_where_no_mail_can_be_sent(as_anna, settings, server):
    if server == "down":
        use(settings, free_port())
    app, codes = add_app(as_anna)
    assert isinstance(app, pyotp.TOTP)
    assert len(codes) == 10
    prove(as_anna)
    assert as_anna.post("/accounts/2fa/totp/deactivate/")["Location"] == "/accounts/2fa/"
    mails.wait()
