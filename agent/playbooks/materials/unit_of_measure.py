"""Unit of measure: both sides speak of one issue, and what it amounts to depends on the unit.

Seen when    the quantity of an issue differs between MES and ERP by what may be a conversion.
Settled by   cancelling what the ERP booked in another unit, or with its point elsewhere, and
             posting what was reported; by reporting anew what was typed in the wrong unit; by
             asking whoever keeps the master data for the factor that differs or is missing.
             Nothing for rounding.
Never        guesses a unit or a factor; never converts by a factor only the MES has; never corrects
             where two corrections fit, or where the order cannot take what was reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

from agent.actions.action import Action
from agent.actions.cancel_movement import CancelMovement
from agent.actions.open_task import OpenTask
from agent.actions.post_movement import PostMovement
from agent.actions.request_master_data import RequestMasterData
from agent.case.conflict import Signal
from agent.case.diagnosis import Handover, Leaning
from agent.case.remedy import Change, Remedy, Unsettled
from agent.case.text import Text, text
from agent.playbooks.clues import mentions, understood
from agent.playbooks.issued import needs, sent_again, taken
from agent.playbooks.measured import Measured, factor_of, factor_said, measured, same_base
from agent.playbooks.playbook import (
    NOT_A_CONFLICT,
    Cause,
    Method,
    Playbook,
    Received,
    Risk,
    Today,
    Trigger,
)
from agent.playbooks.reckoning import Sourced, posting_date, told, worth
from tools.objects.cost import PostingPeriod
from tools.objects.master_request import MasterRecord, MasterRequest
from tools.objects.material import Material
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementDraft, MovementType
from tools.objects.order import ProductionOrder
from tools.objects.quantity import Quantity, plain
from tools.objects.reading import System
from tools.objects.stock import StockLine
from tools.objects.task import TaskDraft
from tools.plant.model import Plant


@dataclass(frozen=True)
class Facts:
    """One reported issue, what the ERP booked of it, and how both sides keep the material."""

    signal: Annotated[Signal, Received()]
    today: Annotated[date, Today()]
    order: Annotated[ProductionOrder, System.ERP]
    material: Annotated[Material, System.ERP]
    own: Annotated[Material | None, System.MES]
    issue: Annotated[MaterialDocument | None, System.MES]
    booked: Annotated[tuple[MaterialDocument, ...], System.ERP, Method("movements")]
    stock: Annotated[tuple[StockLine, ...], System.ERP]
    period: Annotated[PostingPeriod | None, System.ERP]


CAUSES = (
    Cause("wrong_unit", text("The number was taken in another unit than it was meant in")),
    Cause("decimal_slip", text("The decimal point slipped")),
    Cause("factor_differs", text("MES and ERP convert the unit by different factors"), Risk.HIGH),
    Cause("factor_missing", text("The ERP has no factor for the unit"), Risk.HIGH),
    Cause("base_unit_differs", text("MES and ERP keep it in different base units"), Risk.HIGH),
    Cause(NOT_A_CONFLICT, text("Both sides mean the same amount"), Risk.LOW),
)
CLUES = {"unit": "wrong_unit", "typing": "decimal_slip"}
CITES = ("issue", "booked", "material", "own")
RESTS_ON = ("order", "material", "own", "issue", "booked")


def weigh(facts: Facts, plant: Plant) -> Sequence[Leaning] | Handover:
    """Say what the units on both sides, the order, and then the note speak for."""
    it = _measured(facts)
    if it is None:
        return ()
    said = _compared(it)
    found = _by_master_data(facts, it) or _by_numbers(it, plant)
    if found is None:
        return ()
    copy = (f"booked.{facts.booked.index(it.copy)}",) if it.copy else ()
    leanings = [told(one.name, one.name in found, said, *CITES, *copy) for one in CAUSES]
    if not found:
        return [one for one in leanings if one.cause not in set(CLUES.values())] + _clues(it, set())
    return _with_note(leanings, it, found)


def remedy(cause: str, facts: Facts, plant: Plant) -> Remedy | Unsettled:
    """Book what was reported, or report what was meant, if exactly one amount fits."""
    it = _measured(facts)
    plan = _planned(cause, facts, plant, it)
    if it is None or isinstance(plan, Unsettled):
        return plan
    return replace(plan, unread_note=not understood(it.taken.note, *CLUES))


def _planned(cause: str, facts: Facts, plant: Plant, it: Measured | None) -> Remedy | Unsettled:
    if it is None:
        return Unsettled(cause, _question(cause, facts, None), in_doubt(facts, plant, (cause,)))
    if cause == NOT_A_CONFLICT:
        return _let_through(facts, it)
    lost, numbers = it.unit_lost or it.point_lost, cause in CLUES.values()
    if numbers and it.copy is not None and it.here is not None and it.plausible and lost:
        return _booked_anew(cause, facts, it, it.copy, it.here)
    meant = _meant(cause, it, plant) if numbers and it.copy is None else ()
    if len(meant) == 1:
        return _reported_anew(cause, facts, it, meant[0])
    return Unsettled(cause, _question(cause, facts, it), in_doubt(facts, plant, (cause,)))


def in_doubt(facts: Facts, plant: Plant, shortlist: tuple[str, ...]) -> tuple[Action, ...]:
    """Ask the supervisor; where a factor is the matter, ask the keeper of the master data too."""
    said = PLAYBOOK.told(shortlist)
    title = f"Unit of {facts.material.number} on order {facts.order.number}"
    task = OpenTask(TaskDraft(plant.code, title, said, facts.order.number))
    request = (
        _request(facts, plant) if set(shortlist) & {"factor_differs", "factor_missing"} else None
    )
    return (RequestMasterData(request), task) if request else (task,)


def _measured(facts: Facts) -> Measured | None:
    reported = taken(facts.issue, facts.material.number)
    if reported is None:
        return None
    return measured(reported, facts.material, facts.own, facts.order, facts.booked)


def _by_master_data(facts: Facts, it: Measured) -> set[str]:
    """Return what the two master records alone tell."""
    if facts.own is not None and not same_base(facts.own, facts.material):
        return {"base_unit_differs"}
    if it.here is None:
        return {"factor_missing"}
    return set() if it.converts_alike else {"factor_differs"}


def _by_numbers(it: Measured, plant: Plant) -> set[str] | None:
    """Return what the amounts tell; empty where several corrections fit, None where none does."""
    if it.there is not None:
        if it.booked_alike:
            return {NOT_A_CONFLICT}
        lost = "wrong_unit" if it.unit_lost else "decimal_slip" if it.point_lost else None
        return {lost} if lost and it.plausible else None
    if it.plausible:
        return {NOT_A_CONFLICT}
    for cause in ("wrong_unit", "decimal_slip"):
        fitting = len(_meant(cause, it, plant))
        if fitting:
            return {cause} if fitting == 1 else set()
    return None


def _meant(cause: str, it: Measured, plant: Plant) -> tuple[Sourced, ...]:
    """Return what may have been meant; a point is looked for only where no other unit fits."""
    units = it.in_other_units(plant.mappings.units.values())
    return units if cause == "wrong_unit" or units else it.with_point_elsewhere()


def _with_note(leanings: list[Leaning], it: Measured, found: set[str]) -> list[Leaning]:
    """Let the note contest what the numbers say, or agree with it."""
    note, says = it.taken.note, text("The operator's note says otherwise")
    typed = mentions(note, "typing") and "decimal_slip" not in found
    if found & set(CLUES.values()) and (mentions(note, "insisting") or typed):
        against = NOT_A_CONFLICT if mentions(note, "insisting") else "decimal_slip"
        return [*leanings, Leaning(against, 3, says, ("issue",), from_free_text=True)]
    return [*leanings, *_clues(it, found)]


def _clues(it: Measured, found: set[str]) -> list[Leaning]:
    says = text("The operator's note mentions it")
    return [
        Leaning(cause, 2, says, ("issue",), from_free_text=True)
        for clue, cause in CLUES.items()
        if mentions(it.taken.note, clue) and (not found or cause in found)
    ]


def _let_through(facts: Facts, it: Measured) -> Remedy:
    """Leave alone what is booked or on its way; send again what was refused and fits now."""
    said, message = text("Both sides mean the same amount"), facts.signal.keys.get("message")
    if it.copy is not None or message is None or it.here is None:
        return Remedy(NOT_A_CONFLICT, said, hard=())
    change = _change("ERP", facts, it.here.quantity.zero(), it.here.quantity)
    plan = sent_again(said, message, facts.order.number, change, RESTS_ON)
    return replace(plan, value=worth(it.here.quantity, facts.material))


def _booked_anew(
    cause: str, facts: Facts, it: Measured, copy: MaterialDocument, right: Sourced
) -> Remedy:
    """Cancel what the ERP booked, and post what the shop floor reported."""
    day, old = posting_date(copy.posting_date, facts.period, facts.today), copy.lines[0]
    line = GoodsMovement(
        type=MovementType.ISSUE_ORDER,
        material=old.material,
        plant=old.plant,
        quantity=right.quantity,
        location=old.location,
        batch=old.batch,
        order=facts.order.number,
        reservation=old.reservation,
        item=old.item,
    )
    there = it.there or right.quantity.zero()
    return Remedy(
        cause=cause,
        summary=text(
            "Post {right} of {what} instead of {there}",
            right=right.quantity,
            what=old.material,
            there=there,
        ),
        hard=(
            CancelMovement(copy.number, old.material, old.plant, "Wrong quantity"),
            PostMovement(MovementDraft(day, (line,), "Concord")),
        ),
        changes=(_change("ERP", facts, there, right.quantity),),
        derivations=(right.derivation(1, "draft.lines.0.quantity"),),
        rests_on=RESTS_ON,
        value=worth(abs(there - right.quantity), facts.material),
        into_closed_period=day != copy.posting_date,
    )


def _reported_anew(cause: str, facts: Facts, it: Measured, meant: Sourced) -> Remedy:
    """Withdraw the report, and report the number as it was meant."""
    wished = it.taken.document.posting_date
    day, said = posting_date(wished, facts.period, facts.today), it.taken.line.quantity
    own = needs(facts.order, facts.material.number)
    amount = meant.quantity.amount * it.here.quantity.amount / said.amount if it.here else None
    return Remedy(
        cause=cause,
        summary=text(
            "Report {right} of {what} instead of {there}",
            right=meant.quantity,
            what=facts.material.number,
            there=said,
        ),
        hard=tuple(it.taken.anew(meant.quantity, day, own[0] if own else None)),
        changes=(_change("MES", facts, said, meant.quantity),),
        derivations=(meant.derivation(1, "draft.lines.0.quantity"),),
        rests_on=RESTS_ON,
        value=worth(Quantity(amount, facts.material.base_unit), facts.material) if amount else None,
        into_closed_period=day != wished,
    )


def _request(facts: Facts, plant: Plant) -> MasterRequest | None:
    """Ask for the factor, with what both sides have of it."""
    reported = taken(facts.issue, facts.material.number)
    if reported is None:
        return None
    unit = reported.line.quantity.unit
    mine, own = factor_of(facts.material, unit), factor_of(facts.own, unit) if facts.own else None
    shown = mine or own
    fields = {
        "material": facts.material.number,
        "unit": unit,
        "base unit": facts.material.base_unit,
        "numerator": plain(shown.numerator) if shown else "",
        "denominator": plain(shown.denominator) if shown else "",
    }
    evidence = f"ERP {factor_said(mine)}, MES {factor_said(own)}"
    return MasterRequest(
        MasterRecord.UNIT,
        plant.code,
        f"{facts.material.number} {unit}",
        tuple(fields.items()),
        evidence,
        facts.order.number,
    )


def _change(system: str, facts: Facts, before: Quantity, after: Quantity) -> Change:
    where = f"{facts.material.number} on order {facts.order.number}"
    return Change(system, where, "issued", str(before), str(after))


def _compared(it: Measured) -> Text:
    return text(
        "{said} reported: {here} by the ERP's units, {own} by the MES's, {there} booked",
        said=it.taken.line.quantity,
        here=it.here.quantity if it.here else "-",
        own=it.own or "-",
        there=it.there or "-",
    )


def _question(cause: str, facts: Facts, it: Measured | None) -> Text:
    says = PLAYBOOK.cause(cause).says
    if it is None:
        material = facts.material.number
        return text(
            "{says}: no single issue of {material} to compare", says=says, material=material
        )
    return text("{says}. {compared}", says=says, compared=_compared(it))


PLAYBOOK = Playbook(
    number="P9",
    title=text("Unit of measure"),
    business_object="goods movement",
    object_key="order",
    endpoint="API_MATERIAL_DOCUMENT_SRV",
    triggers=(Trigger("concord.unit.mismatch.v1", keys=("order", "material")),),
    facts=Facts,
    causes=CAUSES,
    weigh=weigh,
    remedy=remedy,
    in_doubt=in_doubt,
)
