"""Supervisor tasks."""

from __future__ import annotations

from dataclasses import replace

from tools.objects.task import SupervisorTask
from tools.sandbox.ignition import orders
from tools.sandbox.ignition.bodies import CloseTask, OpenTask
from tools.sandbox.ignition.refusal import conflict, unknown
from tools.sandbox.ignition.state import IgnitionState, Record
from tools.sandbox.ignition.write import Call, Done, Write


def _open(state: IgnitionState, body: OpenTask, call: Call) -> Done:
    if body.plant not in state.plants:
        raise unknown("object", body.plant, "plant")
    order = None if body.order is None else orders.found(state, body.order).number
    task = SupervisorTask(
        number=state.next_number(Record.TASK),
        plant=body.plant,
        title=body.title,
        text=body.text,
        order=order,
        created_at=call.now,
        assignee=body.assignee,
        reference=body.reference,
    )
    state.put_task(task)
    return Done(Record.TASK, task.number, created=True)


def _close(state: IgnitionState, body: CloseTask, call: Call) -> Done:
    task = state.tasks.get(body.task)
    if task is None:
        raise unknown("task", body.task, "task")
    if not task.open:
        raise conflict("already_closed", f"task {task.number} is done", "task")
    state.put_task(replace(task, open=False))
    return Done(Record.TASK, task.number)


WRITES = {"open": Write(OpenTask, _open), "close": Write(CloseTask, _close)}
