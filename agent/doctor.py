"""The doctor: looks at everything Concord rests on, changes nothing, says how to mend what is not.

One finding is one line: mark, what, what was found, and how to mend it. Systems are looked at all
at once, the rest one after the other; no check can end in a traceback.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from agent.doctoring import installation
from agent.doctoring.copies import copies
from agent.doctoring.finding import Finding, Mark, bad, broke, fine
from agent.doctoring.plantfiles import Told, plants, unread
from agent.doctoring.retention import RETENTION, retention
from agent.doctoring.routes import routes
from agent.doctoring.strays import POSTINGS, strays
from agent.doctoring.systems import PATIENCE, systems
from agent.settings import Settings, SettingsRefused
from agent.sides import Wires

SETTINGS = "settings"


@dataclass(frozen=True)
class Report:
    """Everything that was found."""

    findings: tuple[Finding, ...]

    @property
    def healthy(self) -> bool:
        """Whether nothing keeps Concord from working."""
        return not any(finding.mark is Mark.FAIL for finding in self.findings)

    def plain(self) -> dict[str, Any]:
        """Return the report as JSON-plain data."""
        counts = {mark.value: sum(1 for one in self.findings if one.mark is mark) for mark in Mark}
        return {"healthy": self.healthy, **counts, "checks": [asdict(o) for o in self.findings]}


async def examine(settings: Settings, wires: Wires, patience: float = PATIENCE) -> Report:
    """Look at an installation.

    Args:
        settings: What the environment says.
        wires: What connections are made of, and the environment plant files refer to.
        patience: Seconds that one system may take.
    """
    found = [fine(SETTINGS, "every variable CONCORD_… can be used")]
    for what, check in (
        ("home", installation.home),
        ("Python and SQLite", installation.runtime),
        ("database", installation.database),
        ("precedents", installation.precedents),
        ("model", installation.model),
    ):
        found.append(await asyncio.to_thread(_safely, what, lambda check=check: check(settings)))
    told = await asyncio.to_thread(_plants, settings, wires)
    found += told.findings
    codes, now = {plant.code for plant in told.plants}, wires.clock()
    for what, look in (
        (POSTINGS, lambda: strays(settings, codes)),
        (RETENTION, lambda: retention(settings, told.plants, now)),
    ):
        found.append(await asyncio.to_thread(_safely, what, look))
    missing = unread(told)
    found += [missing] if missing else await systems(told.plants, wires, patience)
    found += await routes(told.plants, settings, wires)
    found += await asyncio.to_thread(copies, told.plants, settings)
    return Report(tuple(found))


def refused(error: SettingsRefused) -> Report:
    """Return the report on settings that cannot be used; nothing else can be looked at."""
    mend = "Correct the variable where Concord starts."
    return Report(tuple(bad(SETTINGS, problem, mend) for problem in error.problems))


def _plants(settings: Settings, wires: Wires) -> Told:
    try:
        return plants(settings, wires.env)
    except Exception as error:  # noqa: BLE001 - the outermost boundary of a check
        return Told((), (broke("plant files", error),))


def _safely(what: str, check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - the outermost boundary of a check
        return broke(what, error)
