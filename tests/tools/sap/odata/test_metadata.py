from __future__ import annotations

import hashlib
from typing import Any, cast

import pytest
from pyodata.v2.model import MetadataBuilder
from starlette.responses import Response

from tools.errors import Misread, NotOffered
from tools.sap.metadata import Needs, parse_metadata
from tools.sap.scripted import Gateway, orders

EDMX = b"""<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx"
 xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"
 xmlns:sap="http://www.sap.com/Protocols/SAPData">
 <edmx:DataServices m:DataServiceVersion="2.0">
  <Schema Namespace="S" xmlns="http://schemas.microsoft.com/ado/2008/09/edm">
   <EntityType Name="OrderType">
    <Key><PropertyRef Name="Order"/></Key>
    <Property Name="Order" Type="Edm.String" Nullable="false" MaxLength="12"/>
    <Property Name="Changed" Type="Edm.String" ConcurrencyMode="Fixed" MaxLength="14"/>
    <NavigationProperty Name="to_Item" Relationship="S.OrderItems" FromRole="one" ToRole="many"/>
   </EntityType>
   <EntityType Name="ItemType">
    <Key><PropertyRef Name="Order"/><PropertyRef Name="Item"/></Key>
    <Property Name="Order" Type="Edm.String" Nullable="false"/>
    <Property Name="Item" Type="Edm.String" Nullable="false"/>
   </EntityType>
   <Association Name="OrderItems">
    <End Type="S.OrderType" Multiplicity="1" Role="one"/>
    <End Type="S.ItemType" Multiplicity="*" Role="many"/>
   </Association>
   <EntityContainer Name="C" m:IsDefaultEntityContainer="true">
    <EntitySet Name="Orders" EntityType="S.OrderType"/>
    <EntitySet Name="Items" EntityType="S.ItemType"/>
    <AssociationSet Name="OrderItemsSet" Association="S.OrderItems">
     <End EntitySet="Orders" Role="one"/><End EntitySet="Items" Role="many"/>
    </AssociationSet>
    <FunctionImport Name="Release" ReturnType="S.OrderType" EntitySet="Orders" m:HttpMethod="POST">
     <Parameter Name="Order" Type="Edm.String" Mode="In" MaxLength="12"/>
    </FunctionImport>
   </EntityContainer>
  </Schema>
 </edmx:DataServices>
</edmx:Edmx>"""

BOMB = (
    b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>"""
)


def test_a_service_is_described_as_pyodata_sees_it() -> None:
    ours = parse_metadata(EDMX)
    theirs = cast("Any", MetadataBuilder(EDMX).build())
    assert set(ours.sets) == {each.name for each in theirs.entity_sets}
    for name, kind in ours.sets.items():
        seen = theirs.entity_set(name).entity_type
        assert list(kind.keys) == [each.name for each in seen.key_proprties]
        assert set(kind.properties) == {each.name for each in seen.proprties()}
        assert set(kind.ways) == {each.name for each in seen.nav_proprties}
    assert ours.sets["Orders"].ways == {"to_Item": "S.ItemType"}
    assert ours.sets["Orders"].properties["Order"].max_length == 12
    assert ours.functions["Release"].method == "POST"
    assert ours.functions["Release"].parameters == {"Order": "Edm.String"}
    assert ours.sha256 == hashlib.sha256(EDMX).hexdigest()


async def test_what_a_release_lacks_is_named_at_once() -> None:
    gateway = Gateway()
    gateway.once(Response(EDMX, media_type="application/xml"))
    service = orders(gateway)
    await service.require(Needs({"Orders": frozenset({"Order", "to_Item"})}))
    needs = Needs(
        sets={"Orders": frozenset({"Order", "Colour"}), "Recipes": frozenset({"X"})},
        functions={"Release": frozenset({"Order", "Why"}), "GetConfProposal": frozenset()},
    )
    with pytest.raises(NotOffered) as caught:
        await service.require(needs)
    assert str(caught.value) == (
        "S4 does not offer in API_PRODUCTION_ORDER_2_SRV: Orders.Colour, entity set Recipes, "
        "parameter Why of Release, function import GetConfProposal"
    )
    assert len(gateway.asked) == 1


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (BOMB, "document type"),
        (b"<html><body/></html>", "<html> where <Edmx>"),
        (EDMX[:500], "broken XML"),
        (b"", "broken XML"),
    ],
)
async def test_what_is_no_metadata_is_not_taken_for_it(document: bytes, said: str) -> None:
    gateway = Gateway()
    gateway.once(Response(document, media_type="application/xml"))
    with pytest.raises(Misread, match=said):
        await orders(gateway).metadata()
