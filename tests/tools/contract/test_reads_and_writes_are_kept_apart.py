"""Every method of a port says whether it writes, and what says it reads sends no change."""

import inspect
from collections.abc import Callable, Mapping
from decimal import Decimal

import pytest

import tools.ports
from tools.book import PlantBook
from tools.errors import NotFound, NotOffered
from tools.objects.quantity import Quantity
from tools.objects.reading import Reading, System
from tools.objects.reference import Reference
from tools.ports import Access, Port, Side, marked
from tools.sandbox.world import World

PORTS = [
    kind
    for kind in vars(tools.ports).values()
    if isinstance(kind, type) and issubclass(kind, Port) and kind is not Port
]
# SAP wants POST for a proposal, and DM for starting a process that only reads.
PROPOSALS = {"GetConfProposal", "GetGdsMvtProposal"}
ASKED_BY_POST = PROPOSALS | {"start", "token"}


def arguments(book: PlantBook, system: System) -> Mapping[str, object]:
    """Business keys by the names parameters have; the gather node fills them the same way."""
    pages = book.mes if system is System.MES else book.erp
    confirmation = pages.confirmations[0]
    order = next(one for one in book.erp.orders if one.number == confirmation.order)
    return {
        "order": order.number,
        "plant": book.plant,
        "material": book.boms[0].material,
        "confirmation": confirmation.number,
        "operation": confirmation.operation,
        "yielded": Quantity(Decimal(1), order.quantity.unit),
        "quantity": book.boms[0].base_quantity,
        "document": pages.documents[0].number,
        "reference": Reference.of("nobody's"),
        "text": book.materials[0].description,
        "work_center": book.work_centers[0].number,
        "lot": book.erp.lots[0].number,
        "cost_center": book.erp.cost_objects[0].number,
        "company_code": book.company_code,
        "message": book.erp.messages[0].number,
        "equipment": book.maintenance.equipment[0].number,
    }


@pytest.mark.parametrize("port", PORTS, ids=lambda port: port.__name__)
def test_every_method_of_a_port_is_marked(port: type[Port]) -> None:
    methods = [name for name, _ in inspect.getmembers(port, inspect.iscoroutinefunction)]
    assert methods
    assert [name for name in methods if marked(port, name) is None] == []


async def test_what_reads_sends_no_change(
    side: Side,
    book: PlantBook,
    asked: list[tuple[str, str]],
    world: Callable[[], World],
) -> None:
    known = arguments(book, side.system)
    for name, method in side.methods(Access.READ):
        wanted = inspect.signature(method).parameters
        try:
            answer = await method(**{key: known[key] for key in wanted if key in known})
        except (NotFound, NotOffered):
            continue
        assert isinstance(answer, Reading), name
        assert answer.system is side.system
    changing = {path.rpartition("/")[2] for method, path in asked if method not in {"GET", "HEAD"}}
    assert changing <= ASKED_BY_POST
    posted = {entry.operation.removeprefix("call ") for entry in world().journal.committed()}
    assert posted <= PROPOSALS
