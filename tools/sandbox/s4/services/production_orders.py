"""``API_PRODUCTION_ORDER_2_SRV``: production orders."""

from __future__ import annotations

from tools.sandbox.s4.services.order_service import Vocabulary, order_service

SERVICE = order_service(
    Vocabulary(
        service="API_PRODUCTION_ORDER_2_SRV",
        stem="ProductionOrder",
        category="10",
        components=(
            ("2", "to_ProductionOrderComponent"),
            ("3", "to_ProductionOrderComponentExt"),
            ("4", "to_ProductionOrderComponentExt4"),
        ),
        operation_parameters="""
            String(4): ManufacturingOrderOperation!
            String(6): ManufacturingOrderSequence
            """,
    )
)
