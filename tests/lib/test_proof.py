"""Time stamps: what other programs made is taken, whatever is false in one is named."""

import hashlib
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.time_authority import SERVER, TIME_STAMPING, TimeAuthority
from thulium_portal.lib.proof.certificates import Certificate, from_pem
from thulium_portal.lib.proof.der import GENERALIZED, Node, Unreadable, moment
from thulium_portal.lib.proof.der import UTC as UTC_TIME
from thulium_portal.lib.proof.timestamps import LARGEST, checked, query, token_of

BY_OPENSSL = Path(__file__).parents[1] / "cases" / "timestamps"
HELLO = hashlib.sha256(b"hello\n").digest()
LARGE = "too large"


@pytest.fixture(scope="module")
def authority():
    return TimeAuthority()


def trusted(authority: TimeAuthority) -> list[Certificate]:
    return from_pem(authority.pem)


def fault(token: bytes, anchors: list[Certificate], imprint: bytes = HELLO, **more: int) -> str:
    with pytest.raises(Unreadable) as found:
        checked(token, imprint, anchors, **more)
    return str(found.value)


@pytest.mark.parametrize("kind", ["rsa", "prime256v1", "secp384r1"])
def test_a_time_stamp_made_by_openssl_is_taken(kind):
    answer = (BY_OPENSSL / f"{kind}.tsr").read_bytes()
    anchors = from_pem((BY_OPENSSL / f"{kind}.pem").read_text())
    stamp = checked(token_of(answer), HELLO, anchors)
    assert (stamp.time[:17], stamp.authority) == ("2026-11-28T03:49:", "leaf")
    assert stamp.anchor == anchors[0].fingerprint
    others = from_pem((BY_OPENSSL / f"{'rsa' if kind != 'rsa' else 'prime256v1'}.pem").read_text())
    assert "vouches" in fault(token_of(answer), others)


@pytest.mark.parametrize("kind", ["rsa", "p256", "p384"])
def test_each_flipped_bit_is_found_but_where_nothing_is_said(kind):
    authority = TimeAuthority(kind)
    token, anchors = authority.token(HELLO), trusted(authority)
    chance, missed = random.Random(3161), set[int]()
    for place in range(0, len(token), 1 if kind == "rsa" else 9):
        spoiled = bytearray(token)
        spoiled[place] ^= 1 << chance.randrange(8)
        try:
            checked(bytes(spoiled), HELLO, anchors)
        except Unreadable:
            continue
        missed.add(place)
    # The version of the wrapping and its list of algorithms, and the signer's version.
    assert len(missed) <= 30, sorted(missed)


def test_a_cut_time_stamp_is_refused_wherever_it_ends(authority):
    token, anchors = authority.token(HELLO), trusted(authority)
    for end in range(len(token)):
        with pytest.raises(Unreadable):
            checked(token[:end], HELLO, anchors)
    assert checked(token, HELLO, anchors, 5).serial


def test_rubbish_is_refused_quickly(authority):
    chance, anchors = random.Random(1), trusted(authority)
    for size in (*range(40), 500, LARGEST):
        for rubbish in (chance.randbytes(size), b"\x30\x80" * (size // 2), b"\xff" * size):
            with pytest.raises(Unreadable):
                checked(rubbish, HELLO, anchors)
            with pytest.raises(Unreadable):
                token_of(rubbish)
    assert LARGE in fault(b"\x30" * (LARGEST + 1), anchors)


def test_the_request_is_that_of_openssl_with_a_nonce():
    asked = query(HELLO, 2**63 + 5).hex()
    assert asked == (
        "30440201013031300d060960864801650304020105000420"
        + HELLO.hex()
        + "0209008000000000000005"
        + "0101ff"
    )


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ({"purposes": (SERVER,)}, "not for time stamps alone"),
        ({"purposes": (TIME_STAMPING, SERVER)}, "not for time stamps alone"),
        ({"critical": False}, "not for time stamps alone"),
        ({"days": -1}, "not valid at its time"),
        ({"middle_is_authority": False}, "vouches"),
    ],
    ids=["other purpose", "two purposes", "purpose not critical", "expired", "middle no authority"],
)
def test_a_certificate_that_may_not_sign_time_stamps_is_refused(made, words):
    authority = TimeAuthority(**made)
    assert words in fault(authority.token(HELLO), trusted(authority))


def test_an_expired_certificate_still_vouches_for_the_time_it_was_valid():
    authority = TimeAuthority(days=-1)
    then = datetime.now(UTC) - timedelta(days=2)
    stamp = checked(authority.token(HELLO, at=then), HELLO, trusted(authority))
    assert stamp.time == then.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_an_authority_of_the_same_name_is_another_one(authority):
    assert "vouches" in fault(TimeAuthority().token(HELLO), trusted(authority))
    assert "vouches" in fault(authority.token(HELLO), [])


def test_another_imprint_and_another_nonce_are_named(authority):
    token, anchors = authority.token(HELLO, 7), trusted(authority)
    assert "something else" in fault(token, anchors, hashlib.sha256(b"x").digest())
    assert "another request" in fault(token, anchors, nonce=8)
    assert checked(token, HELLO, anchors, 7)


def test_the_statement_of_another_time_stamp_does_not_fit(authority):
    """The signed statement is replaced by one that says an earlier time."""
    token = authority.token(HELLO)
    later = datetime.now(UTC).strftime("%Y%m%d").encode()
    assert token.count(later) == 1
    assert "changed" in fault(token.replace(later, b"20200101"), trusted(authority))


@pytest.mark.parametrize(
    "text", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERT"]
)
def test_a_file_without_certificates_is_refused(text):
    with pytest.raises(Unreadable):
        from_pem(text)


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        (GENERALIZED, b"20261128246060Z"),
        (GENERALIZED, b"20261128235960Z"),  # a leap second
        (GENERALIZED, b"20260230120000.5Z"),
        (UTC_TIME, b"261332120000Z"),
        (GENERALIZED, b"20261128120000+0100"),
    ],
)
def test_a_time_that_is_none_cannot_be_read(tag, text):
    with pytest.raises(Unreadable):
        moment(Node(tag, text, b""))
