"""``API_PROCESS_ORDER_2_SRV``: process orders."""

from __future__ import annotations

from tools.sandbox.s4.services.order_service import Vocabulary, order_service

SERVICE = order_service(
    Vocabulary(
        service="API_PROCESS_ORDER_2_SRV",
        stem="ProcessOrder",
        category="40",
        components=(("2", "to_ProcessOrderComponent"),),
        operation_parameters="String(4): ManufacturingOrderOperation!",
    )
)
