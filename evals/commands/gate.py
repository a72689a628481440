"""The promotion gate."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from evals.comparing.gate import Judged

EXITS = {"PASS": 0, "FAIL": 1, "INCONCLUSIVE": 3}


def command(
    baseline: Annotated[Path, typer.Argument(help="The baseline's folder, or its result.jsonl.")],
    candidate: Annotated[Path, typer.Argument(help="The candidate's.")],
    budget: Annotated[
        tuple[float, float] | None, typer.Option(help="Seconds at P95, and cost, of one case.")
    ] = None,
    certified: Annotated[
        tuple[float, float] | None,
        typer.Option(help="Certified coverage of baseline and candidate, as calibrate prints it."),
    ] = None,
    prompts: Annotated[
        Path | None, typer.Option(help="Folder of the prompts.", envvar="CONCORD_PROMPTS")
    ] = None,
    bless: Annotated[str | None, typer.Option(help="Who makes the candidate the baseline.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say PASS (exit 0), FAIL (1) or INCONCLUSIVE (3), and write the record a promotion needs."""
    from agent.clock import now
    from evals.comparing.compare import NotComparable
    from evals.comparing.gate import Budget, Rules, gate
    from evals.comparing.telling import comparison_lines, gate_lines, plain_gate
    from evals.row import RowsUnreadable, read_rows

    p95, cost = budget or (None, None)
    rules = Rules(budget=Budget(cost=cost, p95=p95))
    try:
        rows = read_rows(candidate)
        judged = gate(read_rows(baseline), rows, rules, certified or (None, None))
        done = _written(judged, candidate, prompts, now())
        if bless is not None:
            done += _blessed(judged, candidate, bless, now())
    except (NotComparable, RowsUnreadable) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    told: dict[str, Any] = plain_gate(judged) | {"record": done}
    lines = [*gate_lines(judged), "", *comparison_lines(judged.comparison), "", f"record: {done}"]
    typer.echo(json.dumps(told, ensure_ascii=False) if as_json else "\n".join(lines))
    raise typer.Exit(EXITS[judged.verdict.value])


def _written(judged: Judged, candidate: Path, prompts: Path | None, at: datetime) -> str:
    """Write the record to where promotions look for it; say what came of it."""
    from evals.comparing.recording import NothingToPromote, record_of
    from evals.row import read_header, read_rows
    from registry.errors import RegistryError
    from registry.live import in_use

    header = read_header(candidate)
    try:
        record = record_of(judged, header, read_rows(candidate), at, _metadata(header.settings))
    except NothingToPromote as error:
        return f"none: {error}"
    try:
        with in_use(prompts) as registry:
            registry.store.record_gate(record)
    except RegistryError as error:
        return f"none: {error}"
    return f"{record.name} {record.version} under {record.model}, run {record.run}"


def _blessed(judged: Judged, candidate: Path, by: str, at: datetime) -> str:
    """Make the candidate the baseline of its split, unless the gate failed it."""
    from evals.comparing.baselines import bless
    from evals.row import read_header

    if judged.verdict.value == "FAIL":
        return "; not blessed: the gate failed it"
    header = read_header(candidate)
    folder = candidate if candidate.is_dir() else candidate.parent
    blessing = bless(folder.parent, header.split, header.run, by, at)
    return f"; {header.run} is the baseline of {header.split}, before {blessing.instead_of or '-'}"


def _metadata(settings: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = settings.get("sap_metadata", {})
    return found
