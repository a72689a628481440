"""What a defect affects: how much is bad, where it lies, what became of the rest, who holds it.

Pure, like the playbooks. Of a batch all is bad, wherever it lies; of material without batches only
what was logged, at the place the order takes it from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from agent.case.remedy import Term
from agent.playbooks.consumption import based
from agent.playbooks.reckoning import Sourced, in_base_unit, standing, stock_at, usable, worth
from tools.objects.material import Material
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementType
from tools.objects.nonconformance import Held, Hold, Nonconformance, Severity
from tools.objects.order import ProductionOrder
from tools.objects.quantity import Quantity, QuantityError, total
from tools.objects.scrap import ScrapReport
from tools.objects.stock import StockLine, StockType
from tools.objects.task import TaskDraft
from tools.plant.systems import Ignition, Mes

OUT = {MovementType.ISSUE_ORDER: 1, MovementType.ISSUE_ORDER_REVERSAL: -1}
KEPT = {MovementType.BLOCK, MovementType.BACK_TO_QUALITY, MovementType.SCRAP}


@dataclass(frozen=True)
class Books:
    """Where the material lies, how it moved, what is on hold, and what was thrown away."""

    stock: Sequence[StockLine]
    moves: Sequence[MaterialDocument]
    holds: Sequence[Hold]
    scraps: Sequence[ScrapReport]


@dataclass(frozen=True)
class Affected:
    """A defect beside the books.

    Attributes:
        defect: The defect.
        batch: The batch it is of, None for material without batches.
        named: The material, with its batch.
        bad: How much was logged, in the base unit.
        free: What may still be used.
        lines: What has to be taken out of use, place by place.
        kept: What is blocked or in inspection.
        used: What orders have taken of the batch.
        held: Whether the shop floor has a hold on it.
        in_work: Whether it is the order's product, of which nothing is in stock yet.
        booked: Whether what was logged was taken out of use since; only without batches.
        report: The order's only scrap report of the material, if it tells of just this quantity.
        contradicts: Whether numbers or records cannot all be right.
    """

    defect: Nonconformance
    batch: str | None
    named: str
    bad: Sourced
    free: Sourced
    lines: tuple[tuple[StockLine, Sourced], ...]
    kept: Quantity
    used: Quantity
    held: bool
    in_work: bool
    booked: bool
    report: ScrapReport | None
    contradicts: bool

    @property
    def critical(self) -> bool:
        """Whether it may not go on before quality has decided."""
        return self.defect.severity is Severity.CRITICAL


def affected(
    number: str | None,
    batch: str | None,
    defects: Sequence[Nonconformance],
    material: Material,
    order: ProductionOrder,
    books: Books,
) -> Affected | None:
    """Return what one defect affects; None where none, or several, fit what is named.

    None also where a batch is missing that has to be known, or the unit is not on record.
    """
    index = _meant(number, material, defects)
    if index is None:
        return None
    defect, in_work = defects[index], _in_work(material, order)
    if batch != defect.batch or (material.batch_managed != bool(batch) and not in_work):
        return None
    bad = Sourced(defect.quantity, (Term(f"defects.{index}.quantity"),))
    try:
        return _seen(defect, bad, material, order, books)
    except QuantityError:
        return None


def _seen(
    defect: Nonconformance,
    logged: Sourced,
    material: Material,
    order: ProductionOrder,
    books: Books,
) -> Affected:
    """Return what is where of what a defect makes bad.

    Raises:
        QuantityError: A unit is not on record.
    """
    batch, in_work = defect.batch, _in_work(material, order)
    bad = in_base_unit(logged.quantity, logged.terms[0].path, material)
    reported = [one for one in books.scraps if one.material == material.number]
    fitting = [one for one in reported if based(one.quantity, material) == bad.quantity]
    used = _used(books.moves, material, batch)
    lines = [] if in_work else _lying(books.stock, material, batch, _place(order, material))
    free, kept = _free(lines, material), _kept(books.stock, material, batch)
    booked = not batch and not in_work and _booked(books.moves, defect, bad.quantity)
    held = _held(books.holds, material.number, batch, order.number if in_work else None)
    there = free.quantity + kept + used if batch else free.quantity
    lacking = bad.quantity > there and not in_work and not booked
    one_report = len(reported) == len(fitting) == 1
    otherwise = bool(reported) and not one_report and not batch
    return Affected(
        defect=defect,
        batch=batch,
        named=f"{material.number} batch {batch}" if batch else material.number,
        bad=bad,
        free=free,
        lines=_to_take(lines, batch, bad),
        kept=kept,
        used=used,
        held=held,
        in_work=in_work,
        booked=booked,
        report=fitting[0] if one_report else None,
        contradicts=lacking or (not defect.open and held) or (otherwise and not in_work),
    )


def batch_on_floor(mes: Mes, material: str, batch: str) -> str:
    """Return what the MES calls a batch: Ignition names it with its material."""
    return f"{material}/{batch}" if isinstance(mes, Ignition) else batch


def notification(it: Affected, material: Material, order: ProductionOrder) -> TaskDraft:
    """Fill in what a quality notification of the ERP asks for; quality decides what follows."""
    defect, cost = it.defect, worth(it.bad.quantity, material)
    lines = {
        "Defect": f"{defect.number} {defect.code}, {defect.severity.value}",
        "Material": f"{material.number} {material.description}",
        "Batch": it.batch,
        "Order": f"{order.number} operation {defect.operation}",
        "Defective quantity": str(it.bad.quantity),
        "In free use": str(it.free.quantity),
        "Blocked or in inspection": str(it.kept),
        "Used already": str(it.used) if it.used.amount else None,
        "Reported as scrap": it.report.number if it.report else None,
        "Rework or scrap": f"up to {cost}" if cost else "no price on record",
        "Note": defect.note or None,
    }
    said = "; ".join(f"{name}: {value}" for name, value in lines.items() if value)
    title = f"Quality notification: {defect.code} on {it.named}"
    return TaskDraft(material.plant, title, said, order.number)


def _in_work(material: Material, order: ProductionOrder) -> bool:
    return material.number == order.material and order.delivered.amount == 0


def _meant(number: str | None, material: Material, defects: Sequence[Nonconformance]) -> int | None:
    """Return which defect is meant: the one that is named, else the only open one."""
    found = [
        index
        for index, one in enumerate(defects)
        if one.material == material.number and (one.number == number if number else one.open)
    ]
    return found[0] if len(found) == 1 else None


def _place(order: ProductionOrder, material: Material) -> str | None:
    """Return the one place the order takes the material from."""
    places = {one.location for one in order.components if one.material == material.number}
    return places.pop() if len(places) == 1 else None


def _lying(
    stock: Sequence[StockLine], material: Material, batch: str | None, place: str | None
) -> list[tuple[StockLine, Sourced]]:
    return [
        (line, stock_at(stock, "stock", material.base_unit, lambda it, line=line: it is line))
        for line in stock
        if usable(line)
        and line.quantity.amount > 0
        and (line.batch == batch if batch else line.location == place)
    ]


def _free(lines: Sequence[tuple[StockLine, Sourced]], material: Material) -> Sourced:
    nothing = Sourced(total((), material.base_unit), ())
    return sum((source for _, source in lines), nothing)


def _to_take(
    lines: Sequence[tuple[StockLine, Sourced]], batch: str | None, bad: Sourced
) -> tuple[tuple[StockLine, Sourced], ...]:
    """Return the whole batch or, without one, what was logged at its place."""
    return tuple(lines) if batch else tuple((line, bad) for line, _ in lines[:1])


def _kept(stock: Sequence[StockLine], material: Material, batch: str | None) -> Quantity:
    kept = {StockType.BLOCKED, StockType.QUALITY}
    rows = (one.quantity for one in stock if one.type in kept and one.batch == batch)
    return total(rows, material.base_unit)


def _used(moves: Sequence[MaterialDocument], material: Material, batch: str | None) -> Quantity:
    """Return what orders took of the batch; without batches nobody can say which ones they took."""
    rows = (
        based(line.quantity, material) * OUT[line.type]
        for line in _lines(moves, material.number)
        if batch and line.batch == batch and line.type in OUT
    )
    return total(rows, material.base_unit)


def _lines(moves: Sequence[MaterialDocument], material: str) -> list[GoodsMovement]:
    rows = chain.from_iterable(one.lines for one in standing(moves))
    return [line for line in rows if line.material == material]


def _booked(moves: Sequence[MaterialDocument], defect: Nonconformance, bad: Quantity) -> bool:
    """Return whether just this quantity was taken out of use since the defect was logged."""
    since = [one for one in moves if one.entered_at >= defect.logged_at]
    rows = _lines(since, defect.material)
    return any(line.type in KEPT and line.quantity == bad for line in rows)


def _held(holds: Sequence[Hold], material: str, batch: str | None, order: str | None) -> bool:
    about = {(Held.MATERIAL, material)}
    if batch:
        about |= {(Held.BATCH, batch), (Held.BATCH, f"{material}/{batch}")}
    if order:
        about.add((Held.ORDER, order))
    return any(one.active and (one.kind, one.object) in about for one in holds)
