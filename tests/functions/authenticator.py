"""A passkey in software: attests and signs as an authenticator and its browser do, or as they should not."""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """One passkey. Each field is what an attack may change."""

    origin: str = "https://portal.example"
    rp_id: str = "portal.example"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    counts: bool = True
    """Whether it counts its answers; many passkeys say nought for ever."""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    user: str = ""

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.create()` gives for these options, as the script sends it."""
        self.user = options["user"]["id"]
        attested = bytes(16) + len(self.credential).to_bytes(2) + self.credential + self._public_key()
        data = self._data(self.flags | ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return {
            "client_data": encoded(self._client_data("webauthn.create", options["challenge"])),
            "attestation": encoded(attestation),
            "transports": ["internal", "hybrid"],
        }

    def answer(self, options: dict[str, Any], kind: str = "webauthn.get") -> dict[str, Any]:
        """What `navigator.credentials.get()` gives for these options, as the script sends it."""
        self.count += self.counts
        client_data = self._client_data(kind, options["challenge"])
        data = self._data(self.flags)
        signed = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return {
            "credential": encoded(self.credential),
            "client_data": encoded(client_data),
            "authenticator_data": encoded(data),
            "signature": encoded(signed),
            "user": self.user,
        }

    def _client_data(self, kind: str, challenge: str) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _public_key(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
