"""XML from a system, read without the traps: a document type, and so any entity, is refused."""

from __future__ import annotations

from typing import NoReturn
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser


class _NoDoctype(TreeBuilder):
    def doctype(self, *_: object) -> NoReturn:
        raise ValueError("a document type declaration")


def read_xml(document: bytes) -> Element:
    """Parse an XML document.

    Raises:
        ValueError: It is not well-formed, or declares a document type.
    """
    parser = XMLParser(target=_NoDoctype())
    try:
        parser.feed(document)
        root: Element = parser.close()
    except (ParseError, LookupError) as error:  # an encoding nobody knows is no syntax error
        raise ValueError(f"broken XML ({error})") from error
    return root


def local(element: Element) -> str:
    """Return the element's name without its namespace."""
    return element.tag.rpartition("}")[2]
