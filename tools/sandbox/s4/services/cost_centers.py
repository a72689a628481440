"""``API_COSTCENTER_SRV``: cost centres; read only."""

from __future__ import annotations

from collections.abc import Iterable

from tools.sandbox.odata.edm import entity_type, to_many
from tools.sandbox.odata.service import Service
from tools.sandbox.s4.rows import Row
from tools.sandbox.s4.services.showing import view
from tools.sandbox.s4.state import S4

_SHARED_KEY = "ControllingArea CostCenter ValidityEndDate"
_NAME_LENGTH = 20
COST_CENTER = entity_type(
    "A_CostCenterType",
    _SHARED_KEY,
    """
    String(4): ControllingArea CompanyCode BusinessArea
    String(10): CostCenter ProfitCenter
    DateTime: ValidityEndDate ValidityStartDate CostCenterCreationDate
    String(20): CostCtrResponsiblePersonName
    String(12): CostCtrResponsibleUser Department CostCenterStandardHierArea
    String(12): CostCenterCreatedByUser
    String(5): CostCenterCurrency
    String(16): FunctionalArea
    String(1): CostCenterCategory IsBlkdForPrimaryCostsPosting IsBlkdForSecondaryCostsPosting
    String(1): IsBlockedForRevenuePosting
    """,
    to_many("to_Text", "A_CostCenterText", _SHARED_KEY),
)
TEXT = entity_type(
    "A_CostCenterTextType",
    "CostCenter ControllingArea Language ValidityEndDate",
    """
    String(10): CostCenter
    String(4): ControllingArea
    String(2): Language
    DateTime: ValidityEndDate ValidityStartDate
    String(20): CostCenterName
    String(40): CostCenterDescription
    """,
)


def _texts(state: S4) -> Iterable[Row]:
    for row in state.cost_centers.values():
        name = row["CostCenterDescription"][:_NAME_LENGTH]
        yield {**row, "Language": "EN", "CostCenterName": name}


SERVICE = Service(
    name="API_COSTCENTER_SRV",
    sets=(
        view("A_CostCenter", COST_CENTER, lambda state: state.cost_centers.values()),
        view("A_CostCenterText", TEXT, _texts),
    ),
)
