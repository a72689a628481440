"""Work centres and resources: ``workcenter/v2``, ``resource/v2``. A resource is DM's machine."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

from tools.mes.sap_dm.forms import Moment
from tools.mes.sap_dm.plant import Dm
from tools.objects.equipment import Equipment
from tools.objects.machine import Running
from tools.objects.reading import Reading
from tools.ports import Assets
from tools.shape import Shape

Status = Literal[
    "UNKNOWN", "PRODUCTIVE", "SCHEDULED_DOWN", "UNSCHEDULED_DOWN", "ENABLED", "DISABLED"
]

RUNNING: dict[Status, Running] = {
    "PRODUCTIVE": Running.RUNNING,
    "SCHEDULED_DOWN": Running.MAINTENANCE,
    "UNSCHEDULED_DOWN": Running.DOWN,
    "DISABLED": Running.DOWN,
    "ENABLED": Running.IDLE,
    "UNKNOWN": Running.IDLE,
}


class ResourceName(Shape):
    """A resource by name."""

    resource: str


class Member(Shape):
    """What belongs to a work centre."""

    resource: ResourceName | None = None


class Assigned(Shape):
    """Who belongs to a work centre."""

    userId: str


class WorkCenterRow(Shape):
    """A work centre."""

    workCenter: str
    members: tuple[Member, ...] | None = None
    userAssignments: tuple[Assigned, ...] | None = None

    @property
    def resources(self) -> tuple[str, ...]:
        """The names of its resources."""
        return tuple(one.resource.resource for one in self.members or () if one.resource)


class TechnicalObject(Shape):
    """What the ERP calls a resource."""

    erpEquipmentNumber: str | None = None


class OrderName(Shape):
    """An order by number."""

    order: str


class Setup(Shape):
    """An order a resource is set up for."""

    order: OrderName
    state: str | None = None


class ResourceRow(Shape):
    """A resource."""

    plant: str
    resource: str
    description: str | None = None
    status: Status
    setupState: str | None = None
    setups: tuple[Setup, ...] | None = None
    technicalObjects: tuple[TechnicalObject, ...] | None = None
    modifiedDateTime: Moment | None = None

    @property
    def equipment(self) -> str | None:
        """The equipment's number in the ERP."""
        numbers = (one.erpEquipmentNumber for one in self.technicalObjects or ())
        return next((number for number in numbers if number), None)

    @property
    def running(self) -> Running:
        """What the machine is doing."""
        if self.status == "ENABLED" and self.setupState == "OPEN":
            return Running.SETUP
        return RUNNING[self.status]


@dataclass(frozen=True, slots=True)
class Machine:
    """A resource in its work centre."""

    work_center: str
    row: ResourceRow


async def centers(dm: Dm) -> tuple[WorkCenterRow, ...]:
    """Read the plant's work centres."""
    return await dm.whole("workcenter/v2/workcenters", WorkCenterRow)


async def machines(dm: Dm, work_center: str | None = None) -> tuple[Machine, ...]:
    """Read the plant's resources, or those of one work centre, with where they stand.

    Raises:
        NotFound: The plant has no such work centre.
    """
    rows, found = await asyncio.gather(dm.whole("resource/v2/resources", ResourceRow), centers(dm))
    here = [one for one in found if work_center in (None, one.workCenter)]
    if not here and work_center is not None:
        raise dm.nothing(f"work centre {work_center}")
    homes = {name: center.workCenter for center in here for name in center.resources}
    return tuple(Machine(homes[row.resource], row) for row in rows if row.resource in homes)


class DmAssets(Assets):
    """The machines, as far as DM knows which equipment of the ERP they are."""

    system = Dm.system

    def __init__(self, dm: Dm) -> None:
        self._dm = dm

    async def equipment(self, equipment: str) -> Reading[Equipment]:
        asked = self._dm.clock()
        for machine in await machines(self._dm):
            if machine.row.equipment == equipment:
                return self._dm.reading(_equipment(machine, equipment), asked)
        raise self._dm.nothing(f"a resource that is equipment {equipment}")

    async def equipment_at(self, work_center: str, plant: str) -> Reading[tuple[Equipment, ...]]:
        asked = self._dm.clock()
        self._dm.own(plant)
        found = await machines(self._dm, work_center)
        known = ((one, one.row.equipment) for one in found)
        assets = tuple(_equipment(one, number) for one, number in known if number)
        return self._dm.reading(assets, asked)


def _equipment(machine: Machine, number: str) -> Equipment:
    return Equipment(
        number=number,
        plant=machine.row.plant,
        description=machine.row.description or "",
        work_center=machine.work_center,
        active=machine.row.status != "DISABLED",
    )
