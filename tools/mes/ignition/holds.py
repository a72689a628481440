"""Holds at the line."""

from __future__ import annotations

from tools.mes.ignition.site import Moment, Page, Site, first, translated
from tools.objects.nonconformance import Held, Hold
from tools.objects.posted import Posted
from tools.objects.reading import Reading
from tools.objects.reference import Reference
from tools.ports import Holds
from tools.shape import Shape


class HoldRow(Shape):
    """A hold."""

    number: str
    plant: str
    kind: Held
    object: str
    reason: str
    since: Moment
    by: str
    active: bool
    reference: str | None
    note: str


class IgnitionHolds(Holds):
    """Read, placed and lifted."""

    system = Site.system

    def __init__(self, site: Site) -> None:
        self._site = site

    async def holds(self, plant: str) -> Reading[tuple[Hold, ...]]:
        return await self._several(plant=plant)

    async def hold_by_reference(self, plant: str, reference: Reference) -> Reading[Hold | None]:
        return first(await self._several(plant=plant, reference=reference.key))

    async def place_hold(
        self, plant: str, kind: Held, object: str, reason: str, reference: Reference
    ) -> Posted:
        return await self._site.post(
            "holds/place",
            {
                "plant": plant,
                "kind": kind.value,
                "object": object,
                "reason": reason,
                "reference": reference.key,
            },
        )

    async def lift_hold(self, hold: str, reference: Reference) -> Posted:
        return await self._site.post("holds/lift", {"hold": hold, "reference": reference.key})

    async def _several(self, **params: str) -> Reading[tuple[Hold, ...]]:
        found = await self._site.several("holds", Page[HoldRow], **params)
        return translated(found, lambda rows: tuple(map(_hold, rows)))


def _hold(row: HoldRow) -> Hold:
    return Hold(
        number=row.number,
        plant=row.plant,
        kind=row.kind,
        object=row.object,
        reason=row.reason,
        since=row.since,
        by=row.by,
        active=row.active,
        reference=row.reference,
        note=row.note,
    )
