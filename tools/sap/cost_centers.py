"""Cost centres: ``API_COSTCENTER_SRV``; the open posting period: the site's own service.

No released service tells which days goods may be posted to (see ``site_services``).
"""

from __future__ import annotations

from tools.errors import Misread, NotFound
from tools.jsontext import Row
from tools.objects.cost import CostObject, CostObjectKind, PostingPeriod
from tools.objects.identifiers import normal
from tools.objects.reading import Reading
from tools.ports import Costs
from tools.sap.decoding import day, flag, many, text
from tools.sap.filters import eq
from tools.sap.landscape import Landscape
from tools.sap.metadata import Needs
from tools.sap.site_services import SiteServices

SERVICE = "API_COSTCENTER_SRV"
COST_CENTER, TEXT, TO_TEXT = "A_CostCenter", "A_CostCenterText", "to_Text"

NEEDS = Needs(
    sets={
        COST_CENTER: frozenset(
            {
                "CompanyCode",
                "ControllingArea",
                "CostCenter",
                "IsBlkdForPrimaryCostsPosting",
                "ValidityEndDate",
                "ValidityStartDate",
                TO_TEXT,
            }
        ),
        TEXT: frozenset({"CostCenterDescription", "CostCenterName", "Language"}),
    }
)


class CostCenters(Costs):
    """Who pays in the ERP, and when the books are open."""

    def __init__(self, landscape: Landscape, site: SiteServices | None) -> None:
        self.system = landscape.system
        self._landscape, self._site = landscape, site
        self._service = landscape.service(SERVICE)

    async def cost_center(self, cost_center: str) -> Reading[CostObject]:
        number = normal(cost_center)
        rows = await self._service.query(COST_CENTER, eq("CostCenter", number), expand=(TO_TEXT,))
        valid = [row for row in rows if self._landscape.valid_today(row)]
        if not valid:
            raise NotFound(self.system, f"no cost centre {number}")
        row = valid[0]
        return self._landscape.reading(
            CostObject(
                number=normal(text(row, "CostCenter")),
                kind=CostObjectKind.COST_CENTER,
                company_code=text(row, "CompanyCode"),
                description=self._description(row),
                locked=flag(row, "IsBlkdForPrimaryCostsPosting"),
            )
        )

    async def period(self, company_code: str) -> Reading[PostingPeriod]:
        names = self._site.period if self._site else None
        if self._site is None or names is None:
            self._absent("the posting period")
        service = self._landscape.service(self._site.service)
        row = (await service.get(names.entity_set, company_code)).row
        opens, closes = day(row, names.opens), day(row, names.closes)
        if opens is None or closes is None:
            raise Misread(self.system, f"the posting period of {company_code} has no end or start")
        return self._landscape.reading(PostingPeriod(company_code, opens, closes))

    def _description(self, row: Row) -> str:
        texts = {
            text(each, "Language").upper(): text(each, "CostCenterDescription")
            or text(each, "CostCenterName")
            for each in many(row, TO_TEXT)
        }
        if not texts:
            return ""
        return texts.get(self._landscape.language.upper()) or next(iter(texts.values()))
