"""A passkey without a device: what a browser would answer, made by the library that checks it."""

import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

FLAG = AuthenticatorData.FLAG


class Passkey:
    """A key pair of one person for one host."""

    def __init__(self, host: str = "testserver", origin: str = "https://testserver") -> None:
        self._host, self._origin = sha256(host.encode()), origin
        self._private = ec.generate_private_key(ec.SECP256R1())
        self.id = sha256(str(self._private.private_numbers().private_value).encode())[:16]
        self.user = b""

    def created(self, options: dict[str, Any], *, verified: bool = True) -> str:
        """Return the answer to the page's wish for a new passkey."""
        public = options["publicKey"]
        self.user = public["user"]["id"]
        key = ES256.from_cryptography_key(self._private.public_key())
        data = AuthenticatorData.create(
            self._host,
            FLAG.UP | FLAG.AT | (FLAG.UV if verified else FLAG(0)),
            counter=1,
            credential_data=AttestedCredentialData.create(b"\0" * 16, self.id, key),
        )
        return self._answer(
            {
                "clientDataJSON": self._client_data("webauthn.create", public["challenge"]),
                "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
            },
            clientExtensionResults={"credProps": {"rk": verified}},
        )

    def signed(self, options: dict[str, Any], *, verified: bool = True) -> str:
        """Return the answer to the page's question who is there."""
        data = AuthenticatorData.create(
            self._host, FLAG.UP | (FLAG.UV if verified else FLAG(0)), counter=2
        )
        client_data = self._client_data("webauthn.get", options["publicKey"]["challenge"])
        signature = self._private.sign(data + sha256(client_data), ec.ECDSA(SHA256()))
        return self._answer(
            {
                "clientDataJSON": client_data,
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                "userHandle": self.user,
            }
        )

    def _client_data(self, kind: str, challenge: str) -> CollectedClientData:
        return CollectedClientData.create(type=kind, challenge=challenge, origin=self._origin)

    def _answer(self, response: dict[str, Any], **more: Any) -> str:
        response["clientDataJSON"] = websafe_encode(response["clientDataJSON"])
        name = websafe_encode(self.id)
        told = {"id": name, "rawId": name, "type": "public-key", "response": response}
        return json.dumps({"clientExtensionResults": {}, **told, **more})
