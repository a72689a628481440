"""What the onlooker sees: the disagreement of the systems, and the cases as they settle."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text as Styled

from agent.case.text import Text
from agent.demo.run import ENVIRONMENT, Stage
from agent.demo.service import Service
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
    """Says where the pages are, prints what happened, and keeps a table of the cases below it."""

    def __init__(self, stage: Stage, *, quiet: bool, lively: bool) -> None:
        self._stage = stage
        console = Console(quiet=quiet)
        self._console = console if console.is_terminal else Console(quiet=quiet, width=WIDTH)
        live = lively and self._console.is_terminal
        self._live = Live(console=self._console, refresh_per_second=4) if live else None
        self._latest: list[Trace] = []
        self._happened: Told | None = None
        self._restarts = 0

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

    def welcome(self) -> None:
        """Say where the pages are, who may come, and how to see that nothing gets lost."""
        service, say = self._stage.service, self._say
        say("The plant runs, and Concord serves it.\n", style="bold")
        say(f"  The pages   {service.url}")
        say("  Sign in     each link is good once, within the hour:")
        for guest in self._stage.guests:
            say(f"              {guest.name:<6} {guest.role:<11} {service.url}{guest.path}")
        say(f"\n  Kill it     kill -9 {service.pid}")
        say("              It is started again and goes on where it was; nothing is posted twice.")
        say(f"\n  In another terminal: . {self._stage.home / ENVIRONMENT}")
        say("              .venv/bin/concord users link anna      a new link for anna")
        say("              .venv/bin/concord cases list --status waiting")
        say("\nCtrl-C ends it, and the next start begins anew.\n", style="dim")

    def watch(self, told: Told | None, traces: list[Trace]) -> None:
        """Show a scenario that has just happened, and the cases as they stand."""
        self._latest = traces
        if self._live is not None:
            self._happened = told or self._happened
            self._live.update(self._screen())
            return
        if told is not None:
            self._console.print(disagreement(told))
        if self._stage.service.restarts != self._restarts:
            self._restarts = self._stage.service.restarts
            self._say(told_of(self._stage.service), style="bold")

    def farewell(self, tally: Tally) -> None:
        """Say what it came to."""
        self._say(
            f"\n{tally.signals} signals, {tally.cases} cases: {tally.acted} settled, "
            f"{tally.asked} wait for a person, {tally.held} held, {tally.observed} only observed. "
            f"Lost: {tally.lost}. Posted twice: {tally.posted_twice}. "
            f"Audit {'intact' if tally.audit_ok else 'BROKEN'}."
        )

    def _say(self, line: str, style: str | None = None) -> None:
        """Print a line as it is: a link that was broken in two leads nowhere."""
        self._console.print(line, style=style, soft_wrap=True, highlight=False, markup=False)

    def _screen(self) -> Group:
        """Return what stands on the terminal: the service, the latest cases, the latest story."""
        shown: list[RenderableType] = [Styled(told_of(self._stage.service), style="bold")]
        shown.append(cases(self._latest[::-1]))
        if self._happened is not None:
            shown.append(disagreement(self._happened))
        return Group(*shown)


def told_of(service: Service) -> str:
    """Say how the service runs."""
    if not service.restarts:
        return f"The service runs as process {service.pid}."
    return (
        f"The service was ended and started again ({service.restarts}x); it runs as process "
        f"{service.pid} and goes on where it was."
    )


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
