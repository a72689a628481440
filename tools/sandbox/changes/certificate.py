"""Operators' certificates run out on a day, or are taken back before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from pydantic import Field

from tools.sandbox.changes.change import Change, Code, Names
from tools.sandbox.floors.finding import floor_of
from tools.sandbox.floors.floor import Impossible
from tools.sandbox.world import World


class Certificate(Change):
    """All certificates for a skill are valid for so many days yet; ``-1`` ended yesterday.

    ``operator`` names the one whose certificate it is.
    """

    plant: Code
    skill: Code
    days: int = Field(ge=-600, le=600)
    operator: Code | None = None

    def apply(self, world: World) -> Names:
        floor = floor_of(world, self.plant)
        until = world.clock.now().date() + timedelta(days=self.days)
        found = False
        for index, one in enumerate(floor.state.certificates):
            mine = self.operator in {None, one.operator}
            if mine and (one.plant, one.skill) == (self.plant, self.skill):
                floor.state.certificates[index] = replace(one, valid_until=until)
                found = True
        if not found:
            raise Impossible(f"nobody in plant {self.plant} is certified for {self.skill}")
        return {}
