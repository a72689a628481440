"""Replays closed cases."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from evals.backtesting.backtest import Bench, Replayed


def command(
    policy: Annotated[
        Path | None, typer.Option(help="A policy file in place of the plants' own.")
    ] = None,
    plant: Annotated[str | None, typer.Option(help="Only the cases of one plant.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Judge closed cases anew by today's code, weighing and policies; nothing is posted or kept.

    Shows where cause, actions or ruling would be another, and how that differs from what people
    decided.
    """
    found = asyncio.run(_replayed(policy, plant))
    told = [asdict(one) | {"changed": one.changed, "against": one.against_people} for one in found]
    if as_json:
        typer.echo(json.dumps({"cases": told, "counts": _counts(found)}, ensure_ascii=False))
        return
    for one in found:
        if one.changed:
            against = f"  ({one.against_people})" if one.against_people else ""
            typer.echo(f"{one.case}  {one.kind}  {', '.join(one.changed)}{against}")
            typer.echo(f"  was   {one.was}\n  would {one.would}")
    typer.echo("  ".join(f"{name} {count}" for name, count in _counts(found).items()))


async def _replayed(policy: Path | None, plant: str | None) -> list[Replayed]:
    from agent.records.database import Database
    from agent.settings import read_settings
    from evals.backtesting.backtest import replay
    from evals.backtesting.closed import closed

    settings = read_settings()
    database = Database(settings.database)
    try:
        with database.read() as session:
            cases = list(closed(session, plant))
        bench = _bench(settings, database, policy, {one.case: one.opened_at for one in cases})
        return [await replay(one, bench) for one in cases if one.conflict.plant in bench.plants]
    finally:
        database.dispose()


def _bench(settings: Any, database: Any, policy: Path | None, opened: Any) -> Bench:
    from agent.authority.authority import Authority
    from agent.authority.cedar import Policies
    from agent.authority.certificates import fits_of
    from agent.bootstrap import authority_of, certificates_of
    from agent.clock import now
    from agent.playbooks.catalog import catalog
    from agent.reasoning.weighing import Weighing
    from agent.settings import environment
    from evals.backtesting.backtest import Bench
    from evals.backtesting.recalling import recall_of
    from tools.plant.reading import load_plants

    plants = load_plants(settings.plants_folder, environment())
    certificates = certificates_of(settings, now)
    if policy is None:
        authority = authority_of(plants, certificates)
    else:
        own = Policies(policy.read_text("utf-8"))
        authority = Authority(dict.fromkeys(plants, own), certificates)
    weighing = Weighing(fits_of(settings.home, now).weighing)
    return Bench(weighing, authority, catalog(), plants, recall_of(database, opened))


def _counts(found: list[Replayed]) -> dict[str, int]:
    counts = Counter[str](name for one in found for name in one.changed)
    counts |= Counter(one.against_people for one in found if one.against_people)
    return {"cases": len(found), "changed": sum(bool(one.changed) for one in found), **counts}
