"""What is waiting for a person: for whoever asks, for a role, or for anybody."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping

from agent.case.ruling import Role
from agent.reasoning.chat.laying import case_line, listed
from agent.reasoning.chat.reply import Asked, Rank, Reply
from agent.records.pages import Wish
from agent.records.states import CaseStatus
from agent.words.catalog import Language

MOST = 10

_ME = re.compile(r"\b(me|my|mine|i|mich|mir|mein|meine|ich)\b")

ROLES: Mapping[str, Role] = {
    "planner": Role.PLANNER,
    "planer": Role.PLANNER,
    "disponent": Role.PLANNER,
    "supervisor": Role.SUPERVISOR,
    "schichtleiter": Role.SUPERVISOR,
    "meister": Role.SUPERVISOR,
    "controller": Role.CONTROLLER,
    "controlling": Role.CONTROLLER,
    "integrator": Role.INTEGRATOR,
}


async def tell(asked: Asked) -> AsyncIterator[str]:
    """Tell what waits, the urgent first."""
    say, records = asked.say, asked.sources.records
    role = asked_role(asked)
    awake = asked.sources.clock()
    wish = Wish(CaseStatus.WAITING, plant=asked.plant, waiting_for=role, awake_at=awake)
    asked.used("waiting", role=role.value if role else "")
    count = await records.count(wish)
    if role is None:
        yield say("Cases that wait for a decision: {count}", count=count)
    else:
        yield say(
            "Cases that wait for a {role} to decide: {count}",
            count=count,
            role=say.word(role.value),
        )
    if count:
        page = await records.page(wish, MOST)
        lines = [case_line(asked, line) for line in page.lines]
        more = [*lines, *[""] * (count - len(lines))]
        yield listed(more, say, most=MOST)
    stranded = Wish(CaseStatus.NEEDS_PERSON, plant=asked.plant)
    left = await records.count(stranded)
    if left:
        yield say("Cases that need somebody to look: {count}", count=left)
        page = await records.page(stranded, MOST)
        yield listed([case_line(asked, line) for line in page.lines], say, most=MOST)


def asked_role(asked: Asked) -> Role | None:
    """Return whose list is meant: a role that is named, who asks, or everybody's."""
    words = asked.question.lower()
    for word, role in ROLES.items():
        if re.search(rf"\b{word}", words):
            return role
    return asked.turn.role if _ME.search(words) else None


REPLY = Reply(
    rank=Rank.DEED,
    words={
        Language.EN: (
            "waiting",
            "waits",
            "wait",
            "pending",
            "to decide",
            "inbox",
            "to do",
            "todo",
            "open cases",
            "open decisions",
            "is open",
            "s open",
            "still open",
            "anything open",
        ),
        Language.DE: (
            "wartet",
            "warten",
            "wartend*",
            "ansteh*",
            "zu entscheiden",
            "posteingang",
            "offene fälle",
            "offenen fälle",
            "offene entscheidungen",
            "offen",
            "zu tun",
        ),
    },
    about=(),
    tell=tell,
    stands_alone=True,
)
