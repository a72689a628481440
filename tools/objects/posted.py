"""What a system answered to a write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tools.objects.reading import System
from tools.objects.sync import Refusal


@dataclass(frozen=True, slots=True)
class Posted:
    """A write the system says it carried out.

    ``number`` is the document or record it made or changed, in canonical form; ``warnings`` are
    the messages it gave although it went through.
    """

    system: System
    number: str
    at: datetime
    etag: str | None = None
    warnings: tuple[Refusal, ...] = ()
