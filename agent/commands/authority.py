"""Authority: why a case was ruled on as it was, and who may decide it."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from agent.commands._refusing import refusing, settings_read

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="What the agent and each person may do."
)


def _explained(case: str) -> dict[str, Any] | None:
    from agent.authority.explaining import explained
    from agent.bootstrap import authority_of, certificates_of, database_of
    from agent.case.diagnosis import Diagnosis
    from agent.case.ruling import Ruling
    from agent.clock import now
    from agent.plain import load
    from agent.playbooks.playbook import Risk
    from agent.records import pages, remedies
    from agent.settings import environment
    from tools.plant.reading import load_plants

    settings = settings_read()
    with database_of(settings).read() as session:
        view, pin = pages.case(session, case), remedies.pinned(session, case)
    if view is None or pin is None:
        return None
    with refusing():
        plants = load_plants(settings.plants_folder, environment())
    ruling, diagnosis = load(Ruling, pin.ruling), load(Diagnosis, pin.diagnosis)
    terms = ruling.terms
    certificate = certificates_of(settings, now).applied(
        diagnosis.judge, view.plant, str(terms["playbook"]), Risk(terms["risk"])
    )
    told = explained(authority_of(plants), view.plant, ruling, certificate)
    return told | {"judge": diagnosis.judge, "confidence": diagnosis.confidence}


def _certified(told: dict[str, Any]) -> str:
    one, judge = told["certificate"], f"{told['judge']} at confidence {told['confidence']}"
    if one["threshold"] is None:
        return f"none lets {judge} act alone: {one['certificate'] or ''} {one['why']}"
    return f"{one['certificate']} from {one['threshold']} on ({one['why']}); {judge}"


@app.callback()
def authority() -> None:
    """What the agent and each person may do."""


@app.command()
def explain(
    case: Annotated[str, typer.Argument(help="The case.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print the ruling on a case, the terms it was judged by, and what each role may do."""
    told = _explained(case)
    if told is None:
        typer.echo(f"There is no ruling on {case}.", err=True)
        raise typer.Exit(1)
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    ruling = told["ruling"]
    typer.echo(f"{ruling['verb']} by policy {ruling['policy']}: {ruling['because']}")
    typer.echo("\nJudged by:")
    for name, value in told["terms"].items():
        typer.echo(f"  {name:<18} {value}")
    typer.echo(f"\nCertificate: {_certified(told)}")
    typer.echo("\nWho may:")
    for row in told["may"]:
        mark = "yes" if row["allowed"] else "no "
        typer.echo(f"  {row['role']:<12}{row['deed']:<10} {mark}  {row['policy']}: {row['says']}")
