"""The movement types this S/4 books, and what each does to stock and to its order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from tools.sandbox.s4.refusal import Cause, Refused


class Use(StrEnum):
    """SAP's stock types (``InventoryStockType``)."""

    UNRESTRICTED = "01"
    QUALITY = "02"
    BLOCKED = "07"


class Account(StrEnum):
    """What a movement is booked against."""

    NONE = "none"
    ORDER = "order"
    COST_CENTER = "cost_center"


class Books(StrEnum):
    """What a movement means to its order."""

    NOTHING = "nothing"
    DELIVERED = "delivered"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Kind:
    """A movement type: it takes from one stock, puts into another, or does one of the two.

    ``codes`` are the GoodsMovementCodes it may be posted with; ``sign`` is -1 where it takes back
    what its order was booked. ``moves`` marks a transfer between storage locations, and
    ``backwards`` one that goes from the receiving location to the issuing one.
    """

    code: str
    takes: Use | None
    puts: Use | None
    reversal: str
    codes: tuple[str, ...]
    account: Account = Account.NONE
    books: Books = Books.NOTHING
    sign: int = 1
    moves: bool = False
    backwards: bool = False


_FREE, _QUALITY, _BLOCKED = Use.UNRESTRICTED, Use.QUALITY, Use.BLOCKED
_RECEIPT, _ISSUE, _TRANSFER, _OTHER = ("02",), ("03",), ("04",), ("05",)
_COUNTED = ("03", "05")

_KINDS = (
    Kind("101", None, _FREE, "102", _RECEIPT, Account.ORDER, Books.DELIVERED),
    Kind("102", _FREE, None, "101", _RECEIPT, Account.ORDER, Books.DELIVERED, -1),
    Kind("201", _FREE, None, "202", _ISSUE, Account.COST_CENTER),
    Kind("202", None, _FREE, "201", _ISSUE, Account.COST_CENTER),
    Kind("261", _FREE, None, "262", _ISSUE, Account.ORDER, Books.WITHDRAWN),
    Kind("262", None, _FREE, "261", _ISSUE, Account.ORDER, Books.WITHDRAWN, -1),
    Kind("311", _FREE, _FREE, "312", _TRANSFER, moves=True),
    Kind("312", _FREE, _FREE, "311", _TRANSFER, moves=True, backwards=True),
    Kind("321", _QUALITY, _FREE, "322", _TRANSFER),
    Kind("322", _FREE, _QUALITY, "321", _TRANSFER),
    Kind("343", _BLOCKED, _FREE, "344", _TRANSFER),
    Kind("344", _FREE, _BLOCKED, "343", _TRANSFER),
    Kind("531", None, _FREE, "532", _OTHER, Account.ORDER),
    Kind("532", _FREE, None, "531", _OTHER, Account.ORDER),
    Kind("551", _FREE, None, "552", _ISSUE),
    Kind("552", None, _FREE, "551", _ISSUE),
    Kind("561", None, _FREE, "562", _OTHER),
    Kind("562", _FREE, None, "561", _OTHER),
    Kind("701", None, _FREE, "702", _COUNTED),
    Kind("702", _FREE, None, "701", _COUNTED),
)
KINDS = MappingProxyType({kind.code: kind for kind in _KINDS})


def kind_of(code: str) -> Kind:
    """Return a movement type.

    Raises:
        Refused: This S/4 does not book it.
    """
    found = KINDS.get(code)
    if found is None:
        raise Refused(Cause.MOVEMENT_NOT_POSSIBLE, code or "''", "any")
    return found
