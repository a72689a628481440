"""Master data gap: a report names a material, cost centre, work centre or version the ERP lacks.

Seen when    the ERP refuses a report because it does not know what is named, or has it blocked.
Settled by   reporting the issue anew with the material that is meant, where the ERP's old number,
             its successor, a slip of the finger or the description names exactly one, and the order
             takes it; by sending again what was created since; else by a request for the record,
             with every field it takes, and the nearest known one.
Never        books on a record that is only similar without a person; never creates one itself;
             never takes a number from a note.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

from agent.actions.action import Action
from agent.actions.open_task import OpenTask
from agent.actions.request_master_data import RequestMasterData
from agent.case.conflict import Signal
from agent.case.diagnosis import Handover, Leaning
from agent.case.remedy import Change, Remedy, Term, Unsettled
from agent.case.text import Text, text
from agent.playbooks.clues import mentions, understood
from agent.playbooks.issued import Taken, needs, sent_again, taken
from agent.playbooks.nearest import Because, Missing, Near, near_materials, near_slips
from agent.playbooks.playbook import (
    NOT_A_CONFLICT,
    Cause,
    Each,
    Method,
    Playbook,
    Received,
    Risk,
    Today,
    Trigger,
)
from agent.playbooks.reckoning import Sourced, posting_date, told, worth
from agent.playbooks.stations import centers_of, payers_of
from tools.objects.cost import CostObject, PostingPeriod
from tools.objects.identifiers import normal
from tools.objects.master_request import MasterRecord, MasterRequest
from tools.objects.material import Material
from tools.objects.movement import MaterialDocument
from tools.objects.order import ProductionOrder
from tools.objects.reading import System
from tools.objects.routing import WorkCenter
from tools.objects.task import TaskDraft
from tools.plant.model import Plant

KEYS = {
    "cost_center": MasterRecord.COST_CENTER,
    "work_center": MasterRecord.WORK_CENTER,
    "version": MasterRecord.VERSION,
    "material": MasterRecord.MATERIAL,
}


def _searched(signal: Signal) -> list[dict[str, str]]:
    return [{"text": signal.keys["material"]}] if "material" in signal.keys else []


def _components(order: ProductionOrder) -> list[dict[str, str]]:
    return [{"material": it} for it in dict.fromkeys(one.material for one in order.components)]


@dataclass(frozen=True)
class Facts:
    """What is named, as both sides know it; what the order takes and runs on; what was reported."""

    signal: Annotated[Signal, Received()]
    today: Annotated[date, Today()]
    order: Annotated[ProductionOrder, System.ERP]
    known: Annotated[Material | None, System.ERP]
    own: Annotated[Material | None, System.MES]
    alike: Annotated[
        tuple[Material, ...], System.ERP, Each("signal", _searched), Method("materials_like")
    ]
    parts: Annotated[
        tuple[Material, ...], System.ERP, Each("order", _components), Method("material")
    ]
    center: Annotated[WorkCenter | None, System.ERP]
    centers: Annotated[
        tuple[WorkCenter, ...], System.ERP, Each("order", centers_of), Method("work_center")
    ]
    payer: Annotated[CostObject | None, System.ERP]
    payers: Annotated[
        tuple[CostObject, ...], System.ERP, Each("centers", payers_of), Method("cost_center")
    ]
    issue: Annotated[MaterialDocument | None, System.MES]
    booked: Annotated[tuple[MaterialDocument, ...], System.ERP, Method("movements")]
    period: Annotated[PostingPeriod | None, System.ERP]


CAUSES = (
    Cause("old_number", text("The ERP has it under a new number")),
    Cause("successor", text("It was replaced by its successor"), Risk.HIGH),
    Cause("typo", text("The number has a slip of the finger"), Risk.HIGH),
    Cause("other_name", text("The shop floor calls it otherwise"), Risk.HIGH),
    Cause("blocked", text("The ERP has it, but blocked"), Risk.HIGH),
    Cause("not_created", text("Nobody has created it in the ERP"), Risk.HIGH),
    Cause(NOT_A_CONFLICT, text("The ERP has it"), Risk.LOW),
)
RESTS_ON = ("order", "alike", "parts", "issue", "booked")


def weigh(facts: Facts, plant: Plant) -> Sequence[Leaning] | Handover:
    """Say what the records of both sides, the order, and then the note speak for."""
    missing, reported = _missing(facts, plant), _reported(facts)
    cause = missing.cause
    if cause is None or _beside_the_order(facts, missing):
        return ()
    said, note = _said(missing), reported.note if reported else ""
    cites = (
        ("known", "alike", "parts", "order")
        if missing.record is MasterRecord.MATERIAL
        else ("signal",)
    )
    leanings = [told(one.name, one.name == cause, said, *cites) for one in CAUSES]
    says = text("The operator's note says otherwise")
    if missing.near and mentions(note, "insisting"):
        return [*leanings, Leaning(NOT_A_CONFLICT, 3, says, ("issue",), from_free_text=True)]
    return leanings


def remedy(cause: str, facts: Facts, plant: Plant) -> Remedy | Unsettled:
    """Report the issue anew with the material that is meant, or ask for the record."""
    plan, reported = _planned(cause, facts, plant), _reported(facts)
    if reported is None or isinstance(plan, Unsettled):
        return plan
    return replace(plan, unread_note=not understood(reported.note, "old_label", "typing"))


def _planned(cause: str, facts: Facts, plant: Plant) -> Remedy | Unsettled:
    missing, reported = _missing(facts, plant), _reported(facts)
    if cause == NOT_A_CONFLICT:
        return _let_through(facts, missing, reported)
    meant = next((one for one in missing.near if one.because == cause), None)
    material = _material(facts, meant) if meant else None
    if (
        reported is None
        or material is None
        or material.blocked
        or _beside_the_order(facts, missing)
    ):
        return Unsettled(cause, _question(cause, facts, missing), in_doubt(facts, plant, (cause,)))
    return _reported_anew(cause, facts, reported, material)


def in_doubt(facts: Facts, plant: Plant, shortlist: tuple[str, ...]) -> tuple[Action, ...]:
    """Ask the supervisor; whoever keeps the record, too, where none is there or it is blocked."""
    missing = _missing(facts, plant)
    said = PLAYBOOK.told(shortlist)
    title = f"{missing.record.value.capitalize()} {missing.named} on order {facts.order.number}"
    task = OpenTask(TaskDraft(plant.code, title, f"{said}. {missing.nearest}", facts.order.number))
    if "not_created" not in shortlist or missing.there:
        return (task,)
    return (RequestMasterData(_request(facts, missing, plant)), task)


def _missing(facts: Facts, plant: Plant) -> Missing:
    """Look at what is named: what the ERP lacks first, if several things are."""
    named = [(key, facts.signal.keys[key]) for key in KEYS if key in facts.signal.keys]
    gaps = [_looked_up(facts, plant, key, number) for key, number in named]
    return next((one for one in gaps if not (one.there and one.usable)), gaps[0])


def _looked_up(facts: Facts, plant: Plant, key: str, named: str) -> Missing:
    match record := KEYS[key]:
        case MasterRecord.COST_CENTER:
            if facts.payer is not None:
                return Missing(record, named, True, not facts.payer.locked, ())
            near = near_slips(named, {one.number: one.description for one in facts.payers})
            return Missing(record, named, False, False, near)
        case MasterRecord.WORK_CENTER:
            found = facts.center is not None
            return Missing(
                record, named, found, found, () if found else _center(facts, plant, named)
            )
        case MasterRecord.VERSION:
            same = normal(facts.order.production_version or "") == normal(named)
            return Missing(record, named, same, same, ())
        case _:
            return _missing_material(facts, named)


def _missing_material(facts: Facts, named: str) -> Missing:
    """Look for a material: replaced by its successor, else under an old number, or mistyped."""
    known, record = facts.known, MasterRecord.MATERIAL
    if known is None:
        return Missing(
            record, named, False, False, near_materials(named, facts.own, facts.alike, facts.parts)
        )
    after = next((one for one in facts.parts if one.number == known.successor), None)
    near = (Near(after.number, after.description, Because.SUCCESSOR),) if after else ()
    usable = not known.blocked and known.successor is None
    return Missing(record, named, True, usable, near)


def _center(facts: Facts, plant: Plant, named: str) -> tuple[Near, ...]:
    """Look a work centre up in the plant's dictionary, else among those the order runs on."""
    names = plant.mappings.work_centers.items()
    meant = next((erp for floor, erp in names if normal(floor) == normal(named)), None)
    if meant is not None:
        return (Near(meant, meant, Because.OTHER_NAME),)
    return near_slips(named, {one.number: one.description for one in facts.centers})


