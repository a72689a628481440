"""The quantities that actions name, in the words of golden cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.actions.action import Action
from evals.case import Amounted
from evals.expected import Measured
from tools.objects.confirmation import ConfirmationDraft
from tools.objects.movement import MovementDraft
from tools.objects.quantity import Quantity


@dataclass(frozen=True)
class Named:
    """A quantity of an action; ``of`` is a material, an activity, or what was made."""

    action: str
    of: str
    quantity: Quantity

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.action} {self.of} {self.quantity}"


def named(actions: Sequence[Action]) -> tuple[Named, ...]:
    """Return every quantity that actions name, as they name it."""
    return tuple(
        Named(action.kind, of, quantity)
        for action in actions
        for of, quantity in _of_draft(getattr(action, "draft", None))
    )


def names(found: Sequence[Named], wanted: Amounted) -> bool:
    """Return whether a wanted quantity is among those that were named."""
    return any(
        (one.action, one.of) == (wanted.action, wanted.of)
        and Measured(None, one.quantity).fits(wanted.wanted)
        for one in found
    )


def _of_draft(draft: object) -> Iterator[tuple[str, Quantity]]:
    match draft:
        case ConfirmationDraft():
            yield "yielded", draft.yielded
            yield "scrapped", draft.scrapped
            yield "reworked", draft.reworked
            for use in draft.uses or ():
                yield use.material, use.quantity
            for one in draft.activities:
                yield one.activity, one.quantity
        case MovementDraft():
            for line in draft.lines:
                yield line.material, line.quantity
        case _:
            return
