"""Somebody writes a note: to a confirmation in the MES, or to an order on one side."""

from __future__ import annotations

from dataclasses import replace

from pydantic import model_validator

from tools.sandbox.changes.change import Change, Code, Names, OrderNumber, Side
from tools.sandbox.floors.finding import floor_of_order
from tools.sandbox.s4.rules.order_status import order_row, touch
from tools.sandbox.world import World


class Note(Change):
    """The text replaces what was written there before; with ``confirmation`` it is put there."""

    order: OrderNumber
    text: Code
    confirmation: Code | None = None
    side: Side = Side.MES

    @model_validator(mode="after")
    def _confirmations_of_the_mes(self) -> Note:
        if self.confirmation is not None and self.side is not Side.MES:
            raise ValueError("side: a note to a confirmation is written in the MES")
        return self

    def apply(self, world: World) -> Names:
        if self.side.in_erp:
            order_row(world.s4, self.order)["OrderLongText"] = self.text
            touch(world.s4, self.order, world.clock.now())
        if self.side.in_mes:
            floor = floor_of_order(world, self.order)
            if self.confirmation is None:
                floor.put_order(replace(floor.order(self.order), note=self.text))
            else:
                entry = floor.confirmation(self.confirmation)
                floor.put_confirmation(replace(entry, note=self.text))
        return {}
