"""Consumption variance: the shop floor reports more, or less, of a component than the bill allows.

Seen when    a confirmation's component quantity leaves the plant's tolerance, before it is posted
             or after the ERP refused it.
Settled by   posting it with a note and a variance reason where the variance is real and explained;
             by withdrawing and reporting it anew where the number or its unit is wrong; by holding
             it and asking the supervisor where nobody can tell.
Never        invents a quantity no system reported; never corrects a number on the word of a note
             alone; never posts into a closed period.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated

from agent.actions.action import Action
from agent.actions.hold_confirmation import HoldConfirmation
from agent.actions.open_task import OpenTask
from agent.actions.report_confirmation import ReportConfirmation
from agent.actions.withdraw_confirmation import WithdrawConfirmation
from agent.case.diagnosis import Handover, Leaning
from agent.case.remedy import Change, Derivation, Remedy, Term, Unsettled
from agent.case.text import Text, text
from agent.playbooks.clues import mentions
from agent.playbooks.playbook import (
    NOT_A_CONFLICT,
    Cause,
    Method,
    Playbook,
    Risk,
    Today,
    Trigger,
    Via,
)
from agent.playbooks.reckoning import in_base_unit, posting_date, told, worth
from tools.objects.bom import Bom, BomItem
from tools.objects.confirmation import (
    Confirmation,
    ConfirmationDraft,
    ConfirmationState,
    MaterialUse,
)
from tools.objects.cost import PostingPeriod
from tools.objects.material import Material
from tools.objects.order import ProductionOrder
from tools.objects.quantity import Quantity, QuantityError
from tools.objects.reading import System
from tools.objects.scrap import ScrapReport
from tools.objects.task import TaskDraft
from tools.objects.units import convert, factor, table
from tools.plant.model import Plant

TYPED = (Fraction(10), Fraction(100), Fraction(1, 10), Fraction(1, 100))
SETUP_AT_MOST = Decimal("1.5")
REASONS = {
    "setup_waste": "0010",
    "unrecorded_scrap": "0020",
    "substituted": "0030",
    "wrong_unit": "",
    "entry_error": "",
}


@dataclass(frozen=True)
class Facts:
    """The reported confirmation, what the bill allows, and what else was reported."""

    today: Annotated[date, Today()]
    reported: Annotated[Confirmation, System.MES]
    order: Annotated[ProductionOrder, System.ERP]
    material: Annotated[Material, System.ERP]
    bom: Annotated[
        Bom, System.ERP, Via("order", lambda it: {"material": it.material}), Method("bom")
    ]
    posted: Annotated[tuple[Confirmation, ...], System.ERP]
    scraps: Annotated[tuple[ScrapReport, ...] | None, System.MES]
    period: Annotated[PostingPeriod | None, System.ERP]


CAUSES = (
    Cause("setup_waste", text("Material was lost while the machine was set up"), Risk.LOW),
    Cause("wrong_unit", text("The quantity was entered in another unit than the system took")),
    Cause("substituted", text("An approved alternative was used instead"), Risk.LOW),
    Cause("entry_error", text("The number was mistyped")),
    Cause("unrecorded_scrap", text("Scrap was made that the confirmation does not show")),
    Cause("bom_wrong", text("The bill of material does not fit what is really used"), Risk.HIGH),
    Cause(NOT_A_CONFLICT, text("The consumption is within tolerance, or posted"), Risk.LOW),
)


@dataclass(frozen=True)
class Variance:
    """What was used of the component, what the bill allows, and where the first stands."""

    index: int
    use: MaterialUse
    used: Quantity
    allowed: Quantity
    tolerance: Decimal

    @property
    def path(self) -> str:
        """Where the reported quantity stands among the facts."""
        return f"reported.uses.{self.index}.quantity"

    def fits(self, amount: Fraction) -> bool:
        """Return whether an amount is what the bill allows, within tolerance."""
        allowed = Fraction(self.allowed.amount)
        return abs(amount - allowed) <= allowed * Fraction(self.tolerance) / 100

    @property
    def excess(self) -> Quantity:
        """What is used beyond the bill; negative where less is used."""
        return self.used - self.allowed


def weigh(facts: Facts, plant: Plant) -> Sequence[Leaning] | Handover:
    """Say what the numbers, and then the note, speak for."""
    found = _variance(facts, plant)
    if found is None:
        return ()
    settled = found.fits(Fraction(found.used.amount)) or _posted(facts)
    used = text("{used} used, {allowed} allowed", used=found.used, allowed=found.allowed)
    if settled:
        return [told(NOT_A_CONFLICT, True, used, found.path, "bom", "posted")] + [
            told(cause.name, False, used, found.path, "bom")
            for cause in CAUSES
            if cause.name != NOT_A_CONFLICT
        ]
    ratio = text("The ratio is {ratio}", ratio=_ratio(found))
    unit, typed = _other_unit(facts, found), _mistyped(found)
    instead, scrapped = _instead(facts, found), _scrapped(facts, found)
    always = _always(facts, found)
    little = found.allowed < found.used <= found.allowed * SETUP_AT_MOST
    return (
        told(NOT_A_CONFLICT, False, used, found.path, "bom"),
        told("wrong_unit", unit is not None, ratio, found.path, "material"),
        told("entry_error", typed is not None and unit is None, ratio, found.path, weight=2),
        told("substituted", instead is not None, _instead_said(instead), "reported", "bom"),
        told("unrecorded_scrap", scrapped is not None, _scrap_said(facts), "scraps", "reported"),
        told("bom_wrong", always, text("Earlier confirmations deviate alike"), "posted", "bom"),
        told("setup_waste", little, used, found.path, "bom", weight=1),
        *_clues(facts),
    )


def remedy(cause: str, facts: Facts, plant: Plant) -> Remedy | Unsettled:
    """Report the confirmation anew: as it was, with its reason, or with the corrected number."""
    found = _variance(facts, plant)
    if found is None or cause == "bom_wrong":
        return Unsettled(cause, _question(cause, facts), in_doubt(facts, plant, (cause,)))
    if cause == NOT_A_CONFLICT:
        return Remedy(cause, text("The consumption is what the bill allows"), hard=())
    scale = Fraction(1)
    if cause in {"wrong_unit", "entry_error"}:
        right = _other_unit(facts, found) if cause == "wrong_unit" else _mistyped(found)
        if right is None:
            return Unsettled(cause, _question(cause, facts), in_doubt(facts, plant, (cause,)))
        scale = right
    return _reported_anew(cause, facts, found, scale)


def in_doubt(facts: Facts, plant: Plant, shortlist: tuple[str, ...]) -> tuple[Action, ...]:
    """Hold the confirmation and ask the supervisor, with the shortlist of causes."""
    reported = facts.reported
    said = "; ".join(str(cause.says) for cause in CAUSES if cause.name in shortlist)
    title = f"Consumption of {facts.material.number} on order {facts.order.number}"
    task = OpenTask(TaskDraft(plant.code, title, said, facts.order.number))
    if reported.state is ConfirmationState.HELD:
        return (task,)
    return (HoldConfirmation(reported.number, "Consumption outside tolerance"), task)


def _reported_anew(cause: str, facts: Facts, found: Variance, scale: Fraction) -> Remedy:
    reported = facts.reported
    corrected = _scaled(found.use.quantity, scale)
    uses = tuple(
        replace(use, quantity=corrected) if index == found.index else use
        for index, use in enumerate(reported.uses)
    )
    day = posting_date(reported.posting_date, facts.period, facts.today)
    draft = ConfirmationDraft(
        order=reported.order,
        operation=reported.operation,
        yielded=reported.yielded,
        scrapped=reported.scrapped,
        reworked=reported.reworked,
        posting_date=day,
        final=reported.final,
        work_center=reported.work_center,
        variance_reason=REASONS[cause] or None,
        note=str(next(one.says for one in CAUSES if one.name == cause))[:40],
        uses=uses,
        activities=reported.activities,
    )
    before, after = found.use.quantity, corrected
    return Remedy(
        cause=cause,
        summary=text("Report {after} of {what}", after=after, what=facts.material.number),
        hard=(
            WithdrawConfirmation(reported.number, reported.order, "Reported anew"),
            ReportConfirmation(draft),
        ),
        changes=(Change("MES", facts.material.number, "consumption", str(before), str(after)),),
        derivations=tuple(_derivations(facts, found, corrected, scale)),
        rests_on=("reported", "order", "material", "bom", "posted"),
        value=worth(abs(found.excess), facts.material),
        into_closed_period=day != reported.posting_date,
    )


def _derivations(
    facts: Facts, found: Variance, corrected: Quantity, scale: Fraction
) -> list[Derivation]:
    """Say where each quantity of the new report comes from: the old one, one of them scaled."""
    reported, draft = facts.reported, "draft"
    same = [("yielded", reported.yielded), ("scrapped", reported.scrapped)]
    same.append(("reworked", reported.reworked))
    same += [(f"uses.{index}.quantity", use.quantity) for index, use in enumerate(reported.uses)]
    same += [
        (f"activities.{index}.quantity", use.quantity)
        for index, use in enumerate(reported.activities)
    ]
    result = list[Derivation]()
    for field, quantity in same:
        changed = field == f"uses.{found.index}.quantity"
        term = Term(f"reported.{field}", str(scale) if changed else "1")
        result.append(
            Derivation(1, f"{draft}.{field}", corrected if changed else quantity, (term,))
        )
    return result


def _scaled(quantity: Quantity, scale: Fraction) -> Quantity:
    return Quantity(quantity.amount * scale.numerator / scale.denominator, quantity.unit)


def _variance(facts: Facts, plant: Plant) -> Variance | None:
    """Compare what was used of the component with the bill; None where units do not meet."""
    material = facts.material
    item = next((one for one in facts.bom.items if one.component == material.number), None)
    for index, use in enumerate(facts.reported.uses):
        if use.material == material.number and item is not None:
            try:
                used = in_base_unit(use.quantity, f"reported.uses.{index}.quantity", material)
                allowed = _allowed(facts, item)
            except QuantityError:
                return None
            percent = plant.tolerances.consumption(material.number, material.group)
            return Variance(index, use, used.quantity, allowed, percent)
    return None


def _allowed(facts: Facts, item: BomItem) -> Quantity:
    """Return what the bill allows for everything that was made, good or bad, in base units."""
    reported, base = facts.reported, facts.material.base_unit
    made = reported.yielded + reported.scrapped + reported.reworked
    per_lot = convert(item.quantity, base, base_unit=base, alternatives=facts.material.conversions)
    lots = Decimal(1) if item.fixed else made.amount / facts.bom.base_quantity.amount
    return per_lot * lots * (1 + item.scrap_percent / 100)


def _ratio(found: Variance) -> str:
    if not found.allowed:
        return "?"
    return f"{(found.used.amount / found.allowed.amount):.4g}"


def _other_unit(facts: Facts, found: Variance) -> Fraction | None:
    """Return what the number would have to be multiplied by, had it been meant in another unit."""
    material, ours = facts.material, found.use.quantity.unit
    fitting = set[Fraction]()
    own = {one.unit for one in material.conversions}
    for code, unit in table().items():
        plausible = code in own or (unit.physical and unit.dimension != "count")
        if code == ours or not plausible:
            continue
        try:
            scale = factor(
                code, ours, base_unit=material.base_unit, alternatives=material.conversions
            )
        except QuantityError:
            continue
        if found.fits(Fraction(found.used.amount) * scale):
            fitting.add(scale)
    return fitting.pop() if len(fitting) == 1 else None


def _mistyped(found: Variance) -> Fraction | None:
    """Return the power of ten by which the number misses what the bill allows."""
    for slip in TYPED:
        if found.fits(Fraction(found.used.amount) * slip):
            return slip
    return None


def _instead(facts: Facts, found: Variance) -> str | None:
    """Return the approved alternative that was used where this component was not."""
    item = next(one for one in facts.bom.items if one.component == found.use.material)
    group = {
        one.component
        for one in facts.bom.items
        if item.alternative_group and one.alternative_group == item.alternative_group
    }
    others = [
        use.material for use in facts.reported.uses if use.material in group - {item.component}
    ]
    return others[0] if others and found.used < found.allowed else None


def _scrapped(facts: Facts, found: Variance) -> Quantity | None:
    """Return the component scrap that was reported and explains the excess."""
    for report in facts.scraps or ():
        mine = report.operation == facts.reported.operation and report.component
        if mine and report.material == found.use.material:
            same_unit = report.quantity.unit == found.excess.unit
            if same_unit and found.fits(Fraction((found.used - report.quantity).amount)):
                return report.quantity
    return None


def _always(facts: Facts, found: Variance) -> bool:
    """Return whether two or more earlier confirmations of the operation deviate alike."""
    alike = 0
    for earlier in facts.posted:
        if earlier.operation != facts.reported.operation or earlier.reverses:
            continue
        made = earlier.yielded + earlier.scrapped
        used = [use.quantity for use in earlier.uses if use.material == found.use.material]
        if made and used and used[0].unit == found.used.unit and found.allowed:
            expected = found.allowed.amount * made.amount / _made(facts).amount
            share = used[0].amount / expected if expected else Decimal(1)
            now = found.used.amount / found.allowed.amount
            alike += abs(share - now) <= Decimal("0.05") * now
    return alike >= 2


def _made(facts: Facts) -> Quantity:
    return facts.reported.yielded + facts.reported.scrapped + facts.reported.reworked


def _posted(facts: Facts) -> bool:
    """Return whether the ERP has this very confirmation."""
    return any(
        one.reference is not None
        and one.reference == facts.reported.reference
        and one.state is ConfirmationState.POSTED
        for one in facts.posted
    )


def _clues(facts: Facts) -> list[Leaning]:
    note = facts.reported.note
    says = text("The operator's note mentions it")
    pairs = (
        ("setup", "setup_waste"),
        ("unit", "wrong_unit"),
        ("substitute", "substituted"),
        ("typing", "entry_error"),
        ("scrap", "unrecorded_scrap"),
    )
    return [
        Leaning(cause, 2, says, ("reported.note",), from_free_text=True)
        for clue, cause in pairs
        if mentions(note, clue)
    ]


def _instead_said(instead: str | None) -> Text:
    if instead is None:
        return text("No alternative of the bill was used")
    return text("{other}, an alternative of the bill, was used", other=instead)


def _scrap_said(facts: Facts) -> Text:
    return text("{count} scrap reports of the order", count=len(facts.scraps or ()))


def _question(cause: str, facts: Facts) -> Text:
    says = next(one.says for one in CAUSES if one.name == cause)
    return text(
        "{says}: consumption of {material} on order {order}",
        says=says,
        material=facts.material.number,
        order=facts.order.number,
    )


PLAYBOOK = Playbook(
    number="P1",
    title=text("Consumption variance"),
    business_object="confirmation",
    object_key="order",
    endpoint="API_PROD_ORDER_CONFIRMATION_2_SRV",
    triggers=(
        Trigger("concord.confirmation.variance.v1", keys=("order", "confirmation", "material")),
    ),
    facts=Facts,
    causes=CAUSES,
    weigh=weigh,
    remedy=remedy,
    in_doubt=in_doubt,
)
