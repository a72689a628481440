"""The command ``concord``: one file per command under ``agent/commands``, loaded when it is named.

``concord --help`` comes at once, so a command's module is imported only when it runs; the line that
describes it is the first of its docstring, read without importing it. Packages beside ``agent`` add
commands through the entry points ``concord.commands``.
"""

from __future__ import annotations

import ast
import gc
import importlib
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import EntryPoint, entry_points, version
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

#: So many new objects before garbage is looked for: importing makes many, and all of them stay.
OBJECTS = 5_000

ABOUT = "Keeps SAP, the MES and the maintenance system of a plant in agreement."


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command that is named, or list all of them."""
    from agent.settings import harden

    harden()
    gc.set_threshold(OBJECTS)
    given = list(sys.argv[1:] if arguments is None else arguments)
    name = given[0] if given else "--help"
    if name in {"-h", "--help"}:
        sys.stdout.write(_overview())
    elif name == "--version":
        sys.stdout.write(f"concord {version('concord-agent')}\n")
    elif (app := _app(name)) is not None:
        app(args=given[1:], prog_name=f"concord {name}")
    else:
        sys.stderr.write(f"concord has no command '{name}'. 'concord --help' lists them.\n")
        sys.exit(2)


def _app(name: str) -> Callable[..., Any] | None:
    """Import the command of a name: its module's ``app``."""
    if name in _shipped():
        return importlib.import_module(f"agent.commands.{name}").app
    point = _beside().get(name)
    return point.load() if point else None


def _overview() -> str:
    beside = {name: _first_line_of(point) for name, point in _beside().items()}
    lines = {**beside, **_shipped()}
    width = max(len(name) for name in lines)
    rows = "".join(f"  {name:<{width}}  {line}\n" for name, line in sorted(lines.items()))
    return (
        f"Usage: concord COMMAND [OPTIONS]\n\n{ABOUT}\n\nCommands:\n{rows}\n"
        "'concord COMMAND --help' explains one.\n"
    )


def _shipped() -> dict[str, str]:
    """Return each shipped command's name and the first line of its module's docstring."""
    found: dict[str, str] = {}
    for file in files("agent.commands").iterdir():
        name, _, ending = file.name.partition(".")
        if ending == "py" and not name.startswith("_"):
            found[name] = _first_line(file.read_text("utf-8"))
    return found


def _first_line_of(point: EntryPoint) -> str:
    spec = find_spec(point.module)
    return _first_line(Path(spec.origin).read_text("utf-8")) if spec and spec.origin else ""


def _first_line(source: str) -> str:
    """Return the first line of a module's docstring, without running the module."""
    return (ast.get_docstring(ast.parse(source)) or "").partition("\n")[0]


def _beside() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group="concord.commands")}


if __name__ == "__main__":
    main()
