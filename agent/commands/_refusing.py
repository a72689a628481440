"""How a command ends that cannot go on: it says why on standard error, a line each."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from agent.settings import Settings


def refuse(*lines: str, code: int = 1) -> NoReturn:
    """Say why a command cannot go on, and leave."""
    for line in lines:
        typer.echo(line, err=True)
    raise typer.Exit(code)


def settings_read(code: int = 1) -> Settings:
    """Return the settings; say what is wrong with them and leave where they cannot be read."""
    from agent import settings

    with refusing(code):
        return settings.read_settings()


@contextmanager
def refusing(code: int = 1) -> Generator[None]:
    """Say what is wrong with settings or plant files, and leave, where they cannot be used."""
    from agent.settings import SettingsRefused
    from tools.plant.problem import PlantRefused

    try:
        yield
    except SettingsRefused as error:
        refuse(*error.problems, code=code)
    except PlantRefused as error:
        refuse(str(error), code=code)
