"""What signals are called: by their sender, in their columns, and as the cases they open."""

from __future__ import annotations

import base64
import hashlib

from agent.records.columns import storable

LONGEST_NAME = 200
"""Sources, signal ids and names of objects longer than this are no names."""


def case_id(source: str, signal: str) -> str:
    """Return the id of the case a signal opens: always the same, even with a lost database.

    The keys of postings are made from it, so a signal played again finds what was posted for it.
    """
    mark = hashlib.sha256(f"{source}\x1f{signal}".encode("utf-8", "surrogatepass")).digest()
    return "c-" + base64.b32encode(mark[:10]).decode("ascii").lower()[:12]


def stored(name: tuple[str, str]) -> tuple[str, str]:
    """Return the name of a signal as it lies in its columns."""
    return storable(name[0]), storable(name[1])


def short_name(name: str) -> str:
    """Return a name short enough to be looked up by; a longer one stands in by its hash."""
    if len(name) <= LONGEST_NAME:
        return name
    return "sha256:" + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
