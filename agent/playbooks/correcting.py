"""Corrections of confirmations: cancelled and posted anew, never overwritten.

Each quantity of what is posted anew carries the terms it was worked out of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from agent.actions.action import Action
from agent.actions.cancel_confirmation import CancelConfirmation
from agent.actions.post_confirmation import PostConfirmation
from agent.actions.post_movement import PostMovement
from agent.actions.report_confirmation import ReportConfirmation
from agent.actions.withdraw_confirmation import WithdrawConfirmation
from agent.case.remedy import Derivation, Term
from agent.playbooks.pairing import MADE, Entry
from agent.playbooks.reckoning import Sourced
from tools.objects.confirmation import ConfirmationDraft
from tools.objects.movement import GoodsMovement, MovementDraft
from tools.objects.quantity import Quantity

Changed = Mapping[str, Sourced]


@dataclass
class Correction:
    """Hard actions in their order, and where their quantities come from."""

    hard: list[Action] = field(default_factory=list[Action])
    derivations: list[Derivation] = field(default_factory=list[Derivation])

    def cancel(self, entry: Entry, reason: str) -> None:
        """Take a posting back in the ERP."""
        self.hard.append(CancelConfirmation(entry.it.number, entry.it.order, reason))

    def withdraw(self, entry: Entry, reason: str) -> None:
        """Take a report back on the shop floor."""
        self.hard.append(WithdrawConfirmation(entry.it.number, entry.it.order, reason))

    def post(self, entry: Entry, day: date, changed: Changed | None = None) -> None:
        """Post a confirmation in the ERP like the one that was read."""
        draft, sources = _anew(entry, day, changed or {})
        self._add(PostConfirmation(draft, entry.it.number), sources)

    def report(self, entry: Entry, day: date, changed: Changed | None = None) -> None:
        """Report a confirmation on the shop floor like the one that was read."""
        draft, sources = _anew(entry, day, changed or {})
        self._add(ReportConfirmation(draft), sources)

    def move(self, line: GoodsMovement, source: Sourced, day: date) -> None:
        """Book one movement in the ERP."""
        draft = MovementDraft(day, (line,), "Concord")
        self._add(PostMovement(draft), [("lines.0.quantity", source)])

    def _add(self, action: Action, sources: Iterable[tuple[str, Sourced]]) -> None:
        self.derivations += [
            source.derivation(len(self.hard), f"draft.{field}")
            for field, source in sources
            if source.terms
        ]
        self.hard.append(action)


def _anew(
    entry: Entry, day: date, changed: Changed
) -> tuple[ConfirmationDraft, list[tuple[str, Sourced]]]:
    """Return a draft like a confirmation that was read, with some of its quantities changed."""
    it = entry.it
    made = {name: entry.sourced(name) for name in MADE} | dict(changed)
    draft = ConfirmationDraft(
        order=it.order,
        operation=it.operation,
        yielded=made["yielded"].quantity,
        scrapped=made["scrapped"].quantity,
        reworked=made["reworked"].quantity,
        posting_date=day,
        final=it.final,
        variance_reason=it.variance_reason,
        note=it.note,
        uses=it.uses,
        activities=it.activities,
    )
    uses = _listed(entry.path, "uses", (use.quantity for use in it.uses))
    times = _listed(entry.path, "activities", (use.quantity for use in it.activities))
    return draft, [*made.items(), *uses, *times]


def _listed(path: str, name: str, quantities: Iterable[Quantity]) -> Iterator[tuple[str, Sourced]]:
    for index, quantity in enumerate(quantities):
        where = f"{name}.{index}.quantity"
        yield where, Sourced(quantity, (Term(f"{path}.{where}"),))
