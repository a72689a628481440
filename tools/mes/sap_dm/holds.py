"""Holds, by the desk: DM's public API can set and lift them on SFCs but lists none."""

from __future__ import annotations

from typing import Literal

from tools.mes.sap_dm.forms import Moment
from tools.mes.sap_dm.plant import Dm, Process
from tools.objects.identifiers import normal
from tools.objects.nonconformance import Held, Hold
from tools.objects.posted import Posted
from tools.objects.reading import Reading
from tools.objects.reference import Reference
from tools.ports import Holds
from tools.shape import Shape


class HoldRow(Shape):
    """A hold."""

    hold: str
    plant: str
    kind: Literal["ORDER", "CONFIRMATION", "MATERIAL", "BATCH"]
    object: str
    reason: str
    createdDateTime: Moment
    createdBy: str
    active: bool
    reference: str | None = None
    note: str | None = None


class HoldRows(Shape):
    """Holds."""

    holds: tuple[HoldRow, ...]


class Changed(Shape):
    """The hold a process of the desk placed or lifted."""

    hold: str


class DmHolds(Holds):
    """Holds on orders, confirmations, materials and batches."""

    system = Dm.system

    def __init__(self, dm: Dm) -> None:
        self._dm = dm

    async def holds(self, plant: str) -> Reading[tuple[Hold, ...]]:
        asked = self._dm.clock()
        self._dm.own(plant)
        found = await self._dm.ask(Process.HOLDS, {}, HoldRows)
        return self._dm.reading(tuple(_hold(row) for row in found.holds if row.active), asked)

    async def hold_by_reference(self, plant: str, reference: Reference) -> Reading[Hold | None]:
        asked = self._dm.clock()
        self._dm.own(plant)
        found = await self._dm.ask(Process.HOLDS, {"reference": reference.guid}, HoldRows)
        return self._dm.reading(_hold(found.holds[0]) if found.holds else None, asked)

    async def place_hold(
        self, plant: str, kind: Held, object: str, reason: str, reference: Reference
    ) -> Posted:
        self._dm.own(plant)
        body = {
            "kind": kind.name,
            "object": object,
            "reason": reason,
            "reference": reference.guid,
        }
        done = await self._dm.tell(Process.PLACE_HOLD, body, Changed)
        return self._dm.posted(done.hold)

    async def lift_hold(self, hold: str, reference: Reference) -> Posted:
        body = {"hold": hold, "reference": reference.guid}
        done = await self._dm.tell(Process.LIFT_HOLD, body, Changed)
        return self._dm.posted(done.hold)


def _hold(row: HoldRow) -> Hold:
    kind = Held[row.kind]
    return Hold(
        number=row.hold,
        plant=row.plant,
        kind=kind,
        object=row.object if kind is Held.CONFIRMATION else normal(row.object),
        reason=row.reason,
        since=row.createdDateTime,
        by=row.createdBy,
        active=row.active,
        reference=row.reference,
        note=row.note or "",
    )
