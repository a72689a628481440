"""The mark a sender leaves in a free text, so that the record can be found again.

[sandbox] DM has no field for a sender's key on confirmations, movements and holds. Concord writes
``CONCORD-<guid>`` into the text field there is (``postedBy``, ``comments``).
"""

from __future__ import annotations

import re

_MARK = re.compile(
    r"\s*\[?CONCORD-([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\]?"
)


_KEYED = re.compile(rb'"(?:reference|ExternalId)"\s*:\s*"([0-9a-f]{8}-[0-9a-f-]{27})"')


def reference_in(body: bytes) -> str | None:
    """Return the sender's mark wherever a body carries it."""
    found = _KEYED.search(body)
    return found.group(1).decode() if found else mark_in(body.decode("utf-8", "replace"))[0]


def mark_in(text: str) -> tuple[str | None, str]:
    """Return the mark in a text, and the text without it."""
    found = _MARK.search(text)
    return (found.group(1) if found else None, _MARK.sub("", text).strip())
