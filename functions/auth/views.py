"""What the pages for signing in show."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from portal.domain.people import Role
from portal.store.identity import Purpose
from portal.views import Part, View, view


@view
class SignIn(View):
    """Asks for the e-mail address, or for a passkey."""

    template: ClassVar[str] = "auth/sign_in.html"


@view
class CodeForm(View):
    """Asks for the six-digit code; the same whether the address is known or not."""

    template: ClassVar[str] = "auth/code.html"

    challenge: str
    minutes: int


@view
class LinkPage(View):
    """A button that says what it will do: opening a link by itself never acts, because mail scanners open links.

    `office_name`: the office that is going to be opened, if that is what the link is for.
    """

    template: ClassVar[str] = "auth/link.html"

    token: str
    purpose: Purpose
    office_name: str = ""


@view
class Confirm(View):
    """Asks who is signed in to prove it again, by mail or passkey; `back` is where they came from."""

    template: ClassVar[str] = "auth/confirm.html"

    back: str


@view
class ConfirmCode(View):
    """Asks for the code that confirms."""

    template: ClassVar[str] = "auth/confirm_code.html"

    challenge: str
    back: str
    minutes: int


@view
class DeviceLine(Part):
    """A device on which the person is signed in. `id` is the hash under which its session is kept."""

    id: str
    device: str
    started_at: datetime
    last_used: datetime
    this_one: bool


@view
class Devices(View):
    """Where the person is signed in."""

    template: ClassVar[str] = "auth/devices.html"

    devices: list[DeviceLine]


@view
class Context(Part):
    """An office or a firm to work in."""

    address: str
    name: str
    office_name: str
    role: Role


@view
class Contexts(View):
    """What the signed-in person can choose from."""

    template: ClassVar[str] = "auth/contexts.html"

    name: str
    contexts: list[Context]
