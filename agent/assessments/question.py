"""What pre-checks are asked: the fields they share, as bytes enter."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Key = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,40}$", strip_whitespace=True)]
Amount = Annotated[Decimal, Field(ge=0, max_digits=15, decimal_places=6)]


class Part(BaseModel):
    """A question, or a part of one: a field nobody knows is refused."""

    model_config = ConfigDict(extra="forbid")


class Question(Part):
    """Something that is about to be posted at a plant."""

    plant: Key
    posting_date: date | None = None

    def day(self, now: datetime) -> date:
        """Return the day it is posted on: the one it names, else today by the plant's clock."""
        return self.posting_date or now.date()
