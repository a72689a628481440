"""Advance: one turn of a case, burst after burst, until it rests.

A turn never waits for a person. It ends when the case is settled, waits for a decision, or cannot
go on now; a recorded decision starts the next one. Every burst first reads the state of the thread,
because the burst before may have been killed anywhere; a blind resume once posted a remedy nobody
had approved.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.types import Command, StateSnapshot

from agent.case.ruling import Ruling, Verb
from agent.context import Context
from agent.graph import Machine
from agent.plain import dump, load, load_plan
from agent.records.cases import CaseStatus, Decided
from agent.state import CaseState, fresh
from tools.errors import ToolError, Unavailable

MOST_BURSTS = 8


class Rest(StrEnum):
    """Why a turn ended."""

    DONE = "done"
    WAITING = "waiting"
    LATER = "later"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Rested:
    """How a turn ended, and why where that is not plain."""

    rest: Rest
    why: str = ""
    after_seconds: float = 0.0


# One burst as a step: dispatch makes it durable, the foreground runs it as it is.
Step = Callable[[Callable[[], Awaitable[dict[str, Any]]]], Awaitable[dict[str, Any]]]


async def directly(burst: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
    """Run a burst as it is."""
    return await burst()


class Advance:
    """Runs turns of cases on the machine."""

    def __init__(self, machine: Machine, saver: BaseCheckpointSaver[str], context: Context) -> None:
        self._machine, self._saver = machine, saver
        self._context = context

    async def turn(self, case: str, decision: str | None, step: Step = directly) -> Rested:
        """Run one turn of a case: from its signal, or from a recorded decision."""
        answer = decision
        for _ in range(MOST_BURSTS):
            told = await step(lambda answer=answer: self._burst(case, answer))
            if told["next"] != "decided":
                return Rested(Rest(told["next"]), told["why"], told["after_seconds"])
            answer = told["decision"]
        return Rested(Rest.STOPPED, f"the case did not come to rest in {MOST_BURSTS} bursts")

    async def _burst(self, case: str, decision: str | None) -> dict[str, Any]:
        """Run one burst and say what comes next; what a system cannot do now is tried later."""
        records = self._context.records
        view = await records.case(case)
        if view is None or view.status is CaseStatus.SETTLED:
            return _told(Rest.DONE)
        decided = await records.decided(decision) if decision else None
        try:
            await self._run(case, decided)
            return await self._look(case)
        except Unavailable as error:
            return _told(Rest.LATER, str(error), error.retry_after or 30.0)
        except ToolError as error:
            return _told(Rest.STOPPED, str(error))

    async def _run(self, case: str, decided: Decided | None) -> None:
        config, snapshot = _config(case), await self._machine.aget_state(_config(case))
        lost = snapshot.created_at is None
        broken = bool(snapshot.next) and not snapshot.interrupts
        if lost or (broken and decided is None):
            await self._prune(case)
            await self._invoke(await self._initial(case), config)
            snapshot = await self._machine.aget_state(config)
        elif broken:
            await self._invoke(None, config)
            return
        if decided is not None and snapshot.interrupts:
            await self._resume(snapshot, decided, config)

    async def _resume(
        self, snapshot: StateSnapshot, decided: Decided, config: RunnableConfig
    ) -> None:
        """Resume exactly the question that was decided; another question is left as it is."""
        asked = snapshot.interrupts[0]
        if decided.decision.remedy_hash == snapshot.values["remedy_hash"]:
            await self._invoke(Command(resume={asked.id: decided.resume}), config)

    async def _look(self, case: str) -> dict[str, Any]:
        """Say what comes after a burst, from where the thread stands."""
        snapshot = await self._machine.aget_state(_config(case))
        if not snapshot.interrupts:
            await self._prune(case)
            return _told(Rest.DONE)
        state = cast(CaseState, snapshot.values)
        ruling = load(Ruling, state["ruling"])
        if ruling.verb is Verb.ACT:
            decided = await self._context.records.decide_alone(case)
            return {**_told(Rest.WAITING), "next": "decided", "decision": decided.decision.id}
        await self._soften(state, ruling)
        await self._context.records.ask(case)
        return _told(Rest.WAITING, str(ruling.because))

    async def _soften(self, state: CaseState, ruling: Ruling) -> None:
        """Hold, note, ask and tell before the case waits: only what is pinned, once."""
        if not ruling.soft_allowed:
            return
        soft = load_plan(state["remedy"]).soft
        for position, action in enumerate(soft):
            equal = sum(1 for earlier in soft[:position] if earlier == action)
            await self._context.effects.perform(state["case"], action, equal, None)

    async def _initial(self, case: str) -> CaseState:
        """Return the state to plan from; an attempt already pinned is taken over, not repeated."""
        view = await self._context.records.case(case)
        if view is None:
            raise LookupError(f"there is no case {case}")
        state = fresh(case, dump(view.signal), dump(view.conflict) if view.conflict else None)
        pin = await self._context.records.pinned(case)
        if pin is not None:
            state["attempt"] = pin.attempt - 1
        return state

    async def _invoke(
        self, given: CaseState | Command[Any] | None, config: RunnableConfig
    ) -> Mapping[str, Any]:
        return await self._machine.ainvoke(given, config, context=self._context, durability="exit")

    async def _prune(self, case: str) -> None:
        await self._saver.adelete_thread(case)


def _config(case: str) -> RunnableConfig:
    return RunnableConfig(configurable={"thread_id": case})


def _told(rest: Rest, why: str = "", after_seconds: float = 0.0) -> dict[str, Any]:
    return {"next": rest.value, "why": why, "after_seconds": after_seconds, "decision": None}
