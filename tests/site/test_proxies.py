"""Whom a request comes from: what a trusted proxy says, and nobody else."""

from ipaddress import ip_network
from types import SimpleNamespace

import pytest
from django.db import DatabaseError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.factories import PASSWORD
from thulium_portal.site import proxies
from thulium_portal.site.proxies import Fault, TrustedProxyMiddleware, check_proxies, noticed

PROXY, VISITOR = "10.1.2.3", "203.0.113.7"


@pytest.fixture(autouse=True)
def _behind_a_proxy(settings):
    settings.TRUSTED_PROXIES = (ip_network("10.1.0.0/16"), ip_network("2001:db8::1"))
    settings.ALLOWED_HOSTS = ["portal.example"]


def passed(*, peer=PROXY, chain=None, scheme="https", host="portal.example", **more):
    """Return visitor and scheme of a request as the portal takes it, and the faults it noticed."""
    meta = {"REMOTE_ADDR": peer, "HTTP_HOST": host, **more}
    meta |= {} if chain is None else {"HTTP_X_FORWARDED_FOR": chain}
    meta |= {} if scheme is None else {"HTTP_X_FORWARDED_PROTO": scheme}
    request = RequestFactory().get("/", **meta)
    TrustedProxyMiddleware(lambda _request: HttpResponse())(request)
    return request.META["REMOTE_ADDR"], request.scheme, [notice.fault for notice in noticed()]


@pytest.mark.parametrize(
    ("chain", "visitor"),
    [
        (VISITOR, VISITOR),
        (f"6.6.6.6, {VISITOR}", VISITOR),
        (f"6.6.6.6, {VISITOR}, 10.1.9.9", VISITOR),
        (f"{VISITOR}:51234", VISITOR),
        ("[2001:db8:7::9]:443", "2001:db8:7::9"),
        (f"::ffff:{VISITOR}", VISITOR),
        ("10.1.9.9, 10.1.8.8", "10.1.9.9"),
        ("unknown", PROXY),
        (f"{VISITOR}, rubbish, 10.1.9.9", "10.1.9.9"),
        ("", PROXY),
        (",".join(["6.6.6.6"] * 5000), "6.6.6.6"),
    ],
)
def test_the_nearest_address_that_is_no_trusted_proxy_is_the_visitor(chain, visitor):
    assert passed(chain=chain)[:2] == (visitor, "https")


@pytest.mark.parametrize("peer", ["2001:db8::1", "::ffff:10.1.2.3"])
def test_a_proxy_is_known_by_ipv6_as_well(peer):
    assert passed(peer=peer, chain=VISITOR)[0] == VISITOR


@pytest.mark.parametrize("is_https", [False, True])
def test_of_anybody_else_nothing_is_believed(settings, is_https):
    settings.HTTPS = is_https
    others = {"HTTP_FORWARDED": "for=6.6.6.6;proto=https", "HTTP_X_REAL_IP": "6.6.6.6"}
    told = passed(peer=VISITOR, chain="6.6.6.6", HTTP_X_FORWARDED_SSL="on", **others)
    assert told == (VISITOR, "http", [Fault.NOT_TRUSTED])


def test_no_other_header_is_read_even_of_a_trusted_proxy():
    others = {"HTTP_FORWARDED": "for=6.6.6.6;proto=https", "HTTP_X_REAL_IP": "6.6.6.6"}
    assert passed(chain=VISITOR, scheme="http", **others)[:2] == (VISITOR, "http")


@pytest.mark.parametrize("chain", [None, "6.6.6.6"])
def test_with_https_and_no_trusted_proxy_the_line_is_taken_as_safe_and_nothing_believed(
    settings, chain
):
    settings.HTTPS, settings.TRUSTED_PROXIES = True, ()
    assert passed(peer="127.0.0.1", chain=chain, scheme="http")[:2] == ("127.0.0.1", "https")


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ({"chain": VISITOR}, []),
        ({"chain": f"{VISITOR}, 10.1.9.9"}, []),
        ({"chain": f"6.6.6.6, {VISITOR}"}, [Fault.PASSED_ON]),
        ({"chain": None}, [Fault.UNNAMED]),
        ({"chain": None, "host": "localhost:8000"}, []),
        ({"chain": VISITOR, "scheme": None}, [Fault.NO_SCHEME]),
        ({"chain": VISITOR, "peer": "192.0.2.1"}, [Fault.NOT_TRUSTED]),
    ],
)
def test_a_proxy_that_does_not_overwrite_what_visitors_say_is_noticed(settings, given, faults):
    settings.HTTPS = True
    assert passed(**given)[2] == faults
    told = [message.msg for message in check_proxies()]
    assert len(told) == len(faults)
    assert all(given.get("peer", PROXY) in words for words in told)


def test_a_flood_of_odd_requests_is_noted_once_and_a_lost_database_stops_no_request(monkeypatch):
    noted = []

    def lost(*given: object) -> None:
        noted.append(given)
        raise DatabaseError

    monkeypatch.setattr(proxies, "cache", SimpleNamespace(set=lost, get_many=lost))
    middleware = TrustedProxyMiddleware(lambda _request: HttpResponse("there"))
    for _ in range(9):
        odd = RequestFactory().get("/", REMOTE_ADDR=VISITOR, HTTP_X_FORWARDED_FOR="6.6.6.6")
        assert middleware(odd).content == b"there"
    assert len(noted) == 1
    assert noticed() == []


def test_https_without_a_trusted_proxy_is_told_by_check_deploy(settings):
    settings.HTTPS, settings.TRUSTED_PROXIES = True, ()
    assert [message.id for message in check_proxies()] == ["site.W010"]


@pytest.mark.parametrize(
    ("trusted", "answers"), [((ip_network("127.0.0.1"),), [422, 429]), ((), [429, 429])]
)
def test_a_forged_header_is_no_further_chance_to_guess(anna, settings, trusted, answers):
    """Behind the proxy by their own address, else all by the line's: 5 wrong, then others come."""
    settings.TRUSTED_PROXIES = trusted

    def status(visitor, password="nie-to-hasło"):
        fields, chain = {"login": "anna", "password": password}, f"6.6.6.6, {visitor}"
        headers = {"X-Forwarded-For": chain, "Host": "portal.example"}
        return Client().post(reverse("account_login"), fields, headers=headers).status_code

    assert [status(VISITOR) for _ in range(5)] == [422] * 5
    assert [status("198.51.100.1"), status(VISITOR, PASSWORD)] == answers


def test_every_fault_says_what_to_do():
    assert proxies._WORDS.keys() == set(Fault)
