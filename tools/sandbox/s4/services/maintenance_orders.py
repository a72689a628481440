"""``API_MAINTENANCEORDER``: work on an asset, planned or under way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tools.sandbox.odata.edm import complex_type, entity_type, to_many
from tools.sandbox.odata.service import Function, FunctionCall, Payload, Service
from tools.sandbox.s4.refusal import Refused
from tools.sandbox.s4.rows import Row
from tools.sandbox.s4.rules.maintaining import (
    ORDER_STEPS,
    OrderStep,
    assign,
    create_order,
    take_order_step,
)
from tools.sandbox.s4.services import asking
from tools.sandbox.s4.services.refusing import as_said
from tools.sandbox.s4.services.showing import shown, view
from tools.sandbox.world import World

_SET = "MaintenanceOrder"
_KEY = "String(12): MaintenanceOrder!"
ORDER = entity_type(
    "MaintenanceOrderType",
    "MaintenanceOrder",
    """
    String(12): MaintenanceOrder MaintenanceNotification MaintOrdPersonResponsible CreatedByUser
    String(4): MaintenanceOrderType MainWorkCenterPlant MaintenancePlanningPlant MaintenancePlant
    String(4): MaintOrdProcessSubPhaseCode CompanyCode
    String(40): MaintenanceOrderDesc ReferenceElement AdditionalDeviceData EquipmentName
    String(40): SystemStatusText UserStatusText TechnicalObject
    DateTimeOffset: MaintOrdBasicStartDateTime MaintOrdBasicEndDateTime LastChangeDateTime
    DateTime: MaintOrdBasicStartDate MaintOrdBasicEndDate ScheduledBasicStartDate
    DateTime: ScheduledBasicEndDate
    Time: MaintOrdBasicStartTime MaintOrdBasicEndTime
    String(8): MainWorkCenter
    String(2): MaintOrdProcessPhaseCode
    String(10): CostCenter
    String(18): Equipment
    String(30): FunctionalLocation
    String(3): MaintenanceActivityType
    String(1): MaintPriority OperationSystemCondition
    String(20): TechObjIsEquipOrFuncnlLoc
    """,
    to_many("to_MaintenanceOrderOperation", "MaintenanceOrderOperation", "MaintenanceOrder"),
)
OPERATION = entity_type(
    "MaintenanceOrderOperationType",
    "MaintenanceOrder MaintenanceOrderOperation MaintenanceOrderSubOperation",
    """
    String(12): MaintenanceOrder
    String(4): MaintenanceOrderOperation MaintenanceOrderSubOperation OperationControlKey Plant
    String(8): WorkCenter
    String(40): OperationDescription SystemStatusText
    Decimal(5,1): MaintOrderOperationDuration
    String(3): MaintOrdOperationDurationUnit MaintOrdOpWorkDurationUnit
    Decimal(7,1): MaintOrdOperationWorkDuration
    String(18): Equipment
    DateTime: OpErlstSchedldExecStrtDte OpErlstSchedldExecEndDte
    Decimal(13,3): ActualWorkQuantity
    String(2): MaintOrdOpProcessPhaseCode
    """,
)
RESULT = complex_type("DummyFunctionImportResult", "Boolean: IsInvalid")


def _create(world: World, payload: Payload) -> Row:
    for name in ("MaintenanceOrderType", "MaintenanceOrderDesc", "Equipment"):
        asking.required(payload, name)
    return shown(ORDER, create_order(world.s4, payload, world.clock.now()))


def _step(step: OrderStep) -> Function:
    def handle(world: World, call: FunctionCall) -> Row:
        take_order_step(world.s4, call.parameters[_SET], step, world.clock.now())
        return {"IsInvalid": False}

    return _function(step.name, handle, _KEY)


def _assign(world: World, call: FunctionCall) -> Row:
    given = call.parameters
    assign(world.s4, given[_SET], given["MaintenanceNotification"], world.clock.now())
    return {"IsInvalid": False}


def _function(name: str, handle: Callable[[World, FunctionCall], Row], parameters: str) -> Function:
    return Function(name, handle, parameters, returns=RESULT, on=_SET)


SERVICE = Service(
    name="API_MAINTENANCEORDER",
    namespace="cds_api_maintenanceorder",
    sets=(
        replace(
            view(_SET, ORDER, lambda state: state.maintenance_orders.values()),
            create=_create,
            reference="AdditionalDeviceData",
            creatable_below=frozenset[str](),
        ),
        view(
            "MaintenanceOrderOperation",
            OPERATION,
            lambda state: state.maintenance_operations.values(),
        ),
    ),
    functions=(
        *(_step(step) for step in ORDER_STEPS.values()),
        _function(
            "AssignMaintNotificationToOrder",
            _assign,
            f"{_KEY}\nString(12): MaintenanceNotification!",
        ),
    ),
    catches=(Refused,),
    translate=as_said,
)
