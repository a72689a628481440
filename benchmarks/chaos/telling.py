"""The shop floor tells of its deficits: at least once, some more often, and out of order.

An issue that is sent again may be refused again, where another order's issue was faster. The shop
floor then tells of that as well, as it does of every refusal.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

import httpx

from agent.clock import now
from benchmarks.chaos.plan import Issue
from benchmarks.chaos.plant import Deficit, Part, run_dry
from tools.objects.sync import SyncState
from tools.sandbox.world import World

AT_ONCE = 40
"""So many deficits are open at once; more are told of when these are settled."""

IN_A_ROW = 6
LANES = 2
RETRY_SECONDS = 0.3
ASKED_AFTER_SECONDS = 15.0
FIRST_ATTEMPT = 1
GLANCE_SECONDS = 0.05
LATEST_ECHO = 20.0


@dataclass(frozen=True)
class Accepted:
    """When a deficit was told of, when that was acknowledged, and by which case.

    ``opened``: that signal opened it. Only then is it known when the case was set going: one that
    attached to a case may have attached to it long after it was.
    """

    sent: datetime
    acknowledged: datetime
    case: str
    opened: bool = True


OPENED = frozenset({"new", "parked"})


@dataclass
class Floor:
    """The shop floor.

    Args:
        url: Where signals go.
        token: What lets them in.
        world: Returns the plant as it is now.
        parts: What its lines take.
        chance: Decides what is told in which order.
        closed: Says whether somebody has settled a deficit for good without posting it.

    Attributes:
        deficits: What the lines took.
        accepted: When each was told of and acknowledged, and as which case.
        became: The cases of those that were told of while their case was being settled. They were
            acknowledged as that case's, and are cases of their own since; the floor asks.
    """

    url: str
    token: str
    world: Callable[[], World]
    parts: list[Part]
    chance: Random
    closed: Callable[[str], bool]
    deficits: list[Deficit] = field(default_factory=list[Deficit])
    accepted: dict[int, list[Accepted]] = field(default_factory=dict[int, list[Accepted]])
    became: dict[int, set[str]] = field(default_factory=dict[int, set[str]])
    _anew: list[Deficit] = field(default_factory=list[Deficit])
    _left: list[Deficit] = field(default_factory=list[Deficit])
    _told: dict[int, int] = field(default_factory=dict[int, int])

    async def tell(self, issues: Iterable[Issue]) -> None:
        """Let the lines run dry, one after the other, and tell of each."""
        waiting = list[Issue]()
        async with self._client() as client, asyncio.TaskGroup() as group:
            for issue in issues:
                waiting.append(issue)
                if len(waiting) == IN_A_ROW:
                    await self._tell_of(client, group, waiting)
                    waiting = []
            await self._tell_of(client, group, waiting)

    async def tell_again(self) -> None:
        """Tell of every refusal that was not told of, until cancelled."""
        async with self._client() as client:
            while True:
                for one in self.untold():
                    attempts = self.world().dm.messages[one.message].attempts
                    self._anew.append(one.again(attempts))
                    await self._send(client, self._anew[-1])
                    self._told[one.number] = attempts
                await asyncio.sleep(RETRY_SECONDS)

    def untold(self) -> list[Deficit]:
        """Return those that were refused anew, and were not told of since."""
        messages = self.world().dm.messages
        return [
            one
            for one in self.deficits
            if messages[one.message].state is SyncState.FAILED
            and messages[one.message].attempts > self._told.get(one.number, FIRST_ATTEMPT)
        ]

    async def ask_on(self) -> None:
        """Ask now and then what became of what is open, until cancelled."""
        while True:
            await asyncio.sleep(ASKED_AFTER_SECONDS)
            await self.ask_after({one.number for one in self._left})

    async def ask_after(self, some: Collection[int] | None = None) -> None:
        """Tell once more of what was refused anew, to hear which case it is by now."""
        async with self._client() as client:
            for one in list(self._anew):
                if some is None or one.number in some:
                    case, _ = await self._acknowledged(client, one)
                    self.became.setdefault(one.number, set()).add(case)

    def cases(self, deficit: Deficit) -> set[str]:
        """Return the cases that a deficit became."""
        told = {one.case for one in self.accepted.get(deficit.number, ())}
        return told | self.became.get(deficit.number, set())

    def done(self) -> int:
        """Return how many deficits are posted, or were rejected by somebody."""
        return len(self.deficits) - self._open()

    async def _tell_of(
        self, client: httpx.AsyncClient, group: asyncio.TaskGroup, some: list[Issue]
    ) -> None:
        while self._open() > AT_ONCE - IN_A_ROW:
            await asyncio.sleep(GLANCE_SECONDS)
        new = [run_dry(self.world(), self.parts[one.part], one.wanted, one.number) for one in some]
        self.deficits += new
        self._left += new
        told = [(deficit, issue.told) for deficit, issue in zip(new, some, strict=True)]
        self.chance.shuffle(told)
        for pair in (told[place : place + LANES] for place in range(0, len(told), LANES)):
            await asyncio.gather(*(self._send(client, deficit) for deficit, _ in pair))
        for deficit, times in told:
            for _ in range(times - 1):
                group.create_task(self._echo(client, deficit, self.chance.uniform(0, LATEST_ECHO)))

    async def _echo(self, client: httpx.AsyncClient, deficit: Deficit, after: float) -> None:
        await asyncio.sleep(after)
        await self._send(client, deficit)

    async def _send(self, client: httpx.AsyncClient, deficit: Deficit) -> None:
        """Tell of a deficit, and note as which case it was acknowledged."""
        sent, (case, how) = now(), await self._acknowledged(client, deficit)
        known = self.accepted.setdefault(deficit.number, [])
        if all(one.case != case for one in known):
            known.append(Accepted(sent, now(), case, how in OPENED))

    async def _acknowledged(self, client: httpx.AsyncClient, deficit: Deficit) -> tuple[str, str]:
        """Send a signal until somebody acknowledged it; return its case, and what became of it."""
        raw = json.dumps(deficit.event).encode()
        while True:
            try:
                answer = await client.post("/v1/signals", content=raw)
            except httpx.TransportError:
                await asyncio.sleep(RETRY_SECONDS)
                continue
            if answer.is_success:
                said = answer.json()
                return str(said["case"]), str(said["how"])
            await asyncio.sleep(RETRY_SECONDS)

    def _open(self) -> int:
        messages = self.world().dm.messages
        self._left = [
            one
            for one in self._left
            if messages[one.message].state is not SyncState.SUCCEEDED and not self._closed(one)
        ]
        return len(self._left)

    def _closed(self, deficit: Deficit) -> bool:
        return any(self.closed(case) for case in self.cases(deficit))

    def _client(self) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        return httpx.AsyncClient(base_url=self.url, headers=headers, trust_env=False, timeout=30)
