"""Confirmed quantities on both sides of one operation, built piece by piece."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from agent.playbooks.production.confirmation_quantity import Facts
from tests.agent.playbooks.books import (
    NOW,
    ORDER,
    PART,
    PERIOD,
    PRODUCT,
    STEP,
    TODAY,
    material,
    order,
    pieces,
    signal,
    stock,
)
from tools.objects.confirmation import Confirmation, ConfirmationState
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementType
from tools.objects.order import ProductionOrder
from tools.objects.quantity import Quantity
from tools.objects.scrap import ScrapReport


def facts(
    reports: tuple[Confirmation, ...], postings: tuple[Confirmation, ...], **more: Any
) -> Facts:
    erp: ProductionOrder = more.pop("order", order())
    made = sum((one.yielded.amount for one in _standing(reports)), Decimal(0))
    counted = more.pop("counted", Quantity(made, "ST"))
    steps = tuple(replace(step, yielded=counted) for step in erp.operations)
    shop = more.pop("shop_order", replace(erp, operations=steps))
    keys = {"confirmation": reports[0].number} if reports else {"operation": STEP}
    known: dict[str, Any] = {
        "signal": signal("concord.confirmation.quantity.v1", **keys),
        "today": TODAY,
        "order": erp,
        "shop_order": shop,
        "reports": reports,
        "postings": postings,
        "product": material(),
        "parts": (material(PART, "1.14"),),
        "stock": stock(PRODUCT, PART),
        "booked": (),
        "scraps": None,
        "period": PERIOD,
    }
    return Facts(**(known | more))


def _standing(confirmations: tuple[Confirmation, ...]) -> list[Confirmation]:
    cancelled = ConfirmationState.CANCELLED
    return [one for one in confirmations if one.state is not cancelled and not one.reverses]


def scrap(quantity: int) -> ScrapReport:
    return ScrapReport("SR1", "1010", ORDER, STEP, PRODUCT, pieces(quantity), "S01", NOW)


def receipt(quantity: int) -> MaterialDocument:
    line = GoodsMovement(
        MovementType.RECEIPT_ORDER, PRODUCT, "1010", pieces(quantity), "0003", order=ORDER
    )
    return MaterialDocument("5000/2026", TODAY, NOW, (line,))
