"""Production orders: ``API_PRODUCTION_ORDER_2_SRV``."""

from __future__ import annotations

from tools.objects.order import OrderCategory
from tools.sap.confirmed_quantities import ConfirmedQuantities
from tools.sap.landscape import Landscape
from tools.sap.manufacturing_orders import ManufacturingOrders, OrderNames

NAMES = OrderNames(
    category=OrderCategory.PRODUCTION,
    service="API_PRODUCTION_ORDER_2_SRV",
    order="A_ProductionOrder_2",
    item="A_ProductionOrderItem_2",
    operation="A_ProductionOrderOperation_2",
    component="A_ProductionOrderComponent_2",
    status="A_ProductionOrderStatus_2",
    to_item="to_ProductionOrderItem",
    to_operation="to_ProductionOrderOperation",
    to_component="to_ProductionOrderComponent",
    to_status="to_ProductionOrderStatus",
)


class ProductionOrders(ManufacturingOrders):
    """Orders of discrete manufacturing."""

    def __init__(self, landscape: Landscape, confirmed: ConfirmedQuantities) -> None:
        super().__init__(landscape, NAMES, confirmed)
