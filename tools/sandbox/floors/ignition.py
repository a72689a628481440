"""A floor that runs on Ignition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import cast

from tools.objects import units
from tools.objects.confirmation import Confirmation, MaterialUse
from tools.objects.material import Material
from tools.objects.movement import GoodsMovement, MaterialDocument
from tools.objects.nonconformance import Held
from tools.objects.order import Component, OrderStatus, ProductionOrder
from tools.objects.quantity import Quantity, plain
from tools.objects.reference import Reference
from tools.objects.stock import StockLine
from tools.objects.sync import SyncMessage
from tools.sandbox.floors.floor import Floor, Reported
from tools.sandbox.ignition import booking, confirmations, holding, outbox
from tools.sandbox.ignition.bodies import Activity, Amount, PostConfirmation, Use
from tools.sandbox.ignition.state import SITE_UNITS, IgnitionState, Record, place
from tools.sandbox.ignition.write import Call, Done
from tools.sandbox.outgoing import Purpose

_POST = cast(
    Callable[[IgnitionState, PostConfirmation, Call], Done],
    confirmations.WRITES["post"].carry_out,
)
_TYPES = {purpose: purpose.value for purpose in Purpose}


class IgnitionFloor(Floor):
    """A plant's part of an Ignition gateway."""

    def __init__(self, state: IgnitionState, plant: str) -> None:
        super().__init__(plant)
        self._state = state

    @property
    def state(self) -> IgnitionState:
        return self._state

    @property
    def types(self) -> Mapping[Purpose, str]:
        return _TYPES

    def components(self, order: str) -> tuple[Component, ...]:
        return self.order(order).components

    def material(self, number: str) -> Material | None:
        return self.state.materials.get((number, self.plant))

    def put_order(self, order: ProductionOrder) -> None:
        self.state.put_order(order)

    def put_components(self, order: str, components: tuple[Component, ...]) -> None:
        self.state.put_order(replace(self.order(order), components=components))

    def put_confirmation(self, entry: Confirmation) -> None:
        self.state.put_confirmation(entry)

    def put_message(self, message: SyncMessage) -> None:
        self.state.put_message(message)

    def put_material(self, material: Material) -> None:
        self.state.materials[material.number, self.plant] = material

    def put_stock(self, line: StockLine) -> None:
        self.state.stock[place(line)] = line

    def report(self, reported: Reported) -> Confirmation:
        reference = Reference.of("floor", self.plant, str(len(self.state.confirmations)))
        body = PostConfirmation(
            order=reported.order,
            operation=reported.operation,
            good=_amount(reported.yielded),
            scrap=_amount(reported.scrapped),
            rework=_amount(reported.reworked),
            posting_date=reported.at.date(),
            final=reported.final,
            reference=reference.key,
            variance_reason=reported.reason,
            note=reported.note,
            components=tuple(map(_use, reported.uses)),
            activities=tuple(
                Activity(activity=use.activity, quantity=_amount(use.quantity))
                for use in reported.activities
            ),
        )
        number = _POST(self.state, body, Call(reported.at, None)).number
        outbox.withdraw(self.state, number)
        entry = replace(self.state.confirmations[number], operator=reported.operator)
        self.put_confirmation(entry)
        return entry

    def move(self, lines: tuple[GoodsMovement, ...], at: datetime, text: str) -> MaterialDocument:
        booking.book(self.state, lines)
        number = self.state.next_number(Record.DOCUMENT)
        reference = Reference.of("floor", self.plant, number).key
        document = MaterialDocument(number, at.date(), at, lines, reference, text)
        self.state.put_document(document)
        return document

    def queue(self, purpose: Purpose, about: str, order: str | None, at: datetime) -> SyncMessage:
        confirms = purpose in {Purpose.CONFIRMATION, Purpose.CONFIRMATION_CANCELLATION}
        return outbox.enqueue(
            self.state,
            self.plant,
            purpose,
            about,
            at,
            confirmation=about if confirms else None,
            order=order,
        )

    def hold(self, kind: Held, held: str, reason: str, at: datetime) -> str:
        call, mark = Call(at, None), Reference.of("floor", kind, held).key
        match kind:
            case Held.ORDER:
                order = self.order(held)
                self.state.status_before_hold[held] = order.status
                self.state.put_order(replace(order, status=OrderStatus.ON_HOLD))
            case Held.CONFIRMATION:
                return confirmations.hold(self.state, held, reason, mark, call)
            case Held.MATERIAL | Held.BATCH:
                pass
        return holding.record(self.state, kind, held, self.plant, reason, mark, call)


def _amount(quantity: Quantity) -> Amount:
    code = quantity.unit
    return Amount(value=plain(quantity.amount), unit=SITE_UNITS.get(code, units.unit(code).en))


def _use(use: MaterialUse) -> Use:
    return Use(
        material=use.material,
        quantity=_amount(use.quantity),
        location=use.location,
        batch=use.batch,
        reservation=use.reservation,
        item=use.item,
    )
