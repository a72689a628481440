"""The properties of confirmations and their movements, for production and process orders alike."""

from __future__ import annotations

HEADER = """
    String(10): ConfirmationGroup
    String(8): ConfirmationCount OrderOperationInternalID WorkCenter Personnel
    String(12): OrderID EnteredByUser EnteredByExternalUser
    String(4): OrderOperation OrderSuboperation OrderType Plant VarianceReasonCode
    String(40): ConfirmationText Material
    String(2): Language WorkCenterTypeCode
    Decimal(13,3): OrderPlannedTotalQty ConfirmationYieldQuantity ConfirmationScrapQuantity
    Decimal(13,3): OpConfirmedWorkQuantity1 OpConfirmedWorkQuantity2
    Decimal(13,3): OpConfirmedWorkQuantity3 OpConfirmedWorkQuantity4 OpConfirmedWorkQuantity5
    Decimal(13,3): OpConfirmedWorkQuantity6
    String(3): ProductionUnit OrderConfirmationRecordType ConfirmationUnit ConfirmationUnitISOCode
    String(3): ConfirmationUnitSAPCode OpWorkQuantityUnit1 WorkQuantityUnit1ISOCode
    String(3): WorkQuantityUnit1SAPCode OpWorkQuantityUnit2 WorkQuantityUnit2ISOCode
    String(3): WorkQuantityUnit2SAPCode OpWorkQuantityUnit3 WorkQuantityUnit3ISOCode
    String(3): WorkQuantityUnit3SAPCode OpWorkQuantityUnit4 WorkQuantityUnit4ISOCode
    String(3): WorkQuantityUnit4SAPCode OpWorkQuantityUnit5 WorkQuantityUnit5ISOCode
    String(3): WorkQuantityUnit5SAPCode OpWorkQuantityUnit6 WorkQuantityUnit6ISOCode
    String(3): WorkQuantityUnit6SAPCode
    String(1): FinalConfirmationType
    Boolean: IsFinalConfirmation OpenReservationsIsCleared IsReversed IsReversal
    Boolean: APIConfHasNoGoodsMovements NoFurtherOpWorkQuantity1IsExpd
    Boolean: NoFurtherOpWorkQuantity2IsExpd NoFurtherOpWorkQuantity3IsExpd
    Boolean: NoFurtherOpWorkQuantity4IsExpd NoFurtherOpWorkQuantity5IsExpd
    Boolean: NoFurtherOpWorkQuantity6IsExpd
    DateTime: ConfirmationEntryDate LastChangeDate ConfirmationExternalEntryDate PostingDate
    DateTime: ConfirmedExecutionStartDate ConfirmedExecutionEndDate
    Time: ConfirmationEntryTime ConfirmationExternalEntryTime ConfirmedExecutionStartTime
    Time: ConfirmedExecutionEndTime
    Guid: ExternalSystemConfirmation
    """
MOVEMENT = """
    String(10): ConfirmationGroup MaterialDocument Reservation ProductionSupplyArea Batch
    String(8): ConfirmationCount
    String(4): MaterialDocumentItem MaterialDocumentYear OrderType OrderItem Plant ReservationItem
    String(4): StorageLocation
    String(12): OrderID
    String(2): ManufacturingOrderCategory
    String(40): Material
    String(3): GoodsMovementType EntryUnit EntryUnitISOCode EntryUnitSAPCode
    String(1): GoodsMovementRefDocType InventoryUsabilityCode InventorySpecialStockType
    Boolean: ReservationIsFinallyIssued IsCompletelyDelivered
    String(50): MaterialDocumentItemText
    Decimal(13,3): QuantityInEntryUnit
    """
PROPOSAL_PARAMETERS = """
    String(10): ConfirmationGroup
    String(12): OrderID
    String(4): OrderOperation OrderSuboperation
    String(3): OrderConfirmationRecordType
    String(3): ConfirmationUnit ConfirmationUnitISOCode ConfirmationUnitSAPCode
    Decimal(13,3): ConfirmationYieldQuantity ConfirmationScrapQuantity
    Boolean: QuantityIsToBeProposed ActivityIsToBeProposed
    Boolean: DateAndTimeIsToBeProposed PersonnelIsToBeProposed
    """
CANCEL_PARAMETERS = """
    String(10): ConfirmationGroup!
    String(8): ConfirmationCount!
    DateTime: PostingDate
    String(40): ConfirmationText
    Guid: ExternalSystemConfirmation
    """
ONLY_PRODUCTION = """
    String(6): Sequence
    Decimal(13,3): ConfirmationReworkQuantity
    """
