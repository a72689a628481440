"""Confirmations of production orders: ``API_PROD_ORDER_CONFIRMATION_2_SRV``."""

from __future__ import annotations

from tools.sap.landscape import Landscape
from tools.sap.manufacturing_orders import ManufacturingOrders
from tools.sap.order_confirmations import ConfirmationNames, OrderConfirmations

NAMES = ConfirmationNames(
    service="API_PROD_ORDER_CONFIRMATION_2_SRV",
    confirmation="ProdnOrdConf2",
    item="ProdnOrdConfMatlDocItm",
    to_item="to_ProdnOrdConfMatlDocItm",
    cancel="CancelProdnOrdConf",
    sequence=True,
    rework=True,
)


class ProductionConfirmations(OrderConfirmations):
    """Confirmations in discrete manufacturing."""

    def __init__(self, landscape: Landscape, orders: ManufacturingOrders) -> None:
        super().__init__(landscape, NAMES, orders)
