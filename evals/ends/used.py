"""How much of a component the standing confirmations of an order say was used."""

from __future__ import annotations

from typing import Literal

from evals.ends.end import End, Shown
from evals.ends.standing import reported
from evals.part import Text
from tools.objects.identifiers import normal
from tools.objects.quantity import QuantityError, total
from tools.objects.units import convert
from tools.sandbox.floors.finding import floor_of_order
from tools.sandbox.floors.floor import Impossible
from tools.sandbox.world import World


class Used(End):
    """How much of a component the standing confirmations of an order say was used."""

    system: Literal["mes"]
    what: Literal["used"]
    order: Text
    material: Text

    def read(self, world: World) -> Shown:
        """Add up the uses in the material's base unit."""
        order, material = normal(self.order), normal(self.material)
        floor = floor_of_order(world, order)
        kept = floor.material(material)
        if kept is None:
            raise Impossible(f"the MES knows no material {material}")
        base = kept.base_unit
        uses = [
            use.quantity
            for entry in reported(floor, order)
            for use in entry.uses
            if use.material == material
        ]
        try:
            return total(
                (convert(one, base, base_unit=base, alternatives=kept.conversions) for one in uses),
                base,
            )
        except QuantityError as error:
            raise Impossible(str(error)) from error
