"""A plant book: everything the systems of one plant know, in canonical records.

It is what a sandbox plant starts from and what a fake answers from. ERP and MES views of the same
order stand side by side, so that they can agree or not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from tools.objects.bom import Bom
from tools.objects.certificate import OperatorCertificate
from tools.objects.confirmation import Confirmation
from tools.objects.cost import CostObject, PostingPeriod
from tools.objects.downtime import DowntimeEvent
from tools.objects.equipment import Equipment
from tools.objects.inspection import InspectionLot
from tools.objects.machine import MachineState
from tools.objects.maintenance import (
    MaintenanceNotification,
    MaintenanceOrder,
    MaintenanceWindow,
)
from tools.objects.material import Material
from tools.objects.movement import MaterialDocument
from tools.objects.nonconformance import Hold, Nonconformance
from tools.objects.order import ProductionOrder
from tools.objects.routing import Routing, WorkCenter
from tools.objects.schedule import ScheduleEntry
from tools.objects.scrap import ScrapReport
from tools.objects.shift import Shift
from tools.objects.stock import StockLine
from tools.objects.sync import SyncMessage
from tools.objects.task import SupervisorTask
from tools.objects.wip import WorkInProgress


@dataclass
class ErpPages:
    """What the ERP holds."""

    orders: list[ProductionOrder] = field(default_factory=list[ProductionOrder])
    confirmations: list[Confirmation] = field(default_factory=list[Confirmation])
    documents: list[MaterialDocument] = field(default_factory=list[MaterialDocument])
    stock: list[StockLine] = field(default_factory=list[StockLine])
    lots: list[InspectionLot] = field(default_factory=list[InspectionLot])
    cost_objects: list[CostObject] = field(default_factory=list[CostObject])
    messages: list[SyncMessage] = field(default_factory=list[SyncMessage])


@dataclass
class MesPages:
    """What the MES holds."""

    orders: list[ProductionOrder] = field(default_factory=list[ProductionOrder])
    confirmations: list[Confirmation] = field(default_factory=list[Confirmation])
    documents: list[MaterialDocument] = field(default_factory=list[MaterialDocument])
    stock: list[StockLine] = field(default_factory=list[StockLine])
    messages: list[SyncMessage] = field(default_factory=list[SyncMessage])
    nonconformances: list[Nonconformance] = field(default_factory=list[Nonconformance])
    holds: list[Hold] = field(default_factory=list[Hold])
    scraps: list[ScrapReport] = field(default_factory=list[ScrapReport])
    tasks: list[SupervisorTask] = field(default_factory=list[SupervisorTask])
    machines: list[MachineState] = field(default_factory=list[MachineState])
    downtimes: list[DowntimeEvent] = field(default_factory=list[DowntimeEvent])
    schedule: list[ScheduleEntry] = field(default_factory=list[ScheduleEntry])
    shifts: list[Shift] = field(default_factory=list[Shift])
    work_in_progress: list[WorkInProgress] = field(default_factory=list[WorkInProgress])
    certificates: list[OperatorCertificate] = field(default_factory=list[OperatorCertificate])


@dataclass
class MaintenancePages:
    """What maintenance holds."""

    equipment: list[Equipment] = field(default_factory=list[Equipment])
    notifications: list[MaintenanceNotification] = field(
        default_factory=list[MaintenanceNotification]
    )
    orders: list[MaintenanceOrder] = field(default_factory=list[MaintenanceOrder])
    windows: list[MaintenanceWindow] = field(default_factory=list[MaintenanceWindow])


@dataclass
class PlantBook:
    """One plant: its master data, and what each side holds."""

    plant: str
    company_code: str
    currency: str
    today: date
    period: PostingPeriod
    materials: list[Material] = field(default_factory=list[Material])
    boms: list[Bom] = field(default_factory=list[Bom])
    routings: list[Routing] = field(default_factory=list[Routing])
    work_centers: list[WorkCenter] = field(default_factory=list[WorkCenter])
    erp: ErpPages = field(default_factory=ErpPages)
    mes: MesPages = field(default_factory=MesPages)
    maintenance: MaintenancePages = field(default_factory=MaintenancePages)
