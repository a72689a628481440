"""Envelopes: the CloudEvents in one HTTP request, whichever of the three modes it is in.

binary      the attributes stand in ``ce-…`` headers, the body is the data
structured  one event as JSON
batch       a JSON array of events; a bad one is no reason to refuse its neighbours

Nothing is judged here: what is wrong with an event, whoever reads it finds, and keeps it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, cast
from urllib.parse import unquote

PREFIX = "ce-"
STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
JSON = "application/json"
MOST_IN_A_BATCH = 1000

Headers = Iterable[tuple[str, str]]


class Mode(StrEnum):
    """How events lie in a request."""

    BINARY = "binary"
    STRUCTURED = "structured"
    BATCH = "batch"


class WrongType(ValueError):
    """The content type is none that events come in; the sender reacts."""


class TooMany(ValueError):
    """There are more events in one batch than are taken at once; the sender reacts."""


def mode_of(headers: Headers) -> Mode:
    """Return how events lie in a request; JSON without further word is a structured event.

    Raises:
        WrongType: It is no JSON.
    """
    given = [(name.lower(), value) for name, value in headers]
    types = [value for name, value in given if name == "content-type"]
    bare = types[0].partition(";")[0].strip().lower() if types else JSON
    if len(types) > 1 or bare not in {JSON, STRUCTURED, BATCH}:
        raise WrongType(f"Events come as {JSON}, {STRUCTURED} or {BATCH}.")
    if bare == BATCH:
        return Mode.BATCH
    if bare == JSON and any(name == f"{PREFIX}specversion" for name, _ in given):
        return Mode.BINARY
    return Mode.STRUCTURED


def opened(mode: Mode, headers: Headers, body: bytes) -> tuple[bytes, ...]:
    """Return the events of a request, each as structured JSON.

    What cannot be told apart stays one piece, for whoever reads it to refuse.

    Raises:
        TooMany: The batch is longer than is taken at once.
    """
    if mode is Mode.STRUCTURED:
        return (body,)
    found = _read(body)
    if mode is Mode.BINARY:
        return (json.dumps({**_attributes(headers), "data": found}).encode(),)
    if not isinstance(found, list):
        return (body,)
    events = cast(list[Any], found)
    if len(events) > MOST_IN_A_BATCH:
        raise TooMany(f"A batch may have {MOST_IN_A_BATCH} events, not {len(events)}.")
    return tuple(json.dumps(event).encode() for event in events)


def _attributes(headers: Headers) -> dict[str, Any]:
    """Return the attributes in the headers; one that stands there twice is no text any more."""
    found = dict[str, list[str]]()
    for name, value in headers:
        if name.lower().startswith(PREFIX):
            found.setdefault(name.lower().removeprefix(PREFIX), []).append(_decoded(value))
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _decoded(value: str) -> str:
    """Undo the percent encoding of a header, as the HTTP binding asks."""
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = value[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return unquote(value, errors="replace")


def _read(body: bytes) -> Any:
    """Return the JSON that arrived, or its text where it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace")
