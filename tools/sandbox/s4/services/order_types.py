"""What production and process orders have in common: two services show the same properties."""

from __future__ import annotations

HEADER = """
    String(12): ManufacturingOrder
    String(2): ManufacturingOrderCategory
    String(4): ManufacturingOrderType StorageLocation ProductionPlant Plant ProductionVersion
    String(4): CompanyCode
    String: OrderLongText
    String(1): ManufacturingOrderImportance OrderIsCreated OrderIsReleased OrderIsPrinted
    String(1): OrderIsConfirmed OrderIsPartiallyConfirmed OrderIsDelivered OrderIsDeleted
    String(1): OrderIsPartiallyReleased OrderIsLocked OrderIsTechnicallyCompleted OrderIsClosed
    String(1): OrderIsPartiallyDelivered OrderIsMarkedForDeletion OrderIsScheduled
    DateTime: MfgOrderCreationDate MfgOrderPlannedStartDate MfgOrderPlannedEndDate
    DateTime: MfgOrderScheduledStartDate MfgOrderScheduledEndDate MfgOrderActualReleaseDate
    Time: MfgOrderCreationTime MfgOrderPlannedStartTime MfgOrderPlannedEndTime
    Time: MfgOrderScheduledStartTime MfgOrderScheduledEndTime
    String(14): LastChangeDateTime
    String(40): Material
    String(10): OrderInternalBillOfOperations
    String(3): MRPController ProductionSupervisor ProductionUnit ProductionUnitISOCode
    String(3): ProductionUnitSAPCode
    Decimal(13,3): TotalQuantity MfgOrderPlannedScrapQty MfgOrderConfirmedYieldQty
    """
ITEM = """
    String(12): ManufacturingOrder
    String(4): ManufacturingOrderItem ManufacturingOrderType ProductionPlant Plant StorageLocation
    String(2): ManufacturingOrderCategory
    Boolean: IsCompletelyDelivered
    String(40): Material
    String(10): Batch
    String(1): InventoryUsabilityCode
    DateTime: MfgOrderItemPlndDeliveryDate MfgOrderItemActualDeliveryDate
    String(3): ProductionUnit ProductionUnitISOCode ProductionUnitSAPCode
    Decimal(13,3): MfgOrderItemPlannedTotalQty MfgOrderItemPlannedScrapQty
    Decimal(13,3): MfgOrderItemGoodsReceiptQty MfgOrderItemActualDeviationQty
    """
OPERATION = """
    String(10): OrderInternalBillOfOperations
    String(8): OrderIntBillOfOperationsItem WorkCenterInternalID WorkCenter
    String(12): ManufacturingOrder
    String(6): ManufacturingOrderSequence
    String(4): ManufacturingOrderOperation ManufacturingOrderSubOperation ManufacturingOrderType
    String(4): ProductionPlant OperationControlProfile
    String(2): ManufacturingOrderCategory
    String(40): MfgOrderOperationText
    String(1): OperationIsCreated OperationIsReleased OperationIsPrinted OperationIsConfirmed
    String(1): OperationIsPartiallyConfirmed OperationIsDeleted OperationIsTechlyCompleted
    String(1): OperationIsClosed OperationIsScheduled OperationIsPartiallyDelivered
    String(1): OperationIsDelivered WorkCenterTypeCode
    DateTime: OpErlstSchedldExecStrtDte OpErlstSchedldExecEndDte OpActualExecutionStartDate
    DateTime: OpActualExecutionEndDate
    Time: OpErlstSchedldExecStrtTme OpErlstSchedldExecEndTme OpActualExecutionStartTime
    Time: OpActualExecutionEndTime
    String(3): OperationUnit OperationUnitISOCode OperationUnitSAPCode
    Decimal(13,3): OpPlannedTotalQuantity OpTotalConfirmedYieldQty
    String(14): LastChangeDateTime
    """
COMPONENT = """
    String(10): Reservation OrderInternalBillOfOperations Batch
    String(4): ReservationItem Plant ManufacturingOrderType ManufacturingOrderOperation
    String(4): ProductionPlant BillOfMaterialItemNumber StorageLocation
    String(40): Material
    String(2): ManufacturingOrderCategory AlternativeItemGroup AlternativeItemPriority
    String(12): ManufacturingOrder
    String(6): ManufacturingOrderSequence
    DateTime: MatlCompRequirementDate
    Boolean: ReservationIsFinallyIssued IsBulkMaterialComponent MatlCompIsMarkedForBackflush
    Boolean: QuantityIsFixed
    String(1): BillOfMaterialCategory BOMItemCategory
    String(3): GoodsMovementType BaseUnit BaseUnitISOCode BaseUnitSAPCode
    Decimal(5,2): ComponentScrapInPercent
    Decimal(13,3): RequiredQuantity WithdrawnQuantity MaterialCompOriginalQuantity
    Decimal(15,3): ConfirmedAvailableQuantity
    """
COMPONENT_RECORD = """
    String(1): ReservationRecordType
    String(14): LastChangeDateTime
    """
COMPONENT_ENTRY = """
    String(3): EntryUnit EntryUnitISOCode EntryUnitSAPCode
    Decimal(13,3): GoodsMovementEntryQty
    """
STATUS = """
    String(12): ManufacturingOrder
    String(5): StatusCode
    Boolean: IsUserStatus
    String(4): StatusShortName
    String(30): StatusName
    """
