"""The tables of what is watched: how interfaces stand, and what the service refused.

Neither belongs to a case: what is there is overwritten, and let go of when nobody needs it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, String
from sqlmodel import Field

from agent.records.columns import Moment, Plain, Words
from agent.records.tables import Row


class InterfaceRow(Row, table=True):
    """How one system of one plant stands in one process, as that process last wrote."""

    __tablename__ = "interface_health"  # pyright: ignore[reportAssignmentType]

    process: str = Field(primary_key=True, sa_type=String)
    plant: str = Field(primary_key=True, sa_type=String)
    system: str = Field(primary_key=True, sa_type=String)
    answered: int = Field(default=0, sa_type=BigInteger)
    failed: Any = Field(sa_type=Plain)
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    failed_at: datetime | None = Field(default=None, sa_type=Moment)
    failing: str | None = Field(default=None, sa_type=String)
    why: str = Field(default="", sa_type=Words)
    left_alone: bool = False
    written_at: datetime = Field(sa_type=Moment)


class ViolationRow(Row, table=True):
    """How often requests broke one rule on one route within one hour, and who sent them."""

    __tablename__ = "api_violations"  # pyright: ignore[reportAssignmentType]

    hour: datetime = Field(primary_key=True, sa_type=Moment)
    route: str = Field(primary_key=True, sa_type=String)
    rule: str = Field(primary_key=True, sa_type=String)
    who: str = Field(primary_key=True, sa_type=Words)
    count: int = Field(default=0, sa_type=BigInteger)
    last_at: datetime = Field(sa_type=Moment)
