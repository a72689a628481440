"""One plant book into S/4: the order matters, movements need materials, orders need routings."""

from __future__ import annotations

from tools.book import PlantBook
from tools.sandbox.s4.loading.boms import load_boms
from tools.sandbox.s4.loading.confirmations import load_confirmations
from tools.sandbox.s4.loading.costs import load_costs
from tools.sandbox.s4.loading.documents import load_documents
from tools.sandbox.s4.loading.lots import load_lots
from tools.sandbox.s4.loading.maintenance import load_maintenance
from tools.sandbox.s4.loading.messages import load_messages
from tools.sandbox.s4.loading.orders import load_orders
from tools.sandbox.s4.loading.products import load_products
from tools.sandbox.s4.loading.routings import load_routings
from tools.sandbox.s4.loading.stock import load_stock
from tools.sandbox.s4.state import S4


def load(state: S4, book: PlantBook) -> None:
    """Take over what a book says of the ERP and of maintenance."""
    state.company_codes[book.plant] = book.company_code
    state.currencies[book.plant] = book.currency
    load_products(state, book)
    load_boms(state, book)
    load_routings(state, book)
    load_costs(state, book)
    load_stock(state, book)
    load_orders(state, book)
    load_documents(state, book)
    load_confirmations(state, book)
    load_lots(state, book)
    load_maintenance(state, book)
    load_messages(state, book)
