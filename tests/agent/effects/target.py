"""A target that goes wrong as told, a clock that only sleeping moves, and deaths at any step."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from agent.actions.action import Sides
from agent.actions.post_confirmation import PostConfirmation
from agent.actions.post_movement import PostMovement
from agent.effects.effects import Ambience, Effects
from agent.effects.settling import Settling
from agent.effects.waiting import Waiting
from agent.records.database import Database
from agent.records.postings import Mark, NewPosting, Posting, PostingRecords
from agent.records.states import PostingState
from tools.errors import (
    Denied,
    Locked,
    Message,
    Misread,
    NotFound,
    NotSent,
    OutcomeUnknown,
    Refused,
    Stale,
    Throttled,
    TokenRejected,
    Unavailable,
)
from tools.objects.confirmation import (
    Confirmation,
    ConfirmationDraft,
    ConfirmationState,
    MaterialUse,
)
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementDraft, MovementType
from tools.objects.posted import Posted
from tools.objects.quantity import Quantity
from tools.objects.reading import Reading, System
from tools.objects.reference import Reference
from tools.ports import Confirmations, Movements, Side

T = TypeVar("T")

START = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
CALL, SETTLE = 20.0, 60.0
LATE = 45.0
"""A late commit comes so much later: within the settling time."""


class Death(BaseException):
    """The process ends here."""


class Goes(StrEnum):
    """How one call goes."""

    WELL = "well"
    LOST_BEFORE_COMMIT = "lost before commit"
    LOST_AFTER_COMMIT = "lost after commit"
    COMMITS_LATE = "commits late"
    UNREADABLE = "answered unreadably"
    LOCKED = "locked"
    THROTTLED = "throttled"
    TOKEN_REJECTED = "token rejected"
    NOT_SENT = "not sent"
    REFUSED = "refused"
    STALE = "stale"
    NOT_FOUND = "not found"
    DENIED = "denied"
    DIES_BEFORE_COMMIT = "dies before commit"
    DIES_AFTER_COMMIT = "dies after commit"
    DIES_AND_COMMITS_LATE = "dies and commits late"


COMMITS_AT_ONCE = {
    Goes.WELL,
    Goes.LOST_AFTER_COMMIT,
    Goes.UNREADABLE,
    Goes.DIES_AFTER_COMMIT,
}
COMMITS_LATER = {Goes.COMMITS_LATE, Goes.DIES_AND_COMMITS_LATE}


@dataclass
class Time:
    """Virtual time: what it is, and what the clock says, which somebody may have set."""

    now: datetime = START
    ahead: timedelta = timedelta(0)
    slept: list[float] = field(default_factory=list[float])
    dies_asleep: set[int] = field(default_factory=set[int])

    def __call__(self) -> datetime:
        return self.now + self.ahead

    def seconds(self) -> float:
        return self.now.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if len(self.slept) in self.dies_asleep:
            self.now += timedelta(seconds=seconds / 2)
            raise Death
        self.now += timedelta(seconds=seconds)


@dataclass
class Target(Movements):
    """An ERP that books movements; each call and each look goes as the script says, then well."""

    time: Time
    calls: list[Goes] = field(default_factory=list[Goes])
    looks: list[bool] = field(default_factory=list[bool])
    booked: list[tuple[str, datetime]] = field(default_factory=list[tuple[str, datetime]])
    sent: list[str] = field(default_factory=list[str])
    sent_at: list[datetime] = field(default_factory=list[datetime])
    looked_at: list[datetime] = field(default_factory=list[datetime])
    under_way: int = 0
    most_under_way: int = 0
    during: Callable[[], None] | None = None
    hangs: int = 0
    held: asyncio.Event | None = None
    """Calls that are under way stay so until this is set."""

    system = System.ERP

    async def post_movement(self, draft: MovementDraft, reference: Reference) -> Posted:
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await self.time.sleep(0.1)
            if self.held is not None:
                await self.held.wait()
            if self.during is not None:
                self.during()
            posted = self._answer(reference)
            if self.hangs:
                self.hangs -= 1
                await asyncio.Event().wait()
            return posted
        finally:
            self.under_way -= 1

    async def movement_by_reference(self, reference: Reference) -> Reading[MaterialDocument | None]:
        self.looked_at.append(self.time.now)
        if self.looks and not self.looks.pop(0):
            raise Unavailable("ERP", "not serving")
        for number, (booked, at) in enumerate(self.booked):
            if booked == reference.key and at <= self.time.now:
                document = MaterialDocument(f"{number}/2026", at.date(), at, ())
                return Reading(document, System.ERP, self.time.now)
        return Reading(None, System.ERP, self.time.now)

    def postings_of(self, key: str) -> int:
        """Return how often a key was posted, late commits included."""
        return sum(1 for booked, _ in self.booked if booked == key)

    def _answer(self, reference: Reference) -> Posted:
        goes = self.calls.pop(0) if self.calls else Goes.WELL
        self.sent.append(reference.key)
        self.sent_at.append(self.time.now)
        if goes in COMMITS_AT_ONCE:
            self.booked.append((reference.key, self.time.now))
        if goes in COMMITS_LATER:
            self.booked.append((reference.key, self.time.now + timedelta(seconds=LATE)))
        if goes in FAILURES:
            raise FAILURES[goes]
        return Posted(System.ERP, f"{len(self.booked) - 1}/2026", self.time.now)


FAILURES: Mapping[Goes, BaseException] = {
    Goes.LOST_BEFORE_COMMIT: OutcomeUnknown("ERP", "the answer never came"),
    Goes.LOST_AFTER_COMMIT: OutcomeUnknown("ERP", "the answer never came"),
    Goes.COMMITS_LATE: OutcomeUnknown("ERP", "the answer never came"),
    Goes.UNREADABLE: Misread("ERP", "an HTML page"),
    Goes.LOCKED: Locked("ERP", "the record is locked by somebody else"),
    Goes.THROTTLED: Throttled("ERP", "too many requests", retry_after=17),
    Goes.TOKEN_REJECTED: TokenRejected("ERP", "the token was refused"),
    Goes.NOT_SENT: NotSent("ERP", "cannot be reached"),
    Goes.REFUSED: Refused("ERP", "refused", messages=(Message.of("M7/021", "Deficit"),)),
    Goes.STALE: Stale("ERP", "changed"),
    Goes.NOT_FOUND: NotFound("ERP", "no such order"),
    Goes.DENIED: Denied("ERP", "the rights do not suffice"),
    Goes.DIES_BEFORE_COMMIT: Death(),
    Goes.DIES_AFTER_COMMIT: Death(),
    Goes.DIES_AND_COMMITS_LATE: Death(),
}


@dataclass
class Shop(Confirmations):
    """An ERP that takes confirmations; ``failed`` are movements that do not follow."""

    time: Time
    failed: tuple[MaterialUse, ...] = ()
    blind: int = 0
    posted: list[Confirmation] = field(default_factory=list[Confirmation])

    system = System.ERP

    async def post_confirmation(self, draft: ConfirmationDraft, reference: Reference) -> Posted:
        made = Confirmation(
            number=f"100/{len(self.posted) + 1}",
            order=draft.order,
            operation=draft.operation,
            yielded=draft.yielded,
            scrapped=draft.scrapped,
            reworked=draft.reworked,
            state=ConfirmationState.POSTED,
            posting_date=draft.posting_date,
            entered_at=self.time.now,
            reference=reference.guid,
            failed=self.failed,
        )
        self.posted.append(made)
        return Posted(System.ERP, made.number, self.time.now)

    async def confirmation(self, confirmation: str) -> Reading[Confirmation]:
        if self.blind:
            self.blind -= 1
            raise Unavailable("ERP", "not serving")
        found = next(one for one in self.posted if one.number == confirmation)
        return Reading(found, System.ERP, self.time.now)

    async def confirmation_by_reference(
        self, order: str, reference: Reference
    ) -> Reading[Confirmation | None]:
        found = next((one for one in self.posted if one.reference == reference.guid), None)
        return Reading(found, System.ERP, self.time.now)


class MortalRecords(PostingRecords):
    """The ledger; the process dies before or after the n-th transaction, as told."""

    def __init__(self, database: Database, time: Time, deaths: Iterable[tuple[int, bool]]) -> None:
        super().__init__(database, time)
        self._deaths = dict(deaths)
        self._steps = 0

    async def intend(self, wanted: NewPosting) -> Posting:
        return await self._mortal(super().intend(wanted))

    async def intend_and_send(self, wanted: NewPosting) -> tuple[Posting, bool]:
        return await self._mortal(super().intend_and_send(wanted))

    async def send(self, key: str) -> Posting:
        return await self._mortal(super().send(key))

    async def move(
        self, key: str, frm: PostingState, to: PostingState, mark: Mark | None = None
    ) -> Posting:
        return await self._mortal(super().move(key, frm, to, mark))

    async def _mortal(self, step: Coroutine[None, None, T]) -> T:
        self._steps += 1
        after = self._deaths.get(self._steps)
        if after is False:
            step.close()
            raise Death
        result = await step
        if after is True:
            raise Death
        return result


async def until(true: Callable[[], bool]) -> None:
    """Wait for what another task does."""
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.001)


def effects_on(
    postings: PostingRecords,
    time: Time,
    *ports: Target | Shop,
    waiting: Waiting | None = None,
    call: float = CALL,
    settle: float = SETTLE,
) -> Effects:
    """Return effects over a plant whose ERP has these ports."""
    sides: Sides = {System.ERP: Side(System.ERP, "an ERP that goes wrong", ports, time)}

    async def plant_of(case: str) -> str:
        return "1010"

    def times(plant: str, system: System) -> Settling:
        return Settling(call, settle)

    return Effects(
        postings,
        lambda plant: sides,
        plant_of,
        times,
        Ambience(time, time.sleep, time.seconds, waiting or Waiting()),
    )


def issue(material: str = "FG-1", amount: str = "5", order: str = "1000012") -> PostMovement:
    """Return an issue of a component to an order."""
    line = GoodsMovement(
        MovementType.ISSUE_ORDER, material, "1010", Quantity(Decimal(amount), "ST"), order=order
    )
    return PostMovement(MovementDraft(date(2026, 11, 20), (line,)))


def confirm(order: str = "1000012") -> PostConfirmation:
    """Return a confirmation of ten pieces."""
    none = Quantity(Decimal(0), "ST")
    draft = ConfirmationDraft(
        order, "0010", Quantity(Decimal(10), "ST"), none, none, date(2026, 11, 20)
    )
    return PostConfirmation(draft)
