"""How often the sealed cases were used: whoever looks often enough fits them too."""

from __future__ import annotations

import json
from pathlib import Path

from evals.row import Header

FILE = "sealed-uses.jsonl"


def used(folder: Path, header: Header, dataset: str) -> int:
    """Write a use down in a folder of results; return how many there are of these sealed cases.

    ``dataset`` is the hash of the sealed cases alone, whatever else the run looks at.
    """
    folder.mkdir(parents=True, exist_ok=True)
    line = {
        "run": header.run,
        "at": header.started.isoformat(),
        "reasoner": header.reasoner,
        "model": header.model,
        "dataset": dataset,
    }
    with (folder / FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    return uses(folder, dataset)


def uses(folder: Path, dataset: str) -> int:
    """Return how often a dataset was used in a folder of results."""
    try:
        lines = (folder / FILE).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return 0
    return sum(json.loads(line)["dataset"] == dataset for line in lines)
