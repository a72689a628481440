"""Process orders: ``API_PROCESS_ORDER_2_SRV``."""

from __future__ import annotations

from tools.objects.order import OrderCategory
from tools.sap.confirmed_quantities import ConfirmedQuantities
from tools.sap.landscape import Landscape
from tools.sap.manufacturing_orders import ManufacturingOrders, OrderNames

NAMES = OrderNames(
    category=OrderCategory.PROCESS,
    service="API_PROCESS_ORDER_2_SRV",
    order="A_ProcessOrder_2",
    item="A_ProcessOrderItem_2",
    operation="A_ProcessOrderOperation_2",
    component="A_ProcessOrderComponent_2",
    status="A_ProcessOrderStatus_2",
    to_item="to_ProcessOrderItem",
    to_operation="to_ProcessOrderOperation",
    to_component="to_ProcessOrderComponent",
    to_status="to_ProcessOrderStatus",
)


class ProcessOrders(ManufacturingOrders):
    """Orders of process manufacturing."""

    def __init__(self, landscape: Landscape, confirmed: ConfirmedQuantities) -> None:
        super().__init__(landscape, NAMES, confirmed)
