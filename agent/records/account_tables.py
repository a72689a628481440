"""The tables of who may come in: accounts, sessions, keys and tickets. No secret lies in them.

What is secret was random (hashed once) or chosen by a person (hashed slowly); neither can be read
back from its row.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlmodel import Field

from agent.records.columns import Moment, Plain, Words
from agent.records.tables import Row


class AccountRow(Row, table=True):
    """One person with an account here. ``plants`` None: all of them."""

    __tablename__ = "accounts"  # pyright: ignore[reportAssignmentType]

    name: str = Field(primary_key=True, sa_type=String)
    roles: Any = Field(sa_type=Plain)
    plants: Any = Field(default=None, sa_type=Plain, nullable=True)
    language: str = Field(default="en", sa_type=String)
    password: str | None = Field(default=None, sa_type=String)
    made_at: datetime = Field(sa_type=Moment)
    disabled_at: datetime | None = Field(default=None, sa_type=Moment)
    failures: int = 0
    locked_until: datetime | None = Field(default=None, sa_type=Moment)


class SessionRow(Row, table=True):
    """One browser that is signed in. Who came by OIDC has no account: the session says it all."""

    __tablename__ = "sign_ins"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_sign_ins_name", "name"), Index("ix_sign_ins_ends_at", "ends_at"))

    token: str = Field(primary_key=True, sa_type=String)
    name: str = Field(sa_type=String)
    local: bool = True
    roles: Any = Field(default=None, sa_type=Plain, nullable=True)
    plants: Any = Field(default=None, sa_type=Plain, nullable=True)
    by_plant: Any = Field(default=None, sa_type=Plain, nullable=True)
    language: str = Field(default="en", sa_type=String)
    csrf: str = Field(sa_type=String)
    made_at: datetime = Field(sa_type=Moment)
    seen_at: datetime = Field(sa_type=Moment)
    ends_at: datetime = Field(sa_type=Moment)


class KeyRow(Row, table=True):
    """One key of a machine. ``plants`` None: all of them."""

    __tablename__ = "api_keys"  # pyright: ignore[reportAssignmentType]

    id: str = Field(primary_key=True, sa_type=String)
    name: str = Field(sa_type=Words)
    secret: str = Field(sa_type=String)
    scopes: Any = Field(sa_type=Plain)
    plants: Any = Field(default=None, sa_type=Plain, nullable=True)
    made_by: str = Field(sa_type=Words)
    made_at: datetime = Field(sa_type=Moment)
    ends_at: datetime | None = Field(default=None, sa_type=Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)


class TicketRow(Row, table=True):
    """Something that may be used once: a sign-in link, or a browser's way to its provider."""

    __tablename__ = "tickets"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_tickets_ends_at", "ends_at"),)

    token: str = Field(primary_key=True, sa_type=String)
    purpose: str = Field(sa_type=String)
    body: Any = Field(sa_type=Plain)
    made_at: datetime = Field(sa_type=Moment)
    ends_at: datetime = Field(sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)
