"""Every quantity is in a unit on record for its material; an unknown unit is never guessed."""

from __future__ import annotations

from agent.actions.post_confirmation import PostConfirmation
from agent.actions.post_movement import PostMovement
from agent.actions.report_issue import ReportIssue
from agent.case.proof import Verdict
from agent.proof.check import Subject, beside, failed, passed, unknown
from tools.objects.material import Material
from tools.objects.quantity import Quantity, QuantityError
from tools.objects.units import factor

NAME = "units_convert_exactly"


def check(subject: Subject) -> Verdict:
    """Convert every material quantity to its base unit."""
    materials = {material.number: material for material in subject.records(Material)}
    moved = _moved(subject)
    if not moved:
        return beside(NAME, "No material is moved")
    for number, quantity in moved:
        material = materials.get(number)
        if material is None:
            return unknown(NAME, "The units of {material} were not read", material=number)
        try:
            factor(
                quantity.unit,
                material.base_unit,
                base_unit=material.base_unit,
                alternatives=material.conversions,
                material=number,
            )
        except QuantityError as error:
            return failed(NAME, "{error}", error=error)
    return passed(NAME, "Every unit is on record for its material")


def _moved(subject: Subject) -> list[tuple[str, Quantity]]:
    lines = [
        (line.material, line.quantity)
        for action in (*subject.actions(PostMovement), *subject.actions(ReportIssue))
        for line in action.draft.lines
    ]
    return lines + [
        (use.material, use.quantity)
        for action in subject.actions(PostConfirmation)
        for use in action.draft.uses or ()
    ]
