"""What the page of passkeys shows, and what its script is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from portal.views import Part, View, view


@view
class PasskeyLine(Part):
    """A passkey of the person. `id` is the hash under which it is kept."""

    id: str
    name: str
    created_at: datetime
    last_used: datetime | None


@view
class PasskeyList(View):
    """The person's passkeys."""

    template: ClassVar[str] = "auth/passkeys.html"

    passkeys: list[PasskeyLine]


@view
class Options(View):
    """What the browser is to ask a passkey for, as WebAuthn writes it."""

    template: ClassVar[str] = ""

    public_key: dict[str, Any]
