"""Master data, stock and goods movements."""

from __future__ import annotations

from tools.objects.bom import Bom
from tools.objects.material import Material
from tools.objects.movement import MaterialDocument, MovementDraft
from tools.objects.posted import Posted
from tools.objects.quantity import Quantity
from tools.objects.reading import Reading
from tools.objects.reference import Reference
from tools.objects.routing import Routing, WorkCenter
from tools.objects.stock import StockLine
from tools.ports.port import Port, read, write


class Materials(Port):
    """Material masters."""

    @read
    async def material(self, material: str, plant: str) -> Reading[Material]:
        """A material as a plant keeps it."""
        self._absent("a material by number")

    @read
    async def materials_like(self, text: str, plant: str) -> Reading[tuple[Material, ...]]:
        """Materials whose number, old number or description contains a text."""
        self._absent("a search for materials")


class Boms(Port):
    """Bills of material."""

    @read
    async def bom(self, material: str, plant: str) -> Reading[Bom]:
        """The bill of material valid today, with its alternative items."""
        self._absent("a bill of material")

    @read
    async def explosion(self, material: str, plant: str, quantity: Quantity) -> Reading[Bom]:
        """All components, through every level, for a quantity."""
        self._absent("a bill of material's explosion")


class Routings(Port):
    """Routings and work centres."""

    @read
    async def routing(self, material: str, plant: str) -> Reading[Routing]:
        """How a material is made."""
        self._absent("a routing")

    @read
    async def work_center(self, work_center: str, plant: str) -> Reading[WorkCenter]:
        """One work centre."""
        self._absent("a work centre")


class Stock(Port):
    """Stock by place."""

    @read
    async def stock(self, material: str, plant: str) -> Reading[tuple[StockLine, ...]]:
        """All stock of a material in a plant, by location, batch and type."""
        self._absent("stock")


class Movements(Port):
    """Goods movements and their documents."""

    @read
    async def movements(self, order: str) -> Reading[tuple[MaterialDocument, ...]]:
        """The material documents booked for an order."""
        self._absent("the movements of an order")

    @read
    async def movements_of(
        self, material: str, plant: str
    ) -> Reading[tuple[MaterialDocument, ...]]:
        """The latest material documents of a material in a plant, newest first."""
        self._absent("the movements of a material")

    @read
    async def movement(self, document: str) -> Reading[MaterialDocument]:
        """One material document (``number/year``)."""
        self._absent("a material document by number")

    @read
    async def movement_by_reference(self, reference: Reference) -> Reading[MaterialDocument | None]:
        """The document that carries this reference, if it was posted."""
        self._absent("a material document by reference")

    @write
    async def post_movement(self, draft: MovementDraft, reference: Reference) -> Posted:
        """Book all lines in one document, or none."""
        self._absent("posting a goods movement")

    @write
    async def cancel_movement(self, document: str, reference: Reference) -> Posted:
        """Cancel a material document by a reversing one."""
        self._absent("cancelling a material document")
