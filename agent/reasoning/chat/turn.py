"""A turn of a conversation: what somebody asks, and what is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from agent.case.ruling import Role
from agent.words.catalog import Language

LONGEST_QUESTION = 4000
REMEMBERED = 20


class Speaker(StrEnum):
    """Who said something."""

    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True)
class Message:
    """One thing that was said."""

    speaker: Speaker
    text: str


@dataclass(frozen=True)
class ChatTurn:
    """A question with the conversation before it.

    Attributes:
        user: Who asks, as authenticated; audited, and the proposer of what is proposed.
        role: What that person may be here; "what waits for me" is answered by it.
        messages: The conversation; the last thing the user said is the question.
        plant: The one plant the turn is about and may see; None means every plant.
        language: What to answer in; None means as the question is written.
        conversation: The client's id of the conversation.
        auxiliary: Whether a chat client asks on its own behalf, whatever words it uses.
    """

    user: str
    role: Role
    messages: tuple[Message, ...]
    plant: str | None = None
    language: Language | None = None
    conversation: str = ""
    auxiliary: bool = False

    @property
    def question(self) -> str:
        """What is asked now, cut where nobody would write on."""
        said = [one.text for one in self.messages if one.speaker is Speaker.USER]
        return said[-1][:LONGEST_QUESTION] if said else ""

    @property
    def reader(self) -> Role:
        """Whom the answer is written for: words are for people, a machine reads as an auditor."""
        return Role.AUDITOR if self.role is Role.SERVICE else self.role

    @property
    def before(self) -> tuple[Message, ...]:
        """What was said before the question, as far back as is remembered."""
        for index in range(len(self.messages) - 1, -1, -1):
            if self.messages[index].speaker is Speaker.USER:
                return self.messages[max(0, index - REMEMBERED) : index]
        return ()


class Ended(StrEnum):
    """How a turn ended; who left did not wait for the end.

    The last six are turns of a model that came to no answer of its own: the plain answer was
    given instead.
    """

    ANSWERED = "answered"
    ASKED_BACK = "asked_back"
    UNKNOWN = "unknown"
    NOT_UNDERSTOOD = "not_understood"
    AUXILIARY = "auxiliary"
    LEFT = "left"
    STUCK = "stuck"
    OUT_OF_CALLS = "out_of_calls"
    OUT_OF_TOKENS = "out_of_tokens"
    OUT_OF_TIME = "out_of_time"
    OUT_OF_BUDGET = "out_of_budget"
    MODEL_FAILED = "model_failed"


@dataclass(frozen=True)
class Used:
    """One look at systems or records, or a proposal: by which tool, for what, and how it went."""

    tool: str
    arguments: Mapping[str, Any]
    went: str = "ok"


@dataclass
class Notebook:
    """What a turn notes down while it runs, for its answer and its audit entry.

    ``sent`` and ``said`` are what a model saw last and said, names masked.
    """

    language: Language = Language.EN
    ended: Ended = Ended.ANSWERED
    by: str = "plain"
    why: str = ""
    used: list[Used] = field(default_factory=list[Used])
    cases: list[str] = field(default_factory=list[str])
    proposal: str | None = None
    calls: int = 0
    tokens: int = 0
    prompt: Mapping[str, str] = field(default_factory=dict[str, str])
    sent: list[str] = field(default_factory=list[str])
    said: str = ""

    def about(self, case: str) -> None:
        """Note that the answer speaks of a case."""
        if case not in self.cases:
            self.cases.append(case)


@dataclass(frozen=True)
class ChatAnswer:
    """What is answered, as Markdown.

    ``by`` is ``plain`` or the model's name. ``cases`` are the cases it speaks of, ``proposal`` the
    case that was opened or noted on.
    """

    text: str
    language: Language
    ended: Ended
    by: str
    used: tuple[Used, ...] = ()
    cases: tuple[str, ...] = ()
    proposal: str | None = None
