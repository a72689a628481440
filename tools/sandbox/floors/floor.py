"""A shop floor as changes and scenarios see it: one face for every MES of the box.

Operators report here through the same rules as requests do. What they report travels to the ERP
only if somebody sends it (``tools.sandbox.floors.telling``).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tools.objects.confirmation import ActivityUse, Confirmation, MaterialUse
from tools.objects.material import Material
from tools.objects.movement import GoodsMovement, MaterialDocument
from tools.objects.nonconformance import Held
from tools.objects.order import Component, ProductionOrder
from tools.objects.quantity import Quantity
from tools.objects.stock import StockLine
from tools.objects.sync import SyncMessage
from tools.sandbox.dm.state import DmState
from tools.sandbox.ignition.state import IgnitionState
from tools.sandbox.outgoing import Purpose


class Impossible(Exception):
    """The world is not such that this could have happened; who wrote the change reacts."""


@dataclass(frozen=True)
class Reported:
    """What an operator reports for an operation."""

    order: str
    operation: str
    yielded: Quantity
    scrapped: Quantity
    reworked: Quantity
    at: datetime
    final: bool = False
    operator: str = "OP"
    reason: str | None = None
    note: str = ""
    uses: tuple[MaterialUse, ...] = ()
    activities: tuple[ActivityUse, ...] = ()


class Floor(ABC):
    """The shop floor of one plant."""

    def __init__(self, plant: str) -> None:
        self.plant = plant

    @property
    @abstractmethod
    def state(self) -> DmState | IgnitionState:
        """Everything the MES holds, of other plants too."""

    def order(self, number: str) -> ProductionOrder:
        """Return an order of this floor.

        Raises:
            Impossible: The MES does not have it.
        """
        found = self.state.orders.get(number)
        if found is None or found.plant != self.plant:
            raise Impossible(f"the MES of plant {self.plant} has no order {number}")
        return found

    def confirmation(self, number: str) -> Confirmation:
        """Return a confirmation.

        Raises:
            Impossible: The MES does not have it.
        """
        found = self.state.confirmations.get(number)
        if found is None:
            raise Impossible(f"the MES of plant {self.plant} has no confirmation {number}")
        return found

    def document(self, number: str) -> MaterialDocument:
        """Return a goods movement.

        Raises:
            Impossible: The MES does not have it.
        """
        found = self.state.documents.get(number)
        if found is None:
            raise Impossible(f"the MES of plant {self.plant} has no goods movement {number}")
        return found

    def stock(self, material: str) -> list[StockLine]:
        """Return what the floor counts of a material."""
        return [
            line
            for line in self.state.stock.values()
            if (line.material, line.plant) == (material, self.plant)
        ]

    def message_about(self, number: str) -> SyncMessage | None:
        """Return the latest message about a record."""
        about = (one for one in reversed(self.state.messages.values()) if one.object == number)
        return next(about, None)

    @property
    @abstractmethod
    def types(self) -> Mapping[Purpose, str]:
        """What this MES calls its messages."""

    @abstractmethod
    def components(self, order: str) -> tuple[Component, ...]:
        """Return an order's components as the MES counts them."""

    @abstractmethod
    def material(self, number: str) -> Material | None:
        """Return a material as the MES knows it."""

    @abstractmethod
    def put_order(self, order: ProductionOrder) -> None:
        """Store a changed order."""

    @abstractmethod
    def put_components(self, order: str, components: tuple[Component, ...]) -> None:
        """Store an order's changed components."""

    @abstractmethod
    def put_confirmation(self, entry: Confirmation) -> None:
        """Store a changed confirmation."""

    @abstractmethod
    def put_message(self, message: SyncMessage) -> None:
        """Store a new or changed message."""

    @abstractmethod
    def put_material(self, material: Material) -> None:
        """Store a new or changed material."""

    @abstractmethod
    def put_stock(self, line: StockLine) -> None:
        """Let the floor count exactly this in one place."""

    @abstractmethod
    def report(self, reported: Reported) -> Confirmation:
        """Take an operator's report; no message about it is left in the queue."""

    @abstractmethod
    def move(self, lines: tuple[GoodsMovement, ...], at: datetime, text: str) -> MaterialDocument:
        """Take a reported goods movement; no message about it is left in the queue."""

    @abstractmethod
    def queue(self, purpose: Purpose, about: str, order: str | None, at: datetime) -> SyncMessage:
        """Queue a message about a record."""

    @abstractmethod
    def hold(self, kind: Held, held: str, reason: str, at: datetime) -> str:
        """Put something on hold and return the hold's number."""
