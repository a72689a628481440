"""The audit: verify it, trace a document, export it, sign its end."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.commands._refusing import refuse, settings_read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.records.audit import Link
    from agent.records.database import Database
    from agent.records.seal import Checkpoint
    from agent.records.tracing import Trace

app = typer.Typer(no_args_is_help=True, help="Verify, trace, export and seal the audit.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def verify(
    against: Annotated[
        list[Path] | None, typer.Option(help="Files of checkpoints that were kept elsewhere.")
    ] = None,
    trust: Annotated[
        list[str] | None, typer.Option(help="Public keys of other installations to trust.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say whether anybody has changed the audit. Ends with 1 if so."""
    from agent.records.audit import AuditTrail
    from agent.records.database import Database
    from agent.records.seal import Seal

    settings = settings_read()
    checkpoints = [one for file in against or () for one in _checkpoints(file)]
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database(settings.database)
    try:
        findings = _unguarded(database)
        trail = AuditTrail(database, Seal(settings.home, trust or ()))
        findings += [(found.sequence, found.what) for found in trail.verify(checkpoints)]
        entries = trail.length()
    finally:
        database.dispose()
    if as_json:
        told = [{"sequence": sequence, "what": what} for sequence, what in findings]
        typer.echo(json.dumps({"ok": not findings, "entries": entries, "findings": told}))
    else:
        for sequence, what in findings:
            typer.echo(f"entry {sequence}: {what}")
        typer.echo(f"{entries} entries, {len(findings) or 'nothing'} wrong.")
    raise typer.Exit(1 if findings else 0)


@app.command()
def trace(
    number: Annotated[str, typer.Argument(help="Document number, case, signal or posting key.")],
    as_json: AsJson = False,
) -> None:
    """Walk from a document back to its signal, or from a signal forward to its documents."""
    from agent.records.opening import opened
    from agent.records.purging import purged
    from agent.records.tracing import trace as find

    settings = settings_read()
    with opened(settings.home, settings.database) as database, database.read() as session:
        found = find(session, number)
        left = [] if found else purged(session, number)
    if left:
        typer.echo("\n".join(_left(one, as_json) for one in left))
        return
    if not found:
        refuse(f"Nothing here has to do with {number}.")
    if as_json:
        plain = [one.plain() for one in found]
        typer.echo(json.dumps(plain, ensure_ascii=False, indent=2))
        return
    for one in found:
        for line in _chain(one):
            typer.echo(line)


@app.command()
def export(
    out: Annotated[Path | None, typer.Option(help="Write to this file instead.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write every entry as one line of JSON; the lines are JSON with or without --json."""
    from agent.records.audit import AuditTrail
    from agent.records.opening import opened

    settings = settings_read()
    with opened(settings.home, settings.database) as database:
        trail = AuditTrail(database)
        if out is None:
            trail.export(sys.stdout)
            return
        with out.open("w", encoding="utf-8") as file:
            entries = trail.export(file)
    told = {"file": str(out), "entries": entries}
    typer.echo(json.dumps(told) if as_json else f"{entries} entries in {out}")


@app.command()
def checkpoint(
    out: Annotated[
        Path | None, typer.Option(help="Add it to this file as well, where nobody here can write.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Sign the audit's present end; it is one line of JSON with or without --json."""
    from agent.clock import now
    from agent.records.audit import AuditTrail
    from agent.records.opening import opened
    from agent.records.seal import Seal

    settings = settings_read()
    with opened(settings.home, settings.database) as database:
        signed = AuditTrail(database, Seal(settings.home)).checkpoint(now())
    if out is not None:
        with out.open("a", encoding="utf-8") as file:
            file.write(signed.line() + "\n")
    typer.echo(signed.line())


def _unguarded(database: Database) -> list[tuple[int, str]]:
    """Say which guards are missing; other commands would not start without them."""
    from agent.records.guards import Unguarded
    from agent.records.migrations import upgrade

    try:
        upgrade(database.engine)
    except Unguarded as error:
        return [(0, str(error))]
    return []


def _left(link: Link, as_json: bool) -> str:
    """Say what is left of a case that was purged."""
    if as_json:
        return json.dumps(link.plain(), ensure_ascii=False)
    said = link.details
    papers = ", ".join(f"{one['document']} in {one['system']}" for one in said["documents"])
    settled = f"{said['settlement']} on {said['settled_at'][:10]}"
    return f"purged    {link.case} {said['kind']} {said['object']}: {settled}; {papers or 'none'}"


def _chain(trace: Trace) -> Iterator[str]:
    """Say in lines how one thing led to another, from the signal to the documents."""
    case = trace.case
    for signal in trace.signals:
        came = f"{signal.received_at[:19]} ({signal.how})"
        yield f"signal    {signal.id} from {signal.source}, {came}"
    yield f"case      {case.id} {case.kind or 'not recognised'} {case.object}: {case.status.value}"
    for pin in trace.attempts:
        systems = sorted({str(row["system"]) for row in pin.facts.values() if row.get("system")})
        yield f"facts     attempt {pin.attempt}: {len(pin.facts)} from {', '.join(systems)}"
        judge = pin.diagnosis.get("judge")
        yield f"diagnosis attempt {pin.attempt}: {pin.diagnosis.get('cause')} (judge {judge})"
        policy = pin.ruling.get("policy")
        yield f"remedy    {pin.remedy_hash}: {pin.ruling.get('verb')} (policy {policy})"
    for decided in trace.decisions:
        one = decided.decision
        who = f"{one.by} as {one.role.value}"
        yield f"decision  {one.id}: {one.answer.value} by {who}: {one.reason}"
    for posting in trace.postings:
        mark = "  <" if posting.key in trace.found_by else ""
        yield f"posting   {posting.key} {posting.kind} on {posting.decision}: {posting.state.value}"
        yield f"document  {posting.document or 'none'} in {posting.system}{mark}"
    if trace.outcome is not None:
        yield f"outcome   {trace.outcome.settlement.value}"
    for link in trace.audit:
        yield f"audit     {link.sequence:>6}  {link.at[:19]}  {link.who}: {link.what}"


def _checkpoints(file: Path) -> list[Checkpoint]:
    from agent.records.seal import Checkpoint, NotACheckpoint

    try:
        lines = file.read_text("utf-8").splitlines()
        return [Checkpoint.of_line(line) for line in lines if line]
    except (OSError, NotACheckpoint) as error:
        refuse(f"{file}: {error}")
