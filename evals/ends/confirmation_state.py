"""Where a confirmation of the MES stands."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from evals.ends.end import End, Shown
from evals.expected import Word
from evals.part import Text
from tools.sandbox.world import World


class ConfirmationStands(End):
    """Where a confirmation of the MES stands."""

    system: Literal["mes"]
    what: Literal["confirmation_state"]
    confirmation: Text
    wanted: Word = Field(alias="is")

    def read(self, world: World) -> Shown:
        """Ask the MES that has it."""
        for state in (world.dm, world.ignition):
            if self.confirmation in state.confirmations:
                return state.confirmations[self.confirmation].state.value
        return None
