"""One plant on DM: asking it, telling it, and the processes its site has published."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from tools.connection import Connection, Params
from tools.errors import NotFound, NotOffered
from tools.jsontext import Writable
from tools.mes.sap_dm.forms import Page, RowT, rows
from tools.objects.confirmation import ConfirmationState
from tools.objects.posted import Posted
from tools.objects.reading import Reading, System
from tools.reply import Reply
from tools.shape import ShapeT, ending, shaped

T = TypeVar("T")

PAGE = 100
START = "pe/api/v1/process/processDefinitions/start"


class Process(StrEnum):
    """The desk: production processes for what DM's public API has no answer for."""

    CONFIRMATIONS = "confirmations"
    CONFIRM = "confirm"
    CANCEL_CONFIRMATION = "cancel_confirmation"
    HOLD_CONFIRMATION = "hold_confirmation"
    FREE_CONFIRMATION = "free_confirmation"
    MESSAGES = "messages"
    RETRY_MESSAGE = "retry_message"
    HOLDS = "holds"
    PLACE_HOLD = "place_hold"
    LIFT_HOLD = "lift_hold"
    GOODS_MOVEMENTS = "goods_movements"
    SCRAP_REPORTS = "scrap_reports"
    COPY_AUDIT = "copy_audit"


HISTORY_STATES: Mapping[str, ConfirmationState] = MappingProxyType(
    {
        "POSTED_IN_DMC": ConfirmationState.PENDING,
        "POSTED_TO_TARGET_SYS": ConfirmationState.POSTED,
        "FAILED_TO_POST_TO_TARGET_SYS": ConfirmationState.REFUSED,
        "CANCELLED": ConfirmationState.CANCELLED,
        "CANCELLATION_POSTED_IN_DMC": ConfirmationState.CANCELLED,
        "CANCELLATION_POSTED_TO_TARGET_SYS": ConfirmationState.CANCELLED,
        "CANCELLATION_FAILED_TO_POST_TO_TARGET_SYS": ConfirmationState.CANCELLED,
    }
)
"""What ``status`` in the posting history means: SAP names the words for goods receipts only."""


@dataclass(frozen=True, slots=True)
class Alerts:
    """How supervisor tasks are raised as alerts; the tenant configures these words."""

    type: str = "CONCORD_TASK"
    open: str = "NEW"
    closed: str = "CLOSED"
    severity: str = "MEDIUM"


@dataclass(frozen=True, slots=True)
class DmPlant:
    """What differs from plant to plant.

    Args:
        plant: The plant in DM, the same as in the ERP.
        processes: The registry keys (``REG_…``) of the desk's processes the site has published;
            what is missing is not offered.
        alerts: How tasks are raised.
        history_states: What the words in the posting history mean at this site.
        material_version: The version materials carry that came from the ERP.
        posted_by: The user Concord posts as.
        time_zone: The zone of the plant, in which shifts are defined.
        supervisor_attribute: The custom value of a shift that names its supervisor.
        downtime_days: How far back stops are read.
    """

    plant: str
    processes: Mapping[Process, str] = field(default_factory=dict[Process, str])
    alerts: Alerts = Alerts()
    history_states: Mapping[str, ConfirmationState] = field(default_factory=lambda: HISTORY_STATES)
    material_version: str = "ERP001"
    posted_by: str = "CONCORD"
    time_zone: str = "UTC"
    supervisor_attribute: str = "SUPERVISOR"
    downtime_days: int = 7


