"""The tables of what the plants' systems hold of the audit."""

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlmodel import Field

from agent.records.columns import Moment, Words
from agent.records.tables import Row


class CopyRow(Row, table=True):
    """One target and how far it has come: up to ``sequence`` there is nothing left to send.

    ``claim`` is the worker that sends now. ``trouble`` is why nothing is taken, since when, and
    ``not_before`` when it is tried again.
    """

    __tablename__ = "audit_copies"  # pyright: ignore[reportAssignmentType]

    target: str = Field(primary_key=True, sa_type=String)
    plant: str = Field(sa_type=String)
    sequence: int = Field(sa_type=BigInteger)
    copied_at: datetime | None = Field(default=None, sa_type=Moment)
    attempts: int = 0
    not_before: datetime | None = Field(default=None, sa_type=Moment)
    trouble: str = Field(default="", sa_type=Words)
    trouble_since: datetime | None = Field(default=None, sa_type=Moment)
    claim: str | None = Field(default=None, sa_type=String)
    claimed_until: datetime | None = Field(default=None, sa_type=Moment)


class RefusedCopyRow(Row, table=True):
    """One entry that a target would not take; without ``refused_at`` it is to be sent again."""

    __tablename__ = "audit_copies_refused"  # pyright: ignore[reportAssignmentType]

    target: str = Field(primary_key=True, sa_type=String)
    sequence: int = Field(
        primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False}
    )
    reason: str = Field(sa_type=Words)
    refused_at: datetime | None = Field(default=None, sa_type=Moment)
