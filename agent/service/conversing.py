"""Who converses with the service, how far they reach, and the brain that answers them.

The chat endpoint, the chat page and the tools ask here, so all three let somebody see and propose
exactly the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from fastapi import Request

from agent.authority.cedar import Word
from agent.authority.deeds import Deed
from agent.bootstrap import Machinery
from agent.case.ruling import Role
from agent.chatting import Reach, brain_of, page_of
from agent.explaining import CaseExplainer
from agent.reasoning.chat.brain import Brain
from agent.reasoning.chat.conversation import Talk
from agent.reasoning.chat.turn import Message, Speaker
from agent.service.who.door import Admitted
from agent.service.who.reception import reception

OPEN_WEBUI = "X-OpenWebUI-Chat-Id"
LONGEST_NAME = 100


def brain(request: Request, who: Admitted) -> Brain:
    """Return the brain that answers somebody, within what they may see and propose."""
    concord: Machinery = request.app.state.concord
    talk: Talk | None = request.app.state.talk
    theirs = reach(request, who)
    explaining = CaseExplainer(concord, theirs)
    return brain_of(concord, request.app.state.enqueue, talk, theirs, explaining)


def reach(request: Request, who: Admitted) -> Reach:
    """Return how far somebody reaches."""
    proposer = reception(request).door.admitted(who.visitor, Deed.PROPOSE)
    proposes = frozenset[str]() if isinstance(proposer, Word) else plants_of(proposer)
    return Reach(plants_of(who), proposes, lambda case: address(request, page_of(case)))


def plants_of(who: Admitted) -> frozenset[str] | None:
    """Return the plants where somebody may do a deed; None is everywhere."""
    return None if who.whole and who.visitor.plants is None else who.plants


def role_of(who: Admitted) -> Role:
    """Return as what somebody asks: the first of their roles."""
    visitor = who.visitor
    roles = visitor.roles.union(*(visitor.by_plant.get(one, frozenset()) for one in who.plants))
    return next((role for role in Role if role in roles), Role.AUDITOR)


def address(request: Request, path: str) -> str:
    """Return a path of ours as people reach it."""
    concord: Machinery = request.app.state.concord
    base = concord.settings.public_url or str(request.base_url)
    return f"{base.rstrip('/')}{quote(path)}"


def conversation_of(request: Request, who: Admitted, said: Sequence[Message]) -> str:
    """Return which conversation a question belongs to: as its client names it, else by its start.

    It is always its account's own: nobody can go on in, or use up, somebody else's.
    """
    concord: Machinery = request.app.state.concord
    name = _named(request.headers, (OPEN_WEBUI, concord.settings.chat_header))
    if not name:
        first = next((one.text for one in said if one.speaker is Speaker.USER), "")
        name = hashlib.sha256(first.encode("utf-8", "replace")).hexdigest()[:16]
    return f"{who.name}/{name}"


def _named(headers: Mapping[str, str], names: Sequence[str]) -> str:
    found = (headers.get(name, "").strip() for name in names)
    return next((one for one in found if one and one.isprintable()), "")[:LONGEST_NAME]
