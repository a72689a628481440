"""Gather: read a playbook's facts from every system, in parallel, each with source and time.

A fact's annotation names the record and its system. The port method is found by the record it
returns; its parameters are business keys of the conflict, or keys that another fact yields.
"""

from __future__ import annotations

import asyncio
import dataclasses
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from langgraph.runtime import Runtime

from agent.actions.action import Sides
from agent.case.conflict import Conflict, Signal
from agent.context import Context
from agent.plain import adapter, dump, load
from agent.playbooks.playbook import Each, Method, Playbook, Received, Refused, Today, Via
from agent.state import CaseState, Update
from tools.errors import NotFound, NotOffered
from tools.objects.reading import Reading, System
from tools.objects.sync import Refusal
from tools.objects.units import UnknownUnit
from tools.plant.model import Plant
from tools.ports import Access, Port, Side, marked


class Unreadable(Exception):
    """A system said something no table explains, such as a unit nobody knows; a person is asked."""

    def __init__(self, fact: str, why: str) -> None:
        super().__init__(f"{fact}: {why}")


class NoSuchRead(Exception):
    """A playbook asks for a fact that no port offers, or that several do; a developer reacts."""


@dataclass(frozen=True)
class Wanted:
    """One fact of a playbook: where it is read and on which other fact it waits."""

    name: str
    record: Any
    optional: bool
    marks: tuple[Any, ...]

    def mark(self, kind: type[Any]) -> Any:
        """Return the annotation's mark of a kind, if it carries one."""
        return next((mark for mark in self.marks if isinstance(mark, kind)), None)


@dataclass(frozen=True)
class Gathered:
    """The facts as read: plain values with their origin, and what no system has."""

    sheet: dict[str, Any]
    missing: tuple[str, ...]

    @property
    def values(self) -> dict[str, Any]:
        """Return the facts' plain values by name."""
        return {name: row["value"] for name, row in self.sheet.items()}


def wanted(playbook: Playbook) -> tuple[Wanted, ...]:
    """Return the facts a playbook's ``Facts`` names."""
    return _named(playbook.facts)


@cache
def _named(facts: type[Any]) -> tuple[Wanted, ...]:
    hints = get_type_hints(facts, include_extras=True)
    return tuple(_wanted(field.name, hints[field.name]) for field in dataclasses.fields(facts))


async def read_facts(
    playbook: Playbook,
    conflict: Conflict,
    signal: Signal,
    refusals: tuple[Refusal, ...],
    plant: Plant,
    sides: Sides,
    now: datetime,
) -> Gathered:
    """Read all facts at once; one that is read through another starts when that one is there."""
    keys = {**conflict.keys, "plant": plant.code, "company_code": plant.company_code}
    given = {Received: signal, Refused: refusals, Today: plant.local(now).date()}
    readings: dict[str, asyncio.Future[Reading[Any] | None]] = {}
    for fact in _through_one_another(playbook):
        known = next((given[kind] for kind in given if fact.mark(kind)), None)
        if known is None:
            reading = _read(fact, keys, readings, sides)
        else:
            reading = _given(Reading(known, System.ERP, now))
        readings[fact.name] = asyncio.create_task(reading)
    answers = await asyncio.gather(*readings.values())
    return _gathered(playbook, dict(zip(readings, answers, strict=True)))


async def gather(state: CaseState, runtime: Runtime[Context]) -> Update:
    """Fill the state's facts."""
    context = runtime.context
    conflict = load(Conflict, state["conflict"])
    try:
        gathered = await read_facts(
            context.catalog.playbooks[conflict.kind],
            conflict,
            load(Signal, state["signal"]),
            tuple(load(Refusal, row) for row in state["refusals"]),
            context.plants[conflict.plant],
            context.sides(conflict.plant),
            context.clock(),
        )
    except Unreadable as error:
        gathered = Gathered({}, (str(error),))
    return {
        "facts": gathered.sheet,
        "missing": list(gathered.missing),
        "attempt": state["attempt"] + 1,
        "changed": None,
        "decision": None,
    }


def after_gather(state: CaseState) -> Literal["recall", "rule"]:
    """Ask a person at once where a needed record does not exist."""
    return "rule" if state["missing"] else "recall"


def _wanted(name: str, hint: Any) -> Wanted:
    if get_origin(hint) is not Annotated:
        raise NoSuchRead(f"the fact {name} does not say where it is read")
    record, *marks = get_args(hint)
    options = get_args(record) if get_origin(record) in {Union, UnionType} else (record,)
    optional = NoneType in options
    kept = [option for option in options if option is not NoneType]
    return Wanted(name, kept[0] if optional else record, optional, tuple(marks))


