"""``API_INSPECTIONLOT_SRV``: inspection lots, what was measured and decided; read only here."""

from __future__ import annotations

from collections.abc import Iterable

from tools.sandbox.odata.edm import entity_type
from tools.sandbox.odata.service import Service
from tools.sandbox.s4.rows import Row
from tools.sandbox.s4.services.showing import view
from tools.sandbox.s4.state import S4

_OPERATION_KEY = "InspectionLot InspPlanOperationInternalID"
_CHARACTERISTIC_KEY = f"{_OPERATION_KEY} InspectionCharacteristic"
LOT = entity_type(
    "A_InspectionLotType",
    "InspectionLot",
    """
    String(12): InspectionLot ManufacturingOrder InspectionLotCreatedBy
    String(40): Material InspectionLotText InspectionLotObjectText
    String(10): Batch OrderInternalBillOfOperations MaterialDocument
    String(4): Plant MaterialDocumentYear MaterialDocumentItem InspectionLotPlant
    String(4): InspectionLotStorageLocation
    String(2): InspectionLotOrigin
    String(8): InspectionLotType
    Decimal(13,3): InspectionLotQuantity InspectionLotActualQuantity
    Decimal(13,3): InspectionLotDefectiveQuantity InspLotQtyToFree InspLotQtyToBlocked
    Decimal(13,3): InspLotQtyToBePosted
    String(3): InspectionLotQuantityUnit
    Boolean: InspLotIsStockPostingCompleted InspectionLotHasUsageDecision
    DateTime: InspectionLotCreatedOn InspectionLotStartDate InspectionLotEndDate
    Time: InspectionLotCreatedOnTime
    DateTimeOffset: ChangedDateTime
    String(30): InspLotExternalNumber
    """,
    etag="ChangedDateTime",
)
DECISION = entity_type(
    "A_InspLotUsageDecisionType",
    "InspectionLot",
    """
    String(12): InspectionLot InspectionLotUsageDecidedBy
    Decimal(3,0): InspectionLotQualityScore
    String(1): InspLotUsageDecisionCatalog InspLotUsageDecisionValuation
    String(4): SelectedCodeSetPlant InspectionLotUsageDecisionCode
    String(8): InspLotUsgeDcsnSelectedSet InspLotUsageDecisionCodeGroup
    DateTime: InspectionLotUsageDecidedOn
    Time: InspLotUsageDecisionTime
    DateTimeOffset: ChangedDateTime
    """,
    etag="ChangedDateTime",
)
OPERATION = entity_type(
    "A_InspectionOperationType",
    _OPERATION_KEY,
    """
    String(12): InspectionLot
    String(8): InspPlanOperationInternalID WorkCenterInternalID
    String(4): InspectionOperation InspectionOperationPlant OperationControlProfile
    String(10): OperationConfirmation
    String(40): OperationText
    """,
)
CHARACTERISTIC = entity_type(
    "A_InspectionCharacteristicType",
    _CHARACTERISTIC_KEY,
    """
    String(12): InspectionLot
    String(8): InspPlanOperationInternalID InspectionMethod InspectionSpecification
    String(4): InspectionCharacteristic InspectionSpecificationPlant
    String(40): InspectionSpecificationText
    Boolean: InspSpecIsQuantitative
    String(6): InspectionSpecificationVersion
    String(1): InspectionCharacteristicStatus InspSpecHasTargetValue InspSpecHasUpperLimit
    String(1): InspSpecHasLowerLimit
    Byte: InspSpecDecimalPlaces
    String(3): InspectionSpecificationUnit
    Double: InspSpecTargetValue InspSpecUpperLimit InspSpecLowerLimit
    DateTimeOffset: ChangedDateTime
    """,
    etag="ChangedDateTime",
)
RESULT = entity_type(
    "A_InspectionResultType",
    _CHARACTERISTIC_KEY,
    """
    String(12): InspectionLot Inspector CreatedByUser
    String(8): InspPlanOperationInternalID
    String(4): InspectionCharacteristic
    String(1): InspectionResultStatus InspectionValuationResult InspectionResultHasMeanValue
    Double: InspectionResultMeanValue
    String(25): InspectionResultOriginalValue
    Int32: InspResultValidValuesNumber InspRsltNonconformingValsNmbr InspectionNumberOfDefects
    String(40): InspectionResultText
    String(2): DefectClass
    DateTime: InspectionStartDate InspectionEndDate CreationDate
    Time: InspectionStartTime InspectionEndTime
    DateTimeOffset: ChangedDateTime
    """,
    etag="ChangedDateTime",
)


def _decisions(state: S4) -> Iterable[Row]:
    for row in state.lots.values():
        if row["InspectionLotHasUsageDecision"]:
            yield {**row, "InspectionLotUsageDecisionCode": row["InspLotUsageDecisionValuation"]}


def _operations(state: S4) -> Iterable[Row]:
    """An operation of a lot is there once something is inspected in it."""
    return {key[:2]: row for key, row in state.lot_results.items()}.values()


SERVICE = Service(
    name="API_INSPECTIONLOT_SRV",
    sets=(
        view("A_InspectionLot", LOT, lambda state: state.lots.values()),
        view("A_InspLotUsageDecision", DECISION, _decisions),
        view("A_InspectionOperation", OPERATION, _operations),
        view("A_InspectionCharacteristic", CHARACTERISTIC, lambda s: s.lot_results.values()),
        view("A_InspectionResult", RESULT, lambda state: state.lot_results.values()),
    ),
)
