"""The table of phases that people have set."""

from datetime import datetime

from sqlalchemy import String
from sqlmodel import Field

from agent.records.columns import Moment, Words, choice
from agent.records.tables import Row
from tools.plant.authority import Phase


class PhaseRow(Row, table=True):
    """The phase of one playbook at one plant, or of all that have none of their own (``*``)."""

    __tablename__ = "phases"  # pyright: ignore[reportAssignmentType]

    plant: str = Field(primary_key=True, sa_type=String)
    playbook: str = Field(primary_key=True, sa_type=String)
    phase: Phase = Field(sa_type=choice(Phase))
    by: str = Field(sa_type=Words)
    reason: str = Field(sa_type=Words)
    at: datetime = Field(sa_type=Moment)
