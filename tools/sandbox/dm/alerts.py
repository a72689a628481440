"""Supervisor tasks as alerts: ``/alerts/v1/Alerts`` [spec].

OData V4, the type in the header ``Alert-Type``. An alert carries a free text and an
``ExternalId`` that can be filtered by. Types, severities and
statuses are configured per tenant: ``CONCORD_TASK``, ``NEW`` and ``CLOSED`` are **[sandbox]**, as
is the part of ``$filter`` understood here (``eq`` and ``ne``, joined by ``and``).
"""

from __future__ import annotations

import re
from dataclasses import replace
from http import HTTPStatus

from tools.jsontext import Row, Writable
from tools.objects.task import SupervisorTask
from tools.sandbox.dm.call import Answer, Call, Written, moment, optional, rows, text
from tools.sandbox.dm.refusal import unknown, wrong
from tools.sandbox.dm.state import DmState, Record

ALERT_TYPE = "CONCORD_TASK"
OPEN, CLOSED = "NEW", "CLOSED"
PAGE = 100
_TERM = re.compile(r"(\w+) (eq|ne) '((?:[^']|'')*)'")


def listed(call: Call) -> Answer:
    """GET /alerts/v1/Alerts: the alerts of one type."""
    _typed(call)
    terms = _terms(call.asked("$filter"))
    found = [_row(task) for task in call.state.tasks.values()]
    fitting: list[Writable] = [
        row for row in found if all((row.get(name) == value) is same for name, same, value in terms)
    ]
    top, skip = int(call.asked("$top") or PAGE), int(call.asked("$skip") or 0)
    return Answer({"value": fitting[skip : skip + min(top, PAGE)]})


def create(call: Call) -> Answer:
    """POST /alerts/v1/Alerts: raise an alert."""
    _typed(call)
    row, state = call.row, call.state
    for name in ("AlertType", "Severity", "TriggeredOn"):
        text(row, name)
    if text(row, "Status") != OPEN:
        raise wrong("alert.status", f"a new alert is {OPEN}")
    title, _, body = text(row, "Info").partition("\n")
    plant = text(row, "Plant")
    state.floor(plant)
    processor = row.get("Processor")
    task = SupervisorTask(
        number=state.draw(Record.ALERT),
        plant=plant,
        title=title,
        text=body,
        order=_order(row),
        created_at=call.now,
        assignee=optional(processor, "Id") if isinstance(processor, dict) else None,
        reference=optional(row, "ExternalId"),
    )
    state.tasks[task.number] = task
    return Answer(_row(task), written=Written(task.reference, "task", task.number))


def update(call: Call) -> Answer:
    """PATCH /alerts/v1/Alerts(id): change an alert's status."""
    _typed(call)
    number = call.path["alert"].strip("'")
    task = _task(call.state, number)
    status = optional(call.row, "Status")
    if status not in (None, OPEN, CLOSED):
        raise wrong("alert.status", f"{status} is no status of {ALERT_TYPE}")
    call.state.tasks[number] = replace(task, open=status != CLOSED)
    return Answer(status=HTTPStatus.NO_CONTENT, written=Written(None, "task", number))


def _typed(call: Call) -> None:
    if call.headers.get("alert-type") != ALERT_TYPE:
        raise wrong("alert.type", "the header Alert-Type names no configured alert type")


def _terms(expression: str | None) -> list[tuple[str, bool, str]]:
    if expression is None:
        return []
    terms: list[tuple[str, bool, str]] = []
    for part in expression.split(" and "):
        term = _TERM.fullmatch(part.strip())
        if term is None:
            raise wrong("filter.malformed", f"{part} cannot be filtered by")
        terms.append((term[1], term[2] == "eq", term[3].replace("''", "'")))
    return terms


def _task(state: DmState, number: str) -> SupervisorTask:
    if number not in state.tasks:
        raise unknown("alert", number)
    return state.tasks[number]


def _order(row: Row) -> str | None:
    contexts = rows(row, "DME_Shopfloor")
    return optional(contexts[0], "DME_Order") if contexts else None


def _row(task: SupervisorTask) -> dict[str, Writable]:
    contexts: list[Writable] = [{"DME_Order": task.order, "DME_Plant": task.plant}]
    return {
        "Id": task.number,
        "Info": f"{task.title}\n{task.text}".strip(),
        "ExternalId": task.reference,
        "AlertType": ALERT_TYPE,
        "Plant": task.plant,
        "Severity": "MEDIUM",
        "Status": OPEN if task.open else CLOSED,
        "ProcessorId": task.assignee,
        "CreatedOn": moment(task.created_at),
        "DME_Shopfloor": contexts if task.order else [],
    }
