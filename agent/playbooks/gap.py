"""The gap: one confirmation on both sides, and what else stands on its operation in the ERP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from agent.playbooks.pairing import MADE, Entry, Pairing, marked, pair, standing
from tools.objects.confirmation import Confirmation, ConfirmationState
from tools.objects.material import Material
from tools.objects.quantity import Quantity, total

SLIPS = tuple(Fraction(10) ** power for power in (1, 2, 3, -1, -2, -3))


@dataclass(frozen=True)
class Gap:
    """What the shop floor reported, what the ERP booked for it, and what it booked besides.

    ``again`` are postings of what is posted already, ``orphans`` those the shop floor has
    cancelled, ``extra`` those it does not know. ``revoked`` says that the ERP cancelled what the
    shop floor still counts. ``off`` is how far the ERP is off in yield, scrap and rework, its own
    scrap postings included.
    """

    report: Entry | None
    posting: Entry | None
    again: tuple[Entry, ...]
    orphans: tuple[Entry, ...]
    extra: tuple[Entry, ...]
    revoked: bool
    off: tuple[Quantity, ...]

    @property
    def scraps(self) -> tuple[Entry, ...]:
        """What the ERP alone has and what says nothing but scrap."""
        return tuple(one for one in self.extra if not one.it.yielded and one.it.scrapped)

    @property
    def doubles(self) -> tuple[Entry, ...]:
        """What the ERP has once more, by hand: the same quantities, unknown to the shop floor."""
        if self.posting is None:
            return ()
        own = self.posting.it
        return tuple(
            one
            for one in self.extra
            if all(getattr(one.it, field) == getattr(own, field) for field in MADE)
        )


def gap_of(
    keys: Mapping[str, str],
    reports: Sequence[Confirmation],
    postings: Sequence[Confirmation],
    material: Material,
) -> Gap | None:
    """Return the gap a signal is about; None where neither side has anything to compare.

    Raises:
        QuantityError: A quantity has no factor to the product's base unit.
    """
    pairing = pair(standing(reports, "reports"), standing(postings, "postings"))
    operation = _operation(keys, reports, postings, pairing)
    if operation is None:
        return None
    report, posting = _focus(keys.get("confirmation"), operation, pairing)
    cancelled = {marked(one) for one in reports if one.state is ConfirmationState.CANCELLED}
    under_way = any(one.reverses and one.state is ConfirmationState.PENDING for one in reports)
    alone = [one for one in pairing.posted_only if one.it.operation == operation]
    orphans = [one for one in alone if marked(one.it) is not None and marked(one.it) in cancelled]
    extra = tuple(one for one in alone if one not in orphans)
    return Gap(
        report=report,
        posting=posting,
        again=tuple(one for one in pairing.again if one.it.operation == operation),
        orphans=() if under_way else tuple(orphans),
        extra=extra,
        revoked=posting is None and report is not None and _revoked(report, postings),
        off=_off(report, (posting, *extra), material),
    )


def slip(wrong: Quantity, right: Quantity) -> Fraction | None:
    """Return the power of ten that turns one amount into the other, as a slip of the finger does."""
    return next(
        (by for by in SLIPS if wrong and Fraction(wrong.amount) * by == Fraction(right.amount)),
        None,
    )


def _operation(
    keys: Mapping[str, str],
    reports: Sequence[Confirmation],
    postings: Sequence[Confirmation],
    pairing: Pairing,
) -> str | None:
    wanted = keys.get("confirmation")
    for one in (*reports, *postings):
        if one.number == wanted:
            return one.operation
    return keys.get("operation") or next(
        (one.it.operation for one in _by_trouble(pairing)), None
    )


def _by_trouble(pairing: Pairing) -> Iterator[Entry]:
    """Walk the confirmations, those first that most likely are what somebody complained about."""
    yield from pairing.again
    yield from pairing.reported_only
    yield from (report for report, posting in pairing.both if _differ(report, posting))
    yield from pairing.posted_only
    yield from (report for report, _ in pairing.both)


def _focus(
    wanted: str | None, operation: str, pairing: Pairing
) -> tuple[Entry | None, Entry | None]:
    rows: list[tuple[Entry | None, Entry | None]] = [
        *((report, None) for report in pairing.reported_only),
        *sorted(pairing.both, key=lambda row: not _differ(*row)),
    ]
    here = [row for row in rows if row[0] is not None and row[0].it.operation == operation]
    named = [row for row in here if any(one and one.it.number == wanted for one in row)]
    return next(iter(named or here), (None, None))


def _differ(report: Entry, posting: Entry) -> bool:
    return any(getattr(report.it, field) != getattr(posting.it, field) for field in MADE)


def _revoked(report: Entry, postings: Sequence[Confirmation]) -> bool:
    mark = marked(report.it)
    return mark is not None and any(
        marked(one) == mark and one.state is ConfirmationState.CANCELLED for one in postings
    )


def _off(
    report: Entry | None, booked: Sequence[Entry | None], material: Material
) -> tuple[Quantity, ...]:
    there = [
        one.made(material)
        for index, one in enumerate(booked)
        if one is not None and (index == 0 or not one.it.yielded)
    ]
    nothing = (Quantity(Decimal(0), material.base_unit),) * len(MADE)
    here = report.made(material) if report else nothing
    return tuple(
        total((made[field] for made in there), material.base_unit) - here[field]
        for field in range(len(MADE))
    )
