"""An authority of time stamps (RFC 3161) with certificates of its own, as a process of its own.

    python -m tests.support.time_authority FOLDER

serves what :meth:`TimeAuthority.save` left in FOLDER, on a free port that it prints. The path of
the request says how to lie: ``/``, ``/nonce``, ``/imprint``, ``/refuse``, ``/huge``, ``/slow``,
``/error``, ``/moved``, ``/words``.
"""

import hashlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from thulium_portal.lib.proof.der import der, identifier, one, parts, whole

SEQUENCE, SET, OCTETS, OID, GENERALIZED = 0x30, 0x31, 4, 6, 24
TIME_STAMPING, SERVER = ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.SERVER_AUTH
SHA256 = der(SEQUENCE, identifier("2.16.840.1.101.3.4.2.1"), der(5))
TST_INFO = identifier("1.2.840.113549.1.9.16.1.4")
PEM, DER = serialization.Encoding.PEM, serialization.Encoding.DER


class TimeAuthority:
    """A root, an authority under it, and the certificate that signs time stamps."""

    def __init__(
        self,
        kind: str = "rsa",
        *,
        name: str = "Test clock",
        purposes: tuple[x509.ObjectIdentifier, ...] = (TIME_STAMPING,),
        critical: bool = True,
        days: int = 1,
        middle_is_authority: bool = True,
    ) -> None:
        root, middle, self.key = (_new_key(kind) for _ in range(3))
        limits = x509.BasicConstraints(ca=True, path_length=None)
        middle_limits = limits if middle_is_authority else x509.BasicConstraints(False, None)
        self.root = _certify(root, f"{name} root", root, f"{name} root", (limits, True))
        self.middle = _certify(middle, f"{name} CA", root, f"{name} root", (middle_limits, True))
        usage = (x509.ExtendedKeyUsage(purposes), critical)
        self.leaf = _certify(self.key, name, middle, f"{name} CA", usage, days=days)

    @property
    def pem(self) -> str:
        """The root, as operators put it into a file."""
        return self.root.public_bytes(PEM).decode()

    def save(self, folder: Path) -> Path:
        """Write what the process needs to *folder*; return the file of the root's certificate."""
        nobody = serialization.NoEncryption()
        raw = self.key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, nobody)
        (folder / "key.pem").write_bytes(raw)
        for name in ("root", "middle", "leaf"):
            (folder / f"{name}.pem").write_bytes(getattr(self, name).public_bytes(PEM))
        return folder / "root.pem"

    @classmethod
    def load(cls, folder: Path) -> "TimeAuthority":
        """Return the authority that :meth:`save` left."""
        self = cls.__new__(cls)
        key: Any = serialization.load_pem_private_key((folder / "key.pem").read_bytes(), None)
        self.key = key
        for name in ("root", "middle", "leaf"):
            pem = (folder / f"{name}.pem").read_bytes()
            setattr(self, name, x509.load_pem_x509_certificate(pem))
        return self

    def answer(self, query: bytes, lie: str = "") -> bytes:
        """Return the answer to a request; *lie* is the path it came to."""
        _version, hashed, *more = parts(one(query))
        imprint = parts(hashed)[1].body
        nonce = next(int.from_bytes(each.body, "big") for each in more if each.tag == 2)
        if lie == "imprint":
            imprint = hashlib.sha256(imprint).digest()
        if lie == "refuse":
            status = der(SEQUENCE, whole(2), der(SEQUENCE, der(12, b"not today")))
            return der(SEQUENCE, status)
        return der(SEQUENCE, der(SEQUENCE, whole(0)), self.token(imprint, nonce + (lie == "nonce")))

    def token(self, imprint: bytes, nonce: int = 5, *, at: datetime | None = None) -> bytes:
        """Return a time stamp of a SHA-256 as of *at*, now if left out."""
        when = (at or datetime.now(UTC)).astimezone(UTC).strftime("%Y%m%d%H%M%SZ")
        hashed = der(SEQUENCE, SHA256, der(OCTETS, imprint))
        moment = der(GENERALIZED, when.encode())
        told = der(
            *(SEQUENCE, whole(1), identifier("1.3.6.1.4.1.99999.1"), hashed),
            *(whole(x509.random_serial_number()), moment, whole(nonce)),
        )
        inner = der(SEQUENCE, TST_INFO, der(0xA0, der(OCTETS, told)))
        stored = der(0xA0, *(each.public_bytes(DER) for each in (self.leaf, self.middle)))
        signed = der(
            *(SEQUENCE, whole(3), der(SET, SHA256), inner, stored, der(SET, self._signer(told)))
        )
        return der(SEQUENCE, identifier("1.2.840.113549.1.7.2"), der(0xA0, signed))

    def _signer(self, told: bytes) -> bytes:
        raw = self.leaf.public_bytes(DER)
        named = der(SEQUENCE, der(SEQUENCE, der(SEQUENCE, der(OCTETS, _sha256(raw)))))
        said = [
            _attribute("1.2.840.113549.1.9.3", TST_INFO),
            _attribute("1.2.840.113549.1.9.4", der(OCTETS, _sha256(told))),
            _attribute("1.2.840.113549.1.9.16.2.47", named),
        ]
        message = der(SET, *sorted(said))
        if isinstance(self.key, rsa.RSAPrivateKey):
            way = der(SEQUENCE, identifier("1.2.840.113549.1.1.1"), der(5))
            signature = self.key.sign(message, padding.PKCS1v15(), hashes.SHA256())
        else:
            way = der(SEQUENCE, identifier("1.2.840.10045.4.3.2"))
            signature = self.key.sign(message, ec.ECDSA(hashes.SHA256()))
        who = der(SEQUENCE, self.leaf.issuer.public_bytes(), whole(self.leaf.serial_number))
        return der(
            *(SEQUENCE, whole(1), who, SHA256, b"\xa0" + message[1:], way),
            der(OCTETS, signature),
        )


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Run the authority that lies in *folder*; yield its address without a path."""
    process = subprocess.Popen(
        [sys.executable, "-m", __name__, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.communicate()


class _Handler(BaseHTTPRequestHandler):
    authority: TimeAuthority

    def do_POST(self) -> None:
        query = self.rfile.read(int(self.headers["Content-Length"]))
        lie = self.path.strip("/")
        if self.headers["Content-Type"] != "application/timestamp-query" or lie == "error":
            self.send_error(500)
        elif lie == "moved":
            self.send_response(302)
            self.send_header("Location", "/")
            self.end_headers()
        elif lie == "slow":
            self._say(b"x", length=1000)
            threading.Event().wait(30)
        else:
            said = {"huge": b"\x30" * 100_000, "words": b"<p>Moved to a new office"}
            self._say(said.get(lie) or self.authority.answer(query, lie))

    def _say(self, content: bytes, length: int = 0) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(length or len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def _new_key(kind: str) -> Any:
    if kind == "rsa":
        return rsa.generate_private_key(65537, 2048)
    return ec.generate_private_key({"p256": ec.SECP256R1(), "p384": ec.SECP384R1()}[kind])


def _certify(
    key: Any, name: str, by: Any, by_name: str, rule: tuple[Any, bool], *, days: int = 1
) -> x509.Certificate:
    now = datetime.now(UTC)
    subject, issuer = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in (name, by_name)
    )
    builder = x509.CertificateBuilder(issuer, subject, key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=3))
    builder = builder.not_valid_after(now + timedelta(days=days))
    return builder.add_extension(rule[0], critical=rule[1]).sign(by, hashes.SHA256())


def _attribute(kind: str, value: bytes) -> bytes:
    return der(SEQUENCE, identifier(kind), der(SET, value))


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def main() -> None:
    _Handler.authority = TimeAuthority.load(Path(sys.argv[1]))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
