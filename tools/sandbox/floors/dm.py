"""A floor that runs on SAP Digital Manufacturing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from tools.objects.confirmation import Confirmation
from tools.objects.material import Material
from tools.objects.movement import GoodsMovement, MaterialDocument
from tools.objects.nonconformance import Held, Hold
from tools.objects.order import Component, ProductionOrder
from tools.objects.reference import Reference
from tools.objects.stock import StockLine
from tools.objects.sync import SyncMessage
from tools.sandbox.dm import booking, outbound, recording
from tools.sandbox.dm.sfc import hold_order
from tools.sandbox.dm.state import DmState, Record
from tools.sandbox.floors.floor import Floor, Reported
from tools.sandbox.outgoing import Purpose

_ANY = Decimal(1_000_000)


class DmFloor(Floor):
    """A plant's part of a DM."""

    def __init__(self, state: DmState, plant: str) -> None:
        super().__init__(plant)
        self._state = state

    @property
    def state(self) -> DmState:
        return self._state

    @property
    def types(self) -> Mapping[Purpose, str]:
        return outbound.TYPES

    def components(self, order: str) -> tuple[Component, ...]:
        return self.state.components.get(order, ())

    def material(self, number: str) -> Material | None:
        return self.state.floor(self.plant).materials.get(number)

    def put_order(self, order: ProductionOrder) -> None:
        self.state.orders[order.number] = order

    def put_components(self, order: str, components: tuple[Component, ...]) -> None:
        self.state.components[order] = components

    def put_confirmation(self, entry: Confirmation) -> None:
        self.state.confirmations[entry.number] = entry

    def put_message(self, message: SyncMessage) -> None:
        self.state.messages[message.number] = message

    def put_material(self, material: Material) -> None:
        self.state.floor(self.plant).materials[material.number] = material

    def put_stock(self, line: StockLine) -> None:
        for inventory, there in self.state.stock.items():
            if replace(there, quantity=line.quantity) == line:
                self.state.stock[inventory] = line
                return
        self.state.add_stock(line)

    def report(self, reported: Reported) -> Confirmation:
        order = self.order(reported.order)
        kept, self.state.over_tolerance = self.state.over_tolerance, _ANY
        try:
            entry = recording.record(
                self.state,
                recording.Report(
                    order=order,
                    operation=reported.operation,
                    yielded=reported.yielded,
                    scrapped=reported.scrapped,
                    reworked=reported.reworked,
                    posted_by=reported.operator,
                    posted_at=reported.at,
                    final=reported.final,
                    reason=reported.reason,
                    note=reported.note,
                    uses=reported.uses,
                    activities=reported.activities,
                ),
                reported.at,
            )
        finally:
            self.state.over_tolerance = kept
        self._unqueue(entry.number)
        marked = replace(entry, reference=Reference.of("floor", entry.number).guid)
        self.put_confirmation(marked)
        return marked

    def move(self, lines: tuple[GoodsMovement, ...], at: datetime, text: str) -> MaterialDocument:
        document = booking.book(self.state, lines, at, comments=text)
        marked = replace(document, reference=Reference.of("floor", document.number).guid)
        self.state.documents[document.number] = marked
        return marked

    def queue(self, purpose: Purpose, about: str, order: str | None, at: datetime) -> SyncMessage:
        match purpose:
            case Purpose.CONFIRMATION | Purpose.CONFIRMATION_CANCELLATION:
                entry = self.confirmation(about)
                number = outbound.queue_confirmation(self.state, purpose, entry, at)
            case Purpose.MOVEMENT | Purpose.MOVEMENT_CANCELLATION:
                document = self.document(about)
                number = outbound.queue_movement(self.state, purpose, document, at)
        return self.state.messages[number]

    def hold(self, kind: Held, held: str, reason: str, at: datetime) -> str:
        match kind:
            case Held.ORDER:
                number = hold_order(self.state, self.order(held), reason, None, at)
                self.state.holds[number] = replace(self.state.holds[number], by="QS")
                return number
            case Held.CONFIRMATION:
                recording.hold(self.state, held)
            case Held.MATERIAL | Held.BATCH:
                pass
        number = self.state.draw(Record.HOLD)
        self.state.holds[number] = Hold(number, self.plant, kind, held, reason, at, "QS")
        return number

    def _unqueue(self, about: str) -> None:
        message = outbound.message_about(self.state, about)
        if message is not None:
            del self.state.messages[message.number]
