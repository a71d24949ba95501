"""A forgotten password: a link by mail, of which strangers learn nothing, or by hand."""

import re

import pytest
from django.conf import settings as portal_settings
from django.core import mail
from django.test import Client

from tests.factories import PASSWORD, make_person
from tests.support.mail_server import mail_server
from tests.support.pace import alike
from thulium_portal.accounts import mails, services
from thulium_portal.accounts.models import User
from thulium_portal.audit.models import AuditEntry

pytestmark = pytest.mark.django_db(transaction=True)

ASK, KEY, DONE = (
    "/accounts/password/reset/",
    "/accounts/password/reset/key/",
    "/accounts/password/reset/done/",
)
NEW = "zielona-łąka-w-maju"


@pytest.fixture(autouse=True)
def _mails_offered(settings):
    settings.MAIL_OFFERED = True


@pytest.fixture
def anna(db):
    return make_person("anna", name="Anna Nowak", email="Anna@sklep.example")


def ask(typed, client=None, **headers):
    answer = (client or Client()).post(ASK, {"login": typed}, headers=headers)
    mails.wait()
    return answer


def sent_link(number=-1):
    (found,) = re.findall(r"http\S+", mail.outbox[number].body.partition("\nPortal")[0])
    return "/" + found.partition("//")[2].partition("/")[2]


def opened(link):
    client = Client()
    assert client.get(link)["Location"] == KEY
    return client


def choose(client, password=NEW):
    return client.post(KEY, {"password": password})


@pytest.mark.parametrize("typed", ["anna", " ANNA ", "ａｎｎａ", "anna@sklep.example"])
def test_who_forgot_the_password_chooses_a_new_one(anna, typed, told):
    assert ask(typed)["Location"] == DONE
    assert mail.outbox[0].to == ["Anna@sklep.example"]
    client = opened(sent_link())
    answer = choose(client)
    assert answer["Location"] == "/accounts/login/"
    assert "Zaloguj się nowym" in client.get("/accounts/login/").content.decode()
    assert User.objects.get(pk=anna.pk).check_password(NEW)
    assert [action for action, _ in told()] == [
        "person.password_reset_asked",
        "person.password_changed",
        "person.password_reset",
    ]
    mails.wait()
    assert mail.outbox[-1].subject == "Twoje hasło do Portalu odpowiedzi zostało zmienione"


@pytest.mark.parametrize(
    ("language", "subject"),
    [("pl", "Nowe hasło do Portalu odpowiedzi"), ("en", "A new password for the Reply Portal")],
)
def test_the_mail_comes_through_a_real_server_in_the_persons_language(
    anna, settings, language, subject
):
    services.set_language(anna, language)
    with mail_server(settings) as server:
        ask("anna")
        (letter,) = server.to("Anna@sklep.example")
    assert letter["Subject"].strip() == subject
    assert settings.PORTAL_URL + KEY in letter.get_content().replace("=\n", "")


def _unknown():
    return "nobody-at-all"


def _inactive():
    make_person("jan", email="jan@sklep.example", is_active=False)
    return "jan"


def _without_address():
    make_person("bez")
    return "bez"


def _without_password():
    make_person("nowa", email="nowa@sklep.example").set_unusable_password()
    User.objects.filter(username="nowa").update(password="!")
    return "nowa@sklep.example"


NOBODIES = [_unknown, _inactive, _without_address, _without_password]


@pytest.mark.parametrize("somebody", NOBODIES)
def test_the_answer_tells_nobody_who_exists(anna, settings, somebody):
    settings.ACCOUNT_RATE_LIMITS = {"reset_password": None}
    typed = somebody()
    answers = [ask(who) for who in ("anna", typed)]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, DONE)] * 2
    assert [letter.to for letter in mail.outbox] == [["Anna@sklep.example"]]
    assert 0.9 <= alike(lambda: ask("anna"), lambda: ask(typed), within=0.1) <= 1.1


def test_two_people_at_one_address_get_a_mail_each(anna):
    make_person("ania", email="anna@sklep.example")
    ask("anna@sklep.example")
    links = [sent_link(0), sent_link(1)]
    assert ["“anna”" in letter.body or "„anna”" in letter.body for letter in mail.outbox] == [
        True,
        False,
    ]
    choose(opened(links[1]))
    assert User.objects.get(username="ania").check_password(NEW)
    assert User.objects.get(username="anna").check_password(PASSWORD)


def test_requests_are_limited_and_nobody_is_told(anna):
    answers = {(answer.status_code, answer["Location"]) for answer in map(ask, ["anna"] * 8)}
    assert answers == {(302, DONE)}
    assert len(mail.outbox) == 5
    assert AuditEntry.objects.count() == 5


def _used(anna):
    services.set_own_password(anna, "inne-hasło-w-czerwcu")


def _signed_in(anna):
    Client().post("/accounts/login/", {"login": "anna", "password": PASSWORD})


def _switched_off_and_on(anna):
    for is_active in (False, True):
        text = services.PersonText("anna", "Anna", anna.email, "agent", "pl", is_active=is_active)
        services.change_person(anna, text, check=None, actor=None)


