"""What Teams would not show, found before it is sent.

A card that is wrong is accepted by Workflows and then shown by nobody, so nothing comes back that
could be noticed. What is checked is what webhook cards can do, not what Adaptive Cards can.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, cast
from urllib.parse import urlsplit

CARD = "application/vnd.microsoft.card.adaptive"
NEWEST = (1, 4)
LARGEST = 24 * 1024
MOST_ACTIONS = 6
ELEMENTS = frozenset(
    {"AdaptiveCard", "TextBlock", "ColumnSet", "Column", "FactSet", "Container", "Action.OpenUrl"}
)
"""What cards of version 1.2 knew and a webhook's card can use; nobody listens to Submit."""

Table = Mapping[str, Any]


def faults(message: Table) -> list[str]:
    """Return everything that is wrong with a message to a Workflows webhook."""
    return list(_faults(message))


def size(message: Table) -> int:
    """Return how many bytes a message takes on its way."""
    return len(json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def _faults(message: Table) -> Iterator[str]:
    if size(message) > LARGEST:
        yield f"{size(message)} bytes are more than {LARGEST}"
    attached = message.get("attachments")
    if message.get("type") != "message" or not isinstance(attached, list):
        yield "it is no message with attachments"
        return
    cards = cast("list[Table]", attached)
    if len(cards) != 1 or cards[0].get("contentType") != CARD or cards[0].get("contentUrl", ""):
        yield "it has not exactly one card attached"
        return
    card: Table = cards[0].get("content") or {}
    if card.get("type") != "AdaptiveCard" or not _version_fits(card.get("version")):
        yield f"it is no Adaptive Card of version {NEWEST[0]}.{NEWEST[1]} or older"
    parts = list(_parts(card))
    if sum(str(part.get("type")).startswith("Action.") for part in parts) > MOST_ACTIONS:
        yield f"it has more than {MOST_ACTIONS} actions"
    for part in parts:
        yield from _of_part(part)


def _version_fits(version: object) -> bool:
    found = re.fullmatch(r"(\d)\.(\d)", version) if isinstance(version, str) else None
    return found is not None and (int(found[1]), int(found[2])) <= NEWEST


def _of_part(part: Table) -> Iterator[str]:
    kind = part.get("type")
    if kind not in ELEMENTS:
        yield f"{kind} is not shown, or nobody would listen to it"
    if kind == "TextBlock":
        if not _words(part.get("text")):
            yield "a TextBlock is empty"
        if part.get("wrap") is not True:
            yield "a TextBlock does not wrap"
    if kind == "FactSet":
        facts: list[Table] = part.get("facts") or []
        said = [_words(one.get(key)) for one in facts for key in ("title", "value")]
        if not said or not all(said):
            yield "a FactSet has a fact without words"
    if kind == "Action.OpenUrl" and not _https(part.get("url")):
        yield "an action leads to no absolute https address"


def _words(text: object) -> bool:
    return isinstance(text, str) and bool(text.strip())


def _https(url: object) -> bool:
    if not isinstance(url, str) or not url.isascii() or re.search(r"[\s<>\"]", url):
        return False
    parts = urlsplit(url)
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc


def _parts(value: Any) -> Iterator[Table]:
    """Return every element and action of a card, however deep."""
    if isinstance(value, Mapping):
        table = cast("Table", value)
        if "type" in table:
            yield table
        for below in table.values():
            yield from _parts(below)
    elif isinstance(value, list):
        for one in cast("list[Any]", value):
            yield from _parts(one)
