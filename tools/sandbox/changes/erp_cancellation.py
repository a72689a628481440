"""A clerk takes a confirmation or a material document back in the ERP; the MES is not told."""

from __future__ import annotations

from pydantic import model_validator

from tools.sandbox.changes.change import Change, Code, Minutes, Names, ago
from tools.sandbox.s4.rules.cancelling import Cancellation, cancel_confirmation
from tools.sandbox.s4.rules.movements import Heading
from tools.sandbox.s4.rules.reversal import cancel
from tools.sandbox.world import World


class ErpCancellation(Change):
    """Names the ERP's confirmation (``group/counter``) or material document (``number/year``)."""

    confirmation: Code | None = None
    document: Code | None = None
    note: str = ""
    minutes_ago: Minutes = 5

    @model_validator(mode="after")
    def _one_of_both(self) -> ErpCancellation:
        if (self.confirmation is None) == (self.document is None):
            raise ValueError("name either a confirmation or a document")
        return self

    def apply(self, world: World) -> Names:
        at = ago(world, self.minutes_ago)
        if self.confirmation is not None:
            group, _, count = self.confirmation.partition("/")
            request = Cancellation(at.date(), self.note[:40])
            key = cancel_confirmation(world.s4, (group, count), request, at)
            return {"confirmation": "/".join(key)}
        number, _, year = (self.document or "").partition("/")
        year, number = cancel(world.s4, (year, number), Heading(at.date(), at, text=self.note[:25]))
        return {"document": f"{number}/{year}"}
