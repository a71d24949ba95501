"""What the tests of the client share: certificates, and a server per row of the truth table."""

import ssl
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.certificates import Authority
from tests.support.fault_server import FaultServer
from tests.thulium.truth_table import Row, Tls
from thulium_portal.thulium import ThuliumClient
from thulium_portal.thulium.transport import Wire


class Certificates:
    """An authority the client trusts, one it does not, and the contexts of the truth table."""

    def __init__(self, folder: Path) -> None:
        self.authority = Authority(folder)
        self._stranger = Authority(folder, "Another authority")
        self._made: dict[Tls, ssl.SSLContext] = {}
        self._makers: dict[Tls, Callable[[], ssl.SSLContext]] = {
            Tls.V1_2: lambda: self.authority.context_of(ssl.TLSVersion.TLSv1_2),
            Tls.V1_3: lambda: self.authority.context_of(ssl.TLSVersion.TLSv1_3),
            Tls.V1_1: lambda: self.authority.context_of(ssl.TLSVersion.TLSv1_1),
            Tls.UNTRUSTED: self._stranger.context,
            Tls.EXPIRED: lambda: self.authority.context(expired=True),
            Tls.OTHER_HOST: lambda: self.authority.context("other.example"),
            Tls.WANTS_CERTIFICATE: self.authority.context_asking_for_a_certificate,
        }

    @property
    def ca_file(self) -> str:
        return str(self.authority.ca_file)

    def context(self, kind: Tls) -> ssl.SSLContext:
        if kind not in self._made:
            self._made[kind] = self._makers[kind]()
        return self._made[kind]

    def server(self, row: Row) -> FaultServer:
        if row.tls in {Tls.NO, Tls.BY_HAND}:
            scheme = "http" if row.tls is Tls.NO else "https"
            return FaultServer(row.script, scheme=scheme)
        return FaultServer(row.script, tls=self.context(row.tls))


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def client_of(certificates):
    """Make a client that trusts the test's own authority; only a stall needs ``hasty`` waits."""

    def make(url: str, **given) -> ThuliumClient:
        waits = {"connect_timeout": 5.0, "read_timeout": 5.0, "total_timeout": 10.0}
        usual = {"user": "api", "password": "sekret", "ca_file": certificates.ca_file}
        return ThuliumClient(url, **(usual | waits | given))

    return make


@pytest.fixture
def deadline_passed(monkeypatch):
    """An event that is set once a call's deadline has cut it."""
    event = threading.Event()
    abort = Wire.abort

    def abort_and_tell(wire):
        abort(wire)
        event.set()

    monkeypatch.setattr(Wire, "abort", abort_and_tell)
    return event
