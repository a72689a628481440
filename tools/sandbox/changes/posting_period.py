"""Finance moves the posting period of a plant's company code."""

from __future__ import annotations

from datetime import timedelta

from pydantic import model_validator

from tools.sandbox.changes.change import Change, Code, Names
from tools.sandbox.floors.floor import Impossible
from tools.sandbox.s4.rows import midnight
from tools.sandbox.world import World


class PostingPeriod(Change):
    """First and last open day, counted from today: 0 is today, -3 three days ago."""

    plant: Code
    opens_in_days: int | None = None
    closes_in_days: int | None = None

    @model_validator(mode="after")
    def _in_order(self) -> PostingPeriod:
        opens, closes = self.opens_in_days, self.closes_in_days
        if opens is None and closes is None:
            raise ValueError("say opens_in_days, closes_in_days or both")
        if opens is not None and closes is not None and closes < opens:
            raise ValueError("the period closes before it opens")
        return self

    def apply(self, world: World) -> Names:
        company_code = world.s4.company_codes.get(self.plant)
        if company_code is None:
            raise Impossible(f"the ERP has no plant {self.plant}")
        row, today = world.s4.periods[(company_code,)], world.clock.now().date()
        for field, days in (("OpensOn", self.opens_in_days), ("ClosesOn", self.closes_in_days)):
            if days is not None:
                row[field] = midnight(today + timedelta(days=days))
        if row["ClosesOn"] < row["OpensOn"]:
            raise Impossible("the period would close before it opens")
        opens, closes = row["OpensOn"].date(), row["ClosesOn"].date()
        return {"opens": opens.isoformat(), "closes": closes.isoformat()}
