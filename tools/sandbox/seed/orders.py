"""A plant's orders in all states, with the confirmations and goods movements that led there.

Both sides start in agreement: what the MES confirmed, the ERP has booked, and a component's
withdrawn quantity is the sum of its documents. Scenarios break that, one thing at a time.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

from tools.book import PlantBook
from tools.objects.confirmation import ActivityUse, Confirmation, ConfirmationState, MaterialUse
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementType
from tools.objects.order import Component, Operation, OrderCategory, OrderStatus, ProductionOrder
from tools.objects.quantity import Quantity
from tools.objects.reference import Reference
from tools.objects.units import convert, rounded
from tools.sandbox.seed.master import Master

STATES = (
    (OrderStatus.CREATED, 10),
    (OrderStatus.RELEASED, 22),
    (OrderStatus.IN_PROGRESS, 28),
    (OrderStatus.ON_HOLD, 4),
    (OrderStatus.CONFIRMED, 8),
    (OrderStatus.DELIVERED, 12),
    (OrderStatus.TECHNICALLY_COMPLETED, 9),
    (OrderStatus.CLOSED, 7),
)
FINISHED = frozenset(
    {
        OrderStatus.CONFIRMED,
        OrderStatus.DELIVERED,
        OrderStatus.TECHNICALLY_COMPLETED,
        OrderStatus.CLOSED,
    }
)
RECEIVED = FINISHED - {OrderStatus.CONFIRMED}
PIECE_LOTS = (20, 40, 50, 60, 80, 100, 120, 160, 200, 240)
BATCH_LOTS = (400, 600, 800, 1000, 1200, 1600, 2000)


@dataclass
class Draw:
    """What the drawing of one plant's past goes by."""

    master: Master
    book: PlantBook
    rng: random.Random
    now: datetime
    notes: dict[str, list[str]]
    batches: dict[str, str]
    documents: count[int] = field(init=False)
    groups: count[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        """Give each plant document numbers of its own: both plants may live in one ERP."""
        self.documents = count(int(f"49{self.master.plant}0001"))

    def note(self) -> str:
        """Return what an operator of this plant might type."""
        return self.rng.choice(self.notes[self.rng.choice(self.master.languages)])

    def operator(self) -> str:
        """Return one of the plant's operators."""
        return f"OP{self.master.plant}{self.rng.randint(1, 12):02d}"


def draw_orders(draw: Draw) -> None:
    """Write the orders, confirmations and documents of a plant into its book."""
    states = draw.rng.choices(
        [state for state, _ in STATES], [weight for _, weight in STATES], k=draw.master.orders
    )
    states[: len(STATES)] = [state for state, _ in STATES]
    products = list(draw.master.boms)
    for position, state in enumerate(states):
        product = products[position % len(products)]
        _draw_order(draw, str(draw.master.first_order + position), product, state)


def _draw_order(draw: Draw, number: str, product: str, state: OrderStatus) -> None:
    planned = _planned(draw, number, product, state)
    booked = _run(draw, planned, state)
    draw.book.erp.orders.append(replace(booked, status=_in_erp(state, booked)))
    if state not in {OrderStatus.CREATED, OrderStatus.CLOSED}:
        draw.book.mes.orders.append(replace(booked, status=_in_mes(state), components=()))


def _planned(draw: Draw, number: str, product: str, state: OrderStatus) -> ProductionOrder:
    master = draw.master
    piecewise = master.category is OrderCategory.PRODUCTION
    lot = Decimal(draw.rng.choice(PIECE_LOTS if piecewise else BATCH_LOTS))
    material = master.materials[product]
    quantity = Quantity(lot, material.base_unit)
    start = _start(draw, state)
    days = max(1, len(master.routings[product].operations))
    return ProductionOrder(
        number=number,
        plant=master.plant,
        material=product,
        category=master.category,
        type=master.order_type,
        status=OrderStatus.CREATED,
        quantity=quantity,
        yielded=quantity.zero(),
        scrapped=quantity.zero(),
        delivered=quantity.zero(),
        planned_start=start,
        planned_end=start + timedelta(days=days),
        production_version="0001",
        priority=draw.rng.choice((3, 5, 5, 5, 7)),
        operations=tuple(
            Operation(
                number=step.number,
                work_center=step.work_center,
                description=step.description,
                planned=quantity,
                yielded=quantity.zero(),
                scrapped=quantity.zero(),
                control_key=step.control_key,
            )
            for step in master.routings[product].operations
        ),
        components=_components(draw, number, product, quantity),
    )


def _start(draw: Draw, state: OrderStatus) -> datetime:
    morning = draw.now.replace(hour=6, minute=0, second=0, microsecond=0)
    if state is OrderStatus.CREATED:
        return morning + timedelta(days=draw.rng.randint(3, 12))
    if state is OrderStatus.RELEASED:
        return morning + timedelta(days=draw.rng.randint(0, 4))
    if state in FINISHED:
        return morning - timedelta(days=draw.rng.randint(4, 25))
    return morning - timedelta(days=draw.rng.randint(0, 2))


def _components(draw: Draw, number: str, product: str, quantity: Quantity) -> tuple[Component, ...]:
    master, result = draw.master, list[Component]()
    for item in master.boms[product].items:
        if item.alternative_group and item.priority > 1:
            continue
        material = master.materials[item.component]
        needed = item.quantity if item.fixed else item.quantity * quantity.amount
        required = rounded(
            convert(
                needed,
                material.base_unit,
                base_unit=material.base_unit,
                alternatives=material.conversions,
                material=material.number,
            )
        )
        result.append(
            Component(
                reservation=number,
                item=str(len(result) + 1),
                material=item.component,
                required=required,
                withdrawn=required.zero(),
                operation=master.issued_at[product][item.component],
                location=material.issue_location,
                batch=draw.batches.get(item.component),
                backflushed=item.backflushed,
            )
        )
    return tuple(result)


def _run(draw: Draw, order: ProductionOrder, state: OrderStatus) -> ProductionOrder:
    """Confirm as many operations as the state implies, each with its issues, then the receipt."""
    if state in {OrderStatus.CREATED, OrderStatus.RELEASED}:
        return order
    last = len(order.operations) - 1
    reached = last if state in FINISHED else draw.rng.randint(0, last)
    group = next(draw.groups)
    for position in range(reached + 1):
        partial = position == reached and state not in FINISHED
        order = _confirm(draw, order, position, partial=partial, group=group)
        group = next(draw.groups)
    final = order.operations[last]
    if state in RECEIVED:
        order = _receive(draw, order, final.yielded)
    return replace(order, yielded=final.yielded, scrapped=_scrapped(order))


def _scrapped(order: ProductionOrder) -> Quantity:
    result = order.quantity.zero()
    for operation in order.operations:
        result = result + operation.scrapped
    return result


def _confirm(
    draw: Draw, order: ProductionOrder, position: int, *, partial: bool, group: int
) -> ProductionOrder:
    operation = order.operations[position]
    share = Decimal(draw.rng.choice((25, 40, 50, 75))) / 100 if partial else Decimal(1)
    scrap = Decimal(draw.rng.choice((0, 0, 0, 1, 2))) if not partial else Decimal(0)
    made = (operation.planned.amount * share).to_integral_value() - scrap
    unit = operation.planned.unit
    at = min(order.planned_start + timedelta(hours=7 + 24 * position), draw.now)
    uses = _uses(order, operation.number, share)
    reference = Reference.of("past", order.number, operation.number).guid
    document = _issue(draw, order, operation.number, uses, at) if uses else None
    confirmation = Confirmation(
        number=f"{int(draw.master.plant) * 10000 + group}/1",
        order=order.number,
        operation=operation.number,
        yielded=Quantity(made, unit),
        scrapped=Quantity(scrap, unit),
        reworked=Quantity(Decimal(0), unit),
        state=ConfirmationState.POSTED,
        posting_date=at.date(),
        entered_at=at,
        final=not partial,
        work_center=operation.work_center,
        operator=draw.operator(),
        note=draw.note(),
        reference=reference,
        uses=uses,
        activities=_activities(draw, order, position, made),
        documents=(document,) if document else (),
    )
    draw.book.erp.confirmations.append(confirmation)
    draw.book.mes.confirmations.append(
        replace(confirmation, number=f"Q{order.number}-{operation.number}-1", documents=())
    )
    done = _done(operation, confirmation)
    operations = (*order.operations[:position], done, *order.operations[position + 1 :])
    return replace(order, operations=operations, components=_withdrawn(order, uses))


def _done(operation: Operation, confirmation: Confirmation) -> Operation:
    at, final = confirmation.entered_at, confirmation.final
    return replace(
        operation,
        yielded=confirmation.yielded,
        scrapped=confirmation.scrapped,
        status=OrderStatus.CONFIRMED if final else OrderStatus.IN_PROGRESS,
        started_at=at - timedelta(hours=6),
        finished_at=at if final else None,
    )


def _activities(
    draw: Draw, order: ProductionOrder, position: int, made: Decimal
) -> tuple[ActivityUse, ...]:
    routing = draw.master.routings[order.material]
    step = routing.operations[position]
    drift = Decimal(draw.rng.randint(95, 108)) / 100
    per_lot = made / routing.base_quantity.amount * drift
    return (
        ActivityUse("SETUP", step.setup),
        ActivityUse(
            "MACHINE", Quantity((step.machine.amount * per_lot).quantize(Decimal(1)), "MIN")
        ),
        ActivityUse("LABOR", Quantity((step.labor.amount * per_lot).quantize(Decimal(1)), "MIN")),
    )


def _uses(order: ProductionOrder, operation: str, share: Decimal) -> tuple[MaterialUse, ...]:
    return tuple(
        MaterialUse(
            material=component.material,
            quantity=rounded(component.required * share),
            location=component.location,
            batch=component.batch,
            reservation=component.reservation,
            item=component.item,
        )
        for component in order.components
        if component.operation == operation
    )


def _withdrawn(order: ProductionOrder, uses: tuple[MaterialUse, ...]) -> tuple[Component, ...]:
    taken = {use.item: use.quantity for use in uses}
    return tuple(
        replace(component, withdrawn=component.withdrawn + taken[component.item])
        if component.item in taken
        else component
        for component in order.components
    )


def _issue(
    draw: Draw, order: ProductionOrder, operation: str, uses: tuple[MaterialUse, ...], at: datetime
) -> str:
    lines = tuple(
        GoodsMovement(
            type=MovementType.ISSUE_ORDER,
            material=use.material,
            plant=order.plant,
            quantity=use.quantity,
            location=use.location,
            batch=use.batch,
            order=order.number,
            operation=operation,
            reservation=use.reservation,
            item=use.item,
        )
        for use in uses
        if use.quantity
    )
    return _book(draw, lines, at) if lines else ""


def _receive(draw: Draw, order: ProductionOrder, made: Quantity) -> ProductionOrder:
    product = draw.master.materials[order.material]
    line = GoodsMovement(
        type=MovementType.RECEIPT_ORDER,
        material=order.material,
        plant=order.plant,
        quantity=made,
        location=draw.master.places.finished,
        batch=order.number if product.batch_managed else None,
        order=order.number,
    )
    _book(draw, (line,), min(order.planned_end, draw.now))
    return replace(order, delivered=made)


def _book(draw: Draw, lines: tuple[GoodsMovement, ...], at: datetime) -> str:
    number = f"{next(draw.documents)}/{at.year}"
    document = MaterialDocument(number=number, posting_date=at.date(), entered_at=at, lines=lines)
    draw.book.erp.documents.append(document)
    draw.book.mes.documents.append(replace(document, number=f"M{number.partition('/')[0]}"))
    return number


def _in_erp(state: OrderStatus, order: ProductionOrder) -> OrderStatus:
    if state is OrderStatus.IN_PROGRESS:
        return OrderStatus.PARTIALLY_CONFIRMED
    if state is OrderStatus.ON_HOLD:
        started = any(operation.started_at for operation in order.operations)
        return OrderStatus.PARTIALLY_CONFIRMED if started else OrderStatus.RELEASED
    return state


def _in_mes(state: OrderStatus) -> OrderStatus:
    return OrderStatus.CONFIRMED if state in FINISHED else state
