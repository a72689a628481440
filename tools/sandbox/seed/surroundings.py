"""What surrounds a plant's orders: stock, quality, machines, people and maintenance."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from tools.objects.certificate import OperatorCertificate
from tools.objects.cost import CostObject, CostObjectKind
from tools.objects.downtime import DowntimeEvent
from tools.objects.inspection import InspectionLot, InspectionResult, Valuation
from tools.objects.machine import MachineState, Running
from tools.objects.maintenance import (
    MaintenanceNotification,
    MaintenanceOrder,
    MaintenanceStatus,
    MaintenanceWindow,
)
from tools.objects.material import Material
from tools.objects.nonconformance import Held, Hold, Nonconformance, Severity
from tools.objects.order import OrderStatus, ProductionOrder
from tools.objects.quantity import Quantity
from tools.objects.routing import WorkCenter
from tools.objects.schedule import ScheduleEntry
from tools.objects.scrap import ScrapReport
from tools.objects.shift import Shift
from tools.objects.stock import StockLine, StockType
from tools.objects.task import SupervisorTask
from tools.objects.units import rounded
from tools.objects.wip import WorkInProgress
from tools.sandbox.seed.orders import Draw

RUNNING = frozenset({OrderStatus.IN_PROGRESS, OrderStatus.RELEASED})
SHIFTS = (("early", 6, "M. Keller"), ("late", 14, "A. Santos"), ("night", 22, "J. Novak"))
STOPS = (
    ("MECH", "Spindle alarm"),
    ("ELEC", "Drive fault"),
    ("MAT", "Waiting for material"),
    ("SETUP", "Setup overrun"),
    ("PLAN", "Planned cleaning"),
)
SCRAP_REASONS = ("S01", "S02", "S07", "S11")


def draw_stock(draw: Draw) -> None:
    """Put stock into store, line, finished goods and quality cage, alike on both sides."""
    places = draw.master.places
    for material in draw.master.materials.values():
        lines = list[StockLine]()
        if material.type == "FERT":
            lines.append(_line(draw, material, places.finished, draw.rng.randint(40, 400)))
        else:
            lines.append(_line(draw, material, places.store, draw.rng.randint(1500, 9000)))
            lines.append(_line(draw, material, places.line, draw.rng.randint(300, 1500)))
        if draw.rng.random() < 0.2:
            kind = draw.rng.choice((StockType.QUALITY, StockType.BLOCKED))
            lines.append(_line(draw, material, places.cage, draw.rng.randint(20, 120), kind))
        draw.book.erp.stock.extend(lines)
        draw.book.mes.stock.extend(line for line in lines if line.location == places.line)


def _line(
    draw: Draw,
    material: Material,
    location: str,
    amount: int,
    kind: StockType = StockType.UNRESTRICTED,
) -> StockLine:
    return StockLine(
        material=material.number,
        plant=draw.master.plant,
        location=location,
        type=kind,
        quantity=Quantity(Decimal(amount), material.base_unit),
        batch=draw.batches.get(material.number),
    )


def draw_quality(draw: Draw) -> None:
    """Draw inspection lots, defects, scrap reports and holds."""
    for position, line in enumerate(
        [line for line in draw.book.erp.stock if line.type is StockType.QUALITY]
    ):
        draw.book.erp.lots.append(_lot(draw, position, line))
    for order in draw.book.mes.orders:
        _scraps(draw, order)
        if order.status is OrderStatus.ON_HOLD:
            draw.book.mes.holds.append(_hold(draw, order))
    running = [order for order in draw.book.mes.orders if order.status is OrderStatus.IN_PROGRESS]
    for position, order in enumerate(running[:5]):
        draw.book.mes.nonconformances.append(_defect(draw, position, order))


def _lot(draw: Draw, position: int, line: StockLine) -> InspectionLot:
    number = f"1{int(draw.master.plant):05d}{position + 1:06d}"
    result = InspectionResult(
        lot=number,
        operation="0010",
        characteristic="0010",
        description="Dimension" if line.quantity.unit == "ST" else "Viscosity",
        value=None,
        unit="MM" if line.quantity.unit == "ST" else "%",
        valuation=Valuation.OPEN,
        lower=Decimal("9.80"),
        upper=Decimal("10.20"),
    )
    return InspectionLot(
        number=number,
        plant=line.plant,
        material=line.material,
        quantity=line.quantity,
        origin="01",
        decision=Valuation.OPEN,
        created_at=draw.now - timedelta(days=draw.rng.randint(1, 6)),
        batch=line.batch,
        results=(result,),
    )


def _scraps(draw: Draw, order: ProductionOrder) -> None:
    for operation in order.operations:
        if operation.scrapped:
            draw.book.mes.scraps.append(
                ScrapReport(
                    number=f"SR{order.number}-{operation.number}",
                    plant=order.plant,
                    order=order.number,
                    operation=operation.number,
                    material=order.material,
                    quantity=operation.scrapped,
                    reason=draw.rng.choice(SCRAP_REASONS),
                    reported_at=operation.finished_at or draw.now,
                    operator=draw.operator(),
                    note=draw.note(),
                )
            )


def _hold(draw: Draw, order: ProductionOrder) -> Hold:
    return Hold(
        number=f"H{order.number}",
        plant=order.plant,
        kind=Held.ORDER,
        object=order.number,
        reason="Drawing revision pending",
        since=draw.now - timedelta(hours=5),
        by="QS",
    )


def _defect(draw: Draw, position: int, order: ProductionOrder) -> Nonconformance:
    operation = order.operations[0]
    return Nonconformance(
        number=f"NC{draw.master.plant}{position + 1:04d}",
        plant=order.plant,
        order=order.number,
        operation=operation.number,
        material=order.material,
        code=draw.rng.choice(("DIM", "SURF", "LEAK", "COLOR")),
        quantity=Quantity(Decimal(draw.rng.randint(1, 3)), order.quantity.unit),
        severity=draw.rng.choice((Severity.MINOR, Severity.MAJOR)),
        logged_at=draw.now - timedelta(hours=draw.rng.randint(1, 20)),
        note=draw.note(),
    )


def draw_shop_floor(draw: Draw) -> None:
    """Draw shifts, certificates, schedule, machine states, work in progress, stops and tasks."""
    mes = draw.book.mes
    mes.shifts.extend(_shifts(draw))
    mes.certificates.extend(_certificates(draw))
    running = [order for order in mes.orders if order.status in RUNNING]
    for center in draw.master.work_centers.values():
        entries = _schedule(draw, center, running)
        mes.schedule.extend(entries)
        mes.machines.append(_machine(draw, center, entries))
        mes.downtimes.extend(_stops(draw, center))
    for order in running:
        mes.work_in_progress.extend(_in_progress(draw, order))
    mes.tasks.append(
        SupervisorTask(
            number=f"T{draw.master.plant}0001",
            plant=draw.master.plant,
            title="Check torque wrench calibration",
            text="Due this week.",
            order=None,
            created_at=draw.now - timedelta(days=1),
        )
    )


def _shifts(draw: Draw) -> list[Shift]:
    midnight = draw.now.replace(hour=0, minute=0, second=0, microsecond=0)
    return [
        Shift(
            number=f"{draw.master.plant}-{(midnight + timedelta(days=day)).date()}-{name}",
            plant=draw.master.plant,
            name=name,
            start=midnight + timedelta(days=day, hours=hour),
            end=midnight + timedelta(days=day, hours=hour + 8),
            supervisor=supervisor,
            operators=tuple(sorted({draw.operator() for _ in range(5)})),
        )
        for day in (-1, 0, 1)
        for name, hour, supervisor in SHIFTS
    ]


def _certificates(draw: Draw) -> list[OperatorCertificate]:
    today = draw.now.date()
    skills = [center.required_skill for center in draw.master.work_centers.values()]
    result = list[OperatorCertificate]()
    for position, skill in enumerate(skills):
        for step in range(3):
            expired = position == 1 and step == 0
            result.append(
                OperatorCertificate(
                    operator=f"OP{draw.master.plant}{(position * 3 + step) % 12 + 1:02d}",
                    plant=draw.master.plant,
                    skill=skill or "",
                    valid_from=today - timedelta(days=700),
                    valid_until=today + timedelta(days=-10 if expired else 200),
                )
            )
    return result


def _schedule(
    draw: Draw, center: WorkCenter, running: list[ProductionOrder]
) -> list[ScheduleEntry]:
    result, start = list[ScheduleEntry](), draw.now
    for order in sorted(running, key=lambda order: (order.priority, order.planned_start)):
        for operation in order.operations:
            if operation.work_center != center.number or operation.finished_at:
                continue
            end = start + timedelta(hours=draw.rng.randint(2, 7))
            result.append(
                ScheduleEntry(
                    plant=center.plant,
                    work_center=center.number,
                    order=order.number,
                    operation=operation.number,
                    sequence=len(result) + 1,
                    start=start,
                    end=end,
                )
            )
            start = end
    return result


def _machine(draw: Draw, center: WorkCenter, entries: list[ScheduleEntry]) -> MachineState:
    busy = bool(entries)
    return MachineState(
        plant=center.plant,
        work_center=center.number,
        state=Running.RUNNING if busy else Running.IDLE,
        since=draw.now - timedelta(minutes=draw.rng.randint(10, 240)),
        order=entries[0].order if busy else None,
    )


def _stops(draw: Draw, center: WorkCenter) -> list[DowntimeEvent]:
    result = list[DowntimeEvent]()
    for position in range(draw.rng.randint(1, 2)):
        reason, note = draw.rng.choice(STOPS)
        start = draw.now - timedelta(hours=draw.rng.randint(12, 90))
        result.append(
            DowntimeEvent(
                number=f"DT-{center.number}-{position + 1}",
                plant=center.plant,
                work_center=center.number,
                reason=reason,
                started_at=start,
                ended_at=start + timedelta(minutes=draw.rng.randint(10, 150)),
                equipment=center.equipment,
                planned=reason == "PLAN",
                note=note,
            )
        )
    return result


def _in_progress(draw: Draw, order: ProductionOrder) -> list[WorkInProgress]:
    for operation in order.operations:
        if operation.started_at and not operation.finished_at:
            rest = rounded(operation.planned - operation.yielded - operation.scrapped)
            return [
                WorkInProgress(
                    number=f"SFC{order.number}",
                    plant=order.plant,
                    order=order.number,
                    operation=operation.number,
                    quantity=rest,
                    since=operation.started_at,
                    work_center=operation.work_center,
                )
            ]
    return []


def draw_maintenance(draw: Draw) -> None:
    """Draw equipment, its notifications and orders, and the windows to come."""
    pages = draw.book.maintenance
    pages.equipment.extend(draw.master.equipment)
    for position, asset in enumerate(draw.master.equipment):
        since = draw.now - timedelta(days=draw.rng.randint(2, 40))
        number = f"{10000000 + int(draw.master.plant) * 100 + position}"
        order = f"{4000000 + int(draw.master.plant) * 100 + position}" if position % 2 else None
        done = position % 3 != 0
        status = MaintenanceStatus.COMPLETED if done else MaintenanceStatus.OPEN
        pages.notifications.append(
            MaintenanceNotification(
                number=number,
                plant=asset.plant,
                equipment=asset.number,
                text=draw.rng.choice(
                    ("Noise at spindle", "Leakage", "Sensor failed", "Inspection")
                ),
                status=status,
                reported_at=since,
                order=order,
            )
        )
        if order:
            pages.orders.append(
                _work_order(asset.plant, asset.number, order, number, since, status)
            )
        if position % 4 == 0:
            pages.windows.append(_window(draw, asset.plant, asset.number, position))


def _work_order(
    plant: str,
    equipment: str,
    number: str,
    notification: str,
    since: datetime,
    status: MaintenanceStatus,
) -> MaintenanceOrder:
    return MaintenanceOrder(
        number=number,
        plant=plant,
        equipment=equipment,
        text="Repair after notification",
        type="PM01",
        status=status,
        start=since + timedelta(days=1),
        end=since + timedelta(days=1, hours=4),
        work=Quantity(Decimal(4), "STD"),
        notification=notification,
    )


def _window(draw: Draw, plant: str, equipment: str, position: int) -> MaintenanceWindow:
    start = (draw.now + timedelta(days=position + 2)).replace(hour=6, minute=0, second=0)
    return MaintenanceWindow(
        number=f"MW{plant}{position + 1:03d}",
        plant=plant,
        equipment=equipment,
        start=start,
        end=start + timedelta(hours=6),
        reason="Preventive maintenance",
    )


def draw_cost_centers(draw: Draw) -> None:
    """Draw the cost centres the work centres charge to."""
    for number in sorted({center.cost_center for center in draw.master.work_centers.values()}):
        draw.book.erp.cost_objects.append(
            CostObject(
                number=number,
                kind=CostObjectKind.COST_CENTER,
                company_code=draw.master.company_code,
                description=f"Production {number}",
            )
        )
