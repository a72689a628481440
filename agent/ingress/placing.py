"""Placing: which plant a signal belongs to, where it does not say so itself. The object is read.

Events of S/4HANA carry keys only. So the object is read back from the ERP, by the read ports, and
says where it belongs and what else there is to know.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import assert_never

from agent.actions.action import Sides
from agent.ingress.rules import Rule
from agent.ingress.translating import Translated, order_of
from agent.intake import Malformed
from tools.errors import NotFound, NotOffered, ToolError
from tools.objects.reading import System
from tools.ports import Movements, Orders

PATIENCE = 10.0


class NotNow(Exception):
    """The object could not be read; whoever sent the event sends it again later."""


class Nothing(Exception):
    """What was read is no conflict of any kind; nobody needs to react."""


async def placed(it: Translated, plants: Mapping[str, Sides]) -> Mapping[str, str]:
    """Return what reading the object adds to a signal: its plant at least.

    Args:
        it: The signal in the making.
        plants: The sides of the plants it may belong to.

    Raises:
        Malformed: No plant's ERP knows the object, or it names none.
        NotNow: An ERP could not be asked.
        Nothing: The object is none that a signal is made of.
    """
    late: str | None = None
    for sides in plants.values():
        try:
            async with asyncio.timeout(PATIENCE):
                found = await _read(it, sides)
        except (NotFound, NotOffered):
            continue
        except (ToolError, TimeoutError) as error:
            late = str(error) or "it took too long"
            continue
        if found["plant"] in plants:
            return found
    if late is not None:
        raise NotNow(f"the object could not be read: {late}")
    raise Malformed("data", "names an object that no plant's ERP knows")


async def _read(it: Translated, sides: Sides) -> dict[str, str]:
    match it.reads:
        case "order":
            order = await sides[System.ERP].port(Orders).order(order_of(it.data))
            return {"plant": order.value.plant, "order": order.value.number}
        case "movement":
            return await _movement(it.rule, it.data, sides)
        case None:
            raise Malformed("data.plant", "is missing")
        case _ as unreachable:
            assert_never(unreachable)


async def _movement(rule: Rule, data: Mapping[str, str], sides: Sides) -> dict[str, str]:
    """Read a material document, and take the first line that is wanted."""
    number, year = data.get("document", ""), data.get("year", "")
    if not (number.isalnum() and year.isdecimal() and len(number) <= 10 and len(year) == 4):
        raise Malformed("data.MaterialDocument", "is no number and year of a document")
    document = (await sides[System.ERP].port(Movements).movement(f"{number}/{year}")).value
    for line in document.lines:
        if line.order and line.type.value in rule.when.get("type", ()):
            return {
                "plant": line.plant,
                "order": line.order,
                "material": line.material,
                "document": document.number,
            }
    raise Nothing(f"document {document.number} is none a signal is made of")
