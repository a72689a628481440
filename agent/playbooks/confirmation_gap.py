"""The gap: one confirmation on both sides, and what else stands on its operation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from agent.case.remedy import Change, Term
from agent.case.text import Text, text
from agent.playbooks.pairing import MADE, Entry, Pairing, marked, pair, standing
from agent.playbooks.reckoning import Sourced, in_base_unit
from agent.playbooks.slips import slip
from tools.objects.confirmation import Confirmation, ConfirmationState
from tools.objects.material import Material
from tools.objects.order import ProductionOrder
from tools.objects.quantity import Quantity, total
from tools.objects.scrap import ScrapReport
from tools.objects.units import convert


@dataclass(frozen=True)
class Gap:
    """What the shop floor reported, what the ERP booked for it, and what it booked besides.

    ``reports`` and ``postings`` are all that stands on the operation. ``again`` are postings of
    what is posted already, ``orphans`` those the shop floor has cancelled, ``extra`` those it does
    not know. ``revoked`` says that the ERP cancelled what the shop floor still counts; what was
    then entered there by hand instead, if it is one entry, is its ``posting``.
    """

    product: Material
    operation: str
    reports: tuple[Entry, ...]
    postings: tuple[Entry, ...]
    report: Entry | None
    posting: Entry | None
    again: tuple[Entry, ...]
    orphans: tuple[Entry, ...]
    extra: tuple[Entry, ...]
    revoked: bool

    @property
    def scraps(self) -> tuple[Entry, ...]:
        """What the ERP alone has and what says nothing but scrap."""
        return tuple(one for one in self.extra if not one.it.yielded and one.it.scrapped)

    @property
    def doubles(self) -> tuple[Entry, ...]:
        """What the ERP has once more, by hand: the same quantities, unknown to the shop floor."""
        if self.posting is None:
            return ()
        own = _amounts(self.posting)
        return tuple(one for one in self.extra if _amounts(one) == own)

    @property
    def parts(self) -> tuple[Entry, ...]:
        """What was entered in the ERP by hand for the report: parts that are exactly all of it."""
        several = self.posting is None and len(self.extra) > 1
        if self.report is None or not several or any(one.it.reference for one in self.extra):
            return ()
        whole = tuple(_added(self.extra, name, self.product).quantity for name in MADE)
        return self.extra if whole == self.report.made(self.product) else ()

    @property
    def off(self) -> tuple[Quantity, ...]:
        """How far the ERP is off in yield, scrap and rework, its own scrap postings included."""
        booked = [self.posting, *self.scraps] if self.posting else [*self.scraps]
        return tuple(
            _added(booked, name, self.product).quantity
            - _added([self.report], name, self.product).quantity
            for name in MADE
        )

    @property
    def made(self) -> Sourced:
        """The yield of all reports on the operation."""
        return _added(self.reports, "yielded", self.product)

    @property
    def compared(self) -> Text:
        """Both sides, side by side."""
        return text(
            "Shop floor {here}, ERP {there} (good / scrap / rework), {more} more in the ERP",
            here=self._said(self.report),
            there=self._said(self.posting),
            more=len((*self.again, *self.orphans, *self.extra)),
        )

    @property
    def paths(self) -> tuple[str, ...]:
        """Where the confirmations that matter stand among the facts."""
        chosen = (self.report, self.posting, *self.again, *self.orphans, *self.extra)
        return tuple(one.path for one in chosen if one is not None)

    def agreed(self, percent: Decimal, compared: Sequence[str]) -> bool:
        """Return whether both sides agree within a percentage of the larger of what they count."""
        made = [_added([self.report], name, self.product).quantity.amount for name in MADE]
        there = [amount + off.amount for amount, off in zip(made, self.off, strict=True)]
        allowed = max(sum(made, Decimal(0)), sum(there, Decimal(0))) * percent / 100
        rows = zip(MADE, self.off, strict=True)
        return all(abs(off.amount) <= allowed for name, off in rows if name in compared)

    def without_slip(self, planned: Quantity) -> Sourced | None:
        """Return the yield without a slip of the finger, if it then is exactly what was left."""
        if self.report is None:
            return None
        own = self.report.in_base_unit("yielded", self.product)
        order = in_base_unit(planned, "order.quantity", self.product).quantity
        left = order - (self.made.quantity - own.quantity)
        by = slip(own.quantity, left)
        if by is None or by >= 1:
            return None
        terms = tuple(Term(one.path, str(Fraction(one.factor) * by)) for one in own.terms)
        return Sourced(left, terms)

    def scrapped(self, side: Iterable[Entry]) -> Quantity:
        """Return the scrap that one side has confirmed on the operation."""
        return _added(side, "scrapped", self.product).quantity

    def scrap_reported(self, scraps: Sequence[ScrapReport] | None) -> Quantity | None:
        """Return the scrap by the shop floor's scrap reports; None where there are none."""
        base, own = self.product.base_unit, self.product.conversions
        found = [
            convert(one.quantity, base, base_unit=base, alternatives=own)
            for one in scraps or ()
            if one.operation == self.operation and not one.component
        ]
        return total(found, base) if found else None

    def against(
        self, shop_order: ProductionOrder | None, scraps: Sequence[ScrapReport] | None
    ) -> Text | None:
        """Say where the shop floor contradicts itself, or the ERP has what may be the same."""
        if self.report is None:
            return None
        if self.posting is None and self.extra and not self.parts:
            return text("The ERP has an entry of its own on operation {step}", step=self.operation)
        made = self.made.quantity
        for step in shop_order.operations if shop_order else ():
            same = step.number == self.operation and step.yielded.unit == made.unit
            if same and step.yielded != made:
                return text("The shop floor itself counts {made}", made=step.yielded)
        said = self.scrap_reported(scraps)
        mine, theirs = self.scrapped(self.reports), self.scrapped(self.postings)
        # A floor that confirmed no scrap may have forgotten it; one that did contradicts itself.
        known = {mine} if mine else {mine, theirs}
        if said is not None and mine != theirs and said not in known:
            return text("The scrap reports say {said}", said=said)
        return None

    def changes(self, order: str) -> tuple[Change, ...]:
        """Return before and after of what the ERP will show."""
        where = f"order {order} operation {self.operation}"
        mine = [_added([self.report], name, self.product).quantity for name in MADE]
        return tuple(
            Change("ERP", where, name, str(here + off), str(here))
            for name, here, off in zip(MADE, mine, self.off, strict=True)
            if off and self.report
        )

    def _said(self, one: Entry | None) -> str:
        return " / ".join(map(str, _amounts(one))) if one else "-"


