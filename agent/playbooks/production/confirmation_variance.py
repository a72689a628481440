"""Consumption variance: the shop floor reports more, or less, of a component than the bill allows.

Seen when    a confirmation's component quantity leaves the plant's tolerance, before it is posted
             or after the ERP refused it.
Settled by   posting it with a note and a variance reason where the variance is real and explained;
             by withdrawing and reporting it anew where the number or its unit is wrong, or scrap is
             missing; by holding it and asking the supervisor where nobody can tell.
Never        invents a quantity no system reported; never corrects a number on the word of a note
             alone; never posts into a closed period.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

from agent.actions.action import Action
from agent.actions.free_confirmation import FreeConfirmation
from agent.actions.hold_confirmation import HoldConfirmation
from agent.actions.open_task import OpenTask
from agent.actions.report_confirmation import ReportConfirmation
from agent.actions.withdraw_confirmation import WithdrawConfirmation
from agent.case.diagnosis import Handover, Leaning
from agent.case.remedy import Change, Derivation, Remedy, Term, Unsettled
from agent.case.text import Text, text
from agent.playbooks.clues import denies, doubts, mentions
from agent.playbooks.consumption import Consumption, Plan
from agent.playbooks.meant import Corrected, total_of
from agent.playbooks.playbook import (
    NOT_A_CONFLICT,
    Cause,
    Method,
    Playbook,
    Refused,
    Risk,
    Today,
    Trigger,
    Via,
)
from agent.playbooks.reckoning import Sourced, posting_date, told, worth
from agent.playbooks.variance import Found, Report, look
from tools.objects.bom import Bom
from tools.objects.confirmation import Confirmation, ConfirmationDraft, ConfirmationState
from tools.objects.cost import PostingPeriod
from tools.objects.material import Material
from tools.objects.order import ProductionOrder
from tools.objects.quantity import Quantity
from tools.objects.reading import System
from tools.objects.scrap import ScrapReport
from tools.objects.sync import Refusal
from tools.objects.task import TaskDraft
from tools.plant.model import Plant

LONGEST_NOTE = 40
UNSENT = frozenset({ConfirmationState.PENDING, ConfirmationState.REFUSED})
# The ERP's variance reasons; a number that was merely wrong needs none.
REASONS = {"setup_waste": "0010", "unrecorded_scrap": "0020", "substituted": "0030"}
# A note that mentions one of these where the numbers rule it out contests them; the name of a
# package or a replaced part does not.
CONTESTING = frozenset({"setup_waste", "entry_error", "unrecorded_scrap"})
CLUES = {
    "setup": "setup_waste",
    "unit": "wrong_unit",
    "substitute": "substituted",
    "typing": "entry_error",
    "scrap": "unrecorded_scrap",
}


@dataclass(frozen=True)
class Facts:
    """The reported confirmation, what order and bill allow, and what else was reported."""

    today: Annotated[date, Today()]
    reported: Annotated[Confirmation, System.MES]
    order: Annotated[ProductionOrder, System.ERP]
    material: Annotated[Material, System.ERP]
    bom: Annotated[
        Bom, System.ERP, Via("order", lambda order: {"material": order.material}), Method("bom")
    ]
    posted: Annotated[tuple[Confirmation, ...], System.ERP]
    scraps: Annotated[tuple[ScrapReport, ...] | None, System.MES]
    period: Annotated[PostingPeriod | None, System.ERP]
    refused: Annotated[tuple[Refusal, ...], Refused()] = ()


CAUSES = (
    Cause("setup_waste", text("Material was lost while the machine was set up"), Risk.LOW),
    Cause("wrong_unit", text("The quantity was entered in another unit than the system took")),
    Cause("substituted", text("An approved alternative was used instead"), Risk.LOW),
    Cause("entry_error", text("The number was mistyped")),
    Cause("unrecorded_scrap", text("Scrap was made that the confirmation does not show")),
    Cause("bom_wrong", text("The bill of material does not fit what is really used"), Risk.HIGH),
    Cause(NOT_A_CONFLICT, text("The consumption is within tolerance, or posted"), Risk.LOW),
)


def weigh(facts: Facts, plant: Plant) -> Sequence[Leaning] | Handover:
    """Say what the numbers, and then the note, speak for."""
    found = _found(facts, plant)
    if found is None:
        return ()
    it, path = (
        found.it,
        f"reported.uses.{found.it.lines[0].index}" if found.it.lines else "reported",
    )
    used = text("{used} used, {allowed} allowed", used=it.used, allowed=it.allowed)
    cites = (path, "order", "bom")
    if _settled(facts, found):
        others = [cause.name for cause in CAUSES if cause.name != NOT_A_CONFLICT]
        return [told(NOT_A_CONFLICT, True, used, *cites, "posted")] + [
            told(name, False, used, *cites) for name in others
        ]
    ratio = text("The ratio is {ratio}", ratio=_ratio(it))
    scrapped = found.thrown or found.scrap is not None
    reports = text("{count} scrap reports of the order", count=len(facts.scraps or ()))
    leanings = [
        told(NOT_A_CONFLICT, False, used, *cites),
        told("substituted", bool(found.instead), _instead_said(found.instead), "reported", "bom"),
        told("bom_wrong", found.always, text("Earlier confirmations deviate alike"), "posted"),
    ]
    if not found.foreign:
        leanings.append(told("entry_error", bool(found.typed), ratio, path, weight=2))
    if found.meant or not found.nearly:
        leanings.append(told("wrong_unit", bool(found.meant), ratio, path, "material"))
    if scrapped or not found.may_be_loss:
        leanings.append(told("unrecorded_scrap", scrapped, reports, "scraps", "reported"))
    if not found.may_be_setup:
        leanings.append(told("setup_waste", False, used, path, "order"))
    elif any(one.activity == "SETUP" and one.quantity for one in facts.reported.activities):
        setup = text("Setup time was reported")
        leanings.append(Leaning("setup_waste", 1, setup, ("reported.activities",)))
    return (*leanings, *_clues(facts, leanings))


def remedy(cause: str, facts: Facts, plant: Plant) -> Remedy | Unsettled:
    """Report the confirmation anew: as it was, with its reason, or with the corrected number."""
    found = _found(facts, plant)
    if found is None or cause == "bom_wrong":
        return Unsettled(cause, _question(cause, facts), in_doubt(facts, plant, (cause,)))
    match cause:
        case "not_a_conflict":
            return _let_through(facts, found)
        case "substituted" if not found.instead:
            return Unsettled(cause, _question(cause, facts), in_doubt(facts, plant, (cause,)))
        case "wrong_unit" | "entry_error":
            corrected = found.typed if cause == "entry_error" else found.meant or found.nearly
            if not corrected:
                return Unsettled(cause, _question(cause, facts), in_doubt(facts, plant, (cause,)))
            return _reported_anew(cause, facts, plant, found, corrected)
        case _:
            return _reported_anew(cause, facts, plant, found, ())


def in_doubt(facts: Facts, plant: Plant, shortlist: tuple[str, ...]) -> tuple[Action, ...]:
    """Hold the confirmation while it can be held, and ask the supervisor with the shortlist."""
    reported = facts.reported
    said = PLAYBOOK.told(shortlist)
    title = f"Consumption of {facts.material.number} on order {facts.order.number}"
    task = OpenTask(TaskDraft(plant.code, title, said, facts.order.number))
    if reported.state not in UNSENT:
        return (task,)
    return (HoldConfirmation(reported.number, "Consumption outside tolerance"), task)


def _found(facts: Facts, plant: Plant) -> Found | None:
    """Compare report, order and bill; None where no bill or no unit on record tells."""
    material = facts.material
    return look(
        Report(
            facts.reported,
            Plan(facts.order, facts.bom),
            facts.posted,
            facts.scraps or (),
        ),
        material,
        plant.tolerances.consumption(material.number, material.group),
        plant.mappings.units.values(),
    )


def _settled(facts: Facts, found: Found) -> bool:
    return found.it.fits(found.it.used.amount) or _over(facts)


def _over(facts: Facts) -> bool:
    """Return whether the confirmation is withdrawn, or stands in the ERP as it was reported.

    Once a correction of this case was refused, its own withdrawal is no end of it.
    """
    reported = facts.reported
    withdrawn = reported.state is ConfirmationState.CANCELLED and not facts.refused
    return withdrawn or any(
        one.reference is not None
        and one.reference == reported.reference
        and one.state is ConfirmationState.POSTED
        for one in facts.posted
    )


def _clues(facts: Facts, leanings: Sequence[Leaning]) -> list[Leaning]:
    """Say what the note mentions; one that speaks only against the numbers contests them.

    What it denies it rules out. One that doubts says nothing, and stays unread.
    """
    note, excluded = facts.reported.note, {one.cause for one in leanings if one.excludes}
    if doubts(note):
        return []
    mentioned = [cause for clue, cause in CLUES.items() if mentions(note, clue)]
    denied = [cause for clue, cause in CLUES.items() if denies(note, clue)]
    against = CONTESTING.intersection(mentioned) if excluded.issuperset(mentioned) else ()
    says, otherwise = text("The operator's note mentions it"), text("The operator's note denies it")
    cites = ("reported.note",)
    return [
        Leaning(
            cause,
            3 if cause in against else _weight(cause, mentioned),
            says,
            cites,
            from_free_text=True,
        )
        for cause in mentioned
        if cause in against or cause not in excluded
    ] + [
        Leaning(cause, -3, otherwise, cites, excludes=True, from_free_text=True)
        for cause in denied
        if cause not in excluded
    ]


def _weight(cause: str, mentioned: Sequence[str]) -> int:
    """Return how much a note says: of a loss and its occasion, the occasion says what it was."""
    return 3 if cause == "setup_waste" and "unrecorded_scrap" in mentioned else 2


def _let_through(facts: Facts, found: Found) -> Remedy | Unsettled:
    """Leave what needs nothing as it is; free what was held for nothing."""
    reported = facts.reported
    said = text("The consumption is what the bill allows")
    match reported.state:
        case ConfirmationState.HELD if not _over(facts):
            states = (reported.state.value, ConfirmationState.POSTED.value)
            return Remedy(
                cause=NOT_A_CONFLICT,
                summary=text("Free confirmation {number}", number=reported.number),
                hard=(FreeConfirmation(reported.number),),
                changes=(Change("MES", reported.number, "state", *states),),
                rests_on=("reported", "order", "material", "bom", "posted"),
                value=worth(abs(found.it.excess), facts.material),
            )
        case ConfirmationState.REFUSED if not _over(facts):
            return Unsettled(
                NOT_A_CONFLICT,
                text("The consumption of {number} is right, yet refused", number=reported.number),
            )
        case _:
            return Remedy(NOT_A_CONFLICT, said, hard=())


def _reported_anew(
    cause: str, facts: Facts, plant: Plant, found: Found, corrected: Sequence[Corrected]
) -> Remedy:
    """Withdraw the report, and report it with its reason, the right number, or its scrap."""
    reported, it = facts.reported, found.it
    scrap = found.scrap if cause == "unrecorded_scrap" else None
    draft = _draft(cause, facts, plant, corrected, scrap)
    after = total_of(it, corrected)
    return Remedy(
        cause=cause,
        summary=text("Report {after} of {what}", after=after, what=facts.material.number),
        hard=(
            WithdrawConfirmation(reported.number, reported.order, "Reported anew"),
            ReportConfirmation(draft),
        ),
        changes=(
            Change("MES", facts.material.number, "consumption", str(it.used), str(after)),
            *([_scrap_change(reported, scrap.quantity)] if scrap else ()),
        ),
        derivations=tuple(_derivations(reported, corrected, scrap)),
        rests_on=("reported", "order", "material", "bom", "posted", "scraps"),
        value=worth(abs(it.used - after if corrected else it.excess), facts.material),
        into_closed_period=draft.posting_date != reported.posting_date,
    )


def _draft(
    cause: str, facts: Facts, plant: Plant, corrected: Sequence[Corrected], scrap: Sourced | None
) -> ConfirmationDraft:
    """Return the report as it should have been; what the operator wrote stays in it."""
    reported = facts.reported
    meant = {one.index: one.quantity for one in corrected}
    reason = plant_reason(plant, REASONS[cause]) if cause in REASONS else reported.variance_reason
    return ConfirmationDraft(
        order=reported.order,
        operation=reported.operation,
        yielded=reported.yielded,
        scrapped=scrap.quantity if scrap else reported.scrapped,
        reworked=reported.reworked,
        posting_date=posting_date(reported.posting_date, facts.period, facts.today),
        final=reported.final,
        work_center=reported.work_center,
        variance_reason=reason,
        note=f"{cause.replace('_', ' ')}: {reported.note}"[:LONGEST_NOTE],
        uses=tuple(
            replace(use, quantity=meant.get(index, use.quantity))
            for index, use in enumerate(reported.uses)
        ),
        activities=reported.activities,
    )


def plant_reason(plant: Plant, code: str) -> str:
    """Return what the shop floor calls a variance reason of the ERP."""
    known = plant.mappings.reason_codes.items()
    return next((floor for floor, erp in known if erp == code), code)


def _derivations(
    reported: Confirmation, corrected: Sequence[Corrected], scrap: Sourced | None
) -> list[Derivation]:
    """Say where each quantity of the new report comes from: the old one, but for what is mended."""
    fields = [(name, getattr(reported, name)) for name in ("yielded", "scrapped", "reworked")]
    fields += [(f"uses.{index}.quantity", one.quantity) for index, one in enumerate(reported.uses)]
    fields += [
        (f"activities.{index}.quantity", one.quantity)
        for index, one in enumerate(reported.activities)
    ]
    sourced = {name: Sourced(quantity, (Term(f"reported.{name}"),)) for name, quantity in fields}
    for one in corrected:
        sourced[f"uses.{one.index}.quantity"] = Sourced(one.quantity, (one.term,))
    if scrap is not None:
        sourced["scrapped"] = scrap
    return [one.derivation(1, f"draft.{name}") for name, one in sourced.items()]


def _scrap_change(reported: Confirmation, after: Quantity) -> Change:
    return Change("MES", reported.order, "scrap", str(reported.scrapped), str(after))


def _ratio(it: Consumption) -> str:
    return f"{it.used.amount / it.allowed.amount:.4g}" if it.allowed else "?"


def _instead_said(instead: str | None) -> Text:
    if instead is None:
        return text("No alternative of the bill was used")
    return text("{other}, an alternative of the bill, was used", other=instead)


def _question(cause: str, facts: Facts) -> Text:
    says = PLAYBOOK.cause(cause).says
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
