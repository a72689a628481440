"""Every quantity in a hard action is derived from what some system, or a person, reported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, cast

from agent.case.proof import Verdict
from agent.proof.check import Subject, failed, passed
from tools.objects.quantity import Quantity

NAME = "every_quantity_has_a_source"


def check(subject: Subject) -> Verdict:
    """Look for quantities that no derivation explains."""
    derived = {(row.action, row.field) for row in subject.remedy.derivations}
    for index, action in enumerate(subject.remedy.hard):
        for path, quantity in quantities(action):
            if quantity and (index, path) not in derived:
                return failed(
                    NAME, "{quantity} ({path}) comes from nowhere", quantity=quantity, path=path
                )
    return passed(NAME, "Every quantity was reported by a system or entered by a person")


def quantities(value: Any, path: str = "") -> Iterator[tuple[str, Quantity]]:
    """Walk all quantities of a frozen value with their paths (``draft.lines.0.quantity``)."""
    if isinstance(value, Quantity):
        yield path, value
    elif isinstance(value, tuple):
        for index, one in enumerate(cast(tuple[Any, ...], value)):
            yield from quantities(one, f"{path}.{index}" if path else str(index))
    elif is_dataclass(value):
        for field in fields(value):
            below = f"{path}.{field.name}" if path else field.name
            yield from quantities(getattr(value, field.name), below)
