"""``API_PROC_ORDER_CONFIRMATION_2_SRV``: confirmations of process orders."""

from __future__ import annotations

from tools.sandbox.s4.services.confirmation_service import Vocabulary, confirmation_service

SERVICE = confirmation_service(
    Vocabulary(
        service="API_PROC_ORDER_CONFIRMATION_2_SRV",
        confirmations="ProcOrdConf2",
        movements="ProcOrdConfMatlDocItm",
        cancel="CancelProcOrdConf",
        category="40",
        proposal="AProcordconfirmation2",
        proposed_movement="AProcordconfmatldocitem",
    )
)
