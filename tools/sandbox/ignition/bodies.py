"""What may be posted: every body as the contract has it, unknown fields refused by name."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from tools.objects import units
from tools.objects.nonconformance import Held
from tools.objects.quantity import Quantity
from tools.sandbox.ignition.refusal import Refused, wrong
from tools.sandbox.ignition.state import SITE_UNITS

BodyT = TypeVar("BodyT", bound="Body")

_OUR_CODES = {
    "json_invalid": "bad_json",
    "extra_forbidden": "unknown_field",
    "missing": "missing_field",
    "unknown_unit": "unknown_unit",
}
_CODES_BY_NAME = {name: code for code, name in SITE_UNITS.items()}


class Body(BaseModel):
    """A posted body."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _known_unit(name: str) -> str:
    try:
        internal(name)
    except units.UnknownUnit as error:
        said = PydanticCustomError("unknown_unit", "there is no unit {unit}", {"unit": name})
        raise said from error
    return name


def internal(name: str) -> str:
    """Return the internal code of a unit as the site writes it."""
    if name in _CODES_BY_NAME:
        return _CODES_BY_NAME[name]
    return units.unit(name, "en").code


Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=250)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=60)]
ReferenceKey = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Number = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,16}(\.[0-9]{1,9})?$")]


class Amount(Body):
    """A quantity, never negative."""

    value: Number
    unit: Annotated[str, AfterValidator(_known_unit)]

    @property
    def quantity(self) -> Quantity:
        """The quantity it states."""
        return Quantity(Decimal(self.value), internal(self.unit))


class Use(Body):
    """A component used by a confirmation."""

    material: Key
    quantity: Amount
    location: Key | None = None
    batch: Key | None = None
    reservation: Key | None = None
    item: Key | None = None


class Activity(Body):
    """Time used by a confirmation."""

    activity: Key
    quantity: Amount


class Kind(StrEnum):
    """What a line of reported consumption does."""

    ISSUE = "issue"
    ISSUE_RETURN = "issue_return"
    RECEIPT = "receipt"
    RECEIPT_RETURN = "receipt_return"
    TRANSFER = "transfer"
    TRANSFER_RETURN = "transfer_return"
    SCRAP = "scrap"
    SCRAP_RETURN = "scrap_return"


class Line(Body):
    """A line of reported consumption."""

    kind: Kind
    material: Key
    plant: Key
    quantity: Amount
    location: Key | None = None
    batch: Key | None = None
    order: Key | None = None
    operation: Key | None = None
    reservation: Key | None = None
    item: Key | None = None
    to_location: Key | None = None
    to_batch: Key | None = None
    cost_center: Key | None = None
    reason: Key | None = None
    text: str = ""


class ChangeOrder(Body):
    """Body of ``orders/release`` and ``orders/complete``."""

    order: Key


class PostConfirmation(Body):
    """Body of ``confirmations/post``."""

    order: Key
    operation: Key
    good: Amount
    scrap: Amount
    rework: Amount
    posting_date: date
    final: bool
    reference: ReferenceKey
    work_center: Key | None = None
    variance_reason: Key | None = None
    note: str | None = None
    components: tuple[Use, ...] | None = None
    activities: tuple[Activity, ...] | None = None


class CancelConfirmation(Body):
    """Body of ``confirmations/cancel`` and ``confirmations/free``."""

    confirmation: Key
    reference: ReferenceKey


class HoldConfirmation(Body):
    """Body of ``confirmations/hold``."""

    confirmation: Key
    reason: Text
    reference: ReferenceKey


class ReportConsumption(Body):
    """Body of ``consumption/report``."""

    posting_date: date
    lines: tuple[Line, ...]
    reference: ReferenceKey
    text: str | None = None


class CancelConsumption(Body):
    """Body of ``consumption/cancel``."""

    document: Key
    reference: ReferenceKey


class PlaceHold(Body):
    """Body of ``holds/place``."""

    plant: Key
    kind: Held
    object: Key
    reason: Text
    reference: ReferenceKey


class LiftHold(Body):
    """Body of ``holds/lift``."""

    hold: Key
    reference: ReferenceKey


class OpenTask(Body):
    """Body of ``tasks/open``."""

    plant: Key
    title: Key
    text: Text
    reference: ReferenceKey
    order: Key | None = None
    assignee: Key | None = None
    due_at: AwareDatetime | None = None


class CloseTask(Body):
    """Body of ``tasks/close``."""

    task: Key


class RetryMessage(Body):
    """Body of ``messages/retry``."""

    message: Key
    reference: ReferenceKey


class CopyAudit(Body):
    """Body of ``audit/copy``."""

    plant: Key
    profile: Key | None = None
    sequence: Annotated[int, Field(ge=1)]
    hash: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    at: AwareDatetime
    who: Name
    what: Name
    case: Key
    reason: str | None = None
    documents: tuple[Key, ...]
    details: str
    reference: ReferenceKey


def understood(kind: type[BodyT], content: bytes) -> BodyT:
    """Read a body.

    Raises:
        Refused: It is no such body; the first fault is named.
    """
    try:
        return kind.model_validate_json(content)
    except ValidationError as error:
        raise _first_fault(error.errors(include_url=False)[0]) from error


def _first_fault(fault: ErrorDetails) -> Refused:
    field = ".".join(str(step) for step in fault["loc"]) or None
    code = _OUR_CODES.get(fault["type"], "bad_value")
    where = f"{field}: " if field else ""
    return wrong(code, f"{where}{fault['msg']}", field)
