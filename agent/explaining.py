"""Explaining a case to a person: in a model's words where one is configured, else plainly.

Chat and pages call the same function. It reads; it never influences the case.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from agent.bootstrap import Machinery
from agent.chatting import ANYWHERE, Reach, sources_of
from agent.reasoning.chat.brain import PARAGRAPH
from agent.reasoning.chat.explained import Told
from agent.reasoning.chat.plain_answer import PlainAnswer
from agent.reasoning.chat.turn import ChatTurn, Message, Notebook, Speaker
from agent.reasoning.explaining import Explained, ModelExplainer, Wanted
from agent.records.remedies import NoSuchCase
from agent.records.tracing import of_case
from agent.words.catalog import Language

PLAIN = "plain"


class CaseExplainer:
    """Explains cases to whoever asks for it in a chat."""

    def __init__(self, concord: Machinery, reach: Reach = ANYWHERE) -> None:
        self._concord, self._reach = concord, reach

    async def explain(self, case: str, turn: ChatTurn, language: Language) -> Told:
        """Return a case in words, for the role of who asks."""
        wanted = Wanted(language, turn.reader, turn.question)
        said = await explain(self._concord, case, wanted, self._reach)
        return Told(said.text or "", said.by, said.why)


async def explain(
    concord: Machinery, case: str, wanted: Wanted, reach: Reach = ANYWHERE
) -> Explained:
    """Return a case explained; its text is always there.

    Raises:
        NoSuchCase: There is none.
    """
    trace = await asyncio.to_thread(_trace, concord, case)
    asking, why = concord.judges.asking, ""
    if asking is not None:
        said = await ModelExplainer(asking, concord.context.clock).explain(trace, wanted)
        if said.text is not None:
            return said
        why = said.why
    return replace(await plainly(concord, case, wanted, reach), why=why)


async def plainly(
    concord: Machinery, case: str, wanted: Wanted, reach: Reach = ANYWHERE
) -> Explained:
    """Return a case told from its records, without any model."""
    question = Message(Speaker.USER, f"why {case}")
    turn = ChatTurn(PLAIN, wanted.reader, (question,), language=wanted.language)
    notes = Notebook(language=wanted.language)
    pieces = [one async for one in PlainAnswer(sources_of(concord, reach)).tell(turn, notes) if one]
    return Explained(PARAGRAPH.join(pieces), PLAIN)


def _trace(concord: Machinery, case: str) -> dict[str, object]:
    with concord.database.read() as session:
        return of_case(session, case).plain()


__all__ = ["NoSuchCase", "explain", "plainly"]
