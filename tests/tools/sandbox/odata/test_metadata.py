"""What a service says of itself, read by somebody else's parser."""

from typing import Any

import pytest
from pyodata.v2.model import MetadataBuilder

from tests.tools.sandbox.tanks import DOORS, ROOT, SERVICE, tank_world
from tools.sandbox.odata.edm import entity_type, properties, to_many
from tools.sandbox.odata.service import EntitySet, Function, Service
from tools.sandbox.visitor import Visitor


async def test_an_independent_parser_understands_the_metadata_strictly() -> None:
    response = await Visitor(tank_world(), DOORS, ROOT).get("$metadata")
    assert response.headers["content-type"].startswith("application/xml")
    schema: Any = MetadataBuilder(response.content).build()
    tank = schema.entity_type("A_TankType", namespace="API_TANK_SRV")
    assert [prop.name for prop in tank.key_proprties] == ["Tank"]
    assert {prop.name for prop in tank.proprties()} == set(SERVICE.by_name["A_Tank"].type.by_name)
    assert {way.name for way in tank.nav_proprties} == {"to_Filling", "to_Product"}
    assert tank.nav_proprty("to_Filling").to_role.multiplicity == "*"
    level = tank.proprty("Level")
    assert (level.typ.name, level.precision, level.scale) == ("Edm.Decimal", 13, 3)
    assert not tank.proprty("Tank").nullable
    drain = schema.function_import("Drain")
    assert (drain.http_method, [p.name for p in drain.parameters]) == ("POST", ["Tank"])
    assert schema.function_import("Measure").return_type.is_collection


async def test_the_etag_property_is_marked() -> None:
    said = (await Visitor(tank_world(), DOORS, ROOT).get("$metadata")).text
    marked = [line for line in said.split("<Property ") if 'ConcurrencyMode="Fixed"' in line]
    assert [line.startswith('Name="LastChangeDateTime"') for line in marked] == [True]
    assert 'sap:creatable="false"' in said


@pytest.mark.parametrize("text", ["String(4) Name", "Strin: Name", "String: A A", "String A:"])
def test_properties_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        properties(text)


def test_a_key_or_etag_without_property_is_refused() -> None:
    with pytest.raises(ValueError, match="no property"):
        entity_type("X", "Key", "String: Other")


def test_ways_and_functions_lead_somewhere() -> None:
    lost = entity_type("X", "Key", "String: Key", to_many("to_Y", "Y", "Key"))
    misjoined = entity_type("X", "Key", "String: Key", to_many("to_X", "X", "Key=Other"))
    plain = entity_type("X", "Key", "String: Key")
    with pytest.raises(ValueError, match="leads to no set"):
        Service("S", (EntitySet("X", lost, lambda _: []),))
    with pytest.raises(ValueError, match="joins"):
        Service("S", (EntitySet("X", misjoined, lambda _: []),))
    with pytest.raises(ValueError, match="names no set"):
        Service(
            "S",
            (EntitySet("X", plain, lambda _: []),),
            (Function("F", lambda world, call: None, returns="Y"),),
        )
