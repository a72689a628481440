"""Runs a judge over golden cases and leaves behind what others read: rows, a header, baselines.

Rows are kept as they come, so a run that was interrupted goes on where it stopped. What is known
already is never played again; errors are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agent.reasoning.request import ModelRequest
from evals.crew import Player, WorkerLost, players
from evals.engines.engine import Course, engine_of
from evals.row import (
    ROWS,
    Header,
    Row,
    RowsUnreadable,
    line_of,
    read_header,
    read_rows,
    write_header,
    write_rows,
)
from evals.task import Plan, Task, judge_of
from evals.telling import about

PARTIAL = "result.partial.jsonl"
AT_ONCE = 4
"""How many cases a worker has in hand; more wait for a model than for the machine."""

Told = Callable[[Row], None]


class RunRefused(Exception):
    """A folder holds another run; whoever named it names another one."""


@dataclass(frozen=True)
class Order:
    """A run that is wanted.

    Args:
        header: What is known of it.
        plan: What its tasks share.
        tasks: What is to be played.
        folder: Where its files go.
        engine: Who drives it.
        workers: So many processes; none plays in this one.
        at_once: How many cases each has in hand.
    """

    header: Header
    plan: Plan
    tasks: Sequence[Task]
    folder: Path
    engine: str = "bare"
    workers: int = 0
    at_once: int = AT_ONCE


@dataclass
class Done:
    """What came of a run: its rows by key, and the questions that nobody answered."""

    rows: dict[tuple[str, int, str, bool], Row] = field(
        default_factory=dict[tuple[str, int, str, bool], Row]
    )
    asked: list[tuple[int, ModelRequest]] = field(default_factory=list[tuple[int, ModelRequest]])


async def carried_out(order: Order, told: Told = lambda _row: None) -> Done:
    """Play what is not known yet, and write everything down.

    Raises:
        RunRefused: The folder holds rows of another judge or of other cases.
    """
    order.folder.mkdir(parents=True, exist_ok=True)
    wanted = {task.key: task for task in order.tasks}
    done = Done({key: row for key, row in _known(order).items() if key in wanted})
    for row in done.rows.values():
        told(row)
    write_header(order.folder, order.header)
    course = Course(
        order.header.split, order.tasks, max(order.workers, 1) * order.at_once, order.folder
    )
    async with players(order.plan, order.workers) as player:
        with (order.folder / PARTIAL).open("a", encoding="utf-8") as partial:

            async def play(task: Task) -> Row:
                known = done.rows.get(task.key)
                if known is not None:
                    return known
                row = await _played(player, task, order.plan, done)
                partial.write(line_of(row) + "\n")
                partial.flush()
                told(row)
                return row

            await engine_of(order.engine)(course, play)
    write_rows(order.folder, done.rows.values())
    (order.folder / PARTIAL).unlink()
    return done


async def _played(player: Player, task: Task, plan: Plan, done: Done) -> Row:
    try:
        played = await player(task)
    except WorkerLost as error:
        told = {"status": "error", "reason": f"WorkerLost: {error}"}
        row = Row.model_validate({**about(task, judge_of(task, plan)), **told})
    else:
        row = played.row
        done.asked += [(task.epoch, request) for request in played.asked]
    done.rows[task.key] = row
    return row


def _known(order: Order) -> dict[tuple[str, int, str, bool], Row]:
    """Return the rows that are there already and were no errors."""
    found: dict[tuple[str, int, str, bool], Row] = {}
    for name in (ROWS, PARTIAL):
        file = order.folder / name
        if file.exists():
            _whole_lines(file)
            found |= {row.key: row for row in read_rows(file) if row.status == "ok"}
    judges = {task.key: judge_of(task, order.plan) for task in order.tasks}
    for key, row in found.items():
        if key in judges and row.judge != judges[key]:
            raise RunRefused(f"{order.folder} holds a run of another judge or of other cases")
    return found


def _whole_lines(file: Path) -> None:
    """Cut off a last line that an interruption left unfinished."""
    text = file.read_text("utf-8")
    whole, newline, _ = text.rpartition("\n")
    file.write_text(whole + newline, "utf-8")


def begun(folder: Path) -> Header | None:
    """Return the header of the run a folder holds; None where it holds none."""
    try:
        return read_header(folder)
    except RowsUnreadable:
        return None
