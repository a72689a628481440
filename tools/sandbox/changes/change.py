"""A change: one thing that happened in the plant, or that somebody did in one of its systems."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from tools.objects import units
from tools.objects.identifiers import normal, operation_number
from tools.sandbox.world import World

Names: TypeAlias = Mapping[str, str]


class Side(StrEnum):
    """Where a change is made."""

    ERP = "erp"
    MES = "mes"
    BOTH = "both"

    @property
    def in_erp(self) -> bool:
        """Whether the ERP shows it."""
        return self is not Side.MES

    @property
    def in_mes(self) -> bool:
        """Whether the MES shows it."""
        return self is not Side.ERP


def _exact(value: object) -> object:
    if isinstance(value, bool | float):
        raise ValueError(f"write {value} in quotes, a quantity is exact")
    return value


def _unit(code: str) -> str:
    try:
        return units.unit(code).code
    except units.UnknownUnit as error:
        raise ValueError(str(error)) from error


Amount = Annotated[Decimal, BeforeValidator(_exact), Field(allow_inf_nan=False)]
Portion = Annotated[Amount, Field(ge=0)]
Code = Annotated[str, Field(min_length=1)]
OrderNumber = Annotated[Code, AfterValidator(normal)]
OperationNumber = Annotated[Code, AfterValidator(operation_number)]
UnitCode = Annotated[Code, AfterValidator(_unit)]
Minutes = Annotated[int, Field(ge=0, le=60 * 24 * 400)]


class Change(BaseModel, ABC):
    """One change; its module's name is the verb, its fields are what the verb takes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @abstractmethod
    def apply(self, world: World) -> Names:
        """Make it happen, and return what later changes and the signal may refer to.

        Raises:
            Impossible: The world is not such that it could have happened.
        """


def ago(world: World, minutes: int) -> datetime:
    """Return the moment so many minutes before the world's present."""
    return world.clock.now() - timedelta(minutes=minutes)
