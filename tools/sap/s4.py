"""S/4HANA as the ERP side of a plant: every port it offers, from one landscape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tools.objects.order import OrderCategory
from tools.ports import Port, Side
from tools.sap import (
    boms,
    confirmations,
    cost_centers,
    inspection_lots,
    material_documents,
    process_confirmations,
    process_orders,
    production_orders,
    products,
    routings,
    stock,
)
from tools.sap.capability import Demand
from tools.sap.confirmed_quantities import ConfirmedQuantities
from tools.sap.either import EitherConfirmations, EitherOrders
from tools.sap.landscape import Landscape
from tools.sap.manufacturing_orders import ManufacturingOrders, OrderNames
from tools.sap.order_confirmations import ConfirmationNames, OrderConfirmations
from tools.sap.site_services import SiteServices
from tools.sap.site_sync import SyncMessages

BOTH = (OrderCategory.PRODUCTION, OrderCategory.PROCESS)


@dataclass(frozen=True, slots=True)
class ErpOptions:
    """How a plant uses its S/4.

    Args:
        categories: The kinds of orders the plant makes; the first is tried first.
        site: The site's own service, None if it has none.
        blocking_statuses: Material statuses that block a material.
    """

    categories: tuple[OrderCategory, ...] = BOTH
    site: SiteServices | None = field(default_factory=SiteServices)
    blocking_statuses: frozenset[str] = frozenset({"01"})


def erp_side(
    landscape: Landscape, options: ErpOptions | None = None, name: str = "S/4HANA"
) -> Side:
    """Return the ERP side; nothing is opened before the first request."""
    chosen = options or ErpOptions()
    kinds = [_orders(landscape, category) for category in chosen.categories]
    orders = EitherOrders(landscape, kinds)
    ports: list[Port] = [
        orders,
        _confirmations(landscape, orders, kinds),
        material_documents.MaterialDocuments(landscape),
        stock.MaterialStock(landscape),
        products.Products(landscape, chosen.blocking_statuses),
        boms.BillsOfMaterial(landscape),
        routings.ProductionRoutings(landscape),
        inspection_lots.InspectionLots(landscape),
        cost_centers.CostCenters(landscape, chosen.site),
    ]
    if chosen.site is not None and chosen.site.queue is not None:
        ports.append(SyncMessages(landscape, chosen.site, chosen.site.queue))
    return Side(landscape.system, name, tuple(ports), landscape.clock)


def erp_demands(options: ErpOptions | None = None) -> tuple[Demand, ...]:
    """Return what the ERP side wants of its services, for ``capabilities``."""
    chosen = options or ErpOptions()
    demands = list[Demand]()
    for category in chosen.categories:
        orders, confirmed = _names(category)
        demands += [
            Demand(orders.service, orders.needs),
            Demand(confirmed.service, confirmed.needs),
            Demand(confirmed.service, confirmed.proposals, "proposals come from the order's plan"),
        ]
    demands += [
        Demand(material_documents.SERVICE, material_documents.NEEDS),
        Demand(stock.SERVICE, stock.NEEDS),
        Demand(products.SERVICE, products.NEEDS),
        Demand(boms.SERVICE, boms.NEEDS),
        Demand(boms.SERVICE, boms.EXPLOSION, "bills of material are not exploded"),
        Demand(routings.SERVICE, routings.NEEDS),
        Demand(routings.WORK_CENTERS, routings.WORK_CENTER_NEEDS),
        Demand(inspection_lots.SERVICE, inspection_lots.NEEDS),
        Demand(cost_centers.SERVICE, cost_centers.NEEDS),
    ]
    if chosen.site is not None:
        demands.append(Demand(chosen.site.service, chosen.site.needs))
    return tuple(demands)


def _names(category: OrderCategory) -> tuple[OrderNames, ConfirmationNames]:
    match category:
        case OrderCategory.PRODUCTION:
            return production_orders.NAMES, confirmations.NAMES
        case OrderCategory.PROCESS:
            return process_orders.NAMES, process_confirmations.NAMES


def _orders(landscape: Landscape, category: OrderCategory) -> ManufacturingOrders:
    _, confirmed = _names(category)
    scrap = ConfirmedQuantities(landscape, confirmed.service, confirmed.confirmation)
    match category:
        case OrderCategory.PRODUCTION:
            return production_orders.ProductionOrders(landscape, scrap)
        case OrderCategory.PROCESS:
            return process_orders.ProcessOrders(landscape, scrap)


def _confirmations(
    landscape: Landscape, orders: EitherOrders, kinds: Sequence[ManufacturingOrders]
) -> EitherConfirmations:
    return EitherConfirmations(
        landscape,
        orders,
        [(kind.names.category, _confirmed(landscape, kind)) for kind in kinds],
    )


def _confirmed(landscape: Landscape, orders: ManufacturingOrders) -> OrderConfirmations:
    kind: Callable[[Landscape, ManufacturingOrders], OrderConfirmations]
    match orders.names.category:
        case OrderCategory.PRODUCTION:
            kind = confirmations.ProductionConfirmations
        case OrderCategory.PROCESS:
            kind = process_confirmations.ProcessConfirmations
    return kind(landscape, orders)
