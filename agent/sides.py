"""A plant file as the sides of a plant: connectors, each behind one guarded connection.

A second plant is a file: which connector serves a side is decided here and nowhere else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

import httpx

from agent.actions.action import Sides
from tools.connection import Connection
from tools.maintenance.cmms import cmms
from tools.maintenance.s4_pm import maintenance_side
from tools.mes.ignition import Views, ignition
from tools.mes.sap_dm import DmPlant, Process, sap_dm
from tools.objects.reading import System
from tools.patience import Rhythm
from tools.plant.connecting import connect
from tools.plant.model import Plant
from tools.plant.systems import Ignition, RestCmms, S4Maintenance, SapDm
from tools.ports import Side
from tools.sap.landscape import Landscape
from tools.sap.s4 import ErpOptions, erp_side
from tools.sap.site_services import LogNames, PeriodNames, QueueNames, SiteServices, renamed


@dataclass(frozen=True)
class Wires:
    """What connections are made of; tests and evaluations put their own transport in."""

    env: Mapping[str, str]
    clock: Callable[[], datetime]
    transport: httpx.AsyncBaseTransport | None = None
    rhythm: Rhythm | None = None
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    seconds: Callable[[], float] | None = None

    def passing(self) -> Callable[[], float]:
        """Return what tells seconds that only pass; without one, they pass as the clock goes."""
        return self.seconds or (lambda: self.clock().timestamp())


@dataclass(frozen=True)
class ConnectedPlant:
    """One plant with its sides, and what must be closed in the end."""

    plant: Plant
    sides: Sides
    landscape: Landscape
    options: ErpOptions
    connections: Mapping[System, Connection]

    async def close(self) -> None:
        """Close every connection."""
        await asyncio.gather(*(one.aclose() for one in self.connections.values()))


def connected(plant: Plant, wires: Wires) -> ConnectedPlant:
    """Return a plant's sides; nothing is opened before the first request."""
    erp = _connect("S/4HANA", plant, System.ERP, wires)
    landscape = landscape_of(plant, erp, wires)
    options = ErpOptions(site=_site(plant))
    connections = {System.ERP: erp}
    sides: dict[System, Side] = {System.ERP: erp_side(landscape, options)}
    sides[System.MES], connections[System.MES] = _mes(plant, wires)
    sides[System.CMMS] = _cmms(plant, wires, landscape, connections)
    return ConnectedPlant(plant, sides, landscape, options, connections)


def landscape_of(plant: Plant, connection: Connection, wires: Wires) -> Landscape:
    """Return the plant's S/4 behind a connection."""
    return Landscape(
        connection,
        wires.clock,
        language=plant.systems.erp.language,
        zone=ZoneInfo(plant.systems.erp.time_zone or plant.site.time_zone),
        sap_client=plant.systems.erp.client,
        root=plant.systems.erp.root,
        names=plant.systems.erp.services,
    )


def dm_plant(plant: Plant, mes: SapDm) -> DmPlant:
    """Return what is particular to a plant on DM, as its file says."""
    return DmPlant(
        plant=mes.plant or plant.code,
        processes={Process(name): key for name, key in mes.processes.items()},
        time_zone=plant.site.time_zone,
    )


def _connect(name: str, plant: Plant, system: System, wires: Wires) -> Connection:
    match system:
        case System.ERP:
            place = plant.systems.erp
        case System.MES:
            place = plant.systems.mes
        case System.CMMS:
            place = plant.systems.cmms
            if isinstance(place, S4Maintenance):
                raise ValueError("plant maintenance in S/4 shares the ERP's connection")
    return connect(name, place, wires.env, transport=wires.transport, rhythm=wires.rhythm)


def _mes(plant: Plant, wires: Wires) -> tuple[Side, Connection]:
    mes = plant.systems.mes
    match mes:
        case SapDm():
            connection = _connect("SAP DM", plant, System.MES, wires)
            return sap_dm(connection, dm_plant(plant, mes), clock=wires.clock), connection
        case Ignition():
            connection = _connect("Ignition", plant, System.MES, wires)
            views = Views("Ignition", wires.env[mes.sql.url_env]) if mes.sql else None
            units = plant.mappings.units
            return ignition(connection, clock=wires.clock, units=units, views=views), connection
        case _ as unreachable:
            assert_never(unreachable)


def _cmms(
    plant: Plant, wires: Wires, landscape: Landscape, connections: dict[System, Connection]
) -> Side:
    place = plant.systems.cmms
    match place:
        case S4Maintenance():
            return maintenance_side(landscape, notification_type=place.notification_type)
        case RestCmms():
            connections[System.CMMS] = _connect("CMMS", plant, System.CMMS, wires)
            units = plant.mappings.units
            sites = {plant.code: place.site} if place.site else {}
            return cmms(connections[System.CMMS], clock=wires.clock, units=units, sites=sites)
        case _ as unreachable:
            assert_never(unreachable)


def _site(plant: Plant) -> SiteServices | None:
    """Return the names of the site's own service, where it has one."""
    site = plant.systems.erp.site
    if site is None:
        return None
    names = {**site.properties, **site.statuses}
    return SiteServices(
        service=site.service,
        queue=renamed(QueueNames(site.queue), names) if site.queue else None,
        log=renamed(LogNames(site.log), names) if site.log else None,
        period=renamed(PeriodNames(site.period), names) if site.period else None,
        retry=site.retry or None,
    )
