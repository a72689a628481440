"""``API_PRODUCT_SRV``: material masters; read only."""

from __future__ import annotations

from collections.abc import Iterable

from tools.sandbox.odata.edm import entity_type, to_many, to_one
from tools.sandbox.odata.service import Service
from tools.sandbox.s4.rows import Row
from tools.sandbox.s4.services.showing import view
from tools.sandbox.s4.state import S4

_PLANT_KEY = "Product Plant"
PRODUCT = entity_type(
    "A_ProductType",
    "Product",
    """
    String(40): Product ProductOldID
    String(4): ProductType ItemCategoryGroup
    String(2): CrossPlantStatus Division
    DateTime: CreationDate LastChangeDate
    Boolean: IsMarkedForDeletion IsBatchManagementRequired
    Decimal(13,3): GrossWeight NetWeight
    String(3): WeightUnit BaseUnit
    String(9): ProductGroup
    String(1): IndustrySector
    """,
    to_many("to_Description", "A_ProductDescription", "Product"),
    to_many("to_Plant", "A_ProductPlant", "Product"),
    to_many("to_ProductUnitsOfMeasure", "A_ProductUnitsOfMeasure", "Product"),
    to_many("to_Valuation", "A_ProductValuation", "Product"),
)
DESCRIPTION = entity_type(
    "A_ProductDescriptionType",
    "Product Language",
    """
    String(40): Product ProductDescription
    String(2): Language
    """,
)
PLANT = entity_type(
    "A_ProductPlantType",
    _PLANT_KEY,
    """
    String(40): Product
    String(4): Plant ProductionInvtryManagedLoc
    String(3): PurchasingGroup MRPResponsible BaseUnit GoodsIssueUnit
    String(2): ProfileCode AvailabilityCheckType MRPType
    DateTime: ProfileValidityStartDate
    String(10): ProfitCenter
    Boolean: IsMarkedForDeletion IsBatchManagementRequired IsNegativeStockAllowed
    Boolean: IsInternalBatchManaged
    Decimal(13,3): MinimumLotSizeQuantity MaximumLotSizeQuantity
    String(1): ProcurementType
    """,
    to_one("to_ProductWorkScheduling", "A_ProductWorkScheduling", _PLANT_KEY),
    to_one("to_ProductSupplyPlanning", "A_ProductSupplyPlanning", _PLANT_KEY),
    to_many("to_StorageLocation", "A_ProductStorageLocation", _PLANT_KEY),
)
STORAGE_LOCATION = entity_type(
    "A_ProductStorageLocationType",
    "Product Plant StorageLocation",
    """
    String(40): Product
    String(4): Plant StorageLocation
    String(10): WarehouseStorageBin
    String(1): PhysicalInventoryBlockInd
    DateTime: CreationDate
    Boolean: IsMarkedForDeletion
    """,
)
UNIT = entity_type(
    "A_ProductUnitsOfMeasureType",
    "Product AlternativeUnit",
    """
    String(40): Product
    String(3): AlternativeUnit WeightUnit BaseUnit
    Decimal(5,0): QuantityNumerator QuantityDenominator
    Decimal(13,3): GrossWeight
    String(18): GlobalTradeItemNumber
    """,
)
VALUATION = entity_type(
    "A_ProductValuationType",
    "Product ValuationArea ValuationType",
    """
    String(40): Product
    String(4): ValuationArea ValuationClass
    String(10): ValuationType
    Decimal(12,3): StandardPrice MovingAveragePrice
    Decimal(5,0): PriceUnitQty
    String(1): InventoryValuationProcedure
    Boolean: IsMarkedForDeletion
    String(5): Currency
    String(3): BaseUnit
    """,
)
WORK_SCHEDULING = entity_type(
    "A_ProductWorkSchedulingType",
    _PLANT_KEY,
    """
    String(40): Product
    String(4): Plant ProductionInvtryManagedLoc
    Decimal(13,3): MaterialBaseQuantity
    Boolean: UnlimitedOverDelivIsAllowed
    Decimal(3,1): OverDelivToleranceLimit UnderDelivToleranceLimit
    String(3): BaseUnit ProductionSupervisor ProductProductionQuantityUnit
    String(1): ProdnOrderIsBatchRequired MatlCompIsMarkedForBackflush
    String(6): ProductionSchedulingProfile
    """,
)
SUPPLY_PLANNING = entity_type(
    "A_ProductSupplyPlanningType",
    _PLANT_KEY,
    """
    String(40): Product FollowUpProduct
    String(4): Plant
    Decimal(13,3): MaximumLotSizeQuantity MinimumLotSizeQuantity SafetyStockQuantity
    Decimal(13,3): ReorderThresholdQuantity
    String(2): LotSizingProcedure MRPType AvailabilityCheckType
    String(3): MRPResponsible BaseUnit
    String(1): ProcurementType ProductIsToBeDiscontinued MatlCompIsMarkedForBackflush
    Decimal(3,0): InHouseProductionTime
    Boolean: IsBulkMaterialComponent
    DateTime: EffectiveOutDate
    Decimal(5,2): ComponentScrapInPercent
    String(10): ProposedProductSupplyArea
    """,
)


def _descriptions(state: S4) -> Iterable[Row]:
    for row in state.products.values():
        yield {**row, "Language": "EN"}


def _locations(state: S4) -> Iterable[Row]:
    """A material is in a storage location once it lay there."""
    places = {(key.material, key.plant, key.location): None for key in state.stock}
    for material, plant, location in places:
        yield {"Product": material, "Plant": plant, "StorageLocation": location}


SERVICE = Service(
    name="API_PRODUCT_SRV",
    sets=(
        view("A_Product", PRODUCT, lambda state: state.products.values()),
        view("A_ProductDescription", DESCRIPTION, _descriptions),
        view("A_ProductPlant", PLANT, lambda state: state.product_plants.values()),
        view("A_ProductStorageLocation", STORAGE_LOCATION, _locations),
        view("A_ProductUnitsOfMeasure", UNIT, lambda state: state.product_units.values()),
        view("A_ProductValuation", VALUATION, lambda state: state.product_values.values()),
        view("A_ProductWorkScheduling", WORK_SCHEDULING, lambda s: s.product_plants.values()),
        view("A_ProductSupplyPlanning", SUPPLY_PLANNING, lambda s: s.product_plants.values()),
    ),
)
