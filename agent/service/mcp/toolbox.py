"""The tools somebody has, and how a call is carried out: as in the chat, masked, and written down.

Whoever calls is a model that people chose elsewhere, so it is shown what the chat's own model is
shown: names masked, free text fenced. No tool decides; one proposes, and says where to decide.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from agent.authority.cedar import Word
from agent.authority.deeds import Deed
from agent.bootstrap import Machinery
from agent.chatting import RecordedTurns, door_of, sources_of
from agent.reasoning.chat.consulting import consultations
from agent.reasoning.chat.finding import Finder
from agent.reasoning.chat.looking import looks
from agent.reasoning.chat.proposing import proposal
from agent.reasoning.chat.sources import Diary
from agent.reasoning.chat.tool import Bench, CallRefused, Tool, Veil, known_arguments
from agent.reasoning.chat.turn import ChatAnswer, ChatTurn, Message, Notebook, Speaker, Used
from agent.service.conversing import plants_of, reach, role_of
from agent.service.mcp.lineage import lineage_of
from agent.service.mcp.triage import TRIAGE
from agent.service.who.door import Admitted
from agent.service.who.reception import reception
from agent.words.catalog import Language

LOOKS = ("order", "bom", "stock", "movements", "confirmations")
BY = "mcp"
LONGEST = 24_000
CUT = "\n(cut: ask for less)"


@dataclass(frozen=True)
class Result:
    """What a call came to, as its model may see it."""

    text: str
    refused: bool = False


@dataclass(frozen=True)
class Toolbox:
    """The tools of one visitor."""

    tools: Mapping[str, Tool]
    bench: Bench
    diary: Diary

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Result:
        """Carry a call out and write it down; what goes wrong is told with who reacts."""
        result = await self._called(name, arguments)
        notes, turn = self.bench.notes, self.bench.turn
        answer = ChatAnswer(
            text=result.text,
            language=Language.EN,
            ended=notes.ended,
            by=BY,
            used=tuple(notes.used),
            cases=tuple(notes.cases),
            proposal=notes.proposal,
        )
        await self.diary.turn(turn, answer, notes)
        return result

    async def _called(self, name: str, arguments: Mapping[str, Any]) -> Result:
        tool, notes = self.tools.get(name), self.bench.notes
        try:
            if tool is None:
                raise CallRefused("model", "there is no such tool")
            known_arguments(tool.page, arguments)
            shown = await tool.work(self.bench, arguments)
        except CallRefused as refused:
            notes.used.append(Used(name[:40], arguments, refused.reacts))
            return Result(str(refused), refused=True)
        notes.used.append(Used(name, arguments))
        people = await self.bench.sources.people.of(self.bench.turn.plant)
        veil = Veil([one.value for one in shown], people=people)
        text = "\n".join(one.text(veil.mask) for one in shown) or "nothing"
        return Result(text if len(text) <= LONGEST else text[:LONGEST] + CUT)


def toolbox_of(request: Request, who: Admitted, name: str, arguments: Mapping[str, Any]) -> Toolbox:
    """Return the tools of a visitor, for one call of theirs."""
    concord: Machinery = request.app.state.concord
    theirs = reach(request, who)
    sources = sources_of(concord, theirs)
    asked = f"{name[:40]} {json.dumps(arguments, sort_keys=True, default=str)}"
    turn = ChatTurn(
        user=who.name,
        role=role_of(who),
        messages=(Message(Speaker.USER, asked),),
        conversation=f"{who.name}/{BY}",
    )
    bench = Bench(turn, sources, Finder(sources, None), Notebook(by=BY))
    proposals = door_of(concord, request.app.state.enqueue, theirs)
    found = [one for one in looks(list(sources.windows)) if one.page.name in LOOKS]
    found += [*consultations(sources.kinds), TRIAGE]
    auditor = reception(request).door.admitted(who.visitor, Deed.READ_AUDIT)
    if not isinstance(auditor, Word):
        found.append(lineage_of(concord.database, plants_of(auditor)))
    if proposals is not None:
        found.append(proposal(proposals))
    return Toolbox({one.page.name: one for one in found}, bench, RecordedTurns(concord))
