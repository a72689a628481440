"""Signed signals over HTTP: how many a second are on disk before they are acknowledged.

`concord serve --role web` as it is run, alone, on SQLite; the senders are a second process. Twice:
as fast as they can, and paced as promised. Beside it, in the same run, the same number of bare
rows written in groups as large: what the disk and SQLite alone would bear.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

from agent.box import plants_folder
from agent.ingress.grouping import MOST_AT_ONCE
from benchmarks._running import NAMES
from benchmarks._senders import SECRET, SOURCE, Load, Sent, body, send

SIGNALS, CLIENTS = 3000, 32
PROMISED, LATEST_MS = 400, 100
PACED_SECONDS = 5
ROOT = Path(__file__).parents[1]
HOOK = f'\n[[webhooks]]\nsource = "{SOURCE}"\nsecret_env = "BENCH_SECRET"\n'


@dataclass(frozen=True)
class Run:
    """What was seen from outside, and what the web role spent."""

    rushed: Sent
    paced: Sent
    cpu_ms: float
    kept: int
    enqueued: int


def main() -> str:
    """Measure, and say which promises are kept."""
    with tempfile.TemporaryDirectory() as folder:
        run, bare = _measured(Path(folder)), _bare(Path(folder))
    rate = len(run.rushed.times) / run.rushed.seconds
    refused = [*run.rushed.refused, *run.paced.refused]
    sent = len(run.rushed.times) + len(run.paced.times)
    late = _p99(run.paced)
    return (
        "| what | measured | promised | |\n|---|---|---|---|\n"
        f"| signed signals a second, {CLIENTS} clients at once | {rate:.0f} | ≥ {PROMISED} "
        f"| {_kept(rate >= PROMISED)} |\n"
        f"| their p50 / p99 in ms | {_p50(run.rushed):.0f} / {_p99(run.rushed):.0f} | | |\n"
        f"| p50 / p99 in ms at {PROMISED} a second | {_p50(run.paced):.0f} / {late:.0f} "
        f"| ≤ {LATEST_MS} | {_kept(late <= LATEST_MS)} |\n"
        f"| ms of processor a signal, web role | {run.cpu_ms:.2f} | | |\n"
        f"| on disk and enqueued after kill -9, of {sent} acknowledged | {run.kept}, {run.enqueued}"
        f" | {sent} | {_kept(run.kept == run.enqueued == sent and not refused)} |\n"
        f"| bare rows a second, {MOST_AT_ONCE} a commit | {bare:.0f} | | |\n"
        f"| ratio of signals to bare rows | 1 : {bare / rate:.0f} | | |"
    )


def _measured(folder: Path) -> Run:
    context = get_context("spawn")
    with _serving(folder) as (process, url), ProcessPoolExecutor(1, context) as senders:

        def sent(load: Load) -> Sent:
            return senders.submit(send, load).result()

        sent(Load(url, 0, 200, CLIENTS))  # warm: imports, plans of queries, the first pages
        before = _cpu(process.pid)
        rushed = sent(Load(url, 1000, SIGNALS, CLIENTS))
        spent = _cpu(process.pid) - before
        count = PROMISED * PACED_SECONDS
        paced = sent(Load(url, 1000 + SIGNALS, count, 2 * CLIENTS, PROMISED))
        process.kill()
        process.wait()
    kept, enqueued = _left(folder / "home" / "concord.db")
    return Run(rushed, paced, spent * 1000 / SIGNALS, kept - 200, enqueued - 200)


@contextmanager
def _serving(folder: Path) -> Generator[tuple[subprocess.Popen[str], str]]:
    """Run the web role on any free port; yield it, and where signals go."""
    plants = folder / "plants"
    plants.mkdir()
    file = Path(shutil.copy(plants_folder() / "1010.toml", plants))
    file.write_text(file.read_text("utf-8") + HOOK, "utf-8")
    environ = {
        **os.environ,
        **{f"CONCORD_SANDBOX_{name}": "http://127.0.0.1:9" for name in NAMES},
        "BENCH_SECRET": SECRET,
        "CONCORD_HOME": str(folder / "home"),
        "CONCORD_PLANTS": str(plants),
        "CONCORD_SIGNALS_PER_SECOND": "100000",
        "PYTHONPATH": str(ROOT),
    }
    command = "from agent.cli import main; main()"
    run = [sys.executable, "-c", command, "serve", "--role", "web", "--port", "0"]
    with subprocess.Popen(run, stdout=subprocess.PIPE, env=environ, text=True) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+", process.stdout.readline())
            assert found is not None
            yield process, found.group()
        finally:
            process.kill()


def _cpu(process: int) -> float:
    """Return the seconds of processor a process has had."""
    fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _left(file: Path) -> tuple[int, int]:
    """Return how many signals a killed process left, and how many turns were started."""
    with closing(sqlite3.connect(file)) as database:
        (kept,) = database.execute("SELECT count(*) FROM inbox").fetchone()
        (enqueued,) = database.execute("SELECT count(*) FROM workflow_status").fetchone()
        return kept, enqueued


def _bare(folder: Path) -> float:
    """Write as many rows with nothing around them, and return how many a second."""
    at = datetime.now(UTC)
    rows = [(SOURCE, f"bare-{number}", body(number, at)) for number in range(SIGNALS)]
    with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.execute("CREATE TABLE inbox (source, signal, body, PRIMARY KEY (source, signal))")
        began = time.perf_counter()
        for first in range(0, len(rows), MOST_AT_ONCE):
            database.execute("BEGIN IMMEDIATE")
            some = rows[first : first + MOST_AT_ONCE]
            database.executemany("INSERT INTO inbox VALUES (?, ?, ?)", some)
            database.execute("COMMIT")
        return len(rows) / (time.perf_counter() - began)


def _p50(sent: Sent) -> float:
    return statistics.median(sent.times) * 1000


def _p99(sent: Sent) -> float:
    return statistics.quantiles(sent.times, n=100)[98] * 1000


def _kept(promise: bool) -> str:
    return "kept" if promise else "BROKEN"
