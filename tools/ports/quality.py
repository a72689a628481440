"""Inspection, defects and holds."""

from __future__ import annotations

from tools.objects.inspection import InspectionLot
from tools.objects.nonconformance import Held, Hold, Nonconformance
from tools.objects.posted import Posted
from tools.objects.reading import Reading
from tools.objects.reference import Reference
from tools.ports.port import Port, read, write


class Inspections(Port):
    """Inspection lots."""

    @read
    async def lots(self, material: str, plant: str) -> Reading[tuple[InspectionLot, ...]]:
        """The inspection lots of a material in a plant."""
        self._absent("the inspection lots of a material")

    @read
    async def lot(self, lot: str) -> Reading[InspectionLot]:
        """One lot with its results."""
        self._absent("an inspection lot")


class Nonconformances(Port):
    """Defects."""

    @read
    async def nonconformances(self, order: str) -> Reading[tuple[Nonconformance, ...]]:
        """The defects logged for an order."""
        self._absent("the nonconformances of an order")


class Holds(Port):
    """Holds on orders, materials and batches."""

    @read
    async def holds(self, plant: str) -> Reading[tuple[Hold, ...]]:
        """The active holds of a plant."""
        self._absent("the holds of a plant")

    @read
    async def hold_by_reference(self, plant: str, reference: Reference) -> Reading[Hold | None]:
        """The hold that carries this reference, active or lifted."""
        self._absent("a hold by reference")

    @write
    async def place_hold(
        self, plant: str, kind: Held, object: str, reason: str, reference: Reference
    ) -> Posted:
        """Keep an object from moving on."""
        self._absent("placing a hold")

    @write
    async def lift_hold(self, hold: str, reference: Reference) -> Posted:
        """Let a held object go on."""
        self._absent("lifting a hold")
