"""People who decide: over the HTTP API, late, and clicking as often as they like."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import httpx

from agent.case.ruling import Role
from agent.clock import now
from agent.records import accounts, sessions
from agent.records.accounts import Rights
from agent.records.database import Database
from agent.records.sessions import Holder
from agent.service.who.needs import CSRF_HEADER
from agent.service.who.recognising import COOKIE
from benchmarks.chaos.leave import Said, Shown, proposed
from benchmarks.chaos.plan import Manner

GLANCE_SECONDS = 0.5
RETRY_SECONDS = 0.3
PEOPLE = ("anna", "bela")
ROLES = (Role.PLANNER, Role.SUPERVISOR, Role.CONTROLLER)
DECIDED = frozenset({200, 201})


@dataclass
class Person:
    """Somebody who is signed in."""

    name: str
    headers: dict[str, str]


def welcome(database: Database) -> list[Person]:
    """Make the accounts, and sign everybody in."""
    at, people = now(), list[Person]()
    with database.write() as session:
        for name in PEOPLE:
            account = accounts.add(session, name, Rights(ROLES), "chaos", at)
            opened = sessions.begin(session, Holder.of(account), "chaos", at)
            cookie = f"{COOKIE}={opened.token}"
            people.append(Person(name, {"Cookie": cookie, CSRF_HEADER: opened.csrf}))
    return people


@dataclass
class Deciders:
    """Everybody who decides, and all they have been shown and have said.

    Args:
        url: Where the API is.
        people: Who they are.
        manner: How a case is dealt with.

    Attributes:
        shown: What they were shown, by case, as it was at the time.
        said: What they said of it.
    """

    url: str
    people: list[Person]
    manner: Callable[[str], Manner]
    shown: dict[str, list[Shown]] = field(default_factory=dict[str, list[Shown]])
    said: dict[str, list[Said]] = field(default_factory=dict[str, list[Said]])
    _busy: dict[str, asyncio.Task[None]] = field(default_factory=dict[str, asyncio.Task[None]])

    async def decide_on(self) -> None:
        """Answer whatever is asked, until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                for line in await self.cases("waiting"):
                    case = line["id"]
                    if case not in self._busy:
                        self._busy[case] = group.create_task(self._deal_with(case))
                await asyncio.sleep(GLANCE_SECONDS)

    async def cases(self, status: str | None = None) -> list[dict[str, Any]]:
        """Return all cases, or those in one status, as the API lists them."""
        found, after = list[dict[str, Any]](), None
        while True:
            asked = {"limit": 200, "status": status, "after": after}
            given = {name: value for name, value in asked.items() if value is not None}
            page = await self._get("/v1/cases", given)
            found += page["cases"]
            after = page["after"]
            if after is None:
                return found

    @property
    def answering(self) -> bool:
        """Whether somebody has not heard yet what came of what they said."""
        return bool(self._busy)

    async def timeline(self, case: str) -> list[dict[str, Any]]:
        """Return what was written down about a case, as the API tells it."""
        return await self._get(f"/v1/cases/{case}/timeline", {})

    async def _deal_with(self, case: str) -> None:
        manner, person = self.manner(case), self.people[sum(case.encode()) % len(self.people)]
        try:
            shown = await self._look_at(case)
            await asyncio.sleep(manner.after_seconds)
            clicks = [self._click(case, person, shown, manner) for _ in range(manner.clicks)]
            await asyncio.gather(*clicks)
        finally:
            self._busy.pop(case, None)  # asked once more, it is answered once more

    async def _look_at(self, case: str) -> Shown:
        attempts: Any = await self._get(f"/v1/cases/{case}/remedies", {})
        last = attempts[-1]
        shown = Shown(last["attempt"], last["remedy_hash"], proposed(last["plan"]), now())
        self.shown.setdefault(case, []).append(shown)
        return shown

    async def _click(self, case: str, person: Person, shown: Shown, manner: Manner) -> None:
        answer = "reject" if manner.rejects else "approve"
        body = {"answer": answer, "remedy": shown.remedy, "reason": "seen"}
        clicked = Said(answer, shown, now())
        self.said.setdefault(case, []).append(clicked)
        async with self._client(person) as client:
            heard = await _until_answered(client, f"/v1/cases/{case}/decisions", body)
        if heard.status_code in DECIDED:
            told = heard.json()
            if (told["case"], told["answer"], told["remedy"]) == (case, answer, shown.remedy):
                taken = datetime.fromisoformat(told["at"])
                self.said[case].append(replace(clicked, heard=now(), taken=taken))

    async def _get(self, path: str, asked: dict[str, Any]) -> Any:
        while True:
            try:
                async with self._client(self.people[0]) as client:
                    answer = await client.get(path, params=asked)
                if answer.is_success:
                    return answer.json()
                if not answer.is_server_error:
                    answer.raise_for_status()
            except httpx.TransportError:
                pass
            await asyncio.sleep(RETRY_SECONDS)

    def _client(self, person: Person) -> httpx.AsyncClient:
        # Nothing is encrypted on loopback; reading all certificates for each click takes 40 ms.
        return httpx.AsyncClient(
            base_url=self.url, headers=person.headers, trust_env=False, timeout=30, verify=False
        )


async def _until_answered(
    client: httpx.AsyncClient, path: str, body: dict[str, str]
) -> httpx.Response:
    """Say something until somebody answered: one who got no answer says it again."""
    while True:
        try:
            answer = await client.post(path, json=body)
        except httpx.TransportError:
            await asyncio.sleep(RETRY_SECONDS)
            continue
        if not answer.is_server_error:
            return answer
        await asyncio.sleep(RETRY_SECONDS)
