"""The line is supplied as usual: both systems count enough of every component for the order."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tools.objects.order import Component
from tools.objects.stock import StockLine, StockType
from tools.sandbox.changes.change import Amount, Change, Names, OrderNumber
from tools.sandbox.floors.finding import floor_of, plant_of_order
from tools.sandbox.floors.keeping import batch_for, erp_components, location_for
from tools.sandbox.s4.entries import StockKey
from tools.sandbox.world import World


class Supply(Change):
    """At least ``times`` the order's need of each component, unrestricted, where it is issued."""

    order: OrderNumber
    times: Amount = Decimal(3)

    def apply(self, world: World) -> Names:
        plant = plant_of_order(world, self.order)
        for component in erp_components(world, self.order):
            self._supply(world, plant, component)
        return {}

    def _supply(self, world: World, plant: str, component: Component) -> None:
        material = component.material
        location = location_for(world, material, plant, component.location)
        batch = batch_for(world, material, plant, component.batch)
        wanted = component.required * self.times
        key = StockKey(material, plant, location, batch, "", "01")
        world.s4.stock[key] = max(world.s4.on_hand(key), wanted.amount)
        floor, kind = floor_of(world, plant), StockType.UNRESTRICTED
        line = StockLine(material, plant, location, kind, wanted, batch or None)
        there = [
            one.quantity
            for one in floor.stock(material)
            if replace(one, quantity=line.quantity) == line
        ]
        floor.put_stock(replace(line, quantity=max([wanted, *there])))
