from __future__ import annotations

from decimal import Decimal

from tests.tools.sandbox.s4.clerk import Clerk


def test_a_product_shows_plant_price_and_units(clerk: Clerk) -> None:
    product = clerk.read(
        "API_PRODUCT_SRV",
        "A_Product('RM-SCREW')?$expand=to_Description,to_Plant,to_Valuation,to_ProductUnitsOfMeasure",
    )
    assert product["BaseUnit"] == "PC"
    assert product["to_Description"]["results"][0]["ProductDescription"] == "Test part RM-SCREW"
    assert product["to_Valuation"]["results"][0]["StandardPrice"] == "2.5"
    units = {
        row["AlternativeUnit"]: row["QuantityNumerator"]
        for row in product["to_ProductUnitsOfMeasure"]["results"]
    }
    assert units == {"PC": "1", "CAR": "24"}


def test_a_blocked_material_names_its_successor(clerk: Clerk) -> None:
    service = "API_PRODUCT_SRV"
    plant = clerk.read(service, "A_ProductPlant(Product='RM-OLD',Plant='1010')")
    planning = clerk.read(service, "A_ProductSupplyPlanning(Product='RM-OLD',Plant='1010')")
    assert plant["ProfileCode"] == "01"
    assert planning["FollowUpProduct"] == "RM-SCREW"


def test_stock_is_shown_by_place_batch_and_use(clerk: Clerk) -> None:
    rows = clerk.read(
        "API_MATERIAL_STOCK_SRV",
        "A_MatlStkInAcctMod?$filter=Material eq 'RM-RESIN' and Plant eq '1010'",
    )
    assert {
        (row["Batch"], row["InventoryStockType"]): Decimal(row["MatlWrhsStkQtyInMatlBaseUnit"])
        for row in rows
    } == {("B1", "01"): Decimal(80), ("B2", "02"): Decimal(20)}


def test_a_bill_of_material_explodes_with_scrap(clerk: Clerk) -> None:
    service = "API_BILL_OF_MATERIAL_SRV"
    head = clerk.read(service, "MaterialBOM?$filter=Material eq 'FG-VALVE'")[0]
    keys = ("BillOfMaterial", "BillOfMaterialCategory", "BillOfMaterialVariant")
    keys += ("BillOfMaterialVersion", "EngineeringChangeDocument", "Material", "Plant")
    named = "&".join(f"{name}='{head[name]}'" for name in keys)
    rows = clerk.read(service, f"ExplodeBOM?{named}&RequiredQuantity=20M")
    assert {
        row["bill_of_material_component"]: row["bill_of_material_comp_quant"] for row in rows
    } == {"RM-SCREW": "80", "RM-RESIN": "11"}


def test_a_routing_leads_to_its_work_centre_and_cost_centre(clerk: Clerk) -> None:
    found = clerk.read(
        "API_PRODUCTION_ROUTING", "ProductionRoutingMatlAssgmt?$filter=Product eq 'FG-VALVE'"
    )[0]
    group = found["ProductionRoutingGroup"]
    rows = clerk.read(
        "API_PRODUCTION_ROUTING",
        f"ProductionRoutingOperation?$filter=ProductionRoutingGroup eq '{group}'",
    )
    assert [row["StandardWorkQuantity2"] for row in rows] == ["30", "30"]
    center = clerk.read(
        "API_WORK_CENTERS",
        f"A_WorkCenters(WorkCenterInternalID='{rows[0]['WorkCenterInternalID']}',"
        "WorkCenterTypeCode='A')?$expand=to_WorkCenterCostCenter,to_Capacity",
    )
    assert center["WorkCenter"] == "ASSY-1"
    assert center["to_WorkCenterCostCenter"]["results"][0]["CostCenter"] == "4711"
    assert center["to_Capacity"]["CapacityEndTime"] == 16 * 3600


def test_a_cost_centre_shows_whether_it_is_blocked(clerk: Clerk) -> None:
    rows = clerk.read("API_COSTCENTER_SRV", "A_CostCenter?$expand=to_Text")
    assert {row["CostCenter"]: row["IsBlkdForPrimaryCostsPosting"] for row in rows} == {
        "4711": "",
        "4712": "X",
    }
    assert rows[0]["to_Text"]["results"][0]["CostCenterDescription"] == "Assembly"


def test_an_inspection_lot_shows_limits_results_and_decision(clerk: Clerk) -> None:
    service = "API_INSPECTIONLOT_SRV"
    lot = clerk.read(service, "A_InspectionLot('40000001')")
    assert (lot["Batch"], lot["InspectionLotHasUsageDecision"]) == ("B2", True)
    decision = clerk.read(service, "A_InspLotUsageDecision('40000001')")
    assert decision["InspLotUsageDecisionValuation"] == "R"
    results = clerk.read(service, "A_InspectionResult?$filter=InspectionLot eq '40000001'")
    assert [row["InspectionResultOriginalValue"] for row in results] == ["12.5"]
    limits = clerk.read(service, "A_InspectionCharacteristic?$filter=InspectionLot eq '40000001'")
    assert [row["InspSpecHasUpperLimit"] for row in limits] == ["X"]
