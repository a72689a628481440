"""The site's extension table: copies of Concord's audit, written by a process of the desk.

[sandbox] Table and process: SAP's public API has none for it. The entry's hash is the table's key,
so an entry that comes again is one row; the same hash with other words is refused.
"""

from __future__ import annotations

from http import HTTPStatus

from tools.sandbox.dm.call import Answer, Call, Written, optional, text
from tools.sandbox.dm.refusal import Refused, wrong

FIELDS = frozenset(
    {
        "plant",
        "sequence",
        "hash",
        "recordedAt",
        "recordedBy",
        "activity",
        "case",
        "reason",
        "documents",
        "details",
        "reference",
    }
)


def copy_audit(call: Call) -> Answer:
    """Keep a row."""
    row, rows = call.row, call.state.extension
    call.state.floor(text(row, "plant"))
    for name in ("recordedAt", "recordedBy", "activity", "case", "details"):
        text(row, name)
    if unknown := sorted(set(row) - FIELDS):
        raise wrong("field.unknown", f"the table has no column {unknown[0]}")
    if not isinstance(row.get("sequence"), int):
        raise wrong("field.malformed", "the field sequence is no whole number")
    key = text(row, "hash")
    if key in rows:
        if rows[key] != row:
            raise Refused(HTTPStatus.BAD_REQUEST, "row.other", f"row {key} says something else")
        return Answer({"row": key})
    rows[key] = row
    return Answer({"row": key}, written=Written(optional(row, "reference"), "audit row", key))
