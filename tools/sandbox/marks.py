"""The reference a posted body carries, found even in a body that is refused."""

from __future__ import annotations

from tools.jsontext import read_json


def reference_in(body: bytes, field: str = "reference") -> str | None:
    """Return the mark of a body, None if there is none to be read."""
    try:
        parsed = read_json(body)
    except ValueError:
        return None
    mark = parsed.get(field) if isinstance(parsed, dict) else None
    return mark if isinstance(mark, str) else None
