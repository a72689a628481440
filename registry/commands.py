"""Prompts: list, compare, render, verify, lock, promote, roll back, and where they were used."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import typer

if TYPE_CHECKING:
    from registry.lineage import Lineage
    from registry.registry import Registry

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="List, compare, verify, promote and roll back prompts.",
)

FOLDER = "CONCORD_PROMPTS"

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Folder = Annotated[
    Path | None,
    typer.Option(help="Folder of the prompts; those that ship are taken else.", envvar=FOLDER),
]
Name = Annotated[str, typer.Argument(help="The prompt, such as diagnose.")]
Version = Annotated[str, typer.Argument(help="Its version, such as 1.0.0.")]
By = Annotated[str, typer.Option(help="Who does it.")]


@app.command("list")
def list_(folder: Folder = None, as_json: AsJson = False) -> None:
    """List every prompt with its versions, and what each is in use as."""
    with _told() as stack:
        rows = _rows(_registry(stack, folder))
    if as_json:
        _print(rows)
        return
    for row in rows:
        used = ", ".join(row["used_as"])
        lock = row["sha256"][:12] if row["locked"] else "draft"
        typer.echo(f"{row['name']:<10}{row['version']:<9}{lock:<14}{used}")


@app.command()
def show(name: Name, version: Version, folder: Folder = None, as_json: AsJson = False) -> None:
    """Show a version: what it is bound to, what goes in, and its words."""
    with _told() as stack:
        prompt = _registry(stack, folder).shelf.read(name, version)
    head = prompt.head.model_dump(mode="json", by_alias=True, exclude_none=True)
    if as_json:
        examples = [one.model_dump() for one in prompt.examples]
        _print({**head, "sha256": prompt.sha256, "body": prompt.body, "examples": examples})
        return
    typer.echo(f"sha256 {prompt.sha256}\n\n{prompt.text}{prompt.examples_text}")


@app.command()
def diff(
    name: Name,
    before: Annotated[str, typer.Argument(help="The one version.")],
    after: Annotated[str, typer.Argument(help="The other version.")],
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Show what differs between two versions, examples included."""
    with _told() as stack:
        lines = _registry(stack, folder).diff(name, before, after)
    if as_json:
        _print({"name": name, "before": before, "after": after, "diff": lines})
    else:
        typer.echo("\n".join(lines) or "Nothing differs.")


