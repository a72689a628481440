"""Measure, and print one table: `python -m benchmarks [NAME ...] [--size tiny|usual|full]`.

A benchmark is a module beside this one with `figures(size) -> list[Figure]`, or one with a table of
its own, `main() -> str`. Each runs in a process of its own, so that none weighs on another, and is
ended when its time is over; what came to no end is in the table as not run. What is a package of
its own, as `benchmarks.chaos`, is run by itself.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import platform
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict

import benchmarks
from benchmarks._figure import HEAD, Figure, Size, from_rows, not_run

LONGEST_SECONDS = {Size.TINY: 300, Size.USUAL: 900, Size.FULL: 10_800}
MARK = "figure: "


def _names() -> Iterator[str]:
    return (
        found.name
        for found in pkgutil.iter_modules(benchmarks.__path__)
        if found.name[0] != "_" and not found.ispkg
    )


def run(wanted: list[str], size: Size) -> int:
    """Print the table of the wanted benchmarks, of all if none is named."""
    names = sorted(_names())
    if unknown := set(wanted) - set(names):
        print(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(names)}")
        return 2
    print(f"Size {size}, {os.cpu_count()} cores, Python {platform.python_version()}.\n\n{HEAD}")
    for name in wanted or names:
        for figure in apart(name, size):
            print(figure.line(size), flush=True)
    return 0


def measure(name: str, size: Size) -> list[Figure]:
    """Run a benchmark in this process."""
    module = importlib.import_module(f"benchmarks.{name}")
    return module.figures(size) if hasattr(module, "figures") else from_rows(module.main())


def apart(name: str, size: Size) -> list[Figure]:
    """Run a benchmark in a process of its own, for so long at most."""
    command = [sys.executable, "-m", "benchmarks", name, "--size", size, "--here"]
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        said, wrong = running.communicate(timeout=LONGEST_SECONDS[size])
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
        return [not_run(name, f"it took more than {LONGEST_SECONDS[size]} s")]
    except KeyboardInterrupt:
        os.killpg(running.pid, signal.SIGTERM)
        raise
    if running.returncode:
        why = (wrong.strip().splitlines() or [f"it ended with {running.returncode}"])[-1]
        return [not_run(name, why)]
    told = (line.removeprefix(MARK) for line in said.splitlines() if line.startswith(MARK))
    return [Figure(**json.loads(line)) for line in told]


def _main() -> int:
    wish = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    wish.add_argument("names", nargs="*", metavar="NAME")
    wish.add_argument("--size", type=Size, choices=list(Size), default=Size.USUAL)
    wish.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    wanted = wish.parse_args()
    if not wanted.here:
        return run(wanted.names, wanted.size)
    for figure in measure(wanted.names[0], wanted.size):
        print(MARK + json.dumps(asdict(figure)))
    return 0


if __name__ == "__main__":
    sys.exit(_main())
