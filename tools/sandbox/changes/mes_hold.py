"""Quality puts something on hold in the MES; the ERP does not know."""

from __future__ import annotations

from dataclasses import replace

from pydantic import model_validator

from tools.objects.nonconformance import Held
from tools.sandbox.changes.change import Change, Code, Minutes, Names, ago
from tools.sandbox.floors.finding import floor_of, floor_of_order, plant_of_material
from tools.sandbox.floors.floor import Floor
from tools.sandbox.ignition.state import IgnitionState
from tools.sandbox.world import World


class MesHold(Change):
    """An order, a confirmation, a material or a batch (then ``material`` says of what) on hold."""

    kind: Held
    object: Code
    material: Code | None = None
    plant: Code | None = None
    reason: Code = "Quality check pending"
    note: str = ""
    minutes_ago: Minutes = 20

    @model_validator(mode="after")
    def _where(self) -> MesHold:
        if self.kind is Held.BATCH and self.material is None:
            raise ValueError("material: a batch is one of a material")
        if self.kind is Held.CONFIRMATION and self.plant is None:
            raise ValueError("plant: a confirmation's number does not say its plant")
        return self

    def apply(self, world: World) -> Names:
        floor = self._floor(world)
        number = floor.hold(self.kind, self._held(floor), self.reason, ago(world, self.minutes_ago))
        floor.state.holds[number] = replace(floor.state.holds[number], note=self.note, by="QS")
        return {"hold": number}

    def _floor(self, world: World) -> Floor:
        match self.kind:
            case Held.ORDER:
                return floor_of_order(world, self.object)
            case Held.CONFIRMATION:
                return floor_of(world, self.plant or "")
            case Held.MATERIAL | Held.BATCH:
                material = self.material or self.object
                return floor_of(world, plant_of_material(world, material, self.plant))

    def _held(self, floor: Floor) -> str:
        """Return the object as the MES names it: Ignition says a batch with its material."""
        if self.kind is Held.BATCH and isinstance(floor.state, IgnitionState):
            return f"{self.material}/{self.object}"
        return self.object
