"""One S/4HANA as a plant uses it: its services, the language it answers in, its time zone.

A unit property speaks the pinned language (``PC`` for the piece, ``H`` for the hour); where a row
carries ``…SAPCode`` beside it, that internal code is taken, because it needs no interpretation.
Days and times of day are the system's local ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from typing import TypeVar

from tools.connection import Connection
from tools.errors import Message, Misread
from tools.jsontext import Row
from tools.objects import units
from tools.objects.posted import Posted
from tools.objects.quantity import Quantity
from tools.objects.reading import Reading, System
from tools.objects.sync import Refusal
from tools.objects.units import Language
from tools.sap.answer import Answer
from tools.sap.decoding import day, daytime, decimal, text
from tools.sap.literals import Value
from tools.sap.odata import ODataService

ROOT = "/sap/opu/odata/sap"

T = TypeVar("T")


@dataclass(frozen=True)
class Landscape:
    """What all wrappers of one S/4 share.

    Args:
        connection: The system, with its limits, session and credentials.
        clock: Says when a reading was taken.
        system: Which side of the plant this is; S/4 may be the maintenance system too.
        language: The logon language; texts and unit codes come in it.
        zone: The zone of the system's days and times of day.
        sap_client: The client, where the system has several.
        root: The path below which the services lie.
        names: What services are called here, name or path, by SAP's name.
        activities: What the numbered activities of a work centre mean here; SAP leaves that to
            the work centre's standard value key.
    """

    connection: Connection
    clock: Callable[[], datetime]
    system: System = System.ERP
    language: Language = "en"
    zone: tzinfo = UTC
    sap_client: str | None = None
    root: str = ROOT
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    activities: tuple[str, ...] = ("SETUP", "MACHINE", "LABOR")
    _services: dict[tuple[str, str | None, Language], ODataService] = field(
        default_factory=dict[tuple[str, str | None, Language], ODataService],
        repr=False,
        compare=False,
    )

    def service(self, name: str) -> ODataService:
        """Return a service by SAP's name, the same each time: its ``$metadata`` is read once."""
        name = self.names.get(name, name)
        path = name if name.startswith("/") else f"{self.root}/{name}"
        known = (path, self.sap_client, self.language)
        if known not in self._services:
            self._services[known] = ODataService(
                self.connection, path, sap_client=self.sap_client, language=self.language.upper()
            )
        return self._services[known]

    def reading(self, value: T, etag: str | None = None) -> Reading[T]:
        """Return a reading taken now."""
        return Reading(value, self.system, self.clock(), etag)

    def posted(self, number: str, answer: Answer) -> Posted:
        """Return what a successful write amounts to, with what SAP remarked."""
        warnings = tuple(_refusal(message) for message in answer.messages)
        return Posted(self.system, number, self.clock(), answer.etag, warnings)

    def quantity(self, row: Row, amount: str, unit: str) -> Quantity:
        """Return an amount with the unit the row names for it.

        Raises:
            UnknownUnit: No table knows the unit.
        """
        return Quantity(decimal(row, amount), self.unit(row, unit))

    def unit(self, row: Row, name: str) -> str:
        """Return the internal code of the unit in a property.

        Raises:
            UnknownUnit: No table knows the unit.
        """
        internal = row.get(_sap_code(name))
        if isinstance(internal, str) and internal:
            return units.unit(internal).code
        return units.unit(text(row, name), self.language).code

    def unit_out(self, code: str) -> str:
        """Return a unit as the system wants it typed."""
        return units.unit(code).name(self.language)

    def moment(self, row: Row, day_name: str, time_name: str) -> datetime | None:
        """Return the point in time of a day and a time of day, None where SAP keeps no day."""
        on = day(row, day_name)
        if on is None:
            return None
        at = daytime(row, time_name) or time()
        return datetime.combine(on, at, self.zone).astimezone(UTC)

    def moment_at(self, row: Row, day_name: str, time_name: str) -> datetime:
        """Return the point in time of a day and a time of day that are always kept.

        Raises:
            Misread: SAP keeps no day after all.
        """
        found = self.moment(row, day_name, time_name)
        if found is None:
            raise Misread(self.system, f"{day_name} is empty")
        return found

    def moment_out(
        self, moment: datetime, day_name: str, time_name: str
    ) -> Mapping[str, date | time]:
        """Return a point in time as the two properties SAP wants."""
        local = moment.astimezone(self.zone)
        return {day_name: local.date(), time_name: local.time().replace(microsecond=0)}

    def today(self) -> date:
        """Return the system's date."""
        return self.clock().astimezone(self.zone).date()

    def valid_today(self, row: Row) -> bool:
        """Return whether the system's date lies in a row's validity; an end left open is none."""
        today = self.today()
        start, end = day(row, "ValidityStartDate"), day(row, "ValidityEndDate")
        return (start is None or start <= today) and (end is None or today <= end)


def normal_text(row: Row, name: str) -> str | None:
    """Return a text, None if it is empty."""
    return text(row, name).strip() or None


def payload(**properties: Value | Decimal) -> dict[str, Value]:
    """Return the properties that say something; what is left out is initial in SAP."""
    return {name: value for name, value in properties.items() if value not in (None, "")}


def _sap_code(name: str) -> str:
    """Name the property with the internal code: ``OpWorkQuantityUnit1`` has its own spelling."""
    if name.startswith("OpWorkQuantityUnit"):
        return f"{name.removeprefix('Op')}SAPCode"
    return f"{name}SAPCode"


def _refusal(message: Message) -> Refusal:
    return message.refusal
