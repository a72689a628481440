"""What may be posted or changed: every body as the contract has it, unknown fields refused."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints, ValidationError

from tools.sandbox.cmms.problem import wrong

BodyT = TypeVar("BodyT", bound="Body")

_CODES = {"json_invalid": "json", "extra_forbidden": "field_unknown", "missing": "field_missing"}

Key = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Mark = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Status(StrEnum):
    """The contract's words for a status."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    CANCELLED = "cancelled"


class Body(BaseModel):
    """A posted body."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class NewNotification(Body):
    """Body of ``POST /notifications``."""

    site: Key
    equipment: Key
    title: Title
    breakdown: bool
    description: str | None = None
    malfunction_start: AwareDatetime | None = None
    malfunction_end: AwareDatetime | None = None
    external_ref: Mark | None = None


class NewWorkOrder(Body):
    """Body of ``POST /work-orders``."""

    site: Key
    equipment: Key
    title: Title
    type: Key
    planned_start: AwareDatetime
    planned_end: AwareDatetime
    notification: Key | None = None
    external_ref: Mark | None = None


class Change(Body):
    """Body of both ``PATCH`` requests."""

    status: Status


def understood(kind: type[BodyT], content: bytes) -> BodyT:
    """Read a body.

    Raises:
        Problem: It is no such body; the first fault is named.
    """
    try:
        return kind.model_validate_json(content)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        field = ".".join(str(step) for step in fault["loc"]) or None
        where = f"{field}: " if field else ""
        raise wrong(_CODES.get(fault["type"], "value"), where + fault["msg"], field) from error