def _reported(facts: Facts) -> Taken | None:
    return taken(facts.issue, facts.signal.keys.get("material", ""))


def _beside_the_order(facts: Facts, missing: Missing) -> bool:
    """Return whether the material that seems to be meant is none the order takes."""
    if missing.record is not MasterRecord.MATERIAL or not missing.near:
        return False
    return not needs(facts.order, missing.near[0].number)


def _material(facts: Facts, meant: Near) -> Material | None:
    return next((one for one in facts.parts if one.number == meant.number), None)


def _let_through(facts: Facts, missing: Missing, reported: Taken | None) -> Remedy:
    """Leave alone what is booked; send again what was refused before the record was there."""
    said, message = (
        text("The ERP has {named}", named=missing.named),
        facts.signal.keys.get("message"),
    )
    if reported is None or message is None or reported.copies(facts.booked):
        return Remedy(NOT_A_CONFLICT, said, hard=())
    quantity = reported.line.quantity
    change = _change(facts, missing.named, "none", str(quantity), "ERP")
    plan = sent_again(said, message, facts.order.number, change, RESTS_ON)
    return replace(plan, value=worth(quantity, facts.known) if facts.known else None)


def _reported_anew(cause: str, facts: Facts, reported: Taken, material: Material) -> Remedy:
    wished, quantity = reported.document.posting_date, reported.line.quantity
    day = posting_date(wished, facts.period, facts.today)
    component = needs(facts.order, material.number)[0]
    source = Sourced(quantity, (Term(reported.path),))
    old = reported.line.material
    alike = quantity.unit == material.base_unit
    return Remedy(
        cause=cause,
        summary=text("Report {meant} instead of {named}", meant=material.number, named=old),
        hard=tuple(reported.anew(quantity, day, component)),
        changes=(
            _change(facts, old, str(quantity), "none", "MES"),
            _change(facts, material.number, "none", str(quantity), "MES"),
        ),
        derivations=(source.derivation(1, "draft.lines.0.quantity"),),
        rests_on=RESTS_ON,
        value=worth(quantity, material) if alike else None,
        into_closed_period=day != wished,
    )


