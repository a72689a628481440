"""What an operator is certified to do; a judge's certificate is another thing (see authority)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class OperatorCertificate:
    """A skill one operator holds until a date."""

    operator: str
    plant: str
    skill: str
    valid_from: date
    valid_until: date
