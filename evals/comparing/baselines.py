"""The baseline of a split: the run that candidates are held against, changed only on purpose."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

BLESSED = "baselines.json"


@dataclass(frozen=True)
class Blessing:
    """Who made a run the baseline of a split, when, and instead of which."""

    run: str
    by: str
    at: str
    instead_of: str | None


def baseline_of(results: Path, split: str) -> str | None:
    """Return the run that is a split's baseline; None where nobody has blessed one."""
    found = _read(results).get(split, [])
    return found[-1].run if found else None


def bless(results: Path, split: str, run: str, by: str, at: datetime) -> Blessing:
    """Make a run the baseline of its split; who it was before stays on record."""
    known = _read(results)
    blessing = Blessing(run, by, at.isoformat(), baseline_of(results, split))
    known.setdefault(split, []).append(blessing)
    plain = {name: [asdict(one) for one in them] for name, them in sorted(known.items())}
    (results / BLESSED).write_text(json.dumps(plain, indent=2) + "\n", "utf-8")
    return blessing


def _read(results: Path) -> dict[str, list[Blessing]]:
    file = results / BLESSED
    if not file.exists():
        return {}
    plain = json.loads(file.read_text("utf-8"))
    return {name: [Blessing(**one) for one in them] for name, them in plain.items()}
