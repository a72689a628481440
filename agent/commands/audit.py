"""The audit: verify it, trace a document, export it, sign its end, see how its copies stand."""

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
    from agent.records.audit_copies import Standing
    from agent.records.database import Database
    from agent.records.seal import Checkpoint
    from agent.records.tracing import Trace

app = typer.Typer(no_args_is_help=True, help="Verify, trace, export, seal and copy the audit.")

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


@app.command()
def copies(as_json: AsJson = False) -> None:
    """Say how far each system that keeps copies has come, what waits, and what it refused."""
    from agent.records.audit_copies import standings
    from agent.records.opening import opened
    from tools.plant.reading import check_plants

    settings = settings_read()
    plants = [one.plant for one in check_plants(settings.plants_folder, None) if one.plant]
    targets = [target for plant in plants for target in plant.copy_targets]
    with opened(settings.home, settings.database) as database, database.read() as session:
        found = {one.target: one for one in standings(session, targets)}
    if as_json:
        told = [one.plain() for one in found.values()]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    if not targets:
        typer.echo("Nothing is copied: [audit_copy] in a plant file names who keeps copies.")
    for target in targets:
        lines = _stands(found[target]) if target in found else ["no worker has looked at it yet"]
        typer.echo("\n    ".join((f"{target}: {lines[0]}", *lines[1:])))


@app.command("copy-again")
def copy_again(
    target: Annotated[str, typer.Argument(help="Its name in 'concord audit copies'.")],
    entry: Annotated[int | None, typer.Option(help="Only the entry of this number.")] = None,
    by: Annotated[str, typer.Option(help="Who says so; kept in the audit.")] = "operator",
) -> None:
    """Send once more what a system that keeps copies has refused: all of it, or one entry."""
    from agent.clock import now
    from agent.records.audit_copies import NotRefused, again
    from agent.records.opening import opened

    settings = settings_read()
    try:
        with opened(settings.home, settings.database) as database, database.write() as session:
            number = again(session, target, entry, by, now())
    except NotRefused as error:
        refuse(f"Not sent: {error}.")
    typer.echo(f"{number} sent again by the next worker that looks.")


def _stands(one: Standing) -> list[str]:
    """Say in lines how a target stands."""
    last = f", the last on {one.copied_at:%F %H:%M}" if one.copied_at else ""
    since = f" since {one.oldest:%F %H:%M}" if one.oldest else ""
    lines = [f"copied up to entry {one.sequence}{last}; {one.waiting} wait{since}"]
    if one.trouble:
        again = f"tried again {one.again_at:%F %H:%M}" if one.again_at else "being tried again"
        lines.append(f"in trouble since {one.trouble_since:%F %H:%M}, {again}: {one.trouble}")
    for no in one.refused:
        said = f"refused {no.refused_at:%F %H:%M}" if no.refused_at else "is sent again"
        lines.append(f"entry {no.sequence} {said}: {no.reason}")
    return lines


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
