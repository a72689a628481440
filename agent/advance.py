"""Advance: one turn of a case, burst after burst, until it rests.

A turn never waits for a person. It ends when the case is settled, waits for a decision, or cannot
go on now; a recorded decision starts the next one. A burst may have been killed anywhere, and
dispatch then runs it again; so every burst first reads where the thread stands:

    thread            a burst for a signal            a burst for a decision
    ---------------   -----------------------------   ------------------------------------------
    is not there      plan from the records           the same, then as below
    asks              go on to the question           answer it if it is the one decided on,
                                                      else go on to the question
    stopped midway    forget it, plan anew            finish the burst
    is at its end     done                            done

A blind resume once posted a remedy nobody had approved: a question is answered by its own id, and
only with the decision on the same attempt and the same remedy.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.types import Command, StateSnapshot

from agent.case.remedy import Remedy
from agent.case.ruling import Ruling, Settlement, Verb
from agent.context import Context
from agent.correlation import correlated
from agent.graph import Machine
from agent.plain import dump, load, load_plan
from agent.records.cases import CaseStatus, CaseView, Decided, Pin
from agent.records.states import IN_DOUBT
from agent.state import CaseState, fresh
from agent.traces import span
from tools.connection import correlation
from tools.errors import Misread, NotPosted, SignInRefused, ToolError, Unavailable

MOST_BURSTS = 8
PAUSE_SECONDS = 5.0
"""How soon a turn goes on that met a passing trouble; each further time takes twice as long."""

NO_PLANT = "Plant {} has no file any more. Put it back and try this again, or put it aside."

CLOSED = frozenset({CaseStatus.SETTLED, CaseStatus.DEAD})


class Rest(StrEnum):
    """Why a turn ended.

    ``LATER`` is a system that will not serve now, or not under the credentials it was given:
    however long that takes. ``AGAIN`` is an answer
    that could not be read, which may have been cut off on its way: once or twice more.
    """

    DONE = "done"
    WAITING = "waiting"
    LATER = "later"
    AGAIN = "again"
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
        """Run one turn of a case: from its signal, or from a recorded decision.

        What it logs, traces and writes down bears the id of the request that brought it about.
        """
        request = await self._context.records.correlation(case)
        within = correlated(request) if request else nullcontext()
        with within, span("turn", case=case, decision=decision or ""):
            return await self._turn(case, decision, step)

    async def _turn(self, case: str, decision: str | None, step: Step) -> Rested:
        answer = decision
        for _ in range(MOST_BURSTS):
            said = await step(lambda answer=answer: self._burst(case, answer))
            if said["decision"] is None:
                return Rested(Rest(said["rest"]), said["why"], said["after_seconds"])
            answer = said["decision"]
        return Rested(Rest.STOPPED, f"The case did not come to rest in {MOST_BURSTS} bursts.")

    async def in_doubt(self) -> set[str]:
        """Return the cases with postings that are due to be looked at or tried again."""
        return {posting.case for posting in await self._context.effects.unfinished()}

    async def forget(self, case: str) -> None:
        """Let a case's thread go: what it may still need is worked out from the records."""
        await self._prune(case)

    def now(self) -> datetime:
        """Return the time by which cases are worked on."""
        return self._context.clock()

    async def _burst(self, case: str, decision: str | None) -> dict[str, Any]:
        """Run one burst and say what comes next; what a system cannot do now is tried later."""
        view = await self._context.records.case(case)
        if view is None:
            return told(Rest.DONE)
        if view.plant not in self._context.plants:
            return told(Rest.STOPPED, NO_PLANT.format(view.plant))
        decided = await self._context.records.decided(decision) if decision else None
        mark = correlation.set(case)  # systems see which case they are asked and written to for
        try:
            if view.status in CLOSED:
                corrected = view.settlement is Settlement.CORRECTED
                await self._context.effects.close(case, corrected=corrected)
                await self._prune(case)
                return told(Rest.DONE)
            if view.status is CaseStatus.NEEDS_PERSON and await self._in_doubt(case):
                return told(Rest.DONE)
            await self._run(view, decided)
            return await self._look(case)
        except (Unavailable, NotPosted, SignInRefused) as error:
            return told(Rest.LATER, str(error), error.retry_after or PAUSE_SECONDS)
        except Misread as error:
            return told(Rest.AGAIN, str(error))
        except ToolError as error:
            return told(Rest.STOPPED, str(error))
        finally:
            correlation.reset(mark)

    async def _in_doubt(self, case: str) -> bool:
        """Look what became of what a person was told of; say whether that is still not known.

        They may have posted it by hand since: so nothing is sent again.
        """
        found = await self._context.effects.resume(case)
        return any(one.state in IN_DOUBT for one in found)

    async def _run(self, view: CaseView, decided: Decided | None) -> None:
        """Bring the thread to its next question, or to its end."""
        snapshot = await self._snapshot(view.id)
        midway = bool(snapshot.next) and not snapshot.interrupts
        if midway and decided is not None:
            await self._invoke(view.id, None)
            return
        if midway or snapshot.created_at is None or view.remedy_hash is None:
            await self._prune(view.id)  # new input would keep the decision of an old thread
            await self._invoke(view.id, await self._initial(view))
            snapshot = await self._snapshot(view.id)
        if decided is not None and _answers(decided, snapshot):
            asked = snapshot.interrupts[0].id
            await self._invoke(view.id, Command(resume={asked: decided.resume}))

    async def _look(self, case: str) -> dict[str, Any]:
        """Say what comes after a burst, from where the thread stands."""
        snapshot = await self._snapshot(case)
        if not snapshot.interrupts:
            await self._prune(case)
            return told(Rest.DONE)
        state = cast(CaseState, snapshot.values)
        ruling = load(Ruling, state["ruling"])
        if ruling.verb is Verb.ACT:
            decided = await self._context.records.decide_alone(case)
        else:
            decided = await self._ask(state, ruling)
        if decided is None:
            return told(Rest.WAITING, str(ruling.because))
        if not _answers(decided, snapshot):
            return told(Rest.STOPPED, "What was decided on is not what the case now asks about.")
        return {**told(Rest.WAITING), "decision": decided.decision.id}

    async def _ask(self, state: CaseState, ruling: Ruling) -> Decided | None:
        """Ask, once; return the answer where there is one that no turn has carried out yet."""
        records, case = self._context.records, state["case"]
        if ruling.soft_allowed:
            # Held, noted, asked and told before the case waits, and while it does: what is pinned.
            await self._context.effects.soften(case, load_plan(state["remedy"]).soft, None)
        pending = await records.pending(case)
        if pending is not None and pending.pin.attempt == state["attempt"]:
            return None
        return await records.decided(await records.ask(case))

    async def _initial(self, view: CaseView) -> CaseState:
        """Return the state to plan from; an attempt already pinned is taken over, not repeated."""
        state = fresh(view.id, dump(view.signal), dump(view.conflict) if view.conflict else None)
        pin = await self._context.records.pinned(view.id)
        if pin is not None and not await self._anew(view, pin):
            state["attempt"] = pin.attempt - 1
        else:
            state["attempt"] = pin.attempt if pin else 0
            if view.unheard:
                await self._context.records.hear(view.id)  # taken over, its facts are the old ones
        if view.conflict is not None and view.conflict.handed_over_by:
            state["handovers"] = 1
        refused = await self._context.effects.refused(view.id)
        state["refusals"] = [dump(refusal) for refusal in refused]
        return state

    async def _anew(self, view: CaseView, pin: Pin) -> bool:
        """Return whether a person has the case and nothing was posted: then it is decided anew.

        So is what is looked at again: it has no remedy any more, whatever was posted.
        """
        if view.remedy_hash is None:
            return True
        plan = load_plan(pin.plan)
        hard = plan.hard if isinstance(plan, Remedy) else ()
        return view.status is CaseStatus.NEEDS_PERSON and not await self._context.effects.begun(
            view.id, hard
        )

    async def _snapshot(self, case: str) -> StateSnapshot:
        return await self._machine.aget_state(_config(case))

    async def _invoke(self, case: str, given: CaseState | Command[Any] | None) -> None:
        await self._machine.ainvoke(given, _config(case), context=self._context, durability="exit")

    async def _prune(self, case: str) -> None:
        await self._saver.adelete_thread(case)


def told(rest: Rest, why: str = "", after_seconds: float = 0.0) -> dict[str, Any]:
    """Return how a burst ended, JSON-plain; with a decision, another one follows at once."""
    return {"rest": rest.value, "why": why, "after_seconds": after_seconds, "decision": None}


def _answers(decided: Decided, snapshot: StateSnapshot) -> bool:
    """Return whether a decision is about exactly what the thread asks."""
    return (
        bool(snapshot.interrupts)
        and decided.decision.remedy_hash == snapshot.values["remedy_hash"]
        and decided.attempt == snapshot.values["attempt"]
    )


def _config(case: str) -> RunnableConfig:
    return RunnableConfig(configurable={"thread_id": case})
