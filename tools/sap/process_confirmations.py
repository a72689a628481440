"""Confirmations of process orders: ``API_PROC_ORDER_CONFIRMATION_2_SRV``.

It knows no sequences and no rework.
"""

from __future__ import annotations

from tools.sap.landscape import Landscape
from tools.sap.manufacturing_orders import ManufacturingOrders
from tools.sap.order_confirmations import ConfirmationNames, OrderConfirmations

NAMES = ConfirmationNames(
    service="API_PROC_ORDER_CONFIRMATION_2_SRV",
    confirmation="ProcOrdConf2",
    item="ProcOrdConfMatlDocItm",
    to_item="to_ProcOrdConfMatlDocItm",
    cancel="CancelProcOrdConf",
    sequence=False,
    rework=False,
)


class ProcessConfirmations(OrderConfirmations):
    """Confirmations in process manufacturing."""

    def __init__(self, landscape: Landscape, orders: ManufacturingOrders) -> None:
        super().__init__(landscape, NAMES, orders)
