"""The plant in a box: serve it, let it get out of step, look at what was written to it."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.commands._refusing import refuse
from tools.sandbox.faults import FaultKind
from tools.sandbox.servers import Server

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tools.sandbox.serve import Served

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="A plant in a box: S/4, MES and maintenance."
)
fault = typer.Typer(no_args_is_help=True, help="Let things go wrong in the running box.")
app.add_typer(fault, name="fault")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Seed = Annotated[int, typer.Option(help="Decides what the plants hold.")]


@app.command()
def serve(
    seed: Seed = 7,
    port_base: Annotated[
        int,
        typer.Option(min=0, max=65_531, help="First of five ports in a row; 0 takes free ones."),
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Serve both plants on loopback until Ctrl-C, and print what connects to them.

    Nothing is set in the environment: the exports that are printed are to be taken over.
    """
    import asyncio

    try:
        asyncio.run(_serve(seed, port_base, as_json))
    except KeyboardInterrupt:
        return
    except OSError as error:
        refuse(str(error))


@app.command()
def scenarios(as_json: AsJson = False) -> None:
    """List the ways in which the plants can get out of step."""
    from tools.sandbox.scenarios.catalog import scenarios as known

    rows = [
        {
            "name": name,
            "plant": one.scenario.plant,
            "title": one.scenario.title,
            "playbook": one.scenario.truth.playbook,
            "type": one.scenario.type,
            "settle": one.scenario.truth.settle.value,
        }
        for name, one in known().items()
    ]
    if as_json:
        _print_json(rows)
        return
    _print_rows([(row["plant"], row["name"], row["title"]) for row in rows])


@app.command()
def run(
    name: Annotated[str, typer.Argument(help="One of 'concord sandbox scenarios'.")],
    seed: Annotated[int, typer.Option(help="Plants to use where no box is running.")] = 7,
    as_json: AsJson = False,
) -> None:
    """Let a scenario happen, and show its story, its signal and what the systems show.

    It happens in the running box if the environment names one, else in a plant made for it.
    """
    told = _told(name, seed)
    if as_json:
        _print_json(told)
        return
    typer.echo(f"{told['story']}\n\nSignal:\n{json.dumps(told['signal'], indent=2)}\n")
    _print_sides("Before", told["before"])
    _print_sides("After", told["after"])
    typer.echo(f"Right: {told['truth']['right']}.")


@app.command()
def journal(as_json: AsJson = False) -> None:
    """Show every write the running box received, and whether any was committed twice."""
    said = _ask("GET", "journal")
    if as_json:
        _print_json(said)
        return
    _print_rows(
        (
            entry["at"][:19],
            entry["server"],
            entry["operation"],
            entry["object"],
            "committed" if entry["committed"] else "refused",
            str(entry["answered"]),
            entry["document"] or "",
        )
        for entry in said["entries"]
    )
    count, lost = len(said["duplicates"]), said["lost_answers"]
    typer.echo(f"{len(said['entries'])} writes, {count} committed twice, {lost} answers lost")


@app.command()
def reset(as_json: AsJson = False) -> None:
    """Put the running box back to where it was when it was started."""
    said = _ask("POST", "reset")
    typer.echo(json.dumps(said) if as_json else "The box is as it was at the start.")


@fault.command("add")
def add_fault(
    kind: Annotated[FaultKind, typer.Argument(help="What goes wrong.")],
    server: Annotated[Server | None, typer.Option(help="Where; by default everywhere.")] = None,
    path: Annotated[str, typer.Option(help="Regular expression searched in the path.")] = "",
    method: Annotated[str | None, typer.Option(help="HTTP method, READ or WRITE.")] = None,
    probability: Annotated[float, typer.Option(min=0, max=1)] = 1.0,
    count: Annotated[int | None, typer.Option(min=0, help="How often at most.")] = None,
    seconds: Annotated[float, typer.Option(min=0, help="Latency, lock or delay.")] = 2.0,
) -> None:
    """Add a fault and print its number as JSON."""
    body: dict[str, Any] = {
        "kind": kind.value,
        "server": server.value if server else None,
        "path": path,
        "method": method,
        "probability": probability,
        "count": count,
        "seconds": seconds,
    }
    _print_json(_ask("POST", "faults", body))


@fault.command("list")
def list_faults() -> None:
    """Print the faults of the running box, and what they have done, as JSON."""
    _print_json(_ask("GET", "faults"))


@fault.command("clear")
def clear_faults(
    number: Annotated[int | None, typer.Argument(help="Only this one; else all.")] = None,
) -> None:
    """Take faults away, and print how many are left, as JSON."""
    _print_json(_ask("DELETE", "faults" if number is None else f"faults/{number}"))


async def _serve(seed: int, port_base: int, as_json: bool) -> None:
    import asyncio

    from agent.clock import now
    from tools.sandbox.opening import opened
    from tools.sandbox.scenarios.catalog import performances
    from tools.sandbox.serve import Ports, served

    ports = Ports()
    if port_base:
        numbers = {server: port_base + at for at, server in enumerate(Server)}
        ports = Ports(numbers, port_base + len(numbers))
    async with served(
        lambda: opened(seed, now(), running=True), ports=ports, scenarios=performances()
    ) as box:
        _announce(box, as_json)
        await asyncio.Event().wait()


def _announce(box: Served, as_json: bool) -> None:
    from agent.box import plants_folder, variables

    env = {**variables(box), "CONCORD_PLANTS": str(plants_folder())}
    if as_json:
        typer.echo(json.dumps(box.as_json() | {"environment": env}, ensure_ascii=False))
        return
    _print_rows([*((str(server), url) for server, url in box.urls.items())])
    _print_rows([("control", box.control_url)])
    typer.echo("\nTake over in the shell that runs Concord:")
    for name, value in env.items():
        typer.echo(f"export {name}={shlex.quote(value)}")
    typer.echo("\nCtrl-C ends it.")


def _told(name: str, seed: int) -> dict[str, Any]:
    from agent.clock import now
    from agent.control import Control
    from agent.settings import environment
    from tools.sandbox.floors.floor import Impossible
    from tools.sandbox.opening import opened
    from tools.sandbox.scenarios.catalog import NoSuchScenario, scenario

    if Control.of(environment()) is not None:
        return _ask("POST", f"scenarios/{name}")["said"]
    try:
        return scenario(name).happen(opened(seed, now())).as_json()
    except (NoSuchScenario, Impossible) as error:
        refuse(str(error))


def _ask(method: str, path: str, body: object = None) -> dict[str, Any]:
    from agent.control import Control, NotControlled
    from agent.settings import environment

    try:
        return Control.needed(environment()).ask(method, path, body)
    except NotControlled as error:
        refuse(str(error))


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _print_sides(title: str, lines: Sequence[Mapping[str, str]]) -> None:
    typer.echo(f"{title}:")
    shown = [side for side in ("erp", "mes", "cmms") if any(line[side] != "–" for line in lines)]
    rows = [(line["what"], *(line[side] for side in shown)) for line in lines]
    _print_rows([("", *map(str.upper, shown)), *rows])
    typer.echo("")


def _print_rows(rows: Iterable[tuple[str, ...]]) -> None:
    """Print rows with their columns one below the other."""
    rows = list(rows)
    if not rows:
        return
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        typer.echo("  ".join(cells).rstrip())
