"""The read-only SQL views tell the same as the WebDev resources, and cannot be written."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tests.tools.mes.ignition.site_database import Mirror
from tools.connection import Connection
from tools.errors import Misread, NotOffered, Unavailable
from tools.mes.ignition import Views, ignition
from tools.mes.ignition.views import read_only
from tools.objects.units import UnknownUnit
from tools.ports import Movements, Side, Stock
from tools.sandbox.world import World

PLANT = "1710"
Connect = Callable[..., Connection]


def from_file(connect: Connect, world: World, path: Path) -> Side:
    views = Views("Ignition", f"sqlite:///{path}")
    return ignition(connect(), clock=world.clock.now, units={"pcs": "ST"}, views=views)


@pytest.fixture
def mirrored(world: World, tmp_path: Path) -> Path:
    Mirror(tmp_path / "site.db").refresh(world.ignition)
    return tmp_path / "site.db"


def changed(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


async def test_views_and_resources_agree(site: Side, viewed: Side, world: World) -> None:
    for order in world.ignition.orders.values():
        if order.plant != PLANT:
            continue
        by_view = (await viewed.port(Movements).movements(order.number)).value
        by_resource = (await site.port(Movements).movements(order.number)).value
        assert set(by_view) == set(by_resource)
    for line in list(world.ignition.stock.values())[:10]:
        seen = (await viewed.port(Stock).stock(line.material, line.plant)).value
        assert set(seen) == set((await site.port(Stock).stock(line.material, line.plant)).value)


async def test_a_material_is_found_with_whole_documents(viewed: Side, world: World) -> None:
    document = next(one for one in world.ignition.documents.values() if len(one.lines) > 1)
    line = document.lines[-1]
    found = (await viewed.port(Movements).movements_of(line.material, line.plant)).value
    assert document in found


async def test_the_file_follows_the_site(world: World, tmp_path: Path, connect: Connect) -> None:
    mirror, side = Mirror(tmp_path / "site.db"), from_file(connect, world, tmp_path / "site.db")
    mirror.refresh(world.ignition)
    place, line = next((at, one) for at, one in world.ignition.stock.items() if at[1] == PLANT)
    assert line in (await side.port(Stock).stock(line.material, PLANT)).value
    world.ignition.move_stock(place, line.quantity)
    mirror.refresh(world.ignition)
    mirror.refresh(world.ignition)
    (doubled, *_) = (await side.port(Stock).stock(line.material, PLANT)).value
    assert doubled.quantity == line.quantity * 2


def test_the_connection_cannot_write(mirrored: Path) -> None:
    engine = read_only(f"sqlite:///{mirrored}")
    with engine.connect() as connection, pytest.raises(OperationalError, match="readonly"):
        connection.execute(text("DELETE FROM site_line_stock"))


async def test_what_is_asked_for_is_a_parameter_never_a_part_of_the_query(
    world: World, mirrored: Path, connect: Connect
) -> None:
    side = from_file(connect, world, mirrored)
    nasty = "x'; DELETE FROM site_line_stock; --"
    assert (await side.port(Stock).stock(nasty, PLANT)).value == ()
    assert (await side.port(Movements).movements("1 OR 1=1")).value == ()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE site_line_stock SET quantity = 0.1", "quantity"),
        ("UPDATE site_line_stock SET quantity = 'some'", "quantity"),
        ("UPDATE site_line_stock SET stock_type = 'lost'", "stock_type"),
        ("UPDATE site_line_stock SET location = NULL", "location"),
    ],
)
async def test_a_column_of_another_shape_is_named(
    world: World, mirrored: Path, statement: str, said: str, connect: Connect
) -> None:
    changed(mirrored, statement)
    line = next(one for one in world.ignition.stock.values() if one.plant == PLANT)
    with pytest.raises(Misread, match=rf"concord_line_stock\.{said}"):
        await from_file(connect, world, mirrored).port(Stock).stock(line.material, PLANT)


async def test_an_unknown_unit_is_its_own_error(
    world: World, mirrored: Path, connect: Connect
) -> None:
    changed(mirrored, "UPDATE site_line_stock SET unit = 'buckets'")
    line = next(one for one in world.ignition.stock.values() if one.plant == PLANT)
    with pytest.raises(UnknownUnit, match="buckets"):
        await from_file(connect, world, mirrored).port(Stock).stock(line.material, PLANT)


async def test_a_view_that_is_not_there_is_not_offered(
    world: World, mirrored: Path, connect: Connect
) -> None:
    changed(mirrored, "DROP VIEW concord_line_stock")
    with pytest.raises(NotOffered, match="concord_line_stock"):
        await from_file(connect, world, mirrored).port(Stock).stock("CR-TIO2", PLANT)


async def test_a_database_that_is_not_there_is_unavailable(
    world: World, tmp_path: Path, connect: Connect
) -> None:
    with pytest.raises(Unavailable):
        await from_file(connect, world, tmp_path / "none.db").port(Stock).stock("CR-TIO2", PLANT)
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("url", ["mysql+pymysql://h/d", "sqlite://", "sqlite:///:memory:"])
def test_other_databases_are_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="read from"):
        read_only(url)
