"""Changes nothing: finds an order in work by what it is like, for later changes to refer to."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from tools.sandbox.changes.change import Change, Code, Names, Portion, UnitCode
from tools.sandbox.scenarios.picking import Wanted, alternative_of, run
from tools.sandbox.world import World


class FindOrder(Change):
    """An order in work, its operation, a component of that operation and half of what is left.

    The component may be asked to be kept in a ``unit``, in ``batches`` or not, to have a factor for
    the unit it is ``packed_in``, to be ``measured_in`` a unit by the bill of material, and to have
    an ``alternative``. ``position`` passes over so many orders that fit.
    """

    plant: Code
    unit: UnitCode | None = None
    batches: bool | None = None
    packed_in: UnitCode | None = None
    measured_in: UnitCode | None = None
    alternative: bool | None = None
    share_at_least: Portion = Decimal(1)
    left_at_least: Annotated[int, Field(ge=1)] = 8
    position: Annotated[int, Field(ge=0)] = 0

    def apply(self, world: World) -> Names:
        found = run(
            world,
            self.plant,
            Wanted(
                unit=self.unit,
                batches=self.batches,
                packed_in=self.packed_in,
                measured_in=self.measured_in,
                alternative=self.alternative,
                whole=self.share_at_least,
            ),
            at_least=self.left_at_least,
            position=self.position,
        )
        names = found.names
        return names | {"alternative": alternative_of(world, found)} if self.alternative else names
