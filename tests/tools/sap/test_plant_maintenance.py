"""Plant maintenance may live in the same S/4 as the orders, and is a side of its own there."""

from dataclasses import replace

from tools.book import PlantBook
from tools.maintenance.s4_pm import maintenance_demands, maintenance_side
from tools.objects.reading import System
from tools.ports import Assets
from tools.sap.capability import capabilities
from tools.sap.landscape import Landscape


async def test_readings_name_the_maintenance_side(landscape: Landscape, book: PlantBook) -> None:
    cmms = maintenance_side(landscape)
    asset = await cmms.port(Assets).equipment(book.maintenance.equipment[0].number)
    assert (cmms.system, asset.system) == (System.CMMS, System.CMMS)


async def test_the_sandbox_offers_everything_maintenance_relies_on(landscape: Landscape) -> None:
    found = await capabilities(landscape, maintenance_demands())
    assert {one.demand.service: one.missing for one in found if not one.offered} == {}


async def test_a_site_without_the_reference_field_is_told(landscape: Landscape) -> None:
    found = await capabilities(landscape, maintenance_demands("ZZ1_REFERENCE"))
    missing = [lack for one in found for lack in one.missing]
    assert missing == ["MaintenanceOrder.ZZ1_REFERENCE"]


async def test_both_sides_share_one_service_unless_they_speak_another_language(
    landscape: Landscape,
) -> None:
    maintenance = replace(landscape, system=System.CMMS)
    german = replace(landscape, language="de")
    name = "API_EQUIPMENT"
    assert maintenance.service(name) is landscape.service(name)
    assert german.service(name) is not landscape.service(name)
