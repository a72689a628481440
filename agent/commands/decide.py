"""Decide about a case: approve, reject, change, forward or snooze it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from agent.case.ruling import Answer, Role
from agent.commands._refusing import refuse, settings_read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.records.database import Database
    from agent.settings import Settings
    from tools.plant.model import Plant

QUANTITY = re.compile(r"(\d{1,4})=(-?\d{1,20}(?:\.\d{1,20})?) (\S{1,6})")

app = typer.Typer(help="Decide about a case.")


class Word(StrEnum):
    """What can be said about a case."""

    APPROVE = "approve"
    REJECT = "reject"
    CHANGE = "change"
    FORWARD = "forward"
    SNOOZE = "snooze"


@dataclass(frozen=True)
class Said:
    """Who says what about which case, and why."""

    case: str
    by: str
    role: Role
    reason: str
    at: datetime


@app.command()
def decide(  # noqa: PLR0913 - a command's options are its interface
    case: Annotated[str, typer.Argument(help="The case.")],
    word: Annotated[Word, typer.Argument(help="What becomes of it.")],
    by: Annotated[str, typer.Option("--as", help="Who decides.")],
    role: Annotated[Role, typer.Option(help="The role they act in; an account must have it.")],
    reason: Annotated[str, typer.Option(help="Why; kept in the audit.")],
    remedy: Annotated[
        str | None, typer.Option(help="Only if the remedy still has this hash ('cases show').")
    ] = None,
    quantity: Annotated[
        list[str] | None, typer.Option(help="change: 'INDEX=AMOUNT UNIT', such as '0=96 ST'.")
    ] = None,
    to: Annotated[Role | None, typer.Option(help="forward: the role that is asked.")] = None,
    person: Annotated[str | None, typer.Option(help="forward: one person in that role.")] = None,
    hours: Annotated[float, typer.Option(min=0.1, help="snooze: for how long.")] = 24.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Decide about the remedy that is proposed, forward the case, or put it off for a while.

    A decision is recorded and handed to the workers in one transaction; they carry it out. Which
    role may decide what, the plant's policies say.
    """
    from agent.clock import now

    if not by.strip() or not reason.strip():
        refuse("A decision needs a name and a reason.")
    said = Said(case, by.strip(), role, _as_operator(by.strip(), role, reason.strip()), now())
    quantities = dict(_quantity(one) for one in quantity or ())
    match word:
        case Word.FORWARD:
            if to is None:
                refuse("Forward it --to which role?")
            told = _forward(said, to, person)
        case Word.SNOOZE:
            told = _snooze(said, said.at + timedelta(hours=hours))
        case Word.APPROVE | Word.REJECT | Word.CHANGE:
            told = _decide(said, Answer(word.value), remedy, quantities)
    _tell(told, as_json)


def _as_operator(by: str, role: Role, reason: str) -> str:
    """Hold a name and role against the accounts, and return the reason as it is recorded.

    Who is at this shell nobody can check: whoever may write the data folder may also make an
    account. So a decision given here says so in its reason, and where accounts exist it is taken
    only in a name and a role that one of them has.
    """
    from agent.records import accounts
    from agent.records.opening import opened

    settings = settings_read()
    with opened(settings.home, settings.database) as database, database.read() as session:
        known = accounts.listed(session)
        account = accounts.account(session, by)
    if known and (account is None or account.disabled_at is not None):
        refuse(f"Not decided: {by} has no account ('concord users add {by} --role {role}').")
    if account is not None and role not in account.roles:
        refuse(f"Not decided: {account.name} is no {role} ('concord users roles').")
    return f"{reason} (at the operator's shell)"


def _tell(told: dict[str, str | None], as_json: bool) -> None:
    lines = [f"{name}: {value}" for name, value in told.items() if value is not None]
    typer.echo(json.dumps(told, ensure_ascii=False) if as_json else "\n".join(lines))


