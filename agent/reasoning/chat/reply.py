"""The shape of a reply: by which words it is asked for, what it is about, and how it is told.

A module of ``replies`` defines one ``REPLY``; nothing else is edited to add it. Rank orders what a
question asks for when several replies recognise it: a question about a case (``DEED``) before one
about a record (``TOPIC``), before one that only names a thing (``THING``).
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cache

import agent.reasoning.chat.replies
from agent.reasoning.chat.finding import Finder, Subject
from agent.reasoning.chat.naming import Kind
from agent.reasoning.chat.phrases import Say
from agent.reasoning.chat.sources import Sources
from agent.reasoning.chat.turn import ChatTurn, Notebook, Used
from agent.reasoning.chat.window import Window
from agent.words.catalog import Language


class Rank(IntEnum):
    """How specific a reply is."""

    HELP = 0
    THING = 1
    TOPIC = 2
    DEED = 3


@dataclass(frozen=True)
class Asked:
    """What a reply answers: the turn, the one thing it is about, and where to look."""

    turn: ChatTurn
    question: str
    subject: Subject | None
    sources: Sources
    finder: Finder
    say: Say
    notes: Notebook

    @property
    def window(self) -> Window:
        """The plant of the subject."""
        return self.sources.windows[self.the_subject.plant]

    @property
    def the_subject(self) -> Subject:
        """The subject, of replies that are about one."""
        if self.subject is None:
            raise ValueError("this reply is about nothing in particular")
        return self.subject

    @property
    def plant(self) -> str | None:
        """The one plant the answer keeps to, if any."""
        return self.turn.plant

    def used(self, tool: str, **arguments: str) -> None:
        """Note what was looked at."""
        self.notes.used.append(Used(tool, arguments))

    def case(self, name: str) -> str:
        """Return the link to a case's page, and note that the answer speaks of it."""
        self.notes.about(name)
        return f"[{name}]({self.sources.link(name)})"

    def of(self, subject: Subject) -> Asked:
        """Return the same question about another subject."""
        return replace(self, subject=subject)


Tell = Callable[[Asked], AsyncIterator[str]]


@dataclass(frozen=True)
class Reply:
    """One question that can be answered without a model.

    Attributes:
        rank: How specific it is.
        words: What a question that asks for it contains: words, or their beginnings (``stock*``).
        about: The kinds of things it can be about, none where it needs no subject.
        tell: Tells it, paragraph by paragraph.
        stands_alone: Whether it is asked also without a subject.
    """

    rank: Rank
    words: Mapping[Language, tuple[str, ...]]
    about: tuple[Kind, ...]
    tell: Tell
    stands_alone: bool = False

    def asked_by(self, question: str) -> bool:
        """Return whether a question contains one of the words, in whichever language."""
        spoken = " ".join(re.findall(r"\w+", question.lower()))
        return any(_pattern(word).search(spoken) for words in self.words.values() for word in words)


@cache
def replies() -> Mapping[str, Reply]:
    """Return every reply by its name."""
    found: dict[str, Reply] = {}
    for module in pkgutil.iter_modules(agent.reasoning.chat.replies.__path__):
        loaded = importlib.import_module(f"agent.reasoning.chat.replies.{module.name}")
        reply = getattr(loaded, "REPLY", None)
        if isinstance(reply, Reply):
            found[module.name] = reply
    return found


@cache
def _pattern(word: str) -> re.Pattern[str]:
    stem = re.escape(word.removesuffix("*"))
    return re.compile(rf"\b{stem}" if word.endswith("*") else rf"\b{stem}\b")
