"""``multipart/mixed`` with HTTP messages inside, as ``$batch`` sends and gets it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from tools.sandbox.exchange import Response
from tools.sandbox.odata.errors import MALFORMED, wrong
from tools.sandbox.odata.visit import Ask

MOST_PARTS = 1000
_BOUNDARY = re.compile(r"""boundary=(?:"([^"]{1,200})"|([^\s;,"]{1,200}))""", re.IGNORECASE)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_LINE = re.compile(rb"\r?\n")
_REQUEST_LINE = re.compile(r"([A-Z]{3,7}) (\S+) HTTP/1\.[01]")


@dataclass(frozen=True)
class Part:
    """One part: its headers, names in small letters, and what follows them."""

    headers: dict[str, str]
    content: bytes

    @property
    def kind(self) -> str:
        """The media type."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


def boundary_of(content_type: str) -> str:
    """Return the boundary a content type names; one without is refused."""
    match = _BOUNDARY.search(content_type)
    if match is None or not content_type.lower().strip().startswith("multipart/mixed"):
        raise wrong(MALFORMED, "A batch is multipart/mixed and names its boundary")
    return match[1] or match[2]


def parts(content: bytes, boundary: str) -> list[Part]:
    """Split a body at its boundary."""
    mark = re.escape(b"--" + boundary.encode("latin-1", "replace"))
    pieces = re.split(rb"(?:\A|\r?\n)" + mark + rb"(--)?[ \t]*(?=\r?\n|\Z)", content)
    # Between the texts stand the closing hyphens, None where a boundary only separates.
    if len(pieces) < 3 or pieces[-2] != b"--":
        raise wrong(MALFORMED, "The batch does not end at its boundary")
    inner = pieces[2:-2:2]
    if len(inner) > MOST_PARTS:
        raise wrong(MALFORMED, f"A batch has at most {MOST_PARTS} parts")
    return [_part(_LINE.sub(b"", piece, count=1)) for piece in inner]


def _part(piece: bytes) -> Part:
    head, content = _parted(piece)
    return Part(_headers(head), content)


def _parted(piece: bytes) -> tuple[bytes, bytes]:
    if piece.startswith((b"\r\n", b"\n")):
        return b"", _LINE.sub(b"", piece, count=1)
    head, *rest = _BLANK_LINE.split(piece, maxsplit=1)
    return head, rest[0] if rest else b""


def _headers(head: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in filter(None, _LINE.split(head)):
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon:
            raise wrong(MALFORMED, f"Malformed header {name[:60]!r} in the batch")
        found[name.strip().lower()] = value.strip()
    return found


def ask_of(part: Part) -> Ask:
    """Read the HTTP request inside a part; its address may be relative or whole."""
    if part.kind != "application/http":
        raise wrong(MALFORMED, f"A part is application/http, not {part.kind[:60]!r}")
    line, _, rest = part.content.lstrip(b"\r\n").partition(b"\n")
    match = _REQUEST_LINE.fullmatch(line.decode("latin-1").rstrip())
    if match is None:
        raise wrong(MALFORMED, f"Malformed request line {line[:60]!r} in the batch")
    head, body = _parted(rest)
    headers = _headers(head)
    length = headers.get("content-length", "")
    if length.isascii() and length.isdecimal() and len(length) < 10:
        body = body[: int(length)]
    path, _, query = match[2].partition("?")
    return Ask(match[1], path, query, headers, body)


def http_part(answered: Response, content_id: str | None) -> bytes:
    """Write an answer as a part."""
    named = f"Content-ID: {content_id}\r\n" if content_id else ""
    head = [f"HTTP/1.1 {answered.status} {_phrase(answered.status)}"]
    head += [f"{name.title()}: {value}" for name, value in answered.headers]
    head.append(f"Content-Length: {len(answered.body)}")
    opening = f"Content-Type: application/http\r\n{named}Content-Transfer-Encoding: binary\r\n\r\n"
    lines = opening + "\r\n".join(head) + "\r\n\r\n"
    return lines.encode("latin-1", "replace") + answered.body


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase


def mixed_part(inner: Iterable[bytes], boundary: str) -> bytes:
    """Write a changeset's answers as one part."""
    head = f"Content-Type: multipart/mixed; boundary={boundary}\r\n\r\n"
    return head.encode() + joined(inner, boundary)


def joined(inner: Iterable[bytes], boundary: str) -> bytes:
    """Write parts with their boundary."""
    mark = b"--" + boundary.encode()
    return b"".join(mark + b"\r\n" + part + b"\r\n" for part in inner) + mark + b"--\r\n"
