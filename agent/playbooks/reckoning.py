"""Calculations that playbooks share: what is wanted, what lies where, where a number is from.

Pure, like the playbooks. A quantity never leaves here without the terms it was worked out of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from agent.case.diagnosis import Leaning
from agent.case.remedy import Derivation, Term
from agent.case.text import Text
from tools.objects.confirmation import Confirmation, MaterialUse
from tools.objects.cost import PostingPeriod
from tools.objects.material import Material
from tools.objects.money import Money
from tools.objects.movement import MaterialDocument, MovementType
from tools.objects.quantity import Quantity, total
from tools.objects.stock import StockLine, StockType
from tools.objects.units import factor, kept


@dataclass(frozen=True)
class Sourced:
    """A quantity with the terms it is the sum of."""

    quantity: Quantity
    terms: tuple[Term, ...]

    def derivation(self, action: int, field: str) -> Derivation:
        """Say where the quantity in a field of an action comes from."""
        return Derivation(action, field, self.quantity, self.terms)

    def __add__(self, other: Sourced) -> Sourced:
        """Add, keeping the terms of both."""
        return Sourced(self.quantity + other.quantity, (*self.terms, *other.terms))

    def __sub__(self, other: Sourced) -> Sourced:
        """Subtract, keeping the terms of both."""
        turned = tuple(Term(term.path, str(-Fraction(term.factor))) for term in other.terms)
        return Sourced(self.quantity - other.quantity, (*self.terms, *turned))


def in_base_unit(quantity: Quantity, path: str, material: Material) -> Sourced:
    """Return a fact's quantity in the material's base unit.

    Raises:
        QuantityError: The unit is unknown, or no factor to the base unit is on record.
    """
    base, factors = material.base_unit, material.conversions
    ratio = factor(quantity.unit, base, base_unit=base, alternatives=factors)
    return Sourced(kept(Fraction(quantity.amount) * ratio, base), (Term(path, str(ratio)),))


def stock_at(
    lines: Sequence[StockLine], path: str, unit: str, fits: Callable[[StockLine], bool]
) -> Sourced:
    """Return the sum of the stock lines that fit, each one a term."""
    chosen = [(index, line) for index, line in enumerate(lines) if fits(line)]
    return Sourced(
        total((line.quantity for _, line in chosen), unit),
        tuple(Term(f"{path}.{index}.quantity") for index, _ in chosen),
    )


def usable(line: StockLine) -> bool:
    """Return whether stock may be taken at once."""
    return line.type is StockType.UNRESTRICTED and not line.special


@dataclass(frozen=True)
class Issue:
    """One component issue that the shop floor reported, and where in the facts it stands."""

    use: MaterialUse
    path: str
    reference: str | None


def issues(
    material: str, document: MaterialDocument | None, confirmation: Confirmation | None
) -> list[Issue]:
    """Return the reported issues of a material, from a goods issue or a confirmation."""
    found = list[Issue]()
    if document is not None:
        for index, line in enumerate(document.lines):
            if line.material == material and line.type is MovementType.ISSUE_ORDER:
                use = MaterialUse(
                    line.material,
                    line.quantity,
                    line.location,
                    line.batch,
                    line.reservation,
                    line.item,
                )
                found.append(Issue(use, f"issue.lines.{index}.quantity", document.reference))
    if confirmation is not None and not found:
        found += [
            Issue(use, f"reported.uses.{index}.quantity", confirmation.reference)
            for index, use in enumerate(confirmation.uses)
            if use.material == material
        ]
    return found


def standing(documents: Iterable[MaterialDocument]) -> list[MaterialDocument]:
    """Return the documents that are neither reversed nor reversals."""
    return [one for one in documents if one.reversed_by is None and one.reverses is None]


def told(cause: str, holds: bool, because: Text, *cites: str, weight: int = 3) -> Leaning:
    """Speak for a cause where a condition holds, and rule it out where it does not."""
    return Leaning(cause, weight if holds else -3, because, cites, excludes=not holds)


def posting_date(wished: date, period: PostingPeriod | None, today: date) -> date:
    """Return the day of the event while its period is open, else today."""
    return wished if period is None or period.admits(wished) else today


def worth(quantity: Quantity, material: Material) -> Money | None:
    """Return what a quantity in base units is worth; None where no price is on record."""
    price = material.standard_price
    return None if price is None else Money(quantity.amount * price.amount, price.currency)
