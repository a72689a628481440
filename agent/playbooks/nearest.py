"""What is missing: a number one side names, and the nearest records the other has. No guess.

Only what the order itself takes, or runs on, is looked at: a number that is near to one of ten
thousand says nothing, near to one of the order's ten says something.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from agent.playbooks.playbook import NOT_A_CONFLICT
from tools.objects.identifiers import normal
from tools.objects.master_request import MasterRecord
from tools.objects.material import Material

# Characters that people take for each other.
ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "S": "5", "B": "8"})
SHORTEST = 3


class Because(StrEnum):
    """What makes a known record the one that may be meant."""

    OLD_NUMBER = "old_number"
    SUCCESSOR = "successor"
    TYPO = "typo"
    OTHER_NAME = "other_name"


@dataclass(frozen=True)
class Near:
    """A known record, and why it may be the one that is meant."""

    number: str
    description: str
    because: Because


@dataclass(frozen=True)
class Missing:
    """What is named, whether the ERP has it and may use it, and which known records are near."""

    record: MasterRecord
    named: str
    there: bool
    usable: bool
    near: tuple[Near, ...]

    @property
    def cause(self) -> str | None:
        """What the records tell; None where they name several, or contradict the order."""
        if self.there and self.usable:
            return NOT_A_CONFLICT
        if len(self.near) > 1:
            return None
        if self.near:
            return self.near[0].because.value
        return "blocked" if self.there else "not_created"

    @property
    def nearest(self) -> str:
        """The nearest known records with what speaks for them."""
        known = ", ".join(
            f"{one.number} {one.description} ({one.because.value.replace('_', ' ')})"
            for one in self.near
        )
        return f"Nearest known: {known}" if known else "Nothing known is near"


def mistyped(wrong: str, right: str) -> bool:
    """Return whether one number is the other with one slip: changed, left out, added, swapped."""
    one, other = normal(wrong), normal(right)
    if one == other or min(len(one), len(other)) < SHORTEST:
        return False
    return one.translate(ALIKE) == other.translate(ALIKE) or _one_slip(one, other)


def _one_slip(one: str, other: str) -> bool:
    if len(one) > len(other):
        one, other = other, one
    at = next(
        (i for i, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(one)
    )
    if len(one) < len(other):
        return len(other) - len(one) == 1 and one[at:] == other[at + 1 :]
    swapped = one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
    return swapped or one[at + 1 :] == other[at + 1 :]


def near_materials(
    named: str, own: Material | None, known: Sequence[Material], taken: Sequence[Material]
) -> tuple[Near, ...]:
    """Return the materials that may be meant: by old number, by a slip, else by description.

    Args:
        named: The number nobody has.
        own: How the shop floor describes it.
        known: Materials of the ERP found by a search for the number.
        taken: Materials the order takes.
    """
    old = [one for one in known if one.old_number == named and one.number != named]
    if old:
        return tuple(Near(one.number, one.description, Because.OLD_NUMBER) for one in old)
    typed = [one for one in taken if mistyped(named, one.number)]
    if typed:
        return tuple(Near(one.number, one.description, Because.TYPO) for one in typed)
    said = own.description.casefold() if own else ""
    same = [one for one in taken if said and one.description.casefold() == said]
    return tuple(Near(one.number, one.description, Because.OTHER_NAME) for one in same)


def near_slips(named: str, known: Mapping[str, str]) -> tuple[Near, ...]:
    """Return the known numbers, each with its description, that are one slip away."""
    return tuple(
        Near(number, said, Because.TYPO)
        for number, said in known.items()
        if mistyped(named, number)
    )
