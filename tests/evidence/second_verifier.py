"""A second verifier of evidence packages, written from docs/evidence.md alone.

It shares nothing with the script that lies in a package: signatures and certificates are checked by
the cryptography package, and whatever the document does not say, this does not know.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.x509.oid import ExtendedKeyUsageOID

OWN = {"manifest.json", "manifest.sig", "manifest.tst"}
AUTHORITY = "timestamp-authority.pem"


class Refused(Exception):
    """What does not hold."""


def require(truth: object, words: str) -> None:
    if not truth:
        raise Refused(words)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def canonical(data: object) -> str:
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def refusal(folder: Path) -> str:
    """Return why an unpacked package does not hold, or nothing."""
    try:
        _Reader(folder).check()
    except Refused as refused:
        return str(refused)
    except Exception as error:  # noqa: BLE001 - whatever stands in the files
        return f"cannot be read: {error!r}"
    return ""


class _Reader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest: dict[str, Any] = json.loads(self.read("manifest.json"))
        self.keys: dict[str, bytes] = {}
        self.revoked: dict[str, int] = {}
        for key in json.loads(self.read("keys.json")):
            public = bytes.fromhex(key["public"])
            self.keys[sha256(public)[:16]] = public
            if "revoked_from" in key:
                self.revoked[sha256(public)[:16]] = key["revoked_from"]
        self.hashes: dict[int, str] = {}
        self.links: set[str] = set()
        self.told_files: set[str] = set()

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def lines(self, name: str) -> Iterator[dict[str, Any]]:
        for line in self.read(name).split(b"\n"):
            if line:
                yield json.loads(line)

    def check(self) -> None:
        """Go through what the document lists, in its order."""
        self.files()
        self.signature()
        self.checkpoints()
        if AUTHORITY in self.manifest["files"]:
            self.times()
        self.entries()
        self.attachments()

    def files(self) -> None:
        there = {
            path.relative_to(self.folder).as_posix()
            for path in self.folder.rglob("*")
            if path.is_file() and not path.name.startswith(".")
        }
        expected = {*self.manifest["files"], "manifest.json", "manifest.sig"}
        if AUTHORITY in expected:
            there -= {"manifest.tst"}
        require(there == expected, f"files differ: {sorted(there ^ expected)}")
        for name, digest in self.manifest["files"].items():
            require(sha256(self.read(name)) == digest, f"{name} has another hash")

    def is_signed(self, key: str, message: bytes, signature: str) -> bool:
        try:
            public = Ed25519PublicKey.from_public_bytes(self.keys[key])
            public.verify(bytes.fromhex(signature), message)
        except (InvalidSignature, KeyError):
            return False
        return True

    def signature(self) -> None:
        told = self.read("manifest.sig").decode()
        message = b"portal-evidence-v1\n" + self.read("manifest.json")
        require(told == told.lower(), "the signature is not in small letters")
        require(self.is_signed(self.manifest["key"], message, told), "manifest not signed")
        require(self.manifest["key"] not in self.revoked, "manifest signed by a revoked key")

    def checkpoints(self) -> None:
        before, newest = None, None
        for line in self.lines("checkpoints.jsonl"):
            statement, signature = line["statement"], line["signature"]
            told = newest = json.loads(statement)
            require(self.is_signed(told["key"], statement.encode(), signature), "checkpoint")
            require(before is None or told["prev"] == before, "a checkpoint is missing")
            if "former" in told:
                rest = {name: value for name, value in told.items() if name != "former"}
                message = f"portal-key-handover-v1\n{canonical(rest)}".encode()
                former = told["former"]
                require(self.is_signed(former["key"], message, former["signature"]), "handover")
            before = sha256(f"{statement}\n{signature}".encode())
            self.links.add(before)
            self.hashes[told["seq"]] = told["hash"]
        assert newest is not None
        require([newest["seq"], newest["hash"]] == self.manifest["head"], "not the head")
        require(newest["key"] == self.manifest["key"], "the newest is of another key")

    def times(self) -> None:
        trusted = x509.load_pem_x509_certificates(self.read(AUTHORITY))
        for line in self.lines("timestamps.jsonl"):
            require(line["imprint"] in self.links, "a time stamp of something else")
            check_stamp(base64.b64decode(line["token"]), bytes.fromhex(line["imprint"]), trusted)
        if (self.folder / "manifest.tst").exists():
            both = self.read("manifest.json") + b"\n" + self.read("manifest.sig")
            check_stamp(self.read("manifest.tst"), bytes.fromhex(sha256(both)), trusted)

    def entries(self) -> None:
        counts, number, before = [0, 0, 0, 0], self.manifest["first"], None
        for line in self.lines("entries.jsonl"):
            record, told = line["record"], json.loads(line["record"])
            require(told["seq"] == number, f"entry {number} is missing")
            require(canonical(told) == record, f"entry {number} is not canonical")
            own = sha256(f"portal-audit-v1\n{record}".encode())
            require(own == line["hash"], f"entry {number} has another hash")
            expected = before or ("0" * 64 if number == 1 else told["prev"])
            require(told["prev"] == expected, f"entry {number} does not follow")
            require(self.hashes.get(number, own) == own, f"entry {number} not of its checkpoint")
            require(self.is_asked(told) == ("contents" in line), f"entry {number} contents")
            counts[0] += 1
            if "contents" in line:
                counts[1] += 1
                counts[2] += len(line["contents"])
                counts[3] += self.texts(told, line["contents"])
            number, before = number + 1, own
        require(number - 1 == self.manifest["last"], "the last entry is another one")
        require(self.hashes.get(number - 1) == before, "no checkpoint at the end")
        require(counts == self.manifest["counts"], "the counts differ")

    def is_asked(self, told: dict[str, Any]) -> bool:
        asked = self.manifest["asked"]
        if asked["since"] is not None and told["at"] < asked["since"]:
            return False
        if asked["until"] is not None and told["at"] >= asked["until"]:
            return False
        if asked["ticket"] is None:
            return True
        return bool(told["ticket"] == asked["ticket"] and not told["action"].startswith("audit."))

    def texts(self, told: dict[str, Any], contents: list[dict[str, str]]) -> int:
        """Check the texts of an entry; return how many are gone."""
        left = dict(told["commit"])
        for text in contents:
            data = text["data"].encode()
            message = f"{text['field']}\n{len(data)}\n".encode() + data
            digest = hmac.new(bytes.fromhex(text["salt"]), message, "sha256").hexdigest()
            require(left.pop(text["field"], None) == digest, f"text of entry {told['seq']}")
        self.told_files |= set(told["facts"].get("attachments") or [])
        return len(left)

    def attachments(self) -> None:
        packed = set()
        for name, digest in self.manifest["files"].items():
            if name.startswith("files/"):
                require(name.removeprefix("files/").split(".")[0] == digest, "named wrongly")
                packed.add(digest)
        require(packed <= self.told_files, "a file nobody tells of")
        require(sorted(self.told_files - packed) == self.manifest["absent"], "absent files")


# --- time stamps: RFC 3161, 5652, 5816 and 5280, as the document refers to them ---


def split(data: bytes) -> list[tuple[int, bytes, bytes]]:
    """Return tag, content and all of each DER value in *data*."""
    found = []
    while data:
        size, head = data[1], 2
        if size > 127:
            head = 2 + (size - 128)
            size = int.from_bytes(data[2:head], "big")
        require(len(data) >= head + size, "cut off")
        found.append((data[0], data[head : head + size], data[: head + size]))
        data = data[head + size :]
    return found


def inside(value: tuple[int, bytes, bytes]) -> list[tuple[int, bytes, bytes]]:
    return split(value[1])


OIDS = {
    "060b2a864886f70d0109100104": "TSTInfo",
    "06092a864886f70d010702": "signed data",
    "06092a864886f70d010903": "content type",
    "06092a864886f70d010904": "digest",
    "060b2a864886f70d010910022f": "certificate",
    "0609608648016503040201": "SHA-256",
}


def name(value: tuple[int, bytes, bytes]) -> str:
    return OIDS.get(value[2].hex(), value[2].hex())


def check_stamp(token: bytes, imprint: bytes, trusted: list[x509.Certificate]) -> datetime:
    """Return the time of a time stamp that holds."""
    kind, content = inside(split(token)[0])
    require(len(split(token)) == 1 and name(kind) == "signed data", "no time stamp")
    fields = inside(inside(content)[0])
    kind, wrapped = inside(fields[2])
    told = inside(wrapped)[0][1]
    certificates = [
        x509.load_der_x509_certificate(each[2]) for field in fields if field[0] == 0xA0
        for each in inside(field)
    ]  # fmt: skip
    [signer] = inside(fields[-1])
    require(name(kind) == "TSTInfo", "no time stamp")
    leaf = _signed(signer, told, [*certificates, *trusted])
    _version, _policy, hashed, _serial, time, *_more = inside(split(told)[0])
    require(name(inside(inside(hashed)[0])[0]) == "SHA-256", "another kind of hash")
    require(inside(hashed)[1][1] == imprint, "the time stamp of something else")
    at = datetime.strptime(time[1][:14].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    purposes = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    require(purposes.critical, "its purpose is not critical")
    require(list(purposes.value) == [ExtendedKeyUsageOID.TIME_STAMPING], "another purpose")
    _require_chain(leaf, certificates, trusted, at)
    return at


def _signed(
    signer: tuple[int, bytes, bytes], told: bytes, known: list[x509.Certificate]
) -> x509.Certificate:
    _version, who, kind, attributes, _way, signature, *_rest = inside(signer)
    require(name(inside(kind)[0]) == "SHA-256", "the test authority signs by SHA-256")
    said = {name(inside(each)[0]): inside(inside(each)[1]) for each in inside(attributes)}
    require(name(said["content type"][0]) == "TSTInfo", "another content")
    require(said["digest"][0][1] == hashlib.sha256(told).digest(), "the statement was changed")
    digest = inside(inside(inside(said["certificate"][0])[0])[0])[0][1]
    [leaf] = {each for each in known if each.fingerprint(hashes.SHA256()) == digest}
    require(inside(who)[0][2] == leaf.issuer.public_bytes(), "another issuer")
    require(int.from_bytes(inside(who)[1][1], "big") == leaf.serial_number, "another number")
    message, key = b"\x31" + attributes[2][1:], leaf.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature[1], message, padding.PKCS1v15(), hashes.SHA256())
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature[1], message, ec.ECDSA(hashes.SHA256()))
    else:
        raise Refused("another kind of key")
    return leaf


def _require_chain(
    leaf: x509.Certificate,
    others: list[x509.Certificate],
    trusted: list[x509.Certificate],
    at: datetime,
) -> None:
    here, steps = leaf, 0
    while True:
        is_valid = here.not_valid_before_utc <= at <= here.not_valid_after_utc
        require(is_valid, "a certificate was not valid then")
        if here in trusted:
            return
        steps += 1
        require(steps < 6, "the chain is too long")
        above = [each for each in (*trusted, *others) if _did_issue(each, here)]
        require(above, "no trusted certificate")
        here = above[0]


def _did_issue(above: x509.Certificate, here: x509.Certificate) -> bool:
    try:
        here.verify_directly_issued_by(above)
        limits = above.extensions.get_extension_for_class(x509.BasicConstraints)
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    return limits.value.ca