def _through_one_another(playbook: Playbook) -> list[Wanted]:
    """Return the facts in an order in which each comes after the one it is read through."""
    waiting, found = list(wanted(playbook)), dict[str, Wanted]()
    while waiting:
        ready = [fact for fact in waiting if (before := _before(fact)) is None or before in found]
        if not ready:
            raise NoSuchRead(f"{playbook.number}: facts wait for each other: {waiting}")
        found |= {fact.name: fact for fact in ready}
        waiting = [fact for fact in waiting if fact.name not in found]
    return list(found.values())


def _before(fact: Wanted) -> str | None:
    further: Via | Each | None = fact.mark(Via) or fact.mark(Each)
    return further.fact if further else None


async def _given(reading: Reading[Any]) -> Reading[Any] | None:
    return reading


async def _read(
    fact: Wanted,
    keys: Mapping[str, str],
    readings: Mapping[str, asyncio.Future[Reading[Any] | None]],
    sides: Sides,
) -> Reading[Any] | None:
    """Return one fact, or None where the system has no such record or cannot be asked for it."""
    further: Via | Each | None = fact.mark(Via) or fact.mark(Each)
    if further is None:
        return await _asked(fact, fact.record, keys, sides)
    before = await readings[further.fact]
    if before is None or before.value is None:
        return None
    if isinstance(further, Via):
        return await _asked(fact, fact.record, {**keys, **further.keys(before.value)}, sides)
    found = await asyncio.gather(
        *(
            _asked(fact, get_args(fact.record)[0], {**keys, **one}, sides)
            for one in further.keys(before.value)
        )
    )
    return _together([one for one in found if one is not None], before)


def _together(found: list[Reading[Any]], before: Reading[Any]) -> Reading[Any]:
    """Return several readings as one, as old as the oldest of them."""
    values = list[Any]()
    for one in found:
        values += one.value if isinstance(one.value, tuple) else (one.value,)
    read_at = min((one.read_at for one in found), default=before.read_at)
    return Reading(tuple(values), found[0].system if found else before.system, read_at)


async def _asked(
    fact: Wanted, record: Any, keys: Mapping[str, str], sides: Sides
) -> Reading[Any] | None:
    system = fact.mark(System)
    if system not in sides:
        return None
    try:
        port, read = _method(sides[system], fact, record)
        if not all(name in keys for name in read.parameters):
            return None
        return await getattr(port, read.name)(**{name: keys[name] for name in read.parameters})
    except (NotFound, NotOffered):
        return None
    except UnknownUnit as error:
        raise Unreadable(fact.name, str(error)) from error


@dataclass(frozen=True)
class Read:
    """One read of a kind of port: the record it returns, and the keys it takes."""

    name: str
    record: Any
    parameters: tuple[str, ...]


def _method(side: Side, fact: Wanted, record: Any) -> tuple[Port, Read]:
    """Return the port and its read of a record, by the mark's name or by what it returns."""
    chosen = fact.mark(Method)
    fitting = [
        (port, read)
        for port in side.ports
        for read in _reads(type(port))
        if (read.name == chosen.name if chosen else read.record == record)
    ]
    if not fitting:
        raise NotOffered(side.system, f"the fact {fact.name}")
    if len(fitting) > 1:
        raise NoSuchRead(f"{len(fitting)} methods of {side.name} read {fact.name}: name one")
    return fitting[0]


@cache
def _reads(kind: type[Port]) -> tuple[Read, ...]:
    """Return what a kind of port reads; looked up once, for types are slow to ask."""
    names = [name for name in dir(kind) if marked(kind, name) is Access.READ]
    return tuple(
        Read(
            name,
            _record(getattr(kind, name)),
            tuple(inspect.signature(getattr(kind, name)).parameters)[1:],
        )
        for name in names
    )


def _record(method: Callable[..., Any]) -> Any:
    returned = get_type_hints(method)["return"]
    return get_args(returned)[0] if get_origin(returned) is Reading else None


def _gathered(playbook: Playbook, readings: Mapping[str, Reading[Any] | None]) -> Gathered:
    sheet: dict[str, Any] = {}
    missing = list[str]()
    for fact in wanted(playbook):
        reading = readings[fact.name]
        if reading is None or reading.value is None:
            if not fact.optional:
                missing.append(fact.name)
            sheet[fact.name] = {
                "system": _system(fact),
                "read_at": None,
                "etag": None,
                "value": None,
            }
            continue
        sheet[fact.name] = {
            "system": _system(fact),
            "read_at": dump(reading.read_at),
            "etag": reading.etag,
            "value": adapter(fact.record).dump_python(reading.value, mode="json"),
        }
    return Gathered(sheet, tuple(missing))


def _system(fact: Wanted) -> str:
    system = fact.mark(System)
    return system.value if system else ("signal" if fact.record is Signal else "Concord")
