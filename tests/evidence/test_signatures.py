"""The script's own Ed25519: as RFC 8032 has it, and as OpenSSL does."""

import random

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from thulium_portal.lib.proof.ed25519 import P, Q, is_signed

# RFC 8032, section 7.1: public key, message, signature.
VECTORS = {
    "TEST 1": (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
        "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    "TEST 2": (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da0"
        "85ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    "TEST 3": (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac1"
        "8ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    "TEST SHA(abc)": (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2"
        "192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b5890"
        "9351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
}


@pytest.mark.parametrize("name", VECTORS)
def test_the_vectors_of_the_standard_hold(name):
    public, message, signature = (bytes.fromhex(part) for part in VECTORS[name])
    assert is_signed(public, message, signature)
    assert not is_signed(public, message + b"x", signature)


def by_openssl(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def flipped(raw: bytes, bit: int) -> bytes:
    return (int.from_bytes(raw, "little") ^ 1 << bit).to_bytes(len(raw), "little")


def test_it_agrees_with_openssl_on_good_and_spoiled_signatures():
    chance = random.Random(8032)
    for _ in range(40):
        private = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
        public, message = private.public_key().public_bytes_raw(), chance.randbytes(50)
        signature = private.sign(message)
        spoiled = [
            (public, message, signature),
            (public, message, flipped(signature, chance.randrange(512))),
            (public, flipped(message, chance.randrange(400)), signature),
            (flipped(public, chance.randrange(256)), message, signature),
        ]
        assert [is_signed(*each) for each in spoiled] == [True, False, False, False]
        assert [by_openssl(*each) for each in spoiled] == [True, False, False, False]


def test_a_second_spelling_of_a_signature_is_refused():
    public, message, signature = (bytes.fromhex(part) for part in VECTORS["TEST 3"])
    larger = int.from_bytes(signature[32:], "little") + Q
    assert not is_signed(public, message, signature[:32] + larger.to_bytes(32, "little"))


@pytest.mark.parametrize(
    ("public", "signature"),
    [
        (b"", bytes(64)), (bytes(31), bytes(64)), (bytes(32), b""), (bytes(32), bytes(65)),
        ((2).to_bytes(32, "little"), bytes(64)), ((P + 1).to_bytes(32, "little"), bytes(64)),
        ((1 | 1 << 255).to_bytes(32, "little"), bytes(64)),
    ],
)  # fmt: skip
def test_what_is_no_key_or_no_signature_signs_nothing(public, signature):
    assert not is_signed(public, b"", signature)
