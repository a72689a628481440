"""An inspection lot is opened, or decided, in the ERP."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tools.book import ErpPages, PlantBook
from tools.objects.cost import PostingPeriod
from tools.objects.inspection import InspectionLot as Lot
from tools.objects.inspection import InspectionResult, Valuation
from tools.objects.quantity import Quantity
from tools.sandbox.changes.change import Amount, Change, Code, Minutes, Names, OrderNumber, ago
from tools.sandbox.floors.finding import plant_of_material
from tools.sandbox.floors.floor import Impossible
from tools.sandbox.floors.keeping import base_unit, batch_for
from tools.sandbox.s4.loading.lots import load_lots
from tools.sandbox.world import World

_DECIDED = {Valuation.ACCEPTED: "A", Valuation.REJECTED: "R", Valuation.OPEN: ""}


class Result(BaseModel):
    """One characteristic; without a value it is still to be measured."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    characteristic: Code
    value: Amount | None = None
    unit: Code
    lower: Amount | None = None
    upper: Amount | None = None
    valuation: Valuation = Valuation.OPEN


class InspectionLot(Change):
    """Either decides ``lot``, or opens a new one for a quantity of a material."""

    lot: Code | None = None
    material: Code | None = None
    quantity: Annotated[Amount, Field(gt=0)] | None = None
    batch: str | None = None
    order: OrderNumber | None = None
    decision: Valuation = Valuation.OPEN
    results: tuple[Result, ...] = ()
    minutes_ago: Minutes = 120

    @model_validator(mode="after")
    def _known_or_new(self) -> InspectionLot:
        if self.lot is None and (self.material is None or self.quantity is None):
            raise ValueError("name the lot, or material and quantity of a new one")
        return self

    def apply(self, world: World) -> Names:
        if self.lot is not None:
            row = world.s4.lots.get((self.lot,))
            if row is None:
                raise Impossible(f"the ERP has no inspection lot {self.lot}")
            row["InspectionLotHasUsageDecision"] = self.decision is not Valuation.OPEN
            row["InspLotUsageDecisionValuation"] = _DECIDED[self.decision]
            row["ChangedDateTime"] = world.clock.now()
            return {"lot": self.lot}
        return self._open(world, self.material or "", self.quantity or Decimal(0))

    def _open(self, world: World, material: str, quantity: Decimal) -> Names:
        plant = plant_of_material(world, material)
        number = str(max(int(key[0]) for key in world.s4.lots) + 1) if world.s4.lots else "10000001"
        lot = Lot(
            number=number,
            plant=plant,
            material=material,
            quantity=Quantity(quantity, base_unit(world, material)),
            origin="04" if self.order else "01",
            decision=self.decision,
            created_at=ago(world, self.minutes_ago),
            batch=batch_for(world, material, plant, self.batch) or None,
            order=self.order,
            results=tuple(
                _result(number, position, one) for position, one in enumerate(self.results)
            ),
        )
        opens, closes = world.s4.period_of(plant)
        code = world.s4.company_codes[plant]
        page = PlantBook(
            plant=plant,
            company_code=code,
            currency=world.s4.currencies[plant],
            today=world.clock.now().date(),
            period=PostingPeriod(code, opens, closes),
            erp=ErpPages(lots=[lot]),
        )
        load_lots(world.s4, page)
        return {"lot": number}


def _result(lot: str, position: int, given: Result) -> InspectionResult:
    return InspectionResult(
        lot=lot,
        operation="0010",
        characteristic=f"{position * 10 + 10:04d}",
        description=given.characteristic,
        value=given.value,
        unit=given.unit,
        valuation=given.valuation,
        lower=given.lower,
        upper=given.upper,
    )
