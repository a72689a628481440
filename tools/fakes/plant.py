"""A whole plant of fakes: three sides that answer from one plant book."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import TypeVar

from tools.book import ErpPages, MaintenancePages, MesPages, PlantBook
from tools.fakes.confirmations import FakeErpConfirmations, FakeMesConfirmations
from tools.fakes.desk import Desk, FakePosting
from tools.fakes.maintenance import FakeAssets, FakeMaintenance
from tools.fakes.masters import (
    FakeBoms,
    FakeCosts,
    FakeInspections,
    FakeMaterials,
    FakeRoutings,
)
from tools.fakes.messages import FakeMessages
from tools.fakes.movements import FakeMovements, FakeStock
from tools.fakes.orders import FakeOrders
from tools.fakes.shop_floor import (
    FakeHolds,
    FakeNonconformances,
    FakeScraps,
    FakeShopFloor,
    FakeTasks,
)
from tools.fakes.storeroom import Storeroom
from tools.objects.reading import System
from tools.ports import Side

T = TypeVar("T", PlantBook, ErpPages, MesPages, MaintenancePages)


@dataclass(frozen=True)
class FakePlant:
    """A plant in memory.

    ``book`` is its present state, a copy of what it started from; change it to put the systems out
    of step. ``desks`` know what each system posted.
    """

    book: PlantBook
    sides: Mapping[System, Side]
    desks: Mapping[System, Desk]

    @property
    def erp(self) -> Side:
        """The ERP."""
        return self.sides[System.ERP]

    @property
    def mes(self) -> Side:
        """The MES."""
        return self.sides[System.MES]

    @property
    def cmms(self) -> Side:
        """The maintenance system."""
        return self.sides[System.CMMS]

    @property
    def posted(self) -> tuple[FakePosting, ...]:
        """Every write any of the three carried out."""
        return tuple(posting for desk in self.desks.values() for posting in desk.posted)


def fake_plant(book: PlantBook, clock: Callable[[], datetime]) -> FakePlant:
    """Return a plant of fakes that starts as the book says and never changes the book."""
    own = _copied(book)
    desks = {system: Desk(system, clock) for system in System}
    sides = {
        System.ERP: _erp(own, desks[System.ERP]),
        System.MES: _mes(own, desks[System.MES]),
        System.CMMS: _cmms(own, desks[System.CMMS]),
    }
    return FakePlant(own, sides, desks)


def _erp(book: PlantBook, desk: Desk) -> Side:
    pages = book.erp
    storeroom = Storeroom(desk, pages.stock, book.materials)
    orders = FakeOrders(desk, pages.orders)
    movements = FakeMovements(desk, pages.documents, storeroom, orders, book.period)
    confirmations = FakeErpConfirmations(
        desk, pages.confirmations, orders, movements, book.routings
    )
    ports = (
        orders,
        confirmations,
        movements,
        FakeStock(desk, pages.stock),
        FakeMaterials(desk, book.materials),
        FakeBoms(desk, book.boms, book.materials),
        FakeRoutings(desk, book.routings, book.work_centers),
        FakeInspections(desk, pages.lots),
        FakeCosts(desk, pages.cost_objects, book.period),
        FakeMessages(desk, pages.messages),
    )
    return Side(desk.system, "fake ERP", ports, desk.clock)


def _mes(book: PlantBook, desk: Desk) -> Side:
    pages = book.mes
    storeroom = Storeroom(desk, pages.stock, book.materials)
    orders = FakeOrders(desk, pages.orders)
    ports = (
        orders,
        FakeMesConfirmations(desk, pages.confirmations, orders),
        FakeMovements(desk, pages.documents, storeroom, orders, book.period),
        FakeStock(desk, pages.stock),
        FakeMaterials(desk, book.materials),
        FakeMessages(desk, pages.messages),
        FakeNonconformances(desk, pages),
        FakeHolds(desk, pages),
        FakeScraps(desk, pages),
        FakeTasks(desk, pages),
        FakeShopFloor(desk, pages),
    )
    return Side(desk.system, "fake MES", ports, desk.clock)


def _cmms(book: PlantBook, desk: Desk) -> Side:
    ports = (FakeAssets(desk, book.maintenance), FakeMaintenance(desk, book.maintenance))
    return Side(desk.system, "fake CMMS", ports, desk.clock)


def _copied(book: PlantBook) -> PlantBook:
    return replace(
        _own(book),
        erp=_own(book.erp),
        mes=_own(book.mes),
        maintenance=_own(book.maintenance),
    )


def _own(pages: T) -> T:
    """Return pages with lists of their own; the records themselves never change."""
    values = {each.name: getattr(pages, each.name) for each in fields(pages)}
    return replace(pages, **{name: copy(value) for name, value in values.items()})
