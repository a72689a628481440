"""``API_PROD_ORDER_CONFIRMATION_2_SRV``: confirmations of production orders."""

from __future__ import annotations

from tools.sandbox.s4.services.confirmation_service import Vocabulary, confirmation_service

SERVICE = confirmation_service(
    Vocabulary(
        service="API_PROD_ORDER_CONFIRMATION_2_SRV",
        confirmations="ProdnOrdConf2",
        movements="ProdnOrdConfMatlDocItm",
        cancel="CancelProdnOrdConf",
        category="10",
        proposal="AProductionorderconf2",
        proposed_movement="AProdnordconfmatldocitem",
    )
)
