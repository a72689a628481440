"""Whether Concord may read what a system's connector reads: one read per kind of record."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from agent.doctoring.finding import Finding, bad, fine, odd
from agent.doctoring.place import Site
from tools.errors import Denied, Misread, NotOffered, ToolError, Unavailable
from tools.objects.quantity import QuantityError
from tools.ports import Access, Orders, Port, Side
from tools.ports.port import marked

Keys = Mapping[str, str]

# Keys of records that need not exist: "there is none" is an answer, too.
ANYTHING = {"order": "1", "material": "1", "work_center": "1", "equipment": "1", "cost_center": "1"}


class Answered(StrEnum):
    """What became of asking for a kind of record when nothing speaks against reading it."""

    READ = "read"
    NOT_OFFERED = "not offered"


async def rights(site: Site, side: Side, keys: Keys) -> list[Finding]:
    """Read one record of each kind a system keeps, all at once."""
    sampled = {**ANYTHING, **keys, **await _sample(side, keys)}
    kinds = [_kind(port) for port in side.ports]
    found = await asyncio.gather(*(_family(site, port, sampled) for port in side.ports))
    troubles = [one for one in found if isinstance(one, Finding)]
    if troubles:
        return troubles
    read = [kind for kind, one in zip(kinds, found, strict=True) if one is Answered.READ]
    return [fine(site.what("rights"), f"may read {', '.join(read)}")]


async def _sample(side: Side, keys: Keys) -> Keys:
    """Return the keys of some order; what speaks against reading it is found later."""
    try:
        orders = (await side.port(Orders).orders(keys["plant"])).value
    except (ToolError, QuantityError):
        return {}
    return {"order": orders[0].number, "material": orders[0].material} if orders else {}


async def _family(site: Site, port: Port, keys: Keys) -> Finding | Answered:
    """Ask for a kind of record; that there is none is an answer like any other."""
    kind = _kind(port)
    what = site.what(f"rights: {kind}")
    for call, arguments in _reads(port, keys):
        try:
            await call(**arguments)
        except NotOffered:
            continue
        except Denied as error:
            return bad(what, str(error), f"Give the user of {site.secrets} the right to read it.")
        except (Unavailable, Misread) as error:
            return site.trouble(f"rights: {kind}", error)
        except ToolError:
            return Answered.READ
        except QuantityError as error:
            return odd(what, str(error), "Add the unit to mappings.units.")
        return Answered.READ
    return Answered.NOT_OFFERED


def _kind(port: Port) -> str:
    """Return what kind of record a port keeps, by the port its connector subclasses."""
    return next(kind.__name__.lower() for kind in type(port).__mro__ if Port in kind.__bases__)


def _reads(
    port: Port, keys: Keys
) -> Iterator[tuple[Callable[..., Awaitable[Any]], dict[str, str]]]:
    """Walk the reads of a port that the keys suffice for, those that want least first."""
    fitting = list[tuple[int, str, dict[str, str]]]()
    for name in dir(type(port)):
        if marked(type(port), name) is Access.READ:
            wanted = list(inspect.signature(getattr(port, name)).parameters)
            if all(key in keys for key in wanted):
                fitting.append((len(wanted), name, {key: keys[key] for key in wanted}))
    for _, name, arguments in sorted(fitting, key=lambda row: row[:2]):
        yield getattr(port, name), arguments
