"""Cost centres and the open posting period."""

from __future__ import annotations

from tools.book import PlantBook
from tools.objects.cost import CostObjectKind
from tools.sandbox.s4.loading.routings import CONTROLLING_AREA
from tools.sandbox.s4.rows import FOREVER, flag, midnight
from tools.sandbox.s4.state import S4


def load_costs(state: S4, book: PlantBook) -> None:
    """Write the plant's cost centres, and the period of its company code."""
    for cost in book.erp.cost_objects:
        if cost.kind is not CostObjectKind.COST_CENTER:
            continue
        state.cost_centers[(cost.number,)] = {
            "ControllingArea": CONTROLLING_AREA,
            "CostCenter": cost.number,
            "ValidityEndDate": midnight(FOREVER),
            "ValidityStartDate": midnight(book.today.replace(month=1, day=1)),
            "CompanyCode": cost.company_code,
            "CostCenterCurrency": book.currency,
            "CostCenterCategory": "F",
            "IsBlkdForPrimaryCostsPosting": flag(cost.locked),
            "IsBlkdForSecondaryCostsPosting": flag(cost.locked),
            "CostCenterDescription": cost.description,
        }
    state.periods[(book.company_code,)] = {
        "CompanyCode": book.company_code,
        "OpensOn": midnight(book.period.opens),
        "ClosesOn": midnight(book.period.closes),
    }
