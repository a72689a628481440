"""Ask a question, as a chat client would: one turn, answered from systems and records."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import Annotated

import typer

from agent.case.ruling import Role
from agent.reasoning.chat.turn import ChatAnswer, ChatTurn, Message, Speaker
from agent.words.catalog import Language

app = typer.Typer(add_completion=False)


@app.command()
def chat(
    question: Annotated[str, typer.Argument(help="What you want to know.")],
    plant: Annotated[str | None, typer.Option(help="Keep to one plant.")] = None,
    user: Annotated[str, typer.Option(help="Who asks.")] = "operator",
    role: Annotated[Role, typer.Option(help="What that person is.")] = Role.PLANNER,
    language: Annotated[Language | None, typer.Option(help="Answer in this language.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Ask a question and print the answer. Nothing is decided or posted here.

    Exits with 1 where the question was not understood or nothing is known.
    """
    turn = ChatTurn(user, role, (Message(Speaker.USER, question),), plant, language, "command line")
    answered = asyncio.run(_chat(turn))
    if isinstance(answered, str):
        typer.echo(answered, err=True)
        raise typer.Exit(1)
    if as_json:
        typer.echo(json.dumps(asdict(answered), ensure_ascii=False, indent=2, default=str))
    else:
        typer.echo(answered.text)
    if answered.ended.value in {"unknown", "not_understood"}:
        raise typer.Exit(1)


async def _chat(turn: ChatTurn) -> ChatAnswer | str:
    """Answer the turn, or say why the installation cannot be opened."""
    from agent.bootstrap import machinery
    from agent.chatting import ANYWHERE, brain_of, talk_of
    from agent.explaining import CaseExplainer
    from agent.prompting import registry_of
    from agent.settings import SettingsRefused, read_settings
    from tools.plant.reading import PlantRefused

    try:
        settings = read_settings()
        async with machinery(settings) as concord:
            talk = talk_of(concord, registry_of(settings, concord.database))
            enqueuer = concord.enqueuer()
            try:
                explaining = CaseExplainer(concord)
                brain = brain_of(concord, enqueuer.enqueue, talk, ANYWHERE, explaining)
                return await brain.answer(turn)
            finally:
                enqueuer.close()
    except (SettingsRefused, PlantRefused) as error:
        return str(error)