@app.command()
def render(
    name: Name,
    inputs: Annotated[Path, typer.Argument(help="The inputs as a JSON file.")],
    version: Annotated[str | None, typer.Option(help="This version, locked or not.")] = None,
    case: Annotated[str | None, typer.Option(help="As for this case.")] = None,
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Render a prompt as a model would get it: the one in production, unless a version is named."""
    from registry.rendering import rendered

    given = _inputs(inputs)
    with _told() as stack:
        registry = _registry(stack, folder)
        if version is None:
            prompt = registry.prompt(registry.resolve(name, case=case))
        else:
            prompt = registry.shelf.read(name, version)
        result = rendered(prompt, given)
    if as_json:
        facts = {"version": prompt.version, "sha256": prompt.sha256, "tokens": result.tokens}
        _print({**facts, "rendered_sha256": result.sha256, "messages": result.plain()})
        return
    for message in result.messages:
        typer.echo(f"[{message.role}]\n{message.content}\n")
    typer.echo(f"about {result.tokens} tokens, rendered sha256 {result.sha256}")


@app.command()
def verify(folder: Folder = None, as_json: AsJson = False) -> None:
    """Say whether every word is as it was locked. Ends with 1 if not."""
    with _told() as stack:
        registry = _registry(stack, folder)
        problems = registry.verify()
        locked = len(registry.store.locked())
    if as_json:
        told = [{"file": one.file, "line": one.line, "what": one.what} for one in problems]
        _print({"ok": not problems, "locked": locked, "problems": told})
    else:
        for problem in problems:
            typer.echo(str(problem))
        typer.echo(f"{locked} locked prompts, {len(problems) or 'nothing'} wrong.")
    raise typer.Exit(1 if problems else 0)


@app.command()
def lock(
    name: Name,
    version: Version,
    author: Annotated[str, typer.Option(help="Who wrote it.")],
    parent: Annotated[str | None, typer.Option(help="The version it was made from.")] = None,
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Lock a version: from now on nobody edits it."""
    with _told() as stack:
        locked = _registry(stack, folder).lock(name, version, author, parent)
    _say(as_json, locked.model_dump(), f"{name} {version} is locked as {locked.sha256}")


@app.command("use")
def use_(  # noqa: PLR0913 - a command's options are its interface
    name: Name,
    alias: Annotated[Literal["staging", "shadow", "canary"], typer.Argument(help="As what.")],
    version: Annotated[str | None, typer.Argument(help="None: no longer.")] = None,
    percent: Annotated[int, typer.Option(help="A canary's share of the cases.")] = 0,
    salt: Annotated[str, typer.Option(help="Another salt draws other cases.")] = "1",
    by: By = "unnamed",
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Let a version wait, run beside production, or be tried by some percent of the cases."""
    from registry.aliases import Alias, Canary

    with _told() as stack:
        registry = _registry(stack, folder)
        if alias == "canary":
            canary = Canary(version=version, percent=percent, salt=salt) if version else None
            registry.put_canary(name, canary, by)
        else:
            registry.put_beside(
                name, Alias.STAGING if alias == "staging" else Alias.SHADOW, version, by
            )
        aliases = registry.aliases(name).model_dump(exclude_none=True)
    _say(as_json, aliases, f"{name}: {aliases}")


@app.command()
def promote(
    name: Name,
    version: Version,
    model: Annotated[str, typer.Option(help="The model the gate passed it under.")],
    dataset: Annotated[str, typer.Option(help="The hash of the golden cases it was passed on.")],
    by: By,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    folder: Folder = None,
) -> None:
    """Bring a version into production, if the gate has passed exactly this. Prints JSON."""
    from registry.changing import Signed
    from registry.clock import now

    with _told() as stack:
        done = _registry(stack, folder).promote(
            name, version, model, dataset, Signed(by, reason, now())
        )
    _print(done.model_dump(mode="json"))


@app.command()
def rollback(
    name: Name,
    by: By,
    reason: Annotated[str, typer.Option(help="Why.")],
    to: Annotated[str | None, typer.Option(help="An earlier production version.")] = None,
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Bring an earlier production version back, at once."""
    from registry.changing import Signed
    from registry.clock import now

    with _told() as stack:
        done = _registry(stack, folder).rollback(name, to, Signed(by, reason, now()))
    said = f"{name} {done.to_version} is in production again, {done.from_version} is not"
    _say(as_json, done.model_dump(mode="json"), said)


@app.command("export")
def export_(
    into: Annotated[Path, typer.Argument(help="The folder of prompts to write to.")],
    as_json: AsJson = False,
) -> None:
    """Write the live state (promotions, gates, aliases) back to files that lack it."""
    from registry.exporting import export
    from registry.file_store import FileStore

    with _told() as stack:
        written = export(_registry(stack, None), FileStore(into))
    _say(as_json, {"written": written}, "\n".join(written) or "The files say all of it already.")


@app.command()
def lineage(
    posting: Annotated[str, typer.Argument(help="Document, posting, case or signal.")],
    as_json: AsJson = False,
) -> None:
    """Walk from a posting back to the words a model was asked with, and on to the signal."""
    chains = [chain for tell in _lineages() for chain in tell(posting)]
    if not chains:
        _refuse(f"Nothing here has to do with {posting}.")
    if as_json:
        _print([[step.plain() for step in chain] for chain in chains])
        return
    for chain in chains:
        for number, step in enumerate(chain):
            arrow = "← " if number else "  "
            typer.echo(f"{arrow}{step.what:<10} {step.id}  {step.says}".rstrip())
        typer.echo("")


def _rows(registry: Registry) -> list[dict[str, Any]]:
    from registry.aliases import Alias

    locked = {(one.name, one.version): one for one in registry.store.locked()}
    rows: list[dict[str, Any]] = []
    in_use = registry.store.aliases()
    for name in registry.shelf.names():
        aliases = registry.aliases(name) if name in in_use else None
        for version in registry.shelf.versions(name):
            used = [one.value for one in Alias if aliases and aliases.version(one) == version]
            lock = locked.get((name, version))
            row = {"name": name, "version": version, "locked": lock is not None}
            detail = {"parent": lock.parent, "author": lock.author} if lock else {}
            rows.append({**row, "sha256": lock.sha256 if lock else "", "used_as": used, **detail})
    return rows


def _registry(stack: ExitStack, folder: Path | None) -> Registry:
    from registry.live import in_use

    return stack.enter_context(in_use(folder))


def _lineages() -> list[Lineage]:
    """Return who can tell how a document came about."""
    from importlib.metadata import entry_points

    from registry.lineage import GROUP

    found = [point.load() for point in entry_points(group=GROUP)]
    if not found:
        _refuse("Nobody here keeps records.")
    return found


def _inputs(file: Path) -> Mapping[str, Any]:
    try:
        given = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        _refuse(f"{file}: {error}")
    if not isinstance(given, dict):
        _refuse(f"{file}: inputs are a JSON object")
    return given  # pyright: ignore[reportUnknownVariableType]


@contextmanager
def _told() -> Generator[ExitStack]:
    """Tell whoever typed the command what is wrong with prompts; close what it opened."""
    from pydantic import ValidationError

    from registry.errors import RegistryError

    try:
        with ExitStack() as stack:
            yield stack
    except RegistryError as error:
        _refuse(str(error))
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        _refuse(f"{detail['loc'][0]}: {detail['msg']}")
    except OSError as error:
        _refuse(f"{error.filename}: {error.strerror}")


def _say(as_json: bool, plain: Mapping[str, Any], said: str) -> None:
    if as_json:
        _print(plain)
    else:
        typer.echo(said)


def _print(plain: Any) -> None:
    typer.echo(json.dumps(plain, ensure_ascii=False, indent=2))


def _refuse(said: str) -> NoReturn:
    typer.echo(said, err=True)
    raise typer.Exit(1)
