"""Passwords: kept as scrypt hashes, compared in constant time."""

from __future__ import annotations

import base64
import hashlib
import hmac

COST = 2**15
BLOCK = 8
LANES = 1
MEMORY = 64 * 1024 * 1024
SHORTEST = 10
LONGEST = 200


class WeakPassword(ValueError):
    """A password that would not protect anything; whoever chose it chooses another."""


def check_strength(password: str, name: str) -> None:
    """Refuse what is guessed first.

    Raises:
        WeakPassword: It is too short, too long, or the name itself.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword(f"a password has {SHORTEST} to {LONGEST} characters")
    if len(set(password)) < SHORTEST // 2 or name.casefold() in password.casefold():
        raise WeakPassword("a password neither repeats few characters nor holds the name")


def hashed(password: str, salt: bytes) -> str:
    """Return what is kept of a password."""
    key = _scrypt(password, salt, COST, BLOCK, LANES)
    parts = (base64.b64encode(salt).decode(), base64.b64encode(key).decode())
    return f"scrypt${COST}${BLOCK}${LANES}${parts[0]}${parts[1]}"


def matches(password: str, kept: str | None) -> bool:
    """Return whether a password is the one kept; where none is, it takes as long to say no."""
    _, cost, block, lanes, salt, key = (kept or _NOBODYS).split("$")
    found = _scrypt(password, base64.b64decode(salt), int(cost), int(block), int(lanes))
    return hmac.compare_digest(found, base64.b64decode(key)) and kept is not None


def _scrypt(password: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    said = password[: LONGEST + 1].encode("utf-8", "surrogatepass")
    return hashlib.scrypt(said, salt=salt, n=cost, r=block, p=lanes, maxmem=MEMORY, dklen=32)


_NOBODYS = f"scrypt${COST}${BLOCK}${LANES}${'A' * 22}==${'A' * 43}="
"""Compared with where there is no password, so that nobody learns from the time it takes."""
