"""WebAuthn: what a browser is told to ask a passkey for, and whether the answer is true.

A module of its own, because what it imports is large: only the function that needs it does.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from portal import secrets
from portal.config import settings
from portal.domain import errors
from portal.domain.people import Person
from portal.store.passkeys import CEREMONY_MINUTES, Passkey

NAME = "KonektoSmart"
_TIMEOUT = CEREMONY_MINUTES * 60_000

# What parsing of bytes from a stranger may end with, besides the library's own refusals.
_MALFORMED = (WebAuthnException, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)


def rp_id() -> str:
    """The name that passkeys of this portal are bound to: its host."""
    return settings().domain.partition(":")[0]


def for_new(challenge: bytes, person: Person, known: Sequence[Passkey]) -> dict[str, Any]:
    """What a browser needs to make a passkey that knows whose it is and asks its person; none of the known again."""
    options = webauthn.generate_registration_options(
        rp_id=rp_id(),
        rp_name=NAME,
        user_id=person.id.encode(),
        user_name=person.email,
        user_display_name=person.name,
        challenge=challenge,
        timeout=_TIMEOUT,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(known),
    )
    return options_to_json_dict(options)


def for_use(challenge: bytes, known: Sequence[Passkey] = ()) -> dict[str, Any]:
    """What a browser needs to ask a passkey: one of the known, or, of none, whichever the person chooses."""
    options = webauthn.generate_authentication_options(
        rp_id=rp_id(),
        challenge=challenge,
        timeout=_TIMEOUT,
        allow_credentials=_descriptors(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def from_text(text: str) -> bytes:
    """Bytes as the script sends them. Raises `passkey-refused`."""
    try:
        return base64url_to_bytes(text)
    except _MALFORMED:
        raise errors.Refusal(errors.PASSKEY_REFUSED) from None


def challenge_hash(client_data: bytes) -> str:
    """Which ceremony an answer belongs to, by what the browser says it was asked. Raises `passkey-refused`."""
    try:
        return secrets.digest_of(base64url_to_bytes(json.loads(client_data)["challenge"]))
    except _MALFORMED:
        raise errors.Refusal(errors.PASSKEY_REFUSED) from None


def verified_new(client_data: bytes, attestation: bytes) -> VerifiedRegistration:
    """A new passkey, made on our page for our host by a person who was verified. Raises `passkey-refused`."""
    try:
        return webauthn.verify_registration_response(
            # The id stands inside the attestation, which is checked; what the script calls it does not matter.
            credential=RegistrationCredential(
                id=bytes_to_base64url(b""),
                raw_id=b"",
                response=AuthenticatorAttestationResponse(client_data, attestation),
            ),
            expected_challenge=_challenge(client_data),
            expected_rp_id=rp_id(),
            expected_origin=settings().base_url,
            require_user_verification=True,
        )
    except _MALFORMED:
        raise errors.Refusal(errors.PASSKEY_REFUSED) from None


def verified_count(passkey: Passkey, client_data: bytes, authenticator_data: bytes, signature: bytes) -> int:
    """The passkey's count after a true answer, given on our page for our host by a person who was verified.

    Raises `passkey-refused`; `passkey-cloned` when the count did not grow, as of a copy.
    """
    try:
        verified = webauthn.verify_authentication_response(
            credential=AuthenticationCredential(
                id=bytes_to_base64url(passkey.credential),
                raw_id=passkey.credential,
                response=AuthenticatorAssertionResponse(client_data, authenticator_data, signature),
            ),
            expected_challenge=_challenge(client_data),
            expected_rp_id=rp_id(),
            expected_origin=settings().base_url,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=0,  # compared below, where it has a refusal of its own
            require_user_verification=True,
        )
    except _MALFORMED:
        raise errors.Refusal(errors.PASSKEY_REFUSED) from None
    # Many passkeys do not count: they always say nought.
    if verified.new_sign_count <= passkey.sign_count and (verified.new_sign_count or passkey.sign_count):
        raise errors.Refusal(errors.PASSKEY_CLONED)
    return verified.new_sign_count


def _challenge(client_data: bytes) -> bytes:
    # That it is one of ours was checked before, by its hash.
    return base64url_to_bytes(json.loads(client_data)["challenge"])


def _descriptors(known: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(passkey.credential, transports=_transports(passkey)) for passkey in known]


def _transports(passkey: Passkey) -> list[AuthenticatorTransport]:
    # A browser may know ways that the library does not yet.
    return [way for way in AuthenticatorTransport if way.value in passkey.transports]
