"""Identifiers as Concord compares them: without the zeros and blanks a system pads them with.

SAP's APIs answer ``1000000`` where some clients send ``000001000000``; both name one order. A
number that mixes letters and digits keeps its zeros: ``00AB`` is a code, not a padded number.
"""

from __future__ import annotations


def normal(identifier: str) -> str:
    """Return the identifier as readings are compared: trimmed, upper case, unpadded."""
    text = identifier.strip().upper()
    if text.isdecimal():
        return text.lstrip("0") or "0"
    return text


def padded(identifier: str, width: int) -> str:
    """Return a numeric identifier padded to a system's width; a lettered one unchanged."""
    text = normal(identifier)
    return text.zfill(width) if text.isdecimal() else text


def operation_number(identifier: str) -> str:
    """Return an operation as SAP writes it, four digits: ``10`` and ``0010`` are the same step."""
    return padded(identifier, 4)