class Dm:
    """DM behind one connection, for one plant.

    Args:
        connection: Leads to ``https://api.<region>.dmc.cloud.sap``.
        config: What is particular to the plant.
        clock: Says when a reading was taken.
    """

    system = System.MES

    def __init__(
        self, connection: Connection, config: DmPlant, clock: Callable[[], datetime]
    ) -> None:
        self.connection, self.config, self.clock = connection, config, clock
        self._under_way: dict[str, asyncio.Task[Reply]] = {}

    @property
    def plant(self) -> str:
        """The plant's number."""
        return self.config.plant

    def own(self, plant: str) -> str:
        """Return the plant if it is ours.

        Raises:
            NotOffered: It is another one.
        """
        if plant != self.plant:
            raise NotOffered(self.connection.system, f"plant {plant}, only {self.plant}")
        return plant

    def publishes(self, process: Process) -> bool:
        """Return whether the site has published a process of the desk."""
        return process in self.config.processes

    async def one(
        self, path: str, kind: type[ShapeT], headers: Mapping[str, str] | None = None, **params: str
    ) -> ShapeT:
        """Ask for one record of the plant."""
        reply = await self._get(path, params, headers)
        return shaped(reply, kind)

    async def bare(self, path: str, kind: type[ShapeT], **params: str) -> tuple[ShapeT, ...]:
        """Ask for a list that comes whole, without pages."""
        return rows(await self._get(path, params), kind)

    async def whole(self, path: str, kind: type[ShapeT]) -> tuple[ShapeT, ...]:
        """Ask for all a plant has of what Concord never changes.

        Whoever asks while the same question is under way gets its answer: one question about an
        order looks at several machines at once.
        """
        if path not in self._under_way:
            asking = asyncio.create_task(self._get(path, {"plant": self.plant}))
            asking.add_done_callback(lambda _: self._under_way.pop(path, None))
            self._under_way[path] = asking
        return rows(await asyncio.shield(self._under_way[path]), kind)

    async def listed(self, path: str, kind: type[Page[RowT]], **params: str) -> tuple[RowT, ...]:
        """Ask for a list: its first page, then all others at once."""
        sized = params | {"size": str(PAGE)}
        reply = await self._get(path, sized | {"page": "0"})
        first = shaped(reply, kind)
        ending(reply, first.totalPages)
        others = await asyncio.gather(
            *(self._get(path, sized | {"page": str(page)}) for page in range(1, first.totalPages))
        )
        found = list(first.content)
        for reply in others:
            found += shaped(reply, kind).content
        return tuple(found)

    async def ask(
        self, process: Process, body: Mapping[str, Writable], kind: type[ShapeT]
    ) -> ShapeT:
        """Run a process that only reads."""
        reply = await self.connection.read(
            "POST", START, params=self._start(process), body=self._plant_and(body)
        )
        return shaped(reply, kind)

    async def tell(
        self, process: Process, body: Mapping[str, Writable], kind: type[ShapeT]
    ) -> ShapeT:
        """Run a process that changes something, once."""
        reply = await self.connection.write(
            "POST", START, params=self._start(process), body=self._plant_and(body)
        )
        return shaped(reply, kind)

    async def post(
        self, path: str, body: Mapping[str, Writable] | None = None, **params: str
    ) -> Reply:
        """Change something by the public API, once."""
        asked: Params | None = params or None
        return await self.connection.write("POST", path, params=asked, body=body)

    def reading(self, value: T, asked: datetime) -> Reading[T]:
        """Return a reading that was begun at a moment."""
        return Reading(value, self.system, asked)

    def posted(self, number: str) -> Posted:
        """Return what a write made or changed."""
        return Posted(self.system, number, self.clock())

    def nothing(self, what: str) -> NotFound:
        """Return the error for a record a list should have held."""
        return NotFound(self.connection.system, f"{what} does not exist")

    async def _get(
        self, path: str, params: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Reply:
        asked: Params = dict(params)
        return await self.connection.read("GET", path, params=asked, headers=headers)

    def _start(self, process: Process) -> Params:
        if not self.publishes(process):
            missing = f"{process.value.replace('_', ' ')}: the site has published no process for it"
            raise NotOffered(self.connection.system, missing)
        return {"key": self.config.processes[process], "async": "false"}

    def _plant_and(self, body: Mapping[str, Writable]) -> Mapping[str, Writable]:
        return {"plant": self.plant} | dict(body)
