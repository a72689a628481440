"""``python -m benchmarks.chaos``: break Concord in every way known, and count what came of it.

The last line is JSON. It ends with 1 if anything was posted twice, lost, out of order, or without
leave, if nobody knows of more than one case in 200 what was posted, if what a killed process ran
was never run again, or if the audit is broken. Standard error tells how soon work went on. A seed
that fails, fails again: what is done to Concord, in which order and after how much of the work,
follows from it alone.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.chaos.outcome import tell
from benchmarks.chaos.run import Wanted, run
from benchmarks.chaos.setting import database_url


def main(arguments: Sequence[str] | None = None) -> int:
    """Run as asked; print what is wrong, then the figures."""
    asked = _asked(arguments)
    folder = Path(tempfile.mkdtemp(prefix="concord-chaos-"))
    folder.chmod(0o755)
    keep = True  # what went wrong can be looked into, and so can a run that broke off
    try:
        with database_url(asked.db, folder) as url:
            wanted = Wanted(asked.cases, asked.kills, asked.faults, asked.seed, url, asked.workers)
            outcome = asyncio.run(run(wanted, folder))
        keep = asked.keep or bool(outcome.wrong())
    finally:
        if keep:
            sys.stderr.write(f"all of it lies in {folder}\n")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return tell(outcome, as_json=asked.json)


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks.chaos", description=__doc__)
    parser.add_argument("--cases", type=int, default=5000, help="deficits to be settled")
    parser.add_argument("--kills", type=int, default=50, help="kill -9 and cut wires, all told")
    parser.add_argument("--faults", type=float, default=0.3, help="share of writes that go wrong")
    parser.add_argument("--seed", type=int, default=1, help="decides all that is drawn")
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--workers", type=int, default=1, help="on SQLite there is one")
    parser.add_argument("--json", action="store_true", help="print the last line as JSON")
    parser.add_argument(
        "--keep",
        action="store_true",
        help="leave all of it behind anyway",
    )
    asked = parser.parse_args(arguments)
    if asked.db == "sqlite" and asked.workers != 1:
        parser.error("on SQLite there is one worker")
    return asked


if __name__ == "__main__":
    sys.exit(main())
