"""Which confirmation of the shop floor is which in the ERP, and what only one side has.

The MES gives each confirmation a reference, and the ERP keeps it; two that carry the same one are
the same confirmation. What was entered by hand carries none, so the rest is matched by its content.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.case.remedy import Term
from agent.playbooks.reckoning import Sourced, in_base_unit
from tools.objects.confirmation import Confirmation, ConfirmationState
from tools.objects.material import Material
from tools.objects.quantity import Quantity
from tools.objects.reference import Reference

MADE = ("yielded", "scrapped", "reworked")


@dataclass(frozen=True)
class Entry:
    """A confirmation and where it stands among the facts (``reports.0``)."""

    path: str
    it: Confirmation

    def sourced(self, field: str) -> Sourced:
        """Return one of its quantities, as it was reported."""
        return Sourced(getattr(self.it, field), (Term(f"{self.path}.{field}"),))

    def in_base_unit(self, field: str, material: Material) -> Sourced:
        """Return one of its quantities in the product's base unit.

        Raises:
            QuantityError: No factor to the base unit is on record.
        """
        return in_base_unit(getattr(self.it, field), f"{self.path}.{field}", material)

    def made(self, material: Material) -> tuple[Quantity, ...]:
        """Return yield, scrap and rework in the product's base unit."""
        return tuple(self.in_base_unit(field, material).quantity for field in MADE)


@dataclass(frozen=True)
class Pairing:
    """The confirmations of both sides: pairs, what one side lacks, what the ERP has again."""

    both: tuple[tuple[Entry, Entry], ...]
    reported_only: tuple[Entry, ...]
    posted_only: tuple[Entry, ...]
    again: tuple[Entry, ...]


def standing(confirmations: Sequence[Confirmation], path: str) -> list[Entry]:
    """Return those that count: neither cancelled nor themselves a cancellation."""
    return [
        Entry(f"{path}.{index}", one)
        for index, one in enumerate(confirmations)
        if one.state is not ConfirmationState.CANCELLED and one.reverses is None
    ]


def pair(reports: Sequence[Entry], postings: Sequence[Entry]) -> Pairing:
    """Match what the shop floor reported with what the ERP posted.

    Of several postings with one reference, the one that says what was reported is the right one.
    """
    by_mark, left, again = dict[str, list[Entry]](), list[Entry](), list[Entry]()
    for posting in postings:
        mark = marked(posting.it)
        (left if mark is None else by_mark.setdefault(mark, [])).append(posting)
    both, alone = list[tuple[Entry, Entry]](), list[Entry]()
    for report in reports:
        group = by_mark.pop(marked(report.it) or "", [])
        if group:
            chosen = next((one for one in group if _alike(report.it, one.it)), group[0])
            both.append((report, chosen))
            again += [one for one in group if one is not chosen]
        else:
            alone.append(report)
    for group in by_mark.values():
        left.append(group[0])
        again += group[1:]
    for report in list(alone):
        same = next((posting for posting in left if _alike(report.it, posting.it)), None)
        if same is not None:
            both.append((report, same))
            alone.remove(report)
            left.remove(same)
    return Pairing(tuple(both), tuple(alone), tuple(left), tuple(again))


def marked(confirmation: Confirmation) -> str | None:
    """Return a confirmation's reference in the one form in which two of them compare."""
    reference = Reference.read(confirmation.reference)
    return reference.key if reference else confirmation.reference


def _alike(one: Confirmation, other: Confirmation) -> bool:
    return one.operation == other.operation and all(
        getattr(one, field) == getattr(other, field) for field in MADE
    )
