"""A variance: what the numbers alone tell of a consumption that is not what the order allows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from agent.playbooks.consumption import (
    Consumption,
    Plan,
    always_alike,
    consumption,
    stands_in,
    thrown_away,
    unconfirmed_scrap,
)
from agent.playbooks.meant import (
    Corrected,
    bill_units,
    in_a_foreign_unit,
    in_another_unit,
    mistyped,
    units_in_question,
)
from agent.playbooks.reckoning import Sourced
from tools.objects.confirmation import Confirmation
from tools.objects.material import Material
from tools.objects.scrap import ScrapReport

SETUP_AT_MOST = Decimal("1.5")


@dataclass(frozen=True)
class Report:
    """A reported confirmation, its order, and what else was posted and thrown away for it."""

    reported: Confirmation
    plan: Plan
    posted: Sequence[Confirmation]
    scraps: Sequence[ScrapReport]


@dataclass(frozen=True)
class Found:
    """What the numbers alone tell of a consumption.

    ``meant`` and ``typed`` are the lines as they would fit in another unit, or with their point
    elsewhere: both, where a package holds a power of ten; the unit the bill itself measures in is
    no coincidence, and leaves no slip. ``nearly`` are those that would fit in a unit too close to
    prove anything. A ``foreign`` unit is none that anything here is measured in. ``scrap`` is what
    the confirmation should show.
    """

    it: Consumption
    meant: tuple[Corrected, ...]
    foreign: bool
    nearly: tuple[Corrected, ...]
    typed: tuple[Corrected, ...]
    instead: str | None
    thrown: bool
    scrap: Sourced | None
    always: bool

    @property
    def explained(self) -> bool:
        """Whether a record other than the report itself explains all of it."""
        return bool(self.meant or self.typed or self.instead)

    @property
    def may_be_loss(self) -> bool:
        """Whether more was used than allowed, and no slip says why."""
        return self.it.excess.amount > 0 and not self.explained

    @property
    def may_be_setup(self) -> bool:
        """Whether the excess is no more than a machine's setup takes, and no scrap explains it."""
        little = self.it.used.amount <= self.it.allowed.amount * SETUP_AT_MOST
        return self.may_be_loss and little and not (self.thrown or self.scrap)


def look(
    report: Report, material: Material, tolerance: Decimal, plant_units: Iterable[str]
) -> Found | None:
    """Return what the numbers tell of a component; None where no bill or unit on record does."""
    reported, plan = report.reported, report.plan
    it = consumption(reported, material, plan, report.posted, tolerance)
    if it is None:
        return None
    units = units_in_question(material, plan, plant_units)
    meant = in_another_unit(it, units)
    by_bill = in_another_unit(it, bill_units(material, plan)) if meant else ()
    typed = () if by_bill else mistyped(it)
    foreign = () if meant or typed else in_a_foreign_unit(it, units)
    more = it.excess.amount > 0
    return Found(
        it=it,
        meant=meant or foreign,
        foreign=bool(foreign),
        nearly=in_another_unit(it, units, near=True),
        typed=typed,
        instead=stands_in(reported, material, plan, tolerance),
        thrown=more and thrown_away(it, reported, report.scraps),
        scrap=unconfirmed_scrap(it, reported, report.posted, report.scraps) if more else None,
        always=always_alike(it, reported, report.posted),
    )
