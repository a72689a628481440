"""Plant files: check them, print their schema, start a new one."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.commands._refusing import refuse, settings_read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tools.plant.problem import Problem
    from tools.plant.reading import Checked

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Check plant files, and start new ones."
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class MesKind(StrEnum):
    """What runs the shop floor."""

    SAP_DM = "sap_dm"
    IGNITION = "ignition"


class CmmsKind(StrEnum):
    """What maintenance works with."""

    S4_PM = "s4_pm"
    CMMS_REST = "cmms_rest"


@app.command()
def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Files or folders; by default the folder of the plant files."),
    ] = None,
    environment: Annotated[
        bool, typer.Option(help="Look up what the files refer to in the environment.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Say what is wrong with plant files, by file and line. Ends with 1 if anything is."""
    from agent import settings

    env = settings.environment() if environment else None
    checks = _checks(paths or [_folder(None)], env)
    problems = [problem for checked in checks for problem in checked.problems]
    if as_json:
        typer.echo(json.dumps(_told(checks, problems), ensure_ascii=False, indent=2))
    else:
        _tell(checks, problems)
    raise typer.Exit(1 if problems else 0)


@app.command()
def schema(
    out: Annotated[Path | None, typer.Option(help="Write to this file instead.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print the JSON Schema of a plant file, for editors; it is JSON with or without --json."""
    from tools.plant.schema import schema_text

    if out is None:
        typer.echo(schema_text(), nl=False)
        return
    out.write_text(schema_text(), encoding="utf-8")
    typer.echo(json.dumps({"file": str(out)}) if as_json else str(out))


@app.command()
def new(
    code: Annotated[str, typer.Argument(help="Plant in the ERP, such as 1010.")],
    name: Annotated[str | None, typer.Option(help="What people call it.")] = None,
    time_zone: Annotated[str, typer.Option(help="Zone of the plant.")] = "Europe/Berlin",
    mes: Annotated[MesKind, typer.Option(help="What runs the shop floor.")] = MesKind.SAP_DM,
    cmms: Annotated[CmmsKind, typer.Option(help="What maintenance uses.")] = CmmsKind.S4_PM,
    folder: Annotated[
        Path | None, typer.Option(help="Where to write it; by default where plant files are.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a new plant file, commented, and the schema beside it."""
    from tools.plant import schema as schema_of
    from tools.plant.reading import check_content
    from tools.plant.template import NewPlant, plant_text

    target = _folder(folder)
    file = target / f"{code}.toml"
    text = plant_text(NewPlant(code, name or f"Plant {code}", time_zone, mes.value, cmms.value))
    problems = check_content(text.encode(), file, None).problems
    if problems:
        refuse(*(f"{problem.key}: {problem.problem}. {problem.remedy}" for problem in problems))
    if file.exists():
        refuse(f"{file} is there already. Edit it, or choose another --folder.")
    target.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    (target / schema_of.NAME).write_text(schema_of.schema_text(), encoding="utf-8")
    if as_json:
        typer.echo(json.dumps({"file": str(file), "schema": str(target / schema_of.NAME)}))
    else:
        typer.echo(f"{file}\nFill it in, then: concord plants check {file}")


def _folder(named: Path | None) -> Path:
    """Return the folder that was named, else the one of the settings."""
    return named if named is not None else settings_read().plants_folder


def _checks(paths: Sequence[Path], env: Mapping[str, str] | None) -> list[Checked]:
    from tools.plant.reading import check_plant, check_plants

    checks: list[Checked] = []
    for path in paths:
        alone = path.is_file() or path.suffix == ".toml"
        checks += [check_plant(path, env)] if alone else check_plants(path, env)
    return checks


def _tell(checks: Sequence[Checked], problems: Sequence[Problem]) -> None:
    for problem in problems:
        typer.echo(str(problem))
    for checked in checks:
        if (plant := checked.plant) is not None:
            systems = plant.systems
            kinds = f"{systems.erp.kind}, {systems.mes.kind}, {systems.cmms.kind}"
            typer.echo(f"{checked.file}: {plant.code} {plant.name} ({kinds}) is in order.")
    if not checks:
        typer.echo("There is no plant file yet. Write one with: concord plants new CODE")


def _told(checks: Sequence[Checked], problems: Sequence[Problem]) -> dict[str, object]:
    plants = [
        {
            "code": plant.code,
            "name": plant.name,
            "file": str(checked.file),
            "phase": plant.phase.default.value,
            "erp": plant.systems.erp.kind,
            "mes": plant.systems.mes.kind,
            "cmms": plant.systems.cmms.kind,
        }
        for checked in checks
        if (plant := checked.plant) is not None
    ]
    told = [asdict(problem) | {"file": str(problem.file)} for problem in problems]
    return {"plants": plants, "problems": told}
