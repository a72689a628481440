"""Orders and confirmations whatever their category: one port, two services behind it.

An order number does not say whether it is a production or a process order. The plant's first
category is tried first; what a number turned out to be is remembered, because it never changes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from tools.errors import NotFound
from tools.objects.confirmation import Confirmation, ConfirmationDraft, ConfirmationProposal
from tools.objects.identifiers import normal
from tools.objects.order import OrderCategory, ProductionOrder
from tools.objects.posted import Posted
from tools.objects.quantity import Quantity
from tools.objects.reading import Reading
from tools.objects.reference import Reference
from tools.ports import Confirmations, Orders
from tools.sap.landscape import Landscape
from tools.sap.manufacturing_orders import ManufacturingOrders
from tools.sap.order_confirmations import OrderConfirmations

R = TypeVar("R")


class EitherOrders(Orders):
    """Orders of all categories a plant makes, the first one first."""

    def __init__(self, landscape: Landscape, kinds: Sequence[ManufacturingOrders]) -> None:
        self.system = landscape.system
        self._landscape, self._kinds = landscape, tuple(kinds)
        self._known = dict[str, OrderCategory]()

    async def order(self, order: str) -> Reading[ProductionOrder]:
        number = normal(order)
        if number in self._known:
            return await (await self._of(number)).order(number)
        for kind in self._kinds:
            try:
                reading = await kind.order(number)
            except NotFound:
                continue
            self._known[number] = kind.names.category
            return reading
        raise NotFound(self.system, f"no order {number}")

    async def orders(self, plant: str) -> Reading[tuple[ProductionOrder, ...]]:
        readings = await asyncio.gather(*(kind.orders(plant) for kind in self._kinds))
        found = [order for reading in readings for order in reading.value]
        return self._landscape.reading(tuple(sorted(found, key=lambda order: order.number)))

    async def release(self, order: str, *, etag: str | None) -> Posted:
        return await (await self._of(order)).release(order, etag=etag)

    async def complete(self, order: str, *, etag: str | None) -> Posted:
        return await (await self._of(order)).complete(order, etag=etag)

    async def close(self, order: str, *, etag: str | None) -> Posted:
        return await (await self._of(order)).close(order, etag=etag)

    async def category(self, order: str) -> OrderCategory:
        """Return what kind of order a number names.

        Raises:
            NotFound: None of the plant's services knows it.
        """
        number = normal(order)
        if len(self._kinds) == 1:
            return self._kinds[0].names.category
        if number not in self._known:
            for kind in self._kinds:
                if await kind.exists(number):
                    self._known[number] = kind.names.category
                    break
            else:
                raise NotFound(self.system, f"no order {number}")
        return self._known[number]

    async def _of(self, order: str) -> ManufacturingOrders:
        category = await self.category(order)
        return next(kind for kind in self._kinds if kind.names.category is category)


class EitherConfirmations(Confirmations):
    """Confirmations of all categories, by what their order is."""

    def __init__(
        self,
        landscape: Landscape,
        orders: EitherOrders,
        kinds: Sequence[tuple[OrderCategory, OrderConfirmations]],
    ) -> None:
        self.system = landscape.system
        self._orders, self._kinds = orders, dict(kinds)

    async def confirmations(self, order: str) -> Reading[tuple[Confirmation, ...]]:
        return await (await self._of(order)).confirmations(order)

    async def confirmation(self, confirmation: str) -> Reading[Confirmation]:
        return await self._first(confirmation, lambda kind: kind.confirmation(confirmation))

    async def confirmation_by_reference(
        self, order: str, reference: Reference
    ) -> Reading[Confirmation | None]:
        return await (await self._of(order)).confirmation_by_reference(order, reference)

    async def proposal(
        self, order: str, operation: str, yielded: Quantity
    ) -> Reading[ConfirmationProposal]:
        return await (await self._of(order)).proposal(order, operation, yielded)

    async def post_confirmation(self, draft: ConfirmationDraft, reference: Reference) -> Posted:
        return await (await self._of(draft.order)).post_confirmation(draft, reference)

    async def cancel_confirmation(self, confirmation: str, reference: Reference) -> Posted:
        order = (await self.confirmation(confirmation)).value.order
        return await (await self._of(order)).cancel_confirmation(confirmation, reference)

    async def _of(self, order: str) -> OrderConfirmations:
        return self._kinds[await self._orders.category(order)]

    async def _first(
        self, confirmation: str, ask: Callable[[OrderConfirmations], Awaitable[R]]
    ) -> R:
        """Ask each service in turn; group numbers come from one range, so one answers at most."""
        for kind in self._kinds.values():
            try:
                return await ask(kind)
            except NotFound:
                continue
        raise NotFound(self.system, f"no confirmation {confirmation}")
