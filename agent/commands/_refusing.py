"""How a command ends that cannot go on: it says why on standard error, a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from agent.settings import Settings


def refuse(*lines: str) -> NoReturn:
    """Say why a command cannot go on, and leave."""
    for line in lines:
        typer.echo(line, err=True)
    raise typer.Exit(1)


def settings_read() -> Settings:
    """Return the settings; say what is wrong with them and leave where they cannot be read."""
    from agent import settings

    try:
        return settings.read_settings()
    except settings.SettingsRefused as error:
        refuse(*error.problems)
