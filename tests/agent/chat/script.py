"""A chat model that follows a script, and words for it; both keep what passed by."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.reasoning.chat.conversation import Limits, Talk, Wording
from agent.reasoning.chat.model import Call, Instructed, Line, Manner, Saw, Spoke, ToolPage, Wrote
from agent.reasoning.request import Message
from agent.reasoning.words import Rendered

Step = Spoke | Exception | Callable[[Sequence[Line]], Awaitable[Spoke]]


def calls(tool: str, name: str = "1", **arguments: Any) -> Spoke:
    """The model calls one tool."""
    return Spoke("", (Call(name, tool, arguments),))


@dataclass
class Script:
    """Says one step after the other, the last one for ever."""

    steps: Sequence[Step]
    shown: list[list[Line]] = field(default_factory=list[list[Line]])
    tools: list[tuple[str, ...]] = field(default_factory=list[tuple[str, ...]])

    @property
    def name(self) -> str:
        return "openai:scripted"

    async def speak(
        self, lines: Sequence[Line], tools: Sequence[ToolPage], manner: Manner
    ) -> Spoke:
        step = self.steps[min(len(self.shown), len(self.steps) - 1)]
        self.shown.append(list(lines))
        self.tools.append(tuple(tool.name for tool in tools))
        if isinstance(step, Exception):
            raise step
        return step if isinstance(step, Spoke) else await step(lines)

    @property
    def seen(self) -> str:
        """Everything the model was ever shown, as text."""
        return "\n".join(text_of(line) for lines in self.shown for line in lines)

    @property
    def results(self) -> list[str]:
        """What the tools answered, as the model saw it last."""
        return [line.text for line in self.shown[-1] if isinstance(line, Saw)]


class Words:
    """The words of a prompt that only says what the model is."""

    def __init__(self) -> None:
        self.inputs: Mapping[str, Any] = {}

    async def words(self, conversation: str, inputs: Mapping[str, Any], model: str) -> Rendered:
        self.inputs = inputs
        said = (Message("system", "You look, and never decide."),)
        return Rendered(said, "chat", "1.0.0", "0" * 64, "production", "1" * 64, provisional=True)


def talk(model: Script, limits: Limits | None = None, words: Wording | None = None) -> Talk:
    """A conversation with a scripted model."""
    return Talk(model, words or Words(), limits or Limits())


def text_of(line: Line) -> str:
    """All a line says."""
    match line:
        case Spoke():
            return f"{line.text} {[(call.tool, call.arguments) for call in line.calls]}"
        case Instructed() | Wrote() | Saw():
            return line.text
