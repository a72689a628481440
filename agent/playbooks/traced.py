"""Records that tell of a difference in stock: reports on their way, scrap, wrong postings.

Whatever a record explains is signed as an excess is: positive where the books show too much.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from operator import add

from agent.case.remedy import Term
from agent.case.text import Text, text
from agent.playbooks.counted import Gap
from agent.playbooks.playbook import NOT_A_CONFLICT
from agent.playbooks.reckoning import Sourced, in_base_unit, standing
from tools.objects.confirmation import Confirmation
from tools.objects.material import Material
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementType
from tools.objects.quantity import Quantity
from tools.objects.scrap import ScrapReport
from tools.objects.stock import StockLine, StockType
from tools.objects.sync import SyncMessage, SyncState

# What a movement the ERP does not have yet explains of the books' excess.
TAKES = {
    MovementType.ISSUE_ORDER: 1,
    MovementType.ISSUE_COST_CENTER: 1,
    MovementType.SCRAP: 1,
    MovementType.ISSUE_ORDER_REVERSAL: -1,
    MovementType.RECEIPT_ORDER: -1,
}
BY_HAND_WITHIN = timedelta(days=2)


@dataclass(frozen=True)
class Mistake:
    """A document of the ERP that is not what was reported.

    ``right`` is what it should have said; None where it should not be there at all.
    """

    document: MaterialDocument
    right: Sourced | None
    explains: Quantity


@dataclass(frozen=True)
class Found:
    """One difference, and what the records say of it; ``rest`` is what no waiting report tells."""

    gap: Gap
    late: Sourced
    refused: Sourced
    scrap: tuple[tuple[ScrapReport, Sourced], ...]
    mistakes: tuple[Mistake, ...]
    others: tuple[Gap, ...]

    @property
    def rest(self) -> Quantity:
        """Return the excess that is left once every waiting report has arrived."""
        return self.gap.amount - self.late.quantity - self.refused.quantity

    def elsewhere(self, *, same_place: bool) -> list[Gap]:
        """Return the gaps that make up for this one: other batches here, or other places."""
        here = self.gap
        return [
            one
            for one in self.others
            if one.amount == -self.rest
            and (one.location == here.location) is same_place
            and (same_place or one.batch == here.batch)
        ]

    @property
    def said(self) -> Text:
        """Return the difference as people read it."""
        return text(
            "{books} in the books, {count} counted at {place}, {late} on the way",
            books=self.gap.books.quantity,
            count=self.gap.count.quantity,
            place=self.gap.place,
            late=self.late.quantity,
        )

    def explained_by(self, stock: Sequence[StockLine], percent: Decimal) -> set[str]:
        """Return the causes that explain the difference exactly; what was scrapped has to be part.

        Where nothing does, a difference within the plant's percentage of the books is none.
        """
        rest = self.rest
        if self.scrap:
            scrapped = sum((one.quantity.amount for _, one in self.scrap), Decimal(0))
            return {"unrecorded_scrap"} if scrapped == rest.amount else set()
        if not rest:
            return {"posting_refused" if self.refused.quantity else "late_posting"}
        held = _not_usable(self.gap, stock, StockType.QUALITY, StockType.BLOCKED)
        fits = {
            "recording_error": any(one.explains == rest for one in self.mistakes),
            "wrong_location": len(self.elsewhere(same_place=False)) == 1,
            "wrong_batch": len(self.elsewhere(same_place=True)) == 1,
            "in_transit": _not_usable(self.gap, stock, StockType.IN_TRANSIT) == -rest,
            "status_differs": held == -rest,
        }
        found = {cause for cause, fit in fits.items() if fit}
        allowed = abs(self.gap.books.quantity.amount) * percent / 100
        return found or ({NOT_A_CONFLICT} if abs(rest.amount) <= allowed else set())


def unsent(
    gap: Gap,
    material: Material,
    messages: Iterable[SyncMessage],
    documents: Sequence[MaterialDocument],
    reports: Sequence[Confirmation],
    *,
    refused: bool,
) -> Sourced:
    """Return what of an excess has been reported and waits, or was refused, on its way.

    Raises:
        QuantityError: Something of it is in a unit without a factor on record.
    """
    about = {one.object for one in messages if (one.state is SyncState.FAILED) is refused}
    found = list[Sourced]()
    for index, document in enumerate(documents):
        for row, line in enumerate(document.lines):
            way, path = TAKES.get(line.type, 0), f"unsent.{index}.lines.{row}.quantity"
            if document.number in about and way and _here(gap, material, line):
                found.append(_times(in_base_unit(line.quantity, path, material), way))
    for index, report in enumerate(reports):
        for row, use in enumerate(report.uses):
            path = f"unsent_reports.{index}.uses.{row}.quantity"
            mine = use.material == material.number and gap.holds(use.location, use.batch)
            if report.number in about and mine:
                found.append(in_base_unit(use.quantity, path, material))
    return _sum(found, material)


def thrown_away(
    material: Material,
    reports: Iterable[tuple[str, ScrapReport]],
    booked: Sequence[MaterialDocument],
) -> list[tuple[ScrapReport, Sourced]]:
    """Return the scrap reports of the material that no scrap posting of the ERP answers.

    Each report comes with its path in the facts.

    Raises:
        QuantityError: Something of it is in a unit without a factor on record.
    """
    answers = [
        (document.entered_at, in_base_unit(line.quantity, "", material).quantity)
        for document in standing(booked)
        for line in document.lines
        if line.type is MovementType.SCRAP and line.material == material.number
    ]
    found = dict[str, tuple[ScrapReport, Sourced]]()
    for path, report in reports:
        if not report.component or report.material != material.number or report.number in found:
            continue
        amount = in_base_unit(report.quantity, f"{path}.quantity", material)
        answer = next(
            (one for one in answers if one[0] >= report.reported_at and one[1] == amount.quantity),
            None,
        )
        if answer is None:
            found[report.number] = (report, amount)
        else:
            answers.remove(answer)
    return list(found.values())


def mistakes(
    gap: Gap,
    material: Material,
    reported: Sequence[MaterialDocument],
    booked: Sequence[MaterialDocument],
) -> tuple[Mistake, ...]:
    """Return the issues the ERP has with another amount than reported, or once more by hand.

    Raises:
        QuantityError: Something of it is in a unit without a factor on record.
    """
    marks = {one.reference for one in reported if one.reference}
    found = list[Mistake]()
    for index, report in enumerate(reported):
        if report.reversed_by or report.reverses or not _single(gap, material, report):
            continue
        copies = [one for one in standing(booked) if one.reference in {report.reference} - {None}]
        if len(copies) != 1 or not _single(gap, material, copies[0]):
            continue
        copy, line = copies[0], copies[0].lines[0]
        right = in_base_unit(
            report.lines[0].quantity, f"reported.{index}.lines.0.quantity", material
        )
        there = in_base_unit(line.quantity, "", material).quantity
        if there != right.quantity:
            found.append(Mistake(copy, right, right.quantity - there))
        found += [
            Mistake(one, None, -there)
            for one in standing(booked)
            if one.reference not in marks and _twin(gap, material, one, copy)
        ]
    return tuple({one.document.number: one for one in found}.values())


def _not_usable(gap: Gap, stock: Sequence[StockLine], *types: StockType) -> Quantity:
    """Return what the ERP has of it, but not for use: in transit anywhere, else at this place."""
    fits = (
        line.quantity
        for line in stock
        if line.type in types
        and line.batch == gap.batch
        and (line.type is StockType.IN_TRANSIT or line.location == gap.location)
    )
    return reduce(add, fits, gap.amount.zero())


def _here(gap: Gap, material: Material, line: GoodsMovement) -> bool:
    return line.material == material.number and gap.holds(line.location, line.batch)


def _single(gap: Gap, material: Material, document: MaterialDocument) -> bool:
    """Return whether a document is one issue of the material at this place."""
    line = document.lines[0] if len(document.lines) == 1 else None
    return line is not None and line.type is MovementType.ISSUE_ORDER and _here(gap, material, line)


def _twin(gap: Gap, material: Material, one: MaterialDocument, copy: MaterialDocument) -> bool:
    """Return whether a document repeats another one, for the same order within two days."""
    if one.number == copy.number or not _single(gap, material, one):
        return False
    mine, other = one.lines[0], copy.lines[0]
    near = abs(one.entered_at - copy.entered_at) <= BY_HAND_WITHIN
    return near and (mine.quantity, mine.order) == (other.quantity, other.order)


def _times(one: Sourced, way: int) -> Sourced:
    terms = tuple(Term(term.path, str(Fraction(term.factor) * way)) for term in one.terms)
    return Sourced(one.quantity * way, terms)


def _sum(found: Sequence[Sourced], material: Material) -> Sourced:
    return reduce(add, found, Sourced(Quantity(Decimal(0), material.base_unit), ()))
