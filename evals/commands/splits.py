"""Says which families are in which split."""

from __future__ import annotations

from typing import Annotated

import typer


def command(
    write: Annotated[
        bool, typer.Option("--record", help="Record the families that are not recorded yet.")
    ] = False,
) -> None:
    """Count families and cases of each split; record new families."""
    from evals.splits import cases_of, families, record, split_of
    from evals.splits import write as write_record

    new = families() - set(record())
    for name in ("dev", "calibration", "sealed"):
        cases = cases_of(name)
        found = {case.family for _, case in cases}
        typer.echo(f"{name:<12}{len(found):>4} families {len(cases):>5} cases")
    if new and write:
        write_record({**record(), **{one: split_of(one) for one in new}})
        typer.echo(f"{len(new)} families are recorded now")
    elif new:
        typer.echo(f"{len(new)} families are not recorded yet: {', '.join(sorted(new))}")
