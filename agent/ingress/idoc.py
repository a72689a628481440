"""IDocs as XML: their control record and segments, read strictly.

An IDoc needs no document type and no entity, so a document that declares any is refused before it
can do harm: nothing is fetched, and nothing expands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NoReturn
from xml.parsers import expat

from agent.intake import Malformed

CONTROL = "EDI_DC40"
ROOT = "IDOC"
DEEPEST = 16
MOST_SEGMENTS = 20_000
MOST_IDOCS = 1000
LONGEST_FIELD = 20_000
LONGEST_CONTROL = 4000
"""Every signal carries the control record of its IDoc, which has 524 characters in SAP."""


@dataclass
class Segment:
    """One segment: its fields, and the segments below it."""

    name: str
    fields: dict[str, str] = field(default_factory=dict[str, str])
    below: list[Segment] = field(default_factory=list["Segment"])

    def walk(self, above: tuple[Segment, ...] = ()) -> Iterator[tuple[Segment, ...]]:
        """Walk this segment and all below, each with the ones above it, the nearest first."""
        line = (self, *above)
        yield line
        for one in self.below:
            yield from one.walk(line)


@dataclass(frozen=True)
class Line:
    """One segment, and what it can borrow fields from: those above it, and what lies beside them.

    Each ``beside`` is made once for all segments that lie there: a document of nothing but small
    segments must not cost their number squared.
    """

    segment: Segment
    above: tuple[Segment, ...]
    beside: tuple[Beside, ...]

    def look(self, name: str) -> str | None:
        """Return a field of the segment, or of the nearest one around it that has it."""
        own = (one.fields.get(name) for one in (self.segment, *self.above))
        lent = (one.lends(name, self.segment.name) for one in self.beside)
        return next((found for found in chain(own, lent) if found), None)


class Beside:
    """What small segments that lie together lend to others, which are never of the same name.

    Args:
        segments: All that lie there; those with others below them lend to these alone.
    """

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._lent = dict[str, dict[str, str]]()
        for one in segments:
            for name, value in one.fields.items() if not one.below else ():
                lenders = self._lent.setdefault(name, {})
                if value and len(lenders) < 2:
                    lenders.setdefault(one.name, value)

    def lends(self, name: str, to: str) -> str | None:
        """Return a field of the first segment that has it, and another name than ``to``."""
        lenders: Mapping[str, str] = self._lent.get(name, {})
        return next((value for lender, value in lenders.items() if lender != to), None)


@dataclass(frozen=True)
class Idoc:
    """One IDoc: who sent it, what it is, and its segments."""

    control: dict[str, str]
    segments: tuple[Segment, ...]
    mark: str

    @property
    def message(self) -> str:
        """The message type."""
        return self.control.get("MESTYP", "")

    @property
    def source(self) -> str:
        """Who sent it, as the source of its signals."""
        partner = self.control.get("SNDPRN") or self.control.get("SNDPOR") or "unknown"
        return f"/idoc/{partner}"

    @property
    def number(self) -> str:
        """Its number; an IDoc without one is known by its content."""
        return self.control.get("DOCNUM", "").lstrip("0") or self.mark

    def lines(self) -> Iterator[Line]:
        """Walk all segments, each with those it can borrow fields from, the nearest first."""
        yield from _lines(self.segments, (), ())


def _lines(
    segments: Sequence[Segment], above: tuple[Segment, ...], beside: tuple[Beside, ...]
) -> Iterator[Line]:
    around = (Beside(segments), *beside)
    for one in segments:
        yield Line(one, above, around)
        if one.below:
            yield from _lines(one.below, (one, *above), around)


def read(body: bytes) -> tuple[Idoc, ...]:
    """Return the IDocs of a document.

    Raises:
        Malformed: It is no XML, declares entities, is beyond reason, or holds no IDoc.
    """
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = reader.declared
    parser.EntityDeclHandler = reader.declared
    parser.StartElementHandler = reader.opens
    parser.EndElementHandler = reader.closes
    parser.CharacterDataHandler = reader.says
    parser.buffer_text = True
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        if isinstance(error, Malformed):
            raise
        raise Malformed("body", f"is no XML: {error}") from error
    if not reader.idocs:
        raise Malformed("body", f"holds no {ROOT}")
    return tuple(_idoc(root) for root in reader.idocs)


def _idoc(root: Segment) -> Idoc:
    control = next((one.fields for one in root.below if one.name == CONTROL), dict[str, str]())
    if sum(len(name) + len(value) for name, value in control.items()) > LONGEST_CONTROL:
        raise Malformed(CONTROL, f"is longer than {LONGEST_CONTROL} characters")
    segments = tuple(one for one in root.below if one.name != CONTROL)
    said = repr([(line[0].name, line[0].fields) for line in root.walk()])
    mark = "sha256:" + hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
    return Idoc(control, segments, mark)


class _Reader:
    """Builds segments as the parser meets them."""

    def __init__(self) -> None:
        self.idocs = list[Segment]()
        self._line = list[tuple[Segment, list[str], bool]]()
        self._count = self._depth = self._segments = 0

    def declared(self, *_: object) -> NoReturn:
        raise Malformed("body", "declares a document type or entities, which no IDoc needs")

    def opens(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._count += 1
        if self._depth > DEEPEST or self._count > MOST_SEGMENTS * 20:
            raise Malformed("body", "has more or deeper elements than any IDoc")
        own = name.rpartition(":")[2].upper()
        segment = any(key.upper() in {"SEGMENT", "BEGIN"} for key in attributes)
        if own == ROOT and not self._line:
            if len(self.idocs) >= MOST_IDOCS:
                raise Malformed("body", f"holds more than {MOST_IDOCS} IDocs")
            self.idocs.append(Segment(own))
            self._line.append((self.idocs[-1], [], True))
        elif self._line:
            self._line.append((Segment(own), [], segment))

    def says(self, text: str) -> None:
        if self._line:
            self._line[-1][1].append(text)

    def closes(self, _: str) -> None:
        self._depth -= 1
        if not self._line:
            return
        closed, words, segment = self._line.pop()
        if not self._line:
            return
        if segment or closed.fields or closed.below:
            self._segments += 1
            if self._segments > MOST_SEGMENTS:
                raise Malformed("body", f"has more than {MOST_SEGMENTS} segments")
            self._line[-1][0].below.append(closed)
            return
        text = "".join(words).strip()
        if len(text) > LONGEST_FIELD:
            raise Malformed(closed.name, f"is longer than {LONGEST_FIELD} characters")
        self._line[-1][0].fields[closed.name] = text
