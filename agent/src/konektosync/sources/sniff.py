"""Which format a file is, by its content: the root element and what its header says, never the file's name.

Supported: JPK_V7M(3), JPK_V7K(3), JPK_PKPIR(3), JPK_EWP(4), KEDU 5.6 and 5.7 (later 5.x with a warning). Another
version of these is refused by name. Other kinds of JPK are left out with a note; XML with another root is none of ours.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from konektosync.model import FileContent, Note, SourceError
from konektosync.sources.jpk_books import Ewp, Pkpir
from konektosync.sources.jpk_v7 import MONTHLY, QUARTERLY, JpkV7
from konektosync.sources.kedu import Kedu
from konektosync.sources.tree import ANY, SKIP, UNIT, Format, Node, Root, Shape
from konektosync.texts import _

V7M = "http://crd.gov.pl/wzor/2025/12/19/14090/"
V7K = "http://crd.gov.pl/wzor/2025/12/19/14089/"
PKPIR = "http://jpk.mf.gov.pl/wzor/2024/10/30/10302/"
EWP = "http://jpk.mf.gov.pl/wzor/2024/10/30/10301/"
SUPPORTED = "JPK_V7M (3), JPK_V7K (3), JPK_PKPIR (3), JPK_EWP (4), KEDU 5.6, KEDU 5.7"

# By the version alone: ZUS puts the year of publication before it.
_KEDU = re.compile(r"http://www\.zus\.pl/\d{4}/KEDU_(\d+)_(\d+)")
_OUR_JPK = ("JPK_V7M", "JPK_V7K", "JPK_VAT", "JPK_PKPIR", "JPK_EWP")
NEWEST_KEDU = 7


OTHER_SHAPE: Shape = {"Naglowek": UNIT, ANY: SKIP}


class OtherJpk(Format):
    """A JPK in a namespace we do not read: either another version of ours, or a kind that is never sent."""

    shape = OTHER_SHAPE

    def __init__(self, namespace: str) -> None:
        self._namespace = namespace
        self._code = ""

    def unit(self, path: tuple[str, ...], node: Node) -> None:  # noqa: ARG002 - only the header is a unit
        """The header names the kind and version."""
        code = node.child("KodFormularza")
        if code is not None:
            self._code = code.attributes.get("kodSystemowy") or code.text.strip()
        raise Known

    def result(self) -> FileContent:
        """A note for a kind that is never sent. Raises SourceError for another version of ours."""
        if self._code.startswith("JPK_") and not self._code.startswith(_OUR_JPK):
            sentence = _("{code} nie jest wysyłany do portalu.")
            return FileContent(notes=(Note("", "kind-not-sent", sentence.format(code=self._code)),))
        raise unsupported(f"{self._code or 'JPK'} ({self._namespace or _('bez przestrzeni nazw')})")


class Known(Exception):  # noqa: N818 - a signal that enough was read, not an error
    """The rest of the file need not be read."""


class LaterKedu(Kedu):
    """A KEDU newer than those we know: read by the same names, with a warning."""

    def __init__(self, version: str, minor: int) -> None:
        super().__init__(minor)
        self._version = version

    def result(self) -> FileContent:
        """As of KEDU 5.7, and the warning."""
        content = super().result()
        sentence = _(
            "KEDU {version} jest nowszy niż 5.6 i 5.7; odczytano go tak samo. Sprawdź kwoty i zaktualizuj program."
        )
        return replace(
            content, notes=(*content.notes, Note("", "schema-newer", sentence.format(version=self._version)))
        )


def choose(root: Root) -> Format | None:
    """The format for a root element; None where the file is none of ours.

    Raises SourceError `schema-version-unsupported`.
    """
    if root.name == "JPK":
        return _jpk(root.namespace)
    if root.name == "KEDU":
        return _kedu(root.namespace)
    return None


def _jpk(namespace: str) -> Format:
    known: dict[str, Callable[[], Format]] = {
        V7M: lambda: JpkV7(MONTHLY),
        V7K: lambda: JpkV7(QUARTERLY),
        PKPIR: Pkpir,
        EWP: Ewp,
    }
    make = known.get(namespace)
    return make() if make is not None else OtherJpk(namespace)


def _kedu(namespace: str) -> Format:
    match = _KEDU.fullmatch(namespace)
    if match is None or match[1] != "5" or int(match[2]) < 6:
        raise unsupported(f"KEDU ({namespace or _('bez przestrzeni nazw')})")
    minor = int(match[2])
    return Kedu(minor) if minor <= NEWEST_KEDU else LaterKedu(f"5.{minor}", minor)


def unsupported(found: str) -> SourceError:
    """The refusal of another version, naming it and what is supported."""
    sentence = _("Wersja {found} nie jest obsługiwana. Obsługiwane: {supported}.")
    return SourceError("schema-version-unsupported", sentence.format(found=found, supported=SUPPORTED))
