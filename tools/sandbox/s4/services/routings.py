"""``API_PRODUCTION_ROUTING``: how materials are made; read only."""

from __future__ import annotations

from collections.abc import Iterable

from tools.sandbox.odata.edm import entity_type, to_many
from tools.sandbox.odata.service import Service
from tools.sandbox.s4.rows import Row
from tools.sandbox.s4.services.showing import view
from tools.sandbox.s4.state import S4

_GROUP = "ProductionRoutingGroup ProductionRouting"
HEADER = entity_type(
    "ProductionRoutingHeaderType",
    f"{_GROUP} ProductionRoutingInternalVers",
    """
    String(8): ProductionRoutingGroup ProductionRoutingInternalVers
    String(2): ProductionRouting
    Boolean: IsMarkedForDeletion
    String(40): BillOfOperationsDesc
    String(4): Plant
    String(3): BillOfOperationsUsage BillOfOperationsStatus BillOfOperationsUnit
    Decimal(13,3): MinimumLotSizeQuantity MaximumLotSizeQuantity
    DateTime: CreationDate LastChangeDate ValidityStartDate ValidityEndDate
    DateTimeOffset: ChangedDateTime
    """,
    to_many("to_MatlAssgmt", "ProductionRoutingMatlAssgmt", _GROUP),
    to_many("to_Sequence", "ProductionRoutingSequence", _GROUP),
)
MATERIAL = entity_type(
    "ProductionRoutingMatlAssgmtType",
    f"Product Plant {_GROUP} ProductionRoutingMatlAssgmt ProductionRtgMatlAssgmtIntVers",
    """
    String(18): Product
    String(4): Plant
    String(8): ProductionRoutingGroup ProductionRtgMatlAssgmtIntVers
    String(2): ProductionRouting
    String(7): ProductionRoutingMatlAssgmt
    DateTime: CreationDate LastChangeDate ValidityStartDate ValidityEndDate
    DateTimeOffset: ChangedDateTime
    """,
)
SEQUENCE = entity_type(
    "ProductionRoutingSequenceType",
    f"{_GROUP} ProductionRoutingSequence ProductionRoutingSqncIntVers",
    """
    String(8): ProductionRoutingGroup ProductionRoutingSqncIntVers
    String(2): ProductionRouting
    String(6): ProductionRoutingSequence
    DateTime: ValidityStartDate ValidityEndDate
    String(1): SequenceCategory
    Decimal(13,3): MinimumLotSizeQuantity MaximumLotSizeQuantity
    String(3): BillOfOperationsUnit
    String(40): SequenceText
    DateTimeOffset: ChangedDateTime
    """,
    to_many("to_Operation", "ProductionRoutingOperation", f"{_GROUP} ProductionRoutingSequence"),
)
OPERATION = entity_type(
    "ProductionRoutingOperationType",
    f"{_GROUP} ProductionRoutingSequence ProductionRoutingOpIntID ProductionRoutingOpIntVersion",
    """
    String(8): ProductionRoutingGroup ProductionRoutingOpIntID ProductionRoutingOpIntVersion
    String(8): WorkCenterInternalID
    String(2): ProductionRouting WorkCenterTypeCode
    String(6): ProductionRoutingSequence CostCtrActivityType1 CostCtrActivityType2
    String(6): CostCtrActivityType3 CostCtrActivityType4 CostCtrActivityType5 CostCtrActivityType6
    String(4): Operation Plant OperationControlProfile
    DateTime: ValidityStartDate ValidityEndDate
    String(40): OperationText
    Decimal(3,0): NumberOfTimeTickets
    Decimal(13,3): OperationReferenceQuantity
    String(3): OperationUnit StandardWorkQuantityUnit1 StandardWorkQuantityUnit2
    String(3): StandardWorkQuantityUnit3 StandardWorkQuantityUnit4 StandardWorkQuantityUnit5
    String(3): StandardWorkQuantityUnit6
    Decimal(5,0): OpQtyToBaseQtyNmrtr OpQtyToBaseQtyDnmntr
    Decimal(9,3): StandardWorkQuantity1 StandardWorkQuantity2 StandardWorkQuantity3
    Decimal(9,3): StandardWorkQuantity4 StandardWorkQuantity5 StandardWorkQuantity6
    Decimal(5,3): OperationScrapPercent
    DateTimeOffset: ChangedDateTime
    """,
)


def _sequences(state: S4) -> Iterable[Row]:
    """Every routing here has the standard sequence and no other."""
    for row in state.routings.values():
        yield {**row, "ProductionRoutingSequence": "0", "ProductionRoutingSqncIntVers": "1"}


SERVICE = Service(
    name="API_PRODUCTION_ROUTING",
    namespace="cds_api_productionrouting",
    sets=(
        view("ProductionRoutingHeader", HEADER, lambda state: state.routings.values()),
        view("ProductionRoutingMatlAssgmt", MATERIAL, lambda s: s.routing_materials.values()),
        view("ProductionRoutingSequence", SEQUENCE, _sequences),
        view("ProductionRoutingOperation", OPERATION, lambda s: s.routing_operations.values()),
    ),
)
