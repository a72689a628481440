"""What may be read from a system and written to it, per record.

One class here is one kind of record. A connector subclasses the ports of the records its system
keeps and overrides what the system can do; the rest raises ``NotOffered``. Each method is marked
``@read`` or ``@write``: reads may be repeated at will, a write happens only through effects.

Parameters are named for the business key they take (``order``, ``material``, ``plant``): the gather
node fills them from the conflict by that name. Writes that create carry a ``Reference``, and the
port that creates can find the record again by it.
"""

from __future__ import annotations

from tools.ports.audit import AuditCopies
from tools.ports.exchange import Costs, Messages, Tasks
from tools.ports.maintenance import Assets, Maintenance
from tools.ports.materials import Boms, Materials, Movements, Routings, Stock
from tools.ports.port import Access, Port, marked, read, write
from tools.ports.production import Confirmations, Orders, Scraps, ShopFloor
from tools.ports.quality import Holds, Inspections, Nonconformances
from tools.ports.side import Side

__all__ = [
    "Access",
    "Assets",
    "AuditCopies",
    "Boms",
    "Confirmations",
    "Costs",
    "Holds",
    "Inspections",
    "Maintenance",
    "Materials",
    "Messages",
    "Movements",
    "Nonconformances",
    "Orders",
    "Port",
    "Routings",
    "Scraps",
    "ShopFloor",
    "Side",
    "Stock",
    "Tasks",
    "marked",
    "read",
    "write",
]
