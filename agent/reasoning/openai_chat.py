"""Models of OpenAI, of Azure, and of every server that speaks their chat completions.

An address with ``?api-version=`` is an Azure resource and the model's name its deployment; any
other address is a base URL.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr

from agent.reasoning.asker import GARBLED, Busy, Locked, Silent, bare, of_status
from agent.reasoning.discreet import discreet
from agent.reasoning.request import Finish, ModelAnswer, ModelRequest
from agent.reasoning.wire import finish_of, form_of

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage
    from langchain_openai.chat_models.base import BaseChatOpenAI

NO_KEY = "none"
"""What is sent to a server of one's own that asks for no key; the client insists on one."""


class OpenAIChat:
    """Asks one model through langchain-openai, which never repeats a call by itself."""

    def __init__(self, model: str, url: str | None, key: SecretStr | None) -> None:
        self._model, self._url, self._key = model, url, key
        self._connecting = asyncio.Lock()
        self._chat: BaseChatOpenAI | None = None
        self._http: Any = None

    @property
    def name(self) -> str:
        return self._model

    async def ask(self, request: ModelRequest, seconds: float) -> ModelAnswer:
        chat = await self.connected()
        try:
            async with asyncio.timeout(seconds):
                message = await self._sent(chat, request)
        except TimeoutError:
            raise Silent(f"no answer within {seconds:.3g} s") from None
        return _answer(message, request)

    async def close(self) -> None:
        if self._http is not None:
            await self._http.aclose()
        self._chat = self._http = None

    async def _sent(self, chat: BaseChatOpenAI, request: ModelRequest) -> AIMessage:
        import openai

        rows = [{"role": one.role, "content": one.content} for one in request.messages]
        options: dict[str, Any] = {"max_tokens": request.most_tokens, **_form(request)}
        if request.temperature is not None:
            options["temperature"] = request.temperature
        try:
            return await chat.ainvoke(rows, **options)
        except openai.APIStatusError as error:
            raise of_status(error.status_code, str(error), _rest(error)) from error
        except openai.APITimeoutError as error:
            raise Silent(str(error)) from error
        except openai.APIConnectionError as error:
            raise Busy(f"no connection: {error.__cause__ or error}") from error
        except (openai.OpenAIError, *GARBLED) as error:
            raise Busy(f"the server's answer is no chat completion: {error}") from error

    async def connected(self) -> BaseChatOpenAI:
        """Return the client, made when it is first needed."""
        async with self._connecting:
            if self._chat is None:
                self._chat = await asyncio.to_thread(self._connect)
            return self._chat

    def _connect(self) -> BaseChatOpenAI:
        import openai

        if self._key is None and self._url is None:
            raise Locked("there is no key: set CONCORD_MODEL_KEY")
        self._http = openai.DefaultAsyncHttpxClient(**discreet(self._key))
        common: dict[str, Any] = {
            "api_key": self._key or SecretStr(NO_KEY),
            "http_async_client": self._http,
            "max_retries": 0,
            "use_responses_api": False,
            "streaming": False,
        }
        parts = urlsplit(self._url or "")
        version = parse_qs(parts.query).get("api-version")
        if version:
            from langchain_openai import AzureChatOpenAI

            return AzureChatOpenAI(
                azure_endpoint=f"{parts.scheme}://{parts.netloc}",
                azure_deployment=bare(self._model),
                api_version=version[0],
                **common,
            )
        from langchain_openai import ChatOpenAI

        return ChatOpenAI(model=bare(self._model), base_url=self._url, **common)


def _form(request: ModelRequest) -> dict[str, Any]:
    """Return the form as options of a call; as extra body, so that no client parses the answer."""
    form = form_of(request)
    return form if "tools" in form or not form else {"extra_body": form}


def _rest(error: Any) -> float | None:
    asked = error.response.headers.get("retry-after", "")
    return float(asked) if asked.replace(".", "", 1).isdecimal() else None


def _answer(message: AIMessage, request: ModelRequest) -> ModelAnswer:
    told: Mapping[str, Any] = message.response_metadata
    refusal = message.additional_kwargs.get("refusal")
    usage = cast("Mapping[str, int]", message.usage_metadata or {})
    text: str | None = message.text if isinstance(message.content, str) else None
    calls = [call for call in message.tool_calls if call["name"] == request.name]
    if calls:
        text = json.dumps(calls[0]["args"], ensure_ascii=False)
    return ModelAnswer(
        model=str(told.get("model_name") or bare(request.model)),
        text=text or None,
        finish=Finish.REFUSED if refusal else finish_of(told.get("finish_reason")),
        tokens_in=usage.get("input_tokens"),
        tokens_out=usage.get("output_tokens"),
        note=str(refusal or ""),
    )
