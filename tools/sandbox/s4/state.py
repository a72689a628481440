"""Everything the sandbox's S/4 knows: its tables, number ranges, locks and waiting movements.

The state is plain data and can be pickled. Rules change it; services show it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import count

from tools.book import PlantBook
from tools.sandbox.s4.entries import Conversions, Lock, StockKey, Waiting
from tools.sandbox.s4.numbers import NumberRanges
from tools.sandbox.s4.rows import ZERO, Key, Row, Table


@dataclass
class S4:
    """One S/4HANA with the plants of its books."""

    orders: Table = field(default_factory=Table)
    order_items: Table = field(default_factory=Table)
    operations: Table = field(default_factory=Table)
    components: Table = field(default_factory=Table)
    confirmations: Table = field(default_factory=Table)
    confirmation_movements: Table = field(default_factory=Table)
    documents: Table = field(default_factory=Table)
    document_items: Table = field(default_factory=Table)
    reversing: dict[Key, list[Key]] = field(default_factory=dict[Key, list[Key]])
    """The items that take back those of a document, by that document's key."""
    products: Table = field(default_factory=Table)
    product_plants: Table = field(default_factory=Table)
    product_units: Table = field(default_factory=Table)
    product_values: Table = field(default_factory=Table)
    boms: Table = field(default_factory=Table)
    bom_items: Table = field(default_factory=Table)
    routings: Table = field(default_factory=Table)
    routing_materials: Table = field(default_factory=Table)
    routing_operations: Table = field(default_factory=Table)
    work_centers: Table = field(default_factory=Table)
    cost_centers: Table = field(default_factory=Table)
    lots: Table = field(default_factory=Table)
    lot_results: Table = field(default_factory=Table)
    equipment: Table = field(default_factory=Table)
    notifications: Table = field(default_factory=Table)
    maintenance_orders: Table = field(default_factory=Table)
    maintenance_operations: Table = field(default_factory=Table)
    messages: Table = field(default_factory=Table)
    message_log: Table = field(default_factory=Table)
    periods: Table = field(default_factory=Table)
    application_log: Table = field(default_factory=Table)
    stock: dict[StockKey, Decimal] = field(default_factory=dict[StockKey, Decimal])
    conversions: dict[str, Conversions] = field(default_factory=dict[str, Conversions])
    locations: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    company_codes: dict[str, str] = field(default_factory=dict[str, str])
    currencies: dict[str, str] = field(default_factory=dict[str, str])
    locks: dict[str, Lock] = field(default_factory=dict[str, Lock])
    waiting: list[Waiting] = field(default_factory=list[Waiting])
    numbers: NumberRanges = field(default_factory=NumberRanges)
    over_delivery_percent: Decimal = Decimal(10)
    auto_receipt_control_keys: frozenset[str] = frozenset()
    user: str = "CONCORD"

    @classmethod
    def from_books(cls, books: Iterable[PlantBook]) -> S4:
        """Return an S/4 that knows what the books say of the ERP and of maintenance."""
        from tools.sandbox.s4.loading.books import load  # the loaders write into this class

        state = cls()
        for book in books:
            load(state, book)
        return state

    def period_of(self, plant: str) -> tuple[date, date]:
        """Return the first and last day on which a plant's movements may be posted."""
        row = self.periods[(self.company_codes[plant],)]
        return row["OpensOn"].date(), row["ClosesOn"].date()

    def on_hand(self, key: StockKey) -> Decimal:
        """Return what lies in one place."""
        return self.stock.get(key, ZERO)

    def operations_of(self, order: str) -> list[Row]:
        """Return an order's operations in their sequence."""
        found = [row for row in self.operations.values() if row["ManufacturingOrder"] == order]
        return sorted(found, key=lambda row: row["ManufacturingOrderOperation"])

    def components_of(self, order: str) -> list[Row]:
        """Return an order's components."""
        return [row for row in self.components.values() if row["ManufacturingOrder"] == order]

    def items_of(self, document: Key) -> Iterator[Row]:
        """Return a material document's items, which are numbered from one."""
        for number in count(1):
            row = self.document_items.get((*document, str(number)))
            if row is None:
                return
            yield row

    def lock(self, what: str, until: datetime, holder: str = "MUELLER") -> None:
        """Let another user hold an object (``order 1000000``) until a moment."""
        self.locks[what] = Lock(holder, until)
