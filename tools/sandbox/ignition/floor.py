"""The contract's JSON for what happens on the floor: defects, scrap, stops, machines, people."""

from __future__ import annotations

from tools.objects.certificate import OperatorCertificate
from tools.objects.downtime import DowntimeEvent
from tools.objects.machine import MachineState
from tools.objects.nonconformance import Nonconformance
from tools.objects.schedule import ScheduleEntry
from tools.objects.scrap import ScrapReport
from tools.objects.shift import Shift
from tools.objects.wip import WorkInProgress
from tools.sandbox.ignition.wire import Row, amount, day, moment


def nonconformance(record: Nonconformance) -> Row:
    """Return a defect."""
    return {
        "number": record.number,
        "plant": record.plant,
        "order": record.order,
        "operation": record.operation,
        "material": record.material,
        "code": record.code,
        "quantity": amount(record.quantity),
        "severity": record.severity.value,
        "logged_at": moment(record.logged_at),
        "batch": record.batch,
        "open": record.open,
        "note": record.note,
    }


def scrap(record: ScrapReport) -> Row:
    """Return a scrap report."""
    return {
        "number": record.number,
        "plant": record.plant,
        "order": record.order,
        "operation": record.operation,
        "material": record.material,
        "quantity": amount(record.quantity),
        "reason": record.reason,
        "reported_at": moment(record.reported_at),
        "operator": record.operator,
        "component": record.component,
        "note": record.note,
    }


def downtime(record: DowntimeEvent) -> Row:
    """Return a stop."""
    return {
        "number": record.number,
        "plant": record.plant,
        "work_center": record.work_center,
        "reason": record.reason,
        "started_at": moment(record.started_at),
        "ended_at": moment(record.ended_at),
        "equipment": record.equipment,
        "order": record.order,
        "planned": record.planned,
        "note": record.note,
    }


def machine(record: MachineState) -> Row:
    """Return what a machine is doing."""
    return {
        "plant": record.plant,
        "work_center": record.work_center,
        "state": record.state.value,
        "since": moment(record.since),
        "order": record.order,
    }


def dispatch(record: ScheduleEntry) -> Row:
    """Return an entry of the dispatch list."""
    return {
        "plant": record.plant,
        "work_center": record.work_center,
        "order": record.order,
        "operation": record.operation,
        "sequence": record.sequence,
        "start": moment(record.start),
        "end": moment(record.end),
    }


def shift(record: Shift) -> Row:
    """Return a shift."""
    return {
        "number": record.number,
        "plant": record.plant,
        "name": record.name,
        "start": moment(record.start),
        "end": moment(record.end),
        "supervisor": record.supervisor,
        "operators": list(record.operators),
    }


def certificate(record: OperatorCertificate) -> Row:
    """Return what an operator may do."""
    return {
        "operator": record.operator,
        "plant": record.plant,
        "skill": record.skill,
        "valid_from": day(record.valid_from),
        "valid_until": day(record.valid_until),
    }


def progress(record: WorkInProgress) -> Row:
    """Return where units of an order stand."""
    return {
        "number": record.number,
        "plant": record.plant,
        "order": record.order,
        "operation": record.operation,
        "quantity": amount(record.quantity),
        "since": moment(record.since),
        "work_center": record.work_center,
    }
