"""The door: what a visitor may do, judged by the policies that also bind the agent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from agent.authority.authority import Authority
from agent.authority.cedar import Visit, Word
from agent.authority.deeds import Deed
from agent.service.problem import Problem
from agent.service.who.visitor import Visitor

STRANGER = Word(False, "strangers-stay-out", "Sign in, or send a key or token.")


class Door:
    """Judges visitors by each plant's policies.

    Args:
        authority: The policies.
        plants: The plants there are.
    """

    def __init__(self, authority: Authority, plants: Collection[str]) -> None:
        self._authority, self._plants = authority, tuple(sorted(plants))

    def word(self, visitor: Visitor, deed: Deed, plant: str | None = None) -> Word:
        """Say whether a visitor may do a deed at a plant, or for the installation as a whole.

        Who has several roles acts in the first that may.
        """
        word = STRANGER
        if not visitor.known or (plant is not None and plant not in self._plants):
            return word
        for role in visitor.roles_at(plant):
            own = None if plant in visitor.by_plant else visitor.plants
            visit = Visit(visitor.via.value, visitor.scopes, own, plant)
            word = self._authority.admit(visitor.name, role, deed, visit)
            if word.allowed:
                return word
        return word if visitor.roles_at(plant) else Word(False, "default-deny", "No role here.")

    def admitted(self, visitor: Visitor, deed: Deed) -> Admitted | Word:
        """Return where a visitor may do a deed, or why nowhere."""
        whole = self.word(visitor, deed)
        plants = frozenset(
            plant for plant in self._plants if self.word(visitor, deed, plant).allowed
        )
        if not whole.allowed and not plants:
            return whole
        return Admitted(visitor, deed, plants, whole.allowed)


@dataclass(frozen=True)
class Admitted:
    """A visitor who may do a deed: at these plants, and perhaps for the whole installation."""

    visitor: Visitor
    deed: Deed
    plants: frozenset[str]
    whole: bool

    @property
    def name(self) -> str:
        """The visitor's name."""
        return self.visitor.name

    def may_at(self, plant: str) -> bool:
        """Return whether they may do it at a plant; with the whole goes what is at no plant."""
        return plant in self.plants or (self.whole and self.visitor.plants is None)

    def at(self, plant: str) -> None:
        """Refuse whoever may not do it at a plant.

        Raises:
            Problem: They may not.
        """
        if not self.may_at(plant):
            raise Problem(403, "This plant is not one of theirs.", policy="only-own-plants")

    def everywhere(self) -> None:
        """Refuse whoever may not do it for the whole installation.

        Raises:
            Problem: They may not.
        """
        if not self.whole:
            raise Problem(403, "This concerns all plants, and not all are theirs.")
