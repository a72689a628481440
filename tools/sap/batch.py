"""``$batch``: several requests in one, as multipart/mixed. Pure text in and out.

A changeset is carried out wholly or not at all. Some services allow one change per changeset, so
nothing here promises atomicity across documents.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import httpx

from tools.jsontext import write_json
from tools.sap.literals import Payload, json_payload


@dataclass(frozen=True, slots=True)
class Retrieve:
    """A read inside a batch.

    ``target`` is relative to the service, query included, and percent-encoded; see
    ``tools.sap.literals`` for ``key_predicate`` and ``query_string``.
    """

    target: str


@dataclass(frozen=True, slots=True)
class Change:
    """A write inside a changeset."""

    method: Literal["POST", "PATCH", "MERGE", "PUT", "DELETE"]
    target: str
    payload: Payload | None = None
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class Changeset:
    """Changes that happen together or not at all."""

    changes: tuple[Change, ...]

    def __post_init__(self) -> None:
        """Refuse a changeset that changes nothing."""
        if not self.changes:
            raise ValueError("a changeset without changes")


BatchPart: TypeAlias = Retrieve | Changeset


@dataclass(frozen=True, slots=True)
class PartReply:
    """One answer inside a batch's answer."""

    status: int
    headers: httpx.Headers
    body: bytes


_STATUS = re.compile(rb"HTTP/\d\.\d (\d{3})")
_BOUNDARY = re.compile(r'boundary=(?:"([^"]+)"|([^;\s]+))', re.IGNORECASE)
_BLANK = re.compile(rb"\r?\n\r?\n")
_LINE = re.compile(rb"\r?\n")


def encode(parts: Sequence[BatchPart]) -> tuple[str, bytes]:
    """Write a batch; returns content type and body. The same parts make the same bytes."""
    digest = hashlib.sha256(repr(parts).encode()).hexdigest()[:24]
    boundary = f"batch_{digest}"
    written = [
        _retrieve(part) if isinstance(part, Retrieve) else _changeset(part, f"{digest}_{number}")
        for number, part in enumerate(parts)
    ]
    return f"multipart/mixed; boundary={boundary}", _multipart(boundary, written)


def _multipart(boundary: str, parts: Sequence[bytes]) -> bytes:
    opening = f"--{boundary}\r\n".encode()
    return b"".join(opening + part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()


def _retrieve(part: Retrieve) -> bytes:
    return _request("GET", part.target, {"Accept": "application/json"}, b"", None)


def _changeset(part: Changeset, suffix: str) -> bytes:
    boundary = f"changeset_{suffix}"
    changes = [_change(change, number) for number, change in enumerate(part.changes, start=1)]
    head = f"Content-Type: multipart/mixed; boundary={boundary}\r\n\r\n".encode()
    return head + _multipart(boundary, changes)


def _change(change: Change, number: int) -> bytes:
    headers = {"Accept": "application/json"}
    body = b""
    if change.payload is not None:
        body = write_json(json_payload(change.payload)).encode()
        headers |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
    if change.etag is not None:
        headers["If-Match"] = _one_line(change.etag)
    return _request(change.method, change.target, headers, body, number)


def _request(
    method: str, target: str, headers: dict[str, str], body: bytes, number: int | None
) -> bytes:
    lines = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    if number is not None:
        lines.append(f"Content-ID: {number}")
    if not target.isascii() or not target.isprintable() or " " in target:
        raise ValueError(f"{json.dumps(target)} is not percent-encoded")
    lines += ["", f"{method} {target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _one_line(text: str) -> str:
    if any(character in text for character in "\r\n"):
        raise ValueError(f"{json.dumps(text)} would break out of its line")
    return text


def decode(content_type: str, body: bytes) -> list[PartReply | list[PartReply]]:
    """Read a batch's answer: one entry per part, a list where a changeset succeeded.

    Raises:
        ValueError: The answer is not a complete multipart/mixed document.
    """
    answers: list[PartReply | list[PartReply]] = []
    for part in _split(content_type, body):
        headers, content = _headers(part)
        kind = headers.get("content-type", "")
        if kind.lower().startswith("multipart/mixed"):
            answers.append([_http(_headers(inner)[1]) for inner in _split(kind, content)])
        else:
            answers.append(_http(content))
    return answers


def _split(content_type: str, body: bytes) -> list[bytes]:
    found = _BOUNDARY.search(content_type)
    if not content_type.lower().startswith("multipart/mixed") or found is None:
        raise ValueError(f"{content_type[:80] or 'no content type'!r} is not multipart/mixed")
    boundary = (found[1] or found[2]).encode()
    mark = re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    parts: list[bytes] = []
    start: int | None = None
    for hit in mark.finditer(body):
        if start is not None:
            parts.append(body[start : hit.start()])
        if hit[1]:
            return parts
        start = hit.end()
    raise ValueError("the multipart answer has no end")


def _headers(part: bytes) -> tuple[httpx.Headers, bytes]:
    """Take a part apart; its first line, the rest of the boundary's or a status, is passed over."""
    head, content = _cut(part)
    lines = [line.partition(b":") for line in _LINE.split(head)[1:]]
    return httpx.Headers([(name.strip(), value.strip()) for name, _, value in lines]), content


def _http(message: bytes) -> PartReply:
    message = message.lstrip(b"\r\n")
    status = _STATUS.match(message)
    if status is None:
        raise ValueError("a part that is no HTTP answer")
    headers, body = _headers(message)
    return PartReply(int(status[1]), headers, body.rstrip(b"\r\n"))


def _cut(text: bytes) -> tuple[bytes, bytes]:
    """Split at the first blank line."""
    blank = _BLANK.search(text)
    return (text, b"") if blank is None else (text[: blank.start()], text[blank.end() :])
