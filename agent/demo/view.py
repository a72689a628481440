"""What the onlooker sees: the disagreement of the systems, and the cases as they settle."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text as Styled

from agent.case.text import Text
from agent.demo.run import ENVIRONMENT
from agent.demo.tally import Tally, ended
from agent.plain import load
from agent.records.tracing import Trace
from tools.sandbox.scenarios.scenario import Told

WIDTH = 140
STYLES = {
    "acted": "green",
    "asked": "yellow",
    "held": "magenta",
    "observed": "blue",
    "closed": "dim",
    "failed": "red",
}


class View:
    """Prints what happened, and keeps a table of the cases below it."""

    def __init__(self, *, quiet: bool, lively: bool) -> None:
        self._quiet = quiet
        console = Console(quiet=quiet)
        self._console = console if console.is_terminal else Console(quiet=quiet, width=WIDTH)
        live = lively and self._console.is_terminal
        self._live = Live(console=self._console, refresh_per_second=8) if live else None
        self._latest: list[Trace] = []

    def __enter__(self) -> View:
        """Start the table, where somebody looks on."""
        if self._live is not None:
            self._live.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trail: TracebackType | None,
    ) -> None:
        """Leave the last table standing."""
        if self._live is not None:
            self._live.__exit__(kind, error, trail)
        elif self._latest:
            self._console.print(cases(self._latest))

    def watch(self, told: Told | None, traces: list[Trace]) -> None:
        """Show a scenario that has just happened, and the cases as they stand."""
        self._latest = traces
        if told is not None:
            self._console.print(disagreement(told))
        if self._live is not None:
            self._live.update(cases(traces))

    def farewell(self, tally: Tally, home: Path) -> None:
        """Say what it came to, and what can be done now."""
        say = self._console.print
        say(
            f"\n{tally.signals} signals, {tally.cases} cases: {tally.acted} settled, "
            f"{tally.asked} wait for a person, {tally.held} held, {tally.observed} only observed. "
            f"Lost: {tally.lost}. Posted twice: {tally.posted_twice}. "
            f"Audit {'intact' if tally.audit_ok else 'BROKEN'}."
        )
        say("\nThe plant stays open. In another terminal:\n", style="bold")
        say(f"  . {home / ENVIRONMENT}")
        say("  .venv/bin/concord cases list --status waiting")
        say("  .venv/bin/concord cases show CASE")
        say('  .venv/bin/concord decide CASE approve --as anna --role controller --reason "seen"')
        say("  .venv/bin/concord audit verify")
        say("\nCtrl-C closes it.", style="dim")


def disagreement(told: Told) -> Table:
    """Lay the systems side by side."""
    table = Table(title=f"{told.plant} · {told.title}", title_justify="left", title_style="bold")
    for column in ("", "ERP", "MES", "CMMS"):
        table.add_column(column)
    for line in told.after:
        table.add_row(line.what, line.erp or "", line.mes or "", line.cmms or "")
    return table


def cases(traces: list[Trace]) -> Table:
    """Lay out the cases: what each is about, the cause, how it ended, and why."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("case", "kind", "object", "cause", "", "why"):
        table.add_column(column, overflow="ellipsis", no_wrap=column != "why")
    for trace in traces:
        word = ended(trace)
        latest = trace.attempts[-1] if trace.attempts else None
        cause = latest.diagnosis.get("cause") if latest else None
        table.add_row(
            trace.case.id,
            trace.case.kind or "unrecognised",
            trace.case.object,
            (cause or "-").replace("_", " "),
            Styled(word, style=STYLES[word]),
            trace.case.why or _why(trace),
        )
    return table


def _why(trace: Trace) -> str:
    if not trace.attempts:
        return ""
    return str(load(Text, trace.attempts[-1].ruling["because"]))