def _decide(
    said: Said, answer: Answer, remedy: str | None, quantities: dict[str, dict[str, str]]
) -> dict[str, str | None]:
    """Record a decision and enqueue its turn, in one transaction."""
    from sqlalchemy.exc import OperationalError, ProgrammingError

    from agent.bootstrap import authority_of
    from agent.case.change import NotChangeable
    from agent.dispatch.enqueue import DurableEnqueuer
    from agent.permits import permits_of
    from agent.records import decisions
    from agent.records.answers import Answered, DecisionRefused
    from agent.records.opening import opened

    settings = settings_read()
    plants = _plants(settings)
    with opened(settings.home, settings.database) as database:
        asked_about = _present(database, said.case, set(plants))
        answered = Answered(
            case=said.case,
            answer=answer,
            by=said.by,
            role=said.role,
            remedy_hash=remedy or asked_about,
            reason=said.reason,
            quantities=quantities,
        )
        enqueuer, permits = DurableEnqueuer(database), permits_of(authority_of(plants))
        try:
            with database.write() as session:
                decided = decisions.decide(session, answered, enqueuer.enqueue, said.at, permits)
        except (DecisionRefused, NotChangeable) as refusal:
            refuse(f"Not decided: {refusal}.")
        except (OperationalError, ProgrammingError) as error:
            refuse(f"Not decided: the records cannot be written ({error.orig}).")
        finally:
            enqueuer.close()
    one = decided.decision
    return {"case": one.case, "decision": one.id, "answer": one.answer.value, "by": one.by}


def _plants(settings: Settings) -> Mapping[str, Plant]:
    """Return the plants; what their files refer to in the environment is not needed here."""
    from tools.plant.reading import check_plants

    checks = check_plants(settings.plants_folder, None)
    problems = [str(problem) for checked in checks for problem in checked.problems]
    if problems:
        refuse(*problems)
    return {checked.plant.code: checked.plant for checked in checks if checked.plant is not None}


def _present(database: Database, case: str, plants: set[str]) -> str:
    """Return the hash of the remedy that is proposed for a case now."""
    from agent.records import pages

    with database.read() as session:
        view = pages.case(session, case)
    if view is None:
        refuse(f"There is no case {case}.")
    if view.plant not in plants:
        refuse(f"There is no plant file for {view.plant}, so nobody can say who may decide.")
    return view.remedy_hash or ""


def _forward(said: Said, to: Role, person: str | None) -> dict[str, str | None]:
    from agent.records import decisions
    from agent.records.answers import DecisionRefused
    from agent.records.opening import opened
    from agent.records.remedies import NoSuchCase

    settings = settings_read()
    try:
        with opened(settings.home, settings.database) as database, database.write() as session:
            decisions.forward(session, said.case, to, said.by, said.reason, said.at, person)
    except (DecisionRefused, NoSuchCase) as refusal:
        refuse(f"Not forwarded: {refusal.args[0]}.")
    return {"case": said.case, "forwarded to": to.value, "person": person}


def _snooze(said: Said, until: datetime) -> dict[str, str | None]:
    from agent.records import decisions
    from agent.records.answers import DecisionRefused
    from agent.records.opening import opened
    from agent.records.remedies import NoSuchCase

    settings = settings_read()
    try:
        with opened(settings.home, settings.database) as database, database.write() as session:
            decisions.snooze(session, said.case, until, said.by, said.reason, said.at)
    except (DecisionRefused, NoSuchCase) as refusal:
        refuse(f"Not put off: {refusal.args[0]}.")
    return {"case": said.case, "put off until": until.isoformat(timespec="minutes")}


def _quantity(said: str) -> tuple[str, dict[str, str]]:
    found = QUANTITY.fullmatch(said)
    if found is None:
        refuse(f"'{said}' is no quantity: write 'INDEX=AMOUNT UNIT', such as '0=96 ST'.")
    index, amount, unit = found.groups()
    return index, {"amount": amount, "unit": unit}
