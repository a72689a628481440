"""Triage of an error text or log line: what it is, whose it is, and what is suggested.

Only class and number of a message decide; words vary with language and release and prove nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.playbooks.refusals import UNKNOWN, Meaning, meanings

NAMED = re.compile(r"(?<![\w/])((?:/\w{1,10}/)?[A-Z][A-Z0-9_]{1,29})[/\s(-]{1,3}(\d{3})(?!\d)")
HTTP = re.compile(r"\b(?:HTTP(?:/\d(?:\.\d)?)?|status(?: code)?)\D{0,3}([45]\d\d)\b", re.IGNORECASE)
SAYS_NOTHING = frozenset({"wrapper", "success"})


@dataclass(frozen=True)
class Triage:
    """What a text is about. ``code`` is the message it was told by, empty if there was none."""

    category: str
    queue: str
    fix: str
    code: str
    confidence: float


def assess(said: str) -> Triage:
    """Return what a text is about; a text without a known message goes to the integrator."""
    codes = list(_codes(said))
    for code in reversed(codes):
        meaning = meanings().get(code) or meanings().get(code.rpartition("/")[0] + "/*")
        if meaning is not None and meaning.cause not in SAYS_NOTHING:
            return _of(meaning, code, 1.0)
    return _of(UNKNOWN, codes[-1] if codes else "", 0.0)


def _of(meaning: Meaning, code: str, sure: float) -> Triage:
    return Triage(meaning.cause, meaning.role, meaning.fix, code, sure)


def _codes(said: str) -> Iterator[str]:
    """Return the messages a text names, in their order."""
    found = [(one.start(), f"{one[1]}/{one[2]}") for one in NAMED.finditer(said)]
    found += [(one.start(), f"HTTP/{one[1]}") for one in HTTP.finditer(said)]
    return (code for _, code in sorted(found))
