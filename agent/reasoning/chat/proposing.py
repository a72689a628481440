"""The one tool that leaves something behind: it puts a matter before a person.

A proposal is a signal of a type no playbook recognises, so the case it opens always waits for a
person; or a note with a case that is there. It is never an approval and posts nothing: this module
knows no way to either. What it names has to exist.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from agent.case.ruling import Role
from agent.reasoning.chat.finding import Subject
from agent.reasoning.chat.looking import the_one
from agent.reasoning.chat.model import ToolPage
from agent.reasoning.chat.naming import Kind
from agent.reasoning.chat.sources import Proposals
from agent.reasoning.chat.tool import Bench, CallRefused, Shown, Tool, schema, text_of
from agent.records.pages import Wish
from agent.records.states import UNFINISHED
from tools.objects.identifiers import normal

TYPE = "concord.chat.proposal.v1"
SOURCE = "/chat"
LONGEST = 1000
PROPOSERS = frozenset(
    {Role.PLANNER, Role.SUPERVISOR, Role.CONTROLLER, Role.INTEGRATOR, Role.SERVICE}
)
NAMED = (Kind.ORDER, Kind.MATERIAL, Kind.DOCUMENT, Kind.CONFIRMATION)


def proposal(proposals: Proposals) -> Tool:
    """Return the tool that proposes."""
    about: dict[str, Mapping[str, Any]] = {
        "text": {"type": "string", "description": "What is proposed and why, in a few sentences."},
        "case": {"type": "string", "description": "The case it belongs to; none opens a new one."},
    }
    about |= {kind.value: {"type": "string"} for kind in NAMED}
    page = ToolPage(
        "propose",
        "Put something before a person, if the user asks for it: a note with a case, or a new case "
        "about an order, material, document or confirmation. Decides and posts nothing.",
        schema(about, ("text",)),
    )
    return Tool(page, partial(_propose, proposals))


async def _propose(proposals: Proposals, bench: Bench, arguments: Mapping[str, Any]) -> list[Shown]:
    turn, notes = bench.turn, bench.notes
    if turn.role not in PROPOSERS:
        raise CallRefused("person", f"the role {turn.role.value} may look, not propose")
    if notes.proposal is not None:
        raise CallRefused("model", "one proposal a turn is enough; the first one is recorded")
    text = text_of(arguments, "text")[:LONGEST]
    if arguments.get("case"):
        subject = await the_one(bench, Kind.CASE, text_of(arguments, "case").lower())
        _allowed(proposals, subject.plant)
        await proposals.attach_note(subject.number, text, turn.user)
        return _recorded(bench, subject.number, "a note was attached to the case")
    named = [
        (kind, await the_one(bench, kind, normal(text_of(arguments, kind.value)), turn.plant))
        for kind in NAMED
        if arguments.get(kind.value)
    ]
    if not named:
        raise CallRefused("model", "name the case, order, material, document or confirmation")
    plants = {subject.plant for _, subject in named}
    if len(plants) > 1:
        raise CallRefused("person", "what is named lies in different plants")
    _allowed(proposals, plants.pop())
    await _none_open(bench, named[0][1])
    opened = await proposals.open_case(signal(bench, text, dict(named)), turn.user)
    if opened.case is None:
        raise CallRefused("integrator", f"the proposal was not taken: {opened.why}")
    how = "it had been proposed before" if opened.known else "a case was opened for a person"
    return _recorded(bench, opened.case, how)


def signal(bench: Bench, text: str, named: Mapping[Kind, Subject]) -> bytes:
    """Return the signal of a proposal; the same one in the same conversation has the same id."""
    turn = bench.turn
    keys = {kind.value: subject.number for kind, subject in named.items()}
    plant = next(iter(named.values())).plant
    data = {"plant": plant, "text": text, **keys}
    content = json.dumps([turn.conversation, turn.user, data], sort_keys=True)
    event = {
        "specversion": "1.0",
        "id": "chat-" + hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32],
        "source": SOURCE,
        "type": TYPE,
        "time": bench.sources.clock().isoformat(),
        "data": data,
    }
    return json.dumps(event).encode()


def _allowed(proposals: Proposals, plant: str) -> None:
    if not proposals.may_at(plant):
        raise CallRefused("person", f"at plant {plant} they may look, not propose")


async def _none_open(bench: Bench, subject: Subject) -> None:
    """Refuse a second case about what an unfinished one is about."""
    name = f"{subject.plant}/{subject.kind.value}/{subject.number}"
    page = await bench.sources.records.page(Wish(plant=subject.plant, object=name), 20)
    for line in page.lines:
        if line.status in UNFINISHED:
            raise CallRefused(
                "model", f"case {line.id} is open about it: propose a note on that case"
            )


def _recorded(bench: Bench, case: str, how: str) -> list[Shown]:
    bench.notes.proposal = case
    bench.notes.about(case)
    link = bench.sources.link(case)
    return [Shown("proposal", {"case": case, "how": how, "decided_at": link}, "records")]
