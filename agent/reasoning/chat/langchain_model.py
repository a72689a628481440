"""A LangChain chat model as the conversation speaks to it.

LangChain is imported when the model is first asked; it repeats nothing and runs no loop.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, assert_never, cast

import httpx

from agent.reasoning.asker import GARBLED, Busy, ModelTrouble, Silent, of_status
from agent.reasoning.chat.model import Call, Instructed, Line, Manner, Saw, Spoke, ToolPage, Wrote

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage, BaseMessage

PROVIDERS = (("openai", "OpenAIError"), ("ollama", "ResponseError"))
"""What the clients behind LangChain raise; looked up where they have been imported."""


def options_of(manner: Manner) -> Mapping[str, Any]:
    """Return a manner as options of chat completions."""
    options: dict[str, Any] = {"max_tokens": manner.most_tokens}
    if manner.temperature is not None:
        options["temperature"] = manner.temperature
    return options


class LangChainModel:
    """Speaks through a LangChain chat model.

    Args:
        name: The model as it is configured.
        opened: Returns the chat model; called before each answer, so it keeps what it opens.
        options: Returns a manner as options of the provider.
    """

    def __init__(
        self,
        name: str,
        opened: Callable[[], Awaitable[BaseChatModel]],
        options: Callable[[Manner], Mapping[str, Any]] = options_of,
    ) -> None:
        self._name, self._opened, self._options = name, opened, options

    @property
    def name(self) -> str:
        """The model as it is configured."""
        return self._name

    async def speak(
        self, lines: Sequence[Line], tools: Sequence[ToolPage], manner: Manner
    ) -> Spoke:
        """Return what the model says next."""
        chat = await self._opened()
        messages = await asyncio.to_thread(_messages, lines)
        options: dict[str, Any] = dict(self._options(manner))
        if tools:
            options["tools"] = [_function(tool) for tool in tools]
        try:
            said = await chat.ainvoke(messages, **options)
        except (httpx.HTTPError, OSError, *GARBLED) as error:
            raise Busy(f"the model's server gave no answer: {error}") from error
        except _raised_by_providers() as error:
            raise _trouble(error) from error
        return _spoke(said)


def _function(tool: ToolPage) -> dict[str, Any]:
    page = {"name": tool.name, "description": tool.about, "parameters": dict(tool.parameters)}
    return {"type": "function", "function": page}


def _messages(lines: Sequence[Line]) -> list[BaseMessage]:
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage

    def message(line: Line) -> BaseMessage:
        match line:
            case Instructed():
                return SystemMessage(line.text)
            case Wrote():
                return HumanMessage(line.text)
            case Saw():
                return ToolMessage(line.text, tool_call_id=line.call, name=line.tool)
            case Spoke():
                calls = [
                    {"name": call.tool, "args": dict(call.arguments or {}), "id": call.id}
                    for call in line.calls
                ]
                return AIMessage(content=line.text, tool_calls=calls)
            case _ as unreachable:
                assert_never(unreachable)

    return [message(line) for line in lines]


def _spoke(message: AIMessage) -> Spoke:
    usage = cast("Mapping[str, int]", message.usage_metadata or {})
    calls = [
        Call(str(call["id"] or f"call-{place}"), str(call["name"]), call["args"])
        for place, call in enumerate(message.tool_calls)
    ]
    calls += [
        Call(str(call["id"] or f"broken-{place}"), str(call["name"] or ""), None)
        for place, call in enumerate(message.invalid_tool_calls)
    ]
    told = message.response_metadata
    return Spoke(
        text=message.text,
        calls=tuple(calls),
        tokens=usage.get("total_tokens"),
        model=str(told.get("model_name") or ""),
        read=usage.get("input_tokens"),
        written=usage.get("output_tokens"),
    )


def _raised_by_providers() -> tuple[type[Exception], ...]:
    found = [
        getattr(sys.modules[module], name, None)
        for module, name in PROVIDERS
        if module in sys.modules
    ]
    return tuple(one for one in found if isinstance(one, type) and issubclass(one, Exception))


def _trouble(error: Exception) -> ModelTrouble:
    """Return what a provider's error means; a timeout is one of its connection errors."""
    status = getattr(error, "status_code", None)
    if isinstance(status, int) and status >= 300:
        return of_status(status, str(error))
    if "Timeout" in type(error).__name__:
        return Silent(str(error))
    return Busy(f"no connection: {error.__cause__ or error}")
