"""``API_EQUIPMENT``: the assets; read only here."""

from __future__ import annotations

from tools.sandbox.odata.edm import entity_type
from tools.sandbox.odata.service import Service
from tools.sandbox.s4.services.showing import view

EQUIPMENT = entity_type(
    "EquipmentType",
    "Equipment ValidityEndDate",
    """
    String(18): Equipment SuperordinateEquipment Material SerialNumber
    DateTime: ValidityEndDate ValidityStartDate CreationDate
    String(40): EquipmentName
    String(1): EquipmentCategory ABCIndicator
    String(10): TechnicalObjectType AssetLocation CostCenter
    String(30): AssetManufacturerName ManufacturerSerialNumber FunctionalLocation
    String(20): ManufacturerPartTypeName
    String(4): ConstructionYear MaintenancePlant WorkCenterPlant CompanyCode ControllingArea
    String(4): MaintenancePlanningPlant MainWorkCenterPlant
    String(8): AssetRoom WorkCenter MainWorkCenter
    String(3): PlantSection
    DateTimeOffset: LastChangeDateTime
    Boolean: EquipmentIsAvailable EquipmentIsMarkedForDeletion EquipmentIsInstalled
    Boolean: EquipmentIsInactive
    """,
)

SERVICE = Service(
    name="API_EQUIPMENT",
    namespace="cds_api_equipment",
    sets=(view("Equipment", EQUIPMENT, lambda state: state.equipment.values()),),
)
