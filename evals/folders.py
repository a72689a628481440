"""Where results lie: ``CONCORD_HOME/evals/<run>`` unless somebody says otherwise."""

from __future__ import annotations

from pathlib import Path

from agent.settings import read_settings
from evals.row import HEADER, Header, RowsUnreadable, read_header


def results_folder(named: Path | None = None) -> Path:
    """Return the folder that holds a folder for each run."""
    return named if named is not None else read_settings().home / "evals"


def runs_in(folder: Path) -> tuple[Header, ...]:
    """Return the headers of all runs, the earliest first; what is no run is passed over."""
    found = list[Header]()
    for file in sorted(folder.glob(f"*/{HEADER}")):
        try:
            found.append(read_header(file.parent))
        except RowsUnreadable:
            continue
    return tuple(sorted(found, key=lambda one: one.started))
