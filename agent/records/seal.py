"""Signed checkpoints of the audit's end, kept outside the database they vouch for.

Whoever owns the database can rewrite the whole chain, or cut off its end. A checkpoint signed
before says what the chain was; copied to where that owner cannot write, it cannot be argued with.
"""

from __future__ import annotations

import base64
import fcntl
import json
import logging
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from agent.records.canonical import canonical

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

log = logging.getLogger("concord.records")

KEY_FILE = "audit.key"
CHECKPOINTS_FILE = "audit.checkpoints.jsonl"
EVERY = 100
"""So many entries after the last checkpoint, the next is due."""


class NotACheckpoint(ValueError):
    """A line is no checkpoint; whoever handed it in reacts."""


@dataclass(frozen=True)
class Checkpoint:
    """What the chain's end was at a time, and the signature of that."""

    sequence: int
    hash: str
    at: str
    key: str
    signature: str

    def said(self) -> bytes:
        """Return what the signature covers."""
        plain = {"sequence": self.sequence, "hash": self.hash, "at": self.at, "key": self.key}
        return canonical(plain).encode()

    def line(self) -> str:
        """Return the checkpoint as one line of JSON."""
        return canonical({**json.loads(self.said()), "signature": self.signature})

    @classmethod
    def of_line(cls, line: str) -> Checkpoint:
        """Return the checkpoint a line holds.

        Raises:
            NotACheckpoint: It holds none.
        """
        try:
            plain = json.loads(line)
            return cls(
                sequence=int(plain["sequence"]),
                hash=str(plain["hash"]),
                at=str(plain["at"]),
                key=str(plain["key"]),
                signature=str(plain["signature"]),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise NotACheckpoint(f"no checkpoint: {line[:80]!r}") from error


class Seal:
    """Signs checkpoints with a key of this installation, made at first use.

    Args:
        folder: The folder for local state; key and checkpoints are kept there.
        trusted: Public keys of other installations whose checkpoints count as well.
    """

    def __init__(self, folder: Path, trusted: Iterable[str] = ()) -> None:
        self._folder = folder
        self._trusted = frozenset(trusted)
        self._last: int | None = None

    @property
    def public_key(self) -> str:
        """The public key, in base64: what others need to check a checkpoint."""
        return _public(self._key())

    def sign(self, sequence: int, hash: str, at: datetime) -> Checkpoint:
        """Sign an end of the chain and keep the checkpoint."""
        key = self._key()
        stamp = at.astimezone(UTC).isoformat(timespec="seconds")
        unsigned = Checkpoint(sequence, hash, stamp, _public(key), "")
        signature = base64.b64encode(key.sign(unsigned.said())).decode()
        signed = Checkpoint(sequence, hash, stamp, unsigned.key, signature)
        _append(self._folder / CHECKPOINTS_FILE, signed.line())
        self._last = sequence
        return signed

    def due(self, sequence: int) -> bool:
        """Return whether the chain has grown enough for another checkpoint."""
        if self._last is None:
            self._last = next((kept.sequence for kept in reversed(self.kept())), 0)
        return sequence - self._last >= EVERY

    def kept(self) -> list[Checkpoint]:
        """Return the checkpoints kept so far, as far as they can be read."""
        return [one for one in self._lines().values() if one is not None]

    def unreadable(self) -> list[int]:
        """Return the lines that are no checkpoint, and were not just broken off at the end."""
        return [number for number, one in self._lines().items() if one is None]

    def _lines(self) -> dict[int, Checkpoint | None]:
        """Return what each line of the file holds; a last one that is none was never finished."""
        path = self._folder / CHECKPOINTS_FILE
        raw = path.read_bytes() if path.exists() else b""
        found = {number: _read(line) for number, line in enumerate(raw.split(b"\n"), 1) if line}
        last = max(found, default=0)
        if last and found[last] is None:
            log.warning("the last line of %s is no checkpoint; it is passed over", path)
            del found[last]
        return found

    def signed(self, checkpoint: Checkpoint) -> bool:
        """Return whether a trusted key has signed exactly this."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        if checkpoint.key not in self._trusted and checkpoint.key != self.public_key:
            return False
        try:
            key = Ed25519PublicKey.from_public_bytes(base64.b64decode(checkpoint.key))
            key.verify(base64.b64decode(checkpoint.signature), checkpoint.said())
        except (InvalidSignature, ValueError):
            return False
        return True

    def _key(self) -> Ed25519PrivateKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        path = self._folder / KEY_FILE
        if not path.exists():
            fresh = Ed25519PrivateKey.generate().private_bytes_raw()
            create(path, base64.b64encode(fresh))
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(path.read_bytes()))


def _public(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def create(path: Path, content: bytes) -> None:
    """Write a file only its owner can read; of two at once, the first one's stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    draft = Path(name)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _read(line: bytes) -> Checkpoint | None:
    try:
        return Checkpoint.of_line(line.decode("utf-8", "replace"))
    except NotACheckpoint:
        return None


def _append(path: Path, line: str) -> None:
    """Write a line that survives a power failure, in place of one that was broken off."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
    with os.fdopen(os.open(path, flags, 0o600), "a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        before, _, rest = file.read().rpartition(b"\n")
        if rest and _read(rest) is None:
            file.truncate(len(before) + 1 if before else 0)
            rest = b""
        file.write((b"\n" if rest else b"") + line.encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
