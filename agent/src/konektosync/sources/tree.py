"""Reading XML of any size by pieces, safely.

A format describes the parts of its file as a tree of names. The reader hands over the small parts the format asks for
(`UNIT`) as `Node`s, passes by the others (`SKIP`) without keeping anything of them, and reports every name the tree
does not know. Entities are refused by defusedxml, so neither entity bombs nor outside files are possible.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Union
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesNSImpl

from defusedxml.expatreader import DefusedExpatParser

from konektosync.model import FileContent, SourceError
from konektosync.texts import _

# No official export nests deeper than 10 or holds a unit of more than some hundred elements; more is an attack.
DEEPEST = 64
LARGEST_UNIT = 5_000
LONGEST_TEXT = 1_000_000
# A name that is shown; the official ones are much shorter.
LONGEST_NAME = 150


class Part(Enum):
    """How a named part of a file is treated."""

    UNIT = "unit"
    SKIP = "skip"


UNIT = Part.UNIT
SKIP = Part.SKIP
Shape = Mapping[str, Union[Part, "Shape"]]

# In a shape: stands for every name that is not listed.
ANY = "*"


@dataclass(slots=True)
class Node:
    """One element with all that stands in it."""

    name: str
    attributes: dict[str, str]
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def child(self, name: str) -> "Node | None":
        """The first child of that name."""
        return next((one for one in self.children if one.name == name), None)

    def get(self, name: str) -> str | None:
        """The trimmed text of the first child of that name; None where there is no such child."""
        found = self.child(name)
        return found.text.strip() if found is not None else None


class Format(ABC):
    """What knows one kind of file: fed by the reader, asked for the result at the end."""

    shape: Shape

    @abstractmethod
    def unit(self, path: tuple[str, ...], node: Node) -> None:
        """A part marked `UNIT` was read."""

    def closed(self, path: tuple[str, ...]) -> None:  # noqa: B027 - a hook that most formats do not need
        """A part that holds other parts has ended."""

    def unknown(self, path: tuple[str, ...]) -> None:
        """An element stands where the shape knows none of that name: what it means is not known. Raises SourceError."""
        raise unknown_field(path)

    @abstractmethod
    def result(self) -> FileContent:
        """What the file holds; called once, after its end."""


def unknown_field(path: Sequence[str]) -> SourceError:
    """The refusal of an element that the schema does not have."""
    field = "/".join(path)[:LONGEST_NAME]
    return SourceError("field-unknown", _("Pole {field} nie występuje w tym schemacie.").format(field=field), field)


@dataclass(frozen=True, slots=True)
class Root:
    """The root element of a file: by it the format is chosen."""

    namespace: str
    name: str


# Chooses the format by the root element; None stops the reading: the file is none of ours.
Chooser = Callable[[Root], Format | None]


class NotOurs(Exception):  # noqa: N818 - a signal that ends the reading, not an error
    """The chooser wants nothing of this file."""


class Reader(ContentHandler):
    """Turns parser events into calls of a format. Keeps at most one unit in memory."""

    def __init__(self, choose: Chooser) -> None:
        super().__init__()
        self._choose = choose
        self.format: Format | None = None
        self._path: list[str] = []
        # Beside each open element: its shape, or None inside a skipped part or a unit.
        self._shapes: list[Shape | None] = []
        self._unit: list[Node] = []
        self._unit_size = 0
        self._texts: list[str] = []

    def startElementNS(  # noqa: N802 - named by the parser
        self,
        name: tuple[str | None, str],
        qname: str | None,  # noqa: ARG002 - the parser's signature
        attrs: AttributesNSImpl,
    ) -> None:
        """An element begins."""
        namespace, local = name
        if self.format is None:
            self._begin(Root(namespace or "", local))
        elif self._unit:
            self._grow(local, attrs)
        else:
            self._descend(local, attrs)
        self._path.append(local)
        if len(self._path) > DEEPEST:
            raise SourceError(
                "xml-broken", _("Plik ma zbyt głęboko zagnieżdżone elementy; to nie jest poprawny eksport.")
            )

    def _begin(self, root: Root) -> None:
        self.format = self._choose(root)
        if self.format is None:
            raise NotOurs
        self._shapes.append(self.format.shape)

    def _descend(self, local: str, attrs: AttributesNSImpl) -> None:
        shape = self._shapes[-1]
        if shape is None:
            self._shapes.append(None)
            return
        part = shape.get(local, shape.get(ANY))
        if part is None and self.format is not None:
            self.format.unknown((*self._path[1:], local))
        if part is UNIT:
            self._unit_size = 0
            self._grow(local, attrs)
        self._shapes.append(None if part is None or isinstance(part, Part) else part)

    def _grow(self, local: str, attrs: AttributesNSImpl) -> None:
        node = Node(local, {key[1]: value for key, value in attrs.items()})
        if self._unit:
            self._unit[-1].children.append(node)
            self._shapes.append(None)
        self._unit.append(node)
        self._texts.clear()
        self._unit_size += 1
        if self._unit_size > LARGEST_UNIT:
            sentence = _("Część {part} ma zbyt wiele elementów; to nie jest poprawny eksport.")
            raise SourceError("xml-broken", sentence.format(part=self._unit[0].name), self._unit[0].name)

    def characters(self, content: str) -> None:
        """A piece of text."""
        if not self._unit:
            return
        self._texts.append(content)
        if len(self._texts) > LONGEST_TEXT:
            raise SourceError(
                "xml-broken", _("Pole {field} jest za długie.").format(field=self._path[-1]), self._path[-1]
            )

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:  # noqa: N802, ARG002 - as above
        """An element ends."""
        path = tuple(self._path[1:])
        self._path.pop()
        shape = self._shapes.pop()
        if self.format is None:
            return
        if self._unit:
            node = self._unit.pop()
            if not node.children:
                node.text = "".join(self._texts)
            self._texts.clear()
            if not self._unit:
                self.format.unit(path, node)
        elif shape is not None and path:
            self.format.closed(path)


def new_parser(reader: Reader) -> Any:
    """A parser to feed bytes to. It raises defusedxml exceptions at a document type or an entity."""
    parser = DefusedExpatParser(namespaceHandling=1, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    parser.setContentHandler(reader)
    return parser
