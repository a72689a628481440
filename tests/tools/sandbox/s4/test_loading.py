from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from pyodata.v2.model import MetadataBuilder

from tests.tools.sandbox.s4.clerk import CONFIRMATIONS, DOCUMENTS, ROOT, Clerk
from tools.objects.confirmation import Confirmation, ConfirmationState, MaterialUse
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementType
from tools.objects.quantity import Quantity
from tools.sandbox.clock import OPENING
from tools.sandbox.s4.services import SERVICES
from tools.sandbox.s4.state import S4
from tools.sandbox.seed.plants import books
from tools.sandbox.world import World

ORDER = "1000001"


def pieces(amount: int) -> Quantity:
    return Quantity(Decimal(amount), "ST")


USE = MaterialUse("RM-SCREW", pieces(40), "0001", None, ORDER, "1")
POSTED = Confirmation(
    number="100/1",
    order=ORDER,
    operation="0010",
    yielded=pieces(10),
    scrapped=pieces(0),
    reworked=pieces(0),
    state=ConfirmationState.POSTED,
    posting_date=OPENING.date(),
    entered_at=OPENING,
    reference="0f8fad5bd9cb469fa16570867728950e",
    uses=(USE,),
    documents=("4900000007/2026",),
)
ISSUE = GoodsMovement(
    MovementType.ISSUE_ORDER,
    "RM-SCREW",
    "1010",
    pieces(40),
    "0001",
    order=ORDER,
    reservation=ORDER,
    item="1",
)
BOOKED = MaterialDocument("4900000007/2026", OPENING.date(), OPENING, (ISSUE,), reference="REF")


@pytest.fixture
def loaded(fresh: Callable[[], World]) -> Clerk:
    """A world whose ERP already knows one confirmation with its document, and one that waits."""
    world = fresh()
    (plant,) = books(1, OPENING)[:1]
    plant.erp.orders = [one for one in plant.erp.orders if one.components][:1]
    order = plant.erp.orders[0]
    part = order.components[0]
    use = replace(USE, material=part.material, reservation=part.reservation, item=part.item)
    use = replace(use, quantity=part.required, location=part.location, batch=part.batch)
    line = replace(
        ISSUE,
        material=part.material,
        quantity=part.required,
        location=part.location,
        batch=part.batch,
        order=order.number,
    )
    step = part.operation
    posted = replace(POSTED, order=order.number, operation=step, yielded=order.quantity)
    waits = replace(posted, number="100/2", documents=(), uses=(), failed=(use,))
    plant.erp.confirmations = [posted, waits]
    plant.erp.documents = [replace(BOOKED, lines=(line,))]
    world.s4 = S4.from_books([plant])
    return Clerk(world)


def test_a_past_confirmation_shows_its_movements_and_its_senders_key(loaded: Clerk) -> None:
    rows = loaded.read(CONFIRMATIONS, "ProdnOrdConf2?$expand=to_ProdnOrdConfMatlDocItm")
    made = [len(row["to_ProdnOrdConfMatlDocItm"]["results"]) for row in rows]
    assert made == [1, 0]
    assert rows[0]["ExternalSystemConfirmation"] == "0f8fad5b-d9cb-469f-a165-70867728950e"


def test_past_documents_leave_the_stock_alone_and_the_next_number_follows(loaded: Clerk) -> None:
    rows = loaded.read(DOCUMENTS, "A_MaterialDocumentHeader?$filter=ReferenceDocument eq 'REF'")
    assert [row["MaterialDocument"] for row in rows] == ["4900000007"]
    opening = books(1, OPENING)[0].erp.stock
    assert sum(loaded.world.s4.stock.values()) == sum(line.quantity.amount for line in opening)


def test_both_seeded_plants_load_and_every_order_keeps_its_rows() -> None:
    plants = books(1, OPENING)
    state = S4.from_books(plants)
    assert len(state.orders) == sum(len(plant.erp.orders) for plant in plants)
    assert len(state.boms) == sum(len(plant.boms) for plant in plants)
    assert all(state.operations_of(number) for (number,) in state.orders)


@pytest.mark.parametrize("service", [service.name for service in SERVICES])
def test_another_program_can_read_the_metadata(clerk: Clerk, service: str) -> None:
    answer = clerk.send("GET", f"{ROOT}/{service}/$metadata")
    schema = MetadataBuilder(answer.body).build()
    assert schema.entity_sets
