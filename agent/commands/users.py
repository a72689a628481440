"""Accounts of people: make one, list them, give roles, a password, or a link to sign in with."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from agent.case.ruling import Role
from agent.commands._refusing import refuse, settings_read

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from agent.records.accounts import Account

T = TypeVar("T")

OPERATOR = "operator"
"""Who has a shell on the data folder, in the audit: the system's own accounts tell them apart."""

Name = Annotated[str, typer.Argument(help="The account's name, such as anna.")]
Roles = Annotated[
    list[Role], typer.Option("--role", help="planner, supervisor, controller, integrator, auditor.")
]
Plants = Annotated[
    list[str] | None, typer.Option("--plant", help="Only at this plant; without any, at all.")
]
Speaks = Annotated[str, typer.Option("--language", help="en or de.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Accounts of people.")


@app.command()
def add(
    name: Name, role: Roles, plant: Plants = None, language: Speaks = "en", as_json: AsJson = False
) -> None:
    """Make an account, and print a link that signs its owner in once."""
    from agent.records import accounts
    from agent.records.accounts import Rights
    from agent.service.who.signing import link_for

    rights = Rights(role, plant, _language(language))

    def work(session: Session, at: datetime) -> tuple[Account, str]:
        made = accounts.add(session, name, rights, OPERATOR, at)
        return made, link_for(session, made.name, OPERATOR, at).path

    made, path = _written(work)
    _tell({"name": made.name, "roles": sorted(made.roles), "link": _address(path)}, as_json)


@app.command()
def link(name: Name, as_json: AsJson = False) -> None:
    """Print a link that signs somebody in once, within the hour."""
    from agent.service.who.signing import link_for

    made = _written(lambda session, at: link_for(session, name, OPERATOR, at))
    told = {"link": _address(made.path), "until": made.ends_at.isoformat(timespec="minutes")}
    _tell(told, as_json)


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List accounts with their roles and plants."""
    from agent.records import accounts
    from agent.records.opening import opened

    settings = settings_read()
    with opened(settings.home, settings.database) as database, database.read() as session:
        found = accounts.listed(session)
    if as_json:
        typer.echo(json.dumps([_plain(one) for one in found], ensure_ascii=False, indent=2))
        return
    for one in found:
        typer.echo(_line(one))
    if not found:
        typer.echo("There is no account: 'concord users add NAME --role planner' makes one.")


@app.command()
def roles(name: Name, role: Roles, plant: Plants = None, language: Speaks = "en") -> None:
    """Give an account these roles and plants, in place of those it had."""
    from agent.records import accounts
    from agent.records.accounts import Rights

    rights = Rights(role, plant, _language(language))
    made = _written(lambda s, at: accounts.change_rights(s, name, rights, OPERATOR, at))
    typer.echo(_line(made))


@app.command()
def disable(
    name: Name,
    again: Annotated[bool, typer.Option("--enable", help="Let them in again instead.")] = False,
) -> None:
    """Let nobody in by an account any more; whoever is signed in is signed out."""
    from agent.records import accounts

    _written(lambda s, at: accounts.disable(s, name, OPERATOR, at, again=again))
    typer.echo(f"{name} may sign in again." if again else f"{name} may not sign in any more.")


@app.command()
def password(name: Name) -> None:
    """Set an account's password: asked for twice, or read as one line from standard input."""
    from agent.records import accounts
    from agent.records.passwords import WeakPassword

    chosen = _chosen()
    try:
        _written(lambda s, at: accounts.set_password(s, name, chosen, OPERATOR, at))
    except WeakPassword as error:
        refuse(f"Not set: {error}.")
    typer.echo(f"{name} has a new password; whoever was signed in has to sign in again.")


def _chosen() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != first:
        refuse("They are not the same.")
    return first


def _language(word: str) -> str:
    if word not in {"en", "de"}:
        refuse(f"'{word}' is no language Concord speaks: en or de.")
    return word


def _address(path: str) -> str:
    """Return a link whole where the service's address is known, else what follows the address."""
    return (settings_read().public_url or "http://127.0.0.1:8080").rstrip("/") + path


@contextmanager
def _refusals() -> Generator[None]:
    from agent.records.accounts import AccountRefused

    try:
        yield
    except AccountRefused as error:
        refuse(f"{str(error)[:1].upper()}{str(error)[1:]}.")


def _written(work: Callable[[Session, datetime], T]) -> T:
    from agent.clock import now
    from agent.records.opening import opened

    settings = settings_read()
    with (
        _refusals(),
        opened(settings.home, settings.database) as database,
        database.write() as session,
    ):
        return work(session, now())


def _plain(one: Account) -> dict[str, Any]:
    return {
        "name": one.name,
        "roles": sorted(one.roles),
        "plants": None if one.plants is None else sorted(one.plants),
        "language": one.language,
        "disabled": one.disabled_at is not None,
        "password": one.has_password,
    }


def _line(one: Account) -> str:
    plants = "all plants" if one.plants is None else ", ".join(sorted(one.plants))
    ended = "  (disabled)" if one.disabled_at else ""
    return f"{one.name:<20}  {', '.join(sorted(one.roles))}  at {plants}{ended}"


def _tell(told: dict[str, Any], as_json: bool) -> None:
    lines = [f"{name}: {value}" for name, value in told.items() if isinstance(value, str)]
    typer.echo(json.dumps(told, ensure_ascii=False) if as_json else "\n".join(lines))