def _another_address(anna):
    text = services.PersonText("anna", "Anna", "other@sklep.example", "agent", "pl")
    services.change_person(anna, text, check=None, actor=None)


@pytest.mark.parametrize("end", [_used, _signed_in, _switched_off_and_on, _another_address])
def test_what_ends_a_link_ends_it_on_the_open_page_as_well(anna, adam, end):
    ask("anna")
    client = opened(sent_link())
    end(anna)
    assert choose(client).status_code == 410
    assert Client().get(sent_link(0)).status_code == 410


def test_a_link_works_once_and_for_an_hour(anna, time_machine):
    time_machine.move_to(1_800_000_000, tick=False)
    ask("anna")
    client, second = opened(sent_link()), opened(sent_link())
    time_machine.shift(portal_settings.PASSWORD_RESET_TIMEOUT)
    assert choose(client).status_code == 302
    assert choose(second).status_code == 410
    ask("anna")
    client = opened(sent_link())
    time_machine.shift(portal_settings.PASSWORD_RESET_TIMEOUT + 1)
    assert choose(client).status_code == 410


@pytest.mark.parametrize("key", ["", "x", "1-2-3", "zzzzzzzzzzzzz-1-2", "9" * 500, "ą-ę-ó", "--"])
@pytest.mark.parametrize("language", ["pl", "en"])
def test_a_link_that_never_was_is_answered_in_words(client, db, key, language):
    page = client.get(f"{KEY}{key}/" if key else KEY, headers={"Accept-Language": language})
    assert page.status_code == 410
    words = {"pl": "Ten link jest już nieważny", "en": "This link is not valid any more"}
    assert words[language] in page.content.decode()


def test_a_new_password_ends_every_session(anna, sign_in):
    elsewhere = sign_in(anna)
    ask("anna")
    here = opened(sent_link())
    choose(here)
    assert elsewhere.get("/").status_code == 302
    assert here.get("/").status_code == 302


def test_a_password_that_will_not_do_leaves_the_link_alive(anna):
    ask("anna")
    client = opened(sent_link())
    page = choose(client, "krótkie")
    assert page.status_code == 422
    assert "co najmniej 12" in page.content.decode()
    assert choose(client).status_code == 302


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host"])
def test_a_poisoned_host_is_in_no_mail(anna, settings, header):
    settings.ALLOWED_HOSTS = ["*"]
    settings.PORTAL_URL = "https://portal.sklep.example"
    ask("anna", **{header: "evil.example"})
    assert f"https://portal.sklep.example{KEY}" in mail.outbox[0].body
    assert "evil.example" not in str(mail.outbox[0].message())


@pytest.mark.parametrize(
    ("language", "words"),
    [("pl", "Poproś administratora portalu"), ("en", "Ask an administrator of the portal")],
)
def test_without_mail_an_administrator_gives_a_link(client, db, settings, language, words):
    settings.MAIL_OFFERED = False
    assert ASK in client.get("/accounts/login/").content.decode()
    page = client.get(ASK, headers={"Accept-Language": language})
    assert words in page.content.decode()
    assert 'name="login"' not in page.content.decode()
    assert client.post(ASK, {"login": "anna"}).status_code == 404


@pytest.mark.parametrize("offered", [True, False])
def test_the_link_of_an_administrator_is_shown_once(as_adam, anna, settings, told, offered):
    settings.MAIL_OFFERED = offered
    assert (
        f"/people/{anna.pk}/password-link/" in as_adam.get(f"/people/{anna.pk}/").content.decode()
    )
    page = as_adam.post(f"/people/{anna.pk}/password-link/")
    (link,) = re.findall(
        r'value="http://[^/]+(/accounts/password/reset/key/[^"]+)"', page.content.decode()
    )
    assert "no-store" in page["Cache-Control"]
    assert told() == [("person.password_link_given", {})]
    choose(opened(link))
    anna.refresh_from_db()
    assert anna.check_password(NEW)
    assert not anna.must_change_password


def test_there_is_no_link_for_whom_none_would_help(as_adam, anna, told):
    User.objects.filter(pk=anna.pk).update(is_active=False)
    assert as_adam.post(f"/people/{anna.pk}/password-link/").status_code == 302
    assert told() == []


def test_the_key_is_on_no_page_and_in_no_record(anna, caplog):
    ask("anna")
    key = sent_link().split("/")[-2]
    client = opened(sent_link())
    assert key not in client.get(KEY).content.decode()
    assert not any(key in entry.record for entry in AuditEntry.objects.all())
    assert key not in caplog.text


def test_where_passwords_are_switched_off_there_is_none_to_reset(client, as_adam, anna, settings):
    ask("anna")
    settings.PASSWORD_SIGN_IN = False
    assert client.get(ASK).status_code == 404
    assert client.get(sent_link()).status_code == 404
    assert "password-link" not in as_adam.get(f"/people/{anna.pk}/").content.decode()
    fields = as_adam.get("/people/new/").context["form"].fields
    assert not {"password", "first_sign_in"} & fields.keys()
