"""Why S/4 says no.

A refusal carries a message class and number. Where SAP's own number could be verified it is used;
every other cause has the class ``ZSBX``, which no SAP system has: numbers are never invented in
SAP's name.

Refused            400, or what ``status`` says: the request is wrong or the business forbids it
└── Locked         423: somebody else works on the object; the same request may succeed later
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Message:
    """A message as SAP keeps them: class, number, and a text with ``{}`` for its variables."""

    message_class: str
    number: str
    text: str

    @property
    def code(self) -> str:
        """The message as people quote it, such as ``M7/021``."""
        return f"{self.message_class}/{self.number}"


def _own(number: str, text: str) -> Message:
    return Message("ZSBX", number, text)


class Cause(Enum):
    """Every reason for which this S/4 refuses."""

    STOCK_DEFICIT = Message("M7", "021", "Deficit of {} {} {} : {} {} {} {}")
    OVER_DELIVERY = Message("M7", "022", "Ordered quantity exceeded by {} {} : order {} {}")
    PERIOD_CLOSED = Message("M7", "053", "Posting only possible between {} and {} in {}")
    BAD_ETAG = Message("PP_ODATA_API_PRODORD", "014", "Etag value must be in YYYYMMDDHHMMSS format")

    ORDER_UNKNOWN = _own("001", "Order {} does not exist")
    NOT_RELEASED = _own("010", "Order {} is not released")
    TECHNICALLY_COMPLETED = _own("011", "Order {} is technically completed")
    CLOSED = _own("012", "Order {} is closed")
    DELETED = _own("013", "Order {} is marked for deletion or discarded")
    STATUS_LOCKED = _own("014", "Order {} has status LKD")
    STEP_NOT_ALLOWED = _own("015", "Order {}: status {} does not allow {}")
    OPERATION_UNKNOWN = _own("020", "Order {} has no operation {}")
    FINALLY_CONFIRMED = _own("021", "Operation {} of order {} is finally confirmed")
    OVER_TOLERANCE = _own("022", "Yield of {} {} in operation {} exceeds {} {}")
    NOTHING_TO_CONFIRM = _own("023", "Neither a quantity nor an activity is confirmed")
    NOT_CANCELLABLE = _own("024", "Confirmation {} is cancelled or is itself a cancellation")
    CONFIRMATION_UNKNOWN = _own("025", "Confirmation {} does not exist")
    MATERIAL_UNKNOWN = _own("030", "Material {} does not exist")
    NOT_IN_PLANT = _own("031", "Material {} is not maintained in plant {}")
    LOCATION_UNKNOWN = _own("032", "Storage location '{}' does not exist in plant {}")
    BATCH_MISSING = _own("033", "Material {} in plant {} needs a batch")
    NO_BATCHES = _own("034", "Material {} is not managed in batches")
    UNIT_UNKNOWN = _own("035", "Unit of measure {} is not defined")
    NO_CONVERSION = _own("036", "Material {}: no conversion from {} to {}")
    MOVEMENT_NOT_POSSIBLE = _own("037", "Movement type {} is not possible with code {}")
    MISSING = _own("038", "Enter a value for {}")
    RESERVATION_UNKNOWN = _own("039", "Reservation {} item {} does not exist for material {}")
    MATERIAL_BLOCKED = _own("040", "Material {} is blocked in plant {}")
    DOCUMENT_CANCELLED = _own("041", "Material document {} {} is cancelled already")
    DOCUMENT_UNKNOWN = _own("042", "Material document {} {} does not exist")
    NOT_POSITIVE = _own("043", "The quantity must be greater than zero")
    COST_CENTER = _own("044", "Cost centre {} does not exist or is blocked")
    BOM_UNKNOWN = _own("045", "Bill of material {} does not exist for material {} in plant {}")
    NOT_THE_PRODUCT = _own("046", "Order {} does not make material {}")
    NOT_CHANGEABLE = _own("047", "{} of {} cannot be changed")
    LOCKED = _own("050", "{} is being processed by {}")
    EQUIPMENT_UNKNOWN = _own("070", "Equipment {} does not exist")
    MAINTENANCE_UNKNOWN = _own("071", "{} {} does not exist")
    MAINTENANCE_STATUS = _own("072", "{} {}: status {} does not allow this")
    MESSAGE_UNKNOWN = _own("080", "Message {} does not exist")
    MESSAGE_NOT_REFUSED = _own("081", "Message {} was not refused; it is {}")
    LOGGED_ALREADY = _own("090", "Audit entry {} is in the application log already")


class Refused(Exception):
    """S/4 does not carry the request out; nothing has been changed.

    ``also`` are further causes found in the same request.
    """

    def __init__(self, cause: Cause, *variables: object, status: int = 400) -> None:
        self.cause, self.status = cause, status
        self.also: tuple[Refused, ...] = ()
        self.text = cause.value.text.format(*variables)
        super().__init__(f"{cause.value.code} {self.text}")

    @property
    def code(self) -> str:
        """The message class and number, such as ``M7/021``."""
        return self.cause.value.code


class Locked(Refused):
    """Another user holds the object's lock for now."""

    def __init__(self, what: str, holder: str) -> None:
        super().__init__(Cause.LOCKED, what, holder, status=423)
