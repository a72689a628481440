"""Chance. Only what wires, and what hands out secrets and names, asks here."""

from __future__ import annotations

import secrets


def secret() -> str:
    """Return 256 bits nobody can guess, as text that fits into addresses and headers."""
    return secrets.token_urlsafe(32)


def salt() -> bytes:
    """Return what makes two equal passwords look different."""
    return secrets.token_bytes(16)


def identifier() -> str:
    """Return a name that nothing else has."""
    return secrets.token_hex(16)
