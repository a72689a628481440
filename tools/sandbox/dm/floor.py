"""Work centres, resources, shifts, people and losses [spec].

``/workcenter/v2``, ``/resource/v2``, ``/shift/v1``, ``/certification/v1``, ``/user/v1`` and
``/oee/v1/availabilityLosses``. [sandbox] One resource per work centre, an early, late and night
shift known by their names, the shift's supervisor in a custom value.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from tools.jsontext import Writable
from tools.objects.downtime import DowntimeEvent
from tools.objects.machine import MachineState, Running
from tools.objects.routing import WorkCenter
from tools.objects.shift import Shift
from tools.sandbox.dm.call import Answer, Call, moment, parsed_moment
from tools.sandbox.dm.refusal import unknown, wrong
from tools.sandbox.dm.state import DmState

STATUS = {
    Running.RUNNING: "PRODUCTIVE",
    Running.IDLE: "ENABLED",
    Running.SETUP: "ENABLED",
    Running.DOWN: "UNSCHEDULED_DOWN",
    Running.MAINTENANCE: "SCHEDULED_DOWN",
}
PLANNED, UNPLANNED = "SCHEDULED_DOWN", "UNSCHEDULED_DOWN"
SUPERVISOR = "SUPERVISOR"


def work_centers(call: Call) -> Answer:
    """GET /workcenter/v2/workcenters: the work centres with resources and people."""
    plant = call.need("plant")
    held = call.state.certificates
    operators = sorted({entry.operator for entry in held if entry.plant == plant})
    found: list[Writable] = [
        {
            "plant": plant,
            "workCenter": center.number,
            "description": center.description,
            "status": "ENABLED",
            "members": [{"resource": {"plant": plant, "resource": _resource(center)}}],
            "userAssignments": [{"userId": operator} for operator in operators],
        }
        for center in call.state.floor(plant).work_centers.values()
        if call.asked("workCenter") in (None, center.number)
    ]
    if not found and call.asked("workCenter"):
        raise unknown("workCenter", call.need("workCenter"))
    return Answer(found)


def resources(call: Call) -> Answer:
    """GET /resource/v2/resources: the machines and what they are doing."""
    plant = call.need("plant")
    found: list[Writable] = [
        _machine(call.state, center)
        for center in call.state.floor(plant).work_centers.values()
        if call.asked("resource") in (None, _resource(center))
    ]
    if not found and call.asked("resource"):
        raise unknown("resource", call.need("resource"))
    return Answer(found)


def losses(call: Call) -> Answer:
    """GET /oee/v1/availabilityLosses: the stops of machines within a time."""
    plant, kind = call.need("plant"), call.need("timeElementType")
    since = parsed_moment(call.need("startDateTime"))
    until = parsed_moment(call.need("endDateTime"))
    wanted = call.several("resources")
    if kind not in {PLANNED, UNPLANNED} or not wanted:
        raise wrong("parameter.malformed", "timeElementType or resources is missing")
    items: list[Writable] = []
    for center in call.state.floor(plant).work_centers.values():
        if _resource(center) not in wanted:
            continue
        stops: list[Writable] = [
            _stop(stop)
            for stop in call.state.downtimes
            if stop.work_center == center.number
            and stop.plant == plant
            and stop.planned is (kind == PLANNED)
            and since <= stop.started_at <= until
        ]
        items.append({"resource": _resource(center), "shifts": [{"downtimes": stops}]})
    return Answer({"plant": plant, "timeElementType": kind, "items": items})


def shifts(call: Call) -> Answer:
    """GET /shift/v1/shifts: the shift definitions."""
    plant = call.need("plant")
    zone = ZoneInfo(call.state.floor(plant).time_zone)
    by_name = {shift.name: shift for shift in call.state.shifts if shift.plant == plant}
    return Answer([_shift(shift, zone) for shift in by_name.values()])


def certifications(call: Call) -> Answer:
    """GET /certification/v1/certifications: what one may be certified for."""
    plant = call.need("plant")
    call.state.floor(plant)
    skills = sorted({entry.skill for entry in call.state.certificates if entry.plant == plant})
    return Answer(
        [{"plant": plant, "certification": skill, "status": "ENABLED"} for skill in skills]
    )


def user(call: Call) -> Answer:
    """GET /user/v1/users: one person with certificates."""
    plant, operator = call.need("plant"), call.need("userId")
    held: list[Writable] = [
        {
            "certification": entry.skill,
            "status": "ENABLED",
            "certificationDate": f"{entry.valid_from.isoformat()}T00:00:00.000Z",
            "expirationDate": f"{entry.valid_until.isoformat()}T00:00:00.000Z",
        }
        for entry in call.state.certificates
        if (entry.plant, entry.operator) == (plant, operator)
    ]
    if not held:
        raise unknown("user", operator)
    return Answer({"plant": plant, "userId": operator, "userCertifications": held})


def _resource(center: WorkCenter) -> str:
    return center.resource or center.number


def _machine(state: DmState, center: WorkCenter) -> Writable:
    machine = next(
        (
            one
            for one in state.machines
            if (one.plant, one.work_center) == (center.plant, center.number)
        ),
        None,
    )
    order = machine.order if machine else None
    return {
        "plant": center.plant,
        "resource": _resource(center),
        "description": center.description,
        "status": STATUS[machine.state] if machine else "UNKNOWN",
        "setupState": "OPEN" if machine and machine.state is Running.SETUP else "SETUP",
        "setups": [{"order": {"order": order}, "state": "SETUP"}] if order else [],
        "technicalObjects": _technical(center),
        "modifiedDateTime": _since(machine),
    }


def _technical(center: WorkCenter) -> list[Writable]:
    return [{"erpEquipmentNumber": center.equipment}] if center.equipment else []


def _since(machine: MachineState | None) -> str | None:
    return moment(machine.since) if machine else None


def _stop(stop: DowntimeEvent) -> Writable:
    lasted = stop.ended_at - stop.started_at if stop.ended_at else timedelta(0)
    return {
        "timeElement": "TE_DOWN",
        "eventStartDateTime": moment(stop.started_at),
        "eventEndDateTime": moment(stop.ended_at) if stop.ended_at else None,
        "durationInSeconds": Decimal(int(lasted.total_seconds())),
        "reasonCode": stop.reason,
    }


def _shift(shift: Shift, zone: ZoneInfo) -> Writable:
    return {
        "plant": shift.plant,
        "shift": shift.name,
        "description": shift.name,
        "category": "USER",
        "intervals": [
            {
                "validFrom": "2020-01-01",
                "beginTime": shift.start.astimezone(zone).strftime("%H:%M:%S"),
                "endTime": shift.end.astimezone(zone).strftime("%H:%M:%S"),
                "laborAssignment": "SHIFT_START_DAY",
            }
        ],
        "customValues": [{"attribute": SUPERVISOR, "value": shift.supervisor}],
    }
