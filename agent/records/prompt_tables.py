"""The tables of the prompts' live state, where several nodes share it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, String
from sqlmodel import Field

from agent.records.columns import Moment, Plain
from agent.records.tables import Row


class PromptUseRow(Row, table=True):
    """Which versions of one prompt are in use; only of prompts that were changed here."""

    __tablename__ = "prompt_uses"  # pyright: ignore[reportAssignmentType]

    name: str = Field(primary_key=True, sa_type=String)
    aliases: Any = Field(sa_type=Plain)
    changed_at: datetime = Field(sa_type=Moment)


class PromptChangeRow(Row, table=True):
    """One promotion or rollback, never changed."""

    __tablename__ = "prompt_changes"  # pyright: ignore[reportAssignmentType]

    number: int = Field(
        primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False}
    )
    body: Any = Field(sa_type=Plain)


class PromptGateRow(Row, table=True):
    """What the gate said of one run."""

    __tablename__ = "prompt_gates"  # pyright: ignore[reportAssignmentType]

    run: str = Field(primary_key=True, sa_type=String)
    body: Any = Field(sa_type=Plain)