def _request(facts: Facts, missing: Missing, plant: Plant) -> MasterRequest:
    """Ask for the record with what the shop floor says of it; the rest is for its keeper."""
    own, period = facts.own, facts.period
    fields = {"number": missing.named, "plant": plant.code, "company code": plant.company_code}
    match missing.record:
        case MasterRecord.MATERIAL if own is not None:
            fields |= {"description": own.description, "base unit": own.base_unit}
            fields |= {"type": own.type, "group": own.group}
        case MasterRecord.VERSION:
            fields = {
                "material": facts.order.material,
                "plant": plant.code,
                "version": missing.named,
            }
        case _:
            pass
    if period is not None and missing.record in {MasterRecord.COST_CENTER, MasterRecord.VERSION}:
        fields["valid from"] = period.opens.isoformat()
    return MasterRequest(
        missing.record,
        plant.code,
        missing.named,
        tuple((name, value) for name, value in fields.items() if value),
        missing.nearest,
        facts.order.number,
    )


def _change(facts: Facts, what: str, before: str, after: str, system: str) -> Change:
    return Change(system, f"{what} on order {facts.order.number}", "issued", before, after)


def _said(missing: Missing) -> Text:
    return text(
        "{record} {named}: {nearest}",
        record=missing.record.value,
        named=missing.named,
        nearest=missing.nearest,
    )


def _question(cause: str, facts: Facts, missing: Missing) -> Text:
    says = PLAYBOOK.cause(cause).says
    return text("{says}: {compared}", says=says, compared=_said(missing))


PLAYBOOK = Playbook(
    number="P17",
    title=text("Master data gap"),
    business_object="master record",
    object_key="order",
    endpoint="API_PRODUCT_SRV",
    triggers=tuple(Trigger("concord.masterdata.missing.v1", keys=("order", key)) for key in KEYS),
    facts=Facts,
    causes=CAUSES,
    weigh=weigh,
    remedy=remedy,
    in_doubt=in_doubt,
)