def gap_of(
    keys: Mapping[str, str],
    reports: Sequence[Confirmation],
    postings: Sequence[Confirmation],
    product: Material,
) -> Gap | None:
    """Return the gap a signal is about; None where neither side has anything to compare."""
    here, there = standing(reports, "reports"), standing(postings, "postings")
    pairing = pair(here, there)
    step = _operation(keys, (*reports, *postings), pairing)
    if step is None:
        return None
    report, posting = _focus(keys.get("confirmation"), step, pairing)
    cancelled = {marked(one) for one in reports if one.state is ConfirmationState.CANCELLED}
    under_way = any(one.reverses and one.state is ConfirmationState.PENDING for one in reports)
    alone = _on(step, pairing.posted_only)
    orphans = tuple(one for one in alone if one.it.reference and marked(one.it) in cancelled)
    extra = tuple(one for one in alone if one not in orphans)
    revoked = posting is None and report is not None and _revoked(report, postings)
    if revoked and len(extra) == 1 and extra[0].it.yielded:
        posting, extra = extra[0], ()
    return Gap(
        product=product,
        operation=step,
        reports=_on(step, here),
        postings=_on(step, there),
        report=report,
        posting=posting,
        again=_on(step, pairing.again),
        orphans=() if under_way else orphans,
        extra=extra,
        revoked=revoked and posting is None,
    )


def _on(step: str, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(one for one in entries if one.it.operation == step)


def _added(entries: Iterable[Entry | None], name: str, product: Material) -> Sourced:
    result = Sourced(Quantity(Decimal(0), product.base_unit), ())
    for one in entries:
        if one is not None:
            result += one.in_base_unit(name, product)
    return result


def _amounts(one: Entry) -> tuple[Quantity, ...]:
    return one.it.yielded, one.it.scrapped, one.it.reworked


def _operation(
    keys: Mapping[str, str], confirmations: Sequence[Confirmation], pairing: Pairing
) -> str | None:
    wanted = keys.get("confirmation")
    named = next((one.operation for one in confirmations if one.number == wanted), None)
    troubled = (one.it.operation for one in _by_trouble(pairing))
    return named or keys.get("operation") or next(troubled, None)


def _by_trouble(pairing: Pairing) -> Iterator[Entry]:
    """Walk the confirmations, those first that most likely are what somebody complained about."""
    yield from pairing.again
    yield from pairing.reported_only
    yield from (one for one, other in pairing.both if _amounts(one) != _amounts(other))
    yield from pairing.posted_only
    yield from (one for one, _ in pairing.both)


def _focus(wanted: str | None, step: str, pairing: Pairing) -> tuple[Entry | None, Entry | None]:
    rows: list[tuple[Entry, Entry | None]] = [(one, None) for one in pairing.reported_only]
    rows += sorted(pairing.both, key=lambda row: _amounts(row[0]) == _amounts(row[1]))
    here = [row for row in rows if row[0].it.operation == step]
    named = [row for row in here if any(one and one.it.number == wanted for one in row)]
    return next(iter(named or here), (None, None))


def _revoked(report: Entry, postings: Sequence[Confirmation]) -> bool:
    mark = marked(report.it)
    cancelled = (one for one in postings if one.state is ConfirmationState.CANCELLED)
    return mark is not None and any(marked(one) == mark for one in cancelled)
