"""Cases: list them, or show one with everything that belongs to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from agent.case.ruling import Role
from agent.records.states import CaseStatus

if TYPE_CHECKING:
    from agent.records.pages import Line
    from agent.records.remedies import Pin
    from agent.records.tracing import Trace
    from agent.settings import Settings

app = typer.Typer(no_args_is_help=True, help="List cases, or show one.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_cases(
    status: Annotated[CaseStatus | None, typer.Option(help="Only these.")] = None,
    plant: Annotated[str | None, typer.Option(help="Only of this plant.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only of this kind of conflict.")] = None,
    waiting_for: Annotated[Role | None, typer.Option(help="Only what waits for a role.")] = None,
    after: Annotated[str | None, typer.Option(help="Go on behind this case.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="So many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List cases: the urgent first, then the oldest."""
    from agent.plain import dump
    from agent.records.opening import opened
    from agent.records.pages import Wish, page
    from agent.records.tables import CaseRow

    settings = _settings()
    wish = Wish(status=status, plant=plant, kind=kind, waiting_for=waiting_for)
    with opened(settings.home, settings.database) as database, database.read() as session:
        if after is not None and session.get(CaseRow, after) is None:
            _refuse(f"There is no case {after}.")
        found = page(session, wish, after, limit)
    if as_json:
        lines = [dump(line) for line in found.lines]
        typer.echo(json.dumps({"cases": lines, "after": found.after}, ensure_ascii=False, indent=2))
        return
    for line in found.lines:
        typer.echo(_line(line))
    if not found.lines:
        typer.echo("There is no such case.")
    if found.after is not None:
        typer.echo(f"More: --after {found.after}")


@app.command()
def show(
    case: Annotated[str, typer.Argument(help="Case, signal, posting key or document number.")],
    as_json: AsJson = False,
) -> None:
    """Show a case: what was found, proposed, decided and posted, and how it ended."""
    from agent.records.opening import opened
    from agent.records.tracing import trace

    settings = _settings()
    with opened(settings.home, settings.database) as database, database.read() as session:
        found = trace(session, case)
    if not found:
        _refuse(f"There is no case, signal or document {case}.")
    if as_json:
        plain = [one.plain() for one in found]
        told = plain[0] if len(plain) == 1 else plain
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for one in found:
        for line in told_lines(one):
            typer.echo(line)


def told_lines(trace: Trace) -> Iterator[str]:
    """Say in lines what belongs to a case."""
    case = trace.case
    waits = f", waits for a {case.waiting_for.value}" if case.waiting_for else ""
    yield f"{case.id}  {case.kind or 'not recognised'}  {case.object}"
    since = f"opened {case.opened_at:%F %H:%M} UTC"
    yield f"  {case.status.value}{waits}, {case.criticality.value}, {since}"
    if case.why:
        yield f"  {case.why}"
    for signal in trace.signals:
        yield f"Signal     {signal.id} from {signal.source} ({signal.how})"
    for pin in trace.attempts:
        yield from _attempt(pin)
    for decided in trace.decisions:
        one = decided.decision
        what = f"{one.answer.value} of attempt {decided.attempt}"
        yield f"Decision   {what} by {one.by} as {one.role.value}"
        yield f"           {one.at:%F %H:%M} UTC: {one.reason}"
    for posting in trace.postings:
        document = f" {posting.document}" if posting.document else ""
        yield f"Posting    {posting.kind} in {posting.system}: {posting.state.value}{document}"
        yield from (f"           {refusal.code} {refusal.text}" for refusal in posting.refusals)
    if trace.outcome is not None:
        yield f"Outcome    {trace.outcome.settlement.value}: {trace.outcome.why}"


def _attempt(pin: Pin) -> Iterator[str]:
    diagnosis, ruling = pin.diagnosis, pin.ruling
    sure = "decisive" if diagnosis.get("decisive") else f"confidence {diagnosis.get('confidence')}"
    yield f"Attempt {pin.attempt}  {diagnosis.get('cause') or 'no cause stands out'} ({sure})"
    for reason in diagnosis.get("reasons", ()):
        yield f"           because {_said(reason['because'])}"
    yield f"           {_said(pin.plan.get('summary') or pin.plan.get('question'))}"
    for change in pin.plan.get("changes", ()):
        moved = f"{change['before']} → {change['after']}"
        yield f"           {change['system']} {change['object']} {change['field']}: {moved}"
    for index, derivation in enumerate(pin.plan.get("derivations", ())):
        quantity = derivation.get("quantity") or {}
        yield f"           quantity {index}: {quantity.get('amount')} {quantity.get('unit')}"
    failed = [
        row for row in pin.proof.get("verdicts", ()) if row["result"] in {"failed", "unknown"}
    ]
    for verdict in failed:
        yield f"Proof      {verdict['check']} {verdict['result']}: {_said(verdict.get('because'))}"
    if not failed:
        yield f"Proof      passed ({len(pin.proof.get('verdicts', ()))} checks)"
    yield f"Ruling     {ruling.get('verb')}, policy {ruling.get('policy')}"
    yield f"Remedy     {pin.remedy_hash}"


def _said(plain: Any) -> str:
    from agent.case.text import Text
    from agent.plain import load

    return str(load(Text, plain)) if plain else ""


def _line(line: Line) -> str:
    waits = f" for {line.waiting_for.value}" if line.waiting_for else ""
    words = [
        line.id,
        f"{line.status.value}{waits}",
        line.criticality.value,
        line.object,
        line.kind or "not recognised",
        line.cause or "-",
        str(line.value or "-"),
        f"{line.opened_at:%F %H:%M}",
    ]
    return "  ".join(words)


def _settings() -> Settings:
    from agent import settings

    try:
        return settings.read_settings()
    except settings.SettingsRefused as error:
        _refuse(*error.problems)


def _refuse(*lines: str) -> NoReturn:
    for line in lines:
        typer.echo(line, err=True)
    raise typer.Exit(1)
