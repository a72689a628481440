"""Doubt: which cases were left to a person because nobody knows what was posted.

A case's timeline tells where each of its postings stood when it was left. Only one whose outcome
nobody knew then is a doubt; that a case needs a person for another reason excuses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

POSTING = "posting "
IN_DOUBT = frozenset({"sending", "unknown", "given_up"})
LEFT, UNSETTLED = "case settled", "unsettled"


def in_doubt(timeline: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return the postings nobody knew the outcome of when a case was last left to a person."""
    stands, doubted = dict[str, str](), frozenset[str]()
    for link in timeline:
        what, details = link["what"], link["details"]
        if what.startswith(POSTING) and "key" in details:
            stands[details["key"]] = what.removeprefix(POSTING)
        elif what == LEFT:
            left = details["settlement"] == UNSETTLED
            doubted = frozenset(key for key, at in stands.items() if left and at in IN_DOUBT)
    return doubted
