"""A small XML writer: programs differ in prefixes, indentation, line ends and byte order marks, so ours does too."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr


@dataclass(frozen=True)
class Style:
    """How one program writes XML."""

    prefix: str = ""
    indent: str | None = "  "
    newline: str = "\n"
    bom: bool = False
    encoding: str = "UTF-8"


@dataclass
class Node:
    """An element with text or children; a tag with a colon keeps its own prefix."""

    tag: str
    text: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)

    def add(self, tag: str, text: object = "", **attributes: str) -> Node:
        """Append a child element and return it."""
        child = Node(tag, str(text), attributes)
        self.children.append(child)
        return child

    def add_all(self, values: dict[str, str]) -> None:
        """Append one text element per item."""
        for tag, text in values.items():
            self.add(tag, text)


def serialize(root: Node, namespace: str, style: Style, others: dict[str, str] | None = None) -> bytes:
    """Return the bytes of a document in one namespace; other namespaces are declared by their prefixes."""
    declared = {f"xmlns:{style.prefix}" if style.prefix else "xmlns": namespace}
    declared |= {f"xmlns:{prefix}": uri for prefix, uri in (others or {}).items()}
    whole = Node(root.tag, root.text, declared | root.attributes, root.children)
    lines = [f'<?xml version="1.0" encoding="{style.encoding}"?>', *_lines(whole, style, 0)]
    newline = "" if style.indent is None else style.newline
    text = lines[0] + style.newline + newline.join(lines[1:]) + style.newline
    return (b"\xef\xbb\xbf" if style.bom else b"") + text.encode()


def _lines(node: Node, style: Style, depth: int) -> list[str]:
    tag = node.tag if ":" in node.tag or not style.prefix else f"{style.prefix}:{node.tag}"
    start = tag + "".join(f" {name}={quoteattr(value)}" for name, value in node.attributes.items())
    margin = (style.indent or "") * depth
    if not node.children:
        return [f"{margin}<{start}>{escape(node.text)}</{tag}>" if node.text else f"{margin}<{start}/>"]
    inside = [line for child in node.children for line in _lines(child, style, depth + 1)]
    return [f"{margin}<{start}>", *inside, f"{margin}</{tag}>"]
