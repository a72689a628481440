"""The mark by which a posting is found again in the system it was sent to.

Every creating write carries one. The systems offer fields of different shapes for it: SAP's
confirmation takes a GUID, its material document sixteen characters. Both are renderings of the
same 128 bits, so that either leads back to the posting.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Reference:
    """128 bits that name one posting, as 32 lower-case hexadecimal digits."""

    key: str

    def __post_init__(self) -> None:
        """Refuse anything but 32 hexadecimal digits."""
        if len(self.key) != 32 or not set(self.key) <= set("0123456789abcdef"):
            raise ValueError(f"{self.key!r} is no reference: 32 hexadecimal digits are")

    @property
    def guid(self) -> str:
        """The reference as a GUID, for fields such as ``ExternalSystemConfirmation``."""
        return str(UUID(hex=self.key))

    @property
    def short(self) -> str:
        """The reference in sixteen characters, for fields such as ``ReferenceDocument``."""
        return base64.b32encode(bytes.fromhex(self.key)[:10]).decode("ascii")

    @classmethod
    def of(cls, *parts: str) -> Reference:
        """Return the reference that these parts always have, on every machine and every run."""
        digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
        return cls(digest[:32])

    @classmethod
    def read(cls, text: str | None) -> Reference | None:
        """Return the reference a text renders in full (digits or GUID); None if it is none."""
        try:
            return None if text is None else cls(UUID(hex=text).hex)
        except ValueError:
            return None
