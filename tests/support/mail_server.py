"""A real mail server on loopback, which keeps what it is given."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

USER, PASSWORD = "portal@sklep.example", "sekret-poczty-7"


class MailServer:
    """What came in so far, and where the server listens."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.received: list[EmailMessage] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        """Keep a mail as a mailbox would."""
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.received.append(mail)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """Return the mails to *address*, oldest first."""
        return [mail for mail in self.received if mail["To"] == address]


@contextmanager
def mail_server(settings: Any, *, tls: ssl.SSLContext | None = None) -> Iterator[MailServer]:
    """Run a server that knows one user, with the portal set up for it."""
    server = MailServer(free_port())

    def authenticate(
        _server: Any, _session: Any, _envelope: Any, _how: str, data: Any
    ) -> AuthResult:
        known = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=known, handled=False)

    controller = Controller(
        server,
        "127.0.0.1",
        server.port,
        authenticator=authenticate,
        auth_require_tls=tls is not None,
        tls_context=tls,
        require_starttls=tls is not None,
    )
    controller.start()
    use(settings, server.port, tls=tls is not None)
    try:
        yield server
    finally:
        controller.stop()


def use(settings: Any, port: int, *, tls: bool = False) -> None:
    """Set the portal up as by an EMAIL_URL for a server on this computer."""
    settings.MAIL_OFFERED = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = USER, PASSWORD
    settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = tls, False
    settings.EMAIL_FROM = f"Portal <{USER}>"


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
