"""A machine stops, and the MES notices."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from pydantic import model_validator

from tools.objects.downtime import DowntimeEvent
from tools.objects.machine import MachineState, Running
from tools.sandbox.changes.change import Change, Code, Minutes, Names, OrderNumber, ago
from tools.sandbox.floors.finding import floor_of
from tools.sandbox.floors.floor import Floor, Impossible
from tools.sandbox.world import World


class Downtime(Change):
    """A stop that began some minutes ago; one that ``lasted`` is over, else it goes on.

    The equipment is by default the one of the work centre, the order the one that runs on it.
    """

    plant: Code
    work_center: Code
    reason: Code = "MECH"
    minutes_ago: Minutes = 25
    lasted: Minutes | None = None
    planned: bool = False
    equipment: Code | None = None
    order: OrderNumber | None = None
    note: str = ""

    @model_validator(mode="after")
    def _over_by_now(self) -> Downtime:
        if self.lasted is not None and self.lasted > self.minutes_ago:
            raise ValueError("lasted: the stop would end in the future")
        return self

    def apply(self, world: World) -> Names:
        floor = floor_of(world, self.plant)
        equipment = self.equipment or _equipment(world, self.plant, self.work_center)
        machine = _machine(floor, self.work_center)
        start = ago(world, self.minutes_ago)
        number = f"DT-{self.work_center}-{len(floor.state.downtimes) + 1}"
        event = DowntimeEvent(
            number=number,
            plant=self.plant,
            work_center=self.work_center,
            reason=self.reason,
            started_at=start,
            ended_at=None if self.lasted is None else start + timedelta(minutes=self.lasted),
            equipment=equipment,
            order=self.order or machine.order,
            planned=self.planned,
            note=self.note,
        )
        floor.state.downtimes.append(event)
        if event.ended_at is None:
            state = Running.MAINTENANCE if self.planned else Running.DOWN
            stopped = replace(machine, state=state, since=start, order=event.order)
            machines = floor.state.machines
            machines[machines.index(machine)] = stopped
        return {"downtime": number, "equipment": equipment, "order": event.order or ""}


def _equipment(world: World, plant: str, work_center: str) -> str:
    for row in world.s4.equipment.values():
        if (row["WorkCenterPlant"], row["WorkCenter"]) == (plant, work_center):
            return row["Equipment"]
    raise Impossible(f"work centre {work_center} of plant {plant} has no equipment")


def _machine(floor: Floor, work_center: str) -> MachineState:
    for machine in floor.state.machines:
        if (machine.plant, machine.work_center) == (floor.plant, work_center):
            return machine
    raise Impossible(f"the MES of plant {floor.plant} knows no work centre {work_center}")
