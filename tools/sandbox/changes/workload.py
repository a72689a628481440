"""Work is put on a work centre's list, behind what is there, or all of it is moved off."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from tools.objects.schedule import ScheduleEntry
from tools.sandbox.changes.change import Change, Code, Names, OperationNumber, OrderNumber
from tools.sandbox.floors.finding import floor_of
from tools.sandbox.world import World


class Workload(Change):
    """So many hours of an order's operation; the list starts anew with ``instead``."""

    plant: Code
    work_center: Code
    order: OrderNumber
    operation: OperationNumber
    hours: int = Field(ge=1, le=1000)
    instead: bool = False

    def apply(self, world: World) -> Names:
        state = floor_of(world, self.plant).state
        own = [
            one
            for one in state.schedule
            if (one.plant, one.work_center) == (self.plant, self.work_center)
        ]
        moved = {(self.order, self.operation)} | {
            (one.order, one.operation) for one in own if self.instead
        }
        state.schedule = [one for one in state.schedule if (one.order, one.operation) not in moved]
        left = [one for one in own if (one.order, one.operation) not in moved]
        start = max((one.end for one in left), default=world.clock.now())
        end = start + timedelta(hours=self.hours)
        state.schedule.append(
            ScheduleEntry(
                plant=self.plant,
                work_center=self.work_center,
                order=self.order,
                operation=self.operation,
                sequence=len(left) + 1,
                start=start,
                end=end,
            )
        )
        return {"until": end.isoformat()}
