"""Models of an Ollama server, by its native chat: only there the context's length can be set."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, cast

from agent.reasoning.asker import GARBLED, Busy, Silent, Unfit, bare, of_status
from agent.reasoning.discreet import discreet
from agent.reasoning.request import Form, ModelAnswer, ModelRequest
from agent.reasoning.wire import finish_of, form_of

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage
    from langchain_ollama import ChatOllama
    from pydantic import SecretStr

ADDRESS = "http://127.0.0.1:11434"
MARGIN = 1.3
"""How far our estimate of a prompt's tokens may be too low."""


class OllamaChat:
    """Asks one model through langchain-ollama, with a context length of our choosing.

    Ollama cuts a prompt that does not fit without a word, so nothing is sent that might not.
    """

    def __init__(self, model: str, url: str | None, key: SecretStr | None, context: int) -> None:
        self._model, self._url, self._key, self._context = model, url or ADDRESS, key, context
        self._connecting = asyncio.Lock()
        self._chat: ChatOllama | None = None

    @property
    def name(self) -> str:
        return self._model

    async def ask(self, request: ModelRequest, seconds: float) -> ModelAnswer:
        wanted = int(request.size * MARGIN) + request.most_tokens
        if wanted > self._context:
            raise Unfit(f"about {wanted} tokens do not fit a context of {self._context}")
        chat = await self.connected()
        try:
            async with asyncio.timeout(seconds):
                message = await self._sent(chat, request)
        except TimeoutError:
            raise Silent(f"no answer within {seconds:.3g} s") from None
        return self._answer(message, request)

    async def close(self) -> None:
        if self._chat is not None:
            await self._chat._async_client.close()  # pyright: ignore[reportPrivateUsage]
        self._chat = None

    async def _sent(self, chat: ChatOllama, request: ModelRequest) -> AIMessage:
        import httpx
        import ollama

        rows = [{"role": one.role, "content": one.content} for one in request.messages]
        try:
            return await chat.ainvoke(rows, **self._options(request))
        except ollama.ResponseError as error:
            if error.status_code < 300:
                raise Busy(f"the server's answer is broken: {error.error}") from error
            raise of_status(error.status_code, str(error.error)) from error
        except (httpx.TimeoutException, TimeoutError) as error:
            raise Silent(f"no answer: {error}") from error
        except (httpx.HTTPError, ConnectionError) as error:
            raise Busy(f"no connection: {error}") from error
        except GARBLED as error:
            raise Busy(f"the server's answer is no chat: {error}") from error

    def _options(self, request: ModelRequest) -> dict[str, Any]:
        options: dict[str, Any] = {
            "num_ctx": self._context,
            "num_predict": request.most_tokens,
        }
        if request.temperature is not None:
            options["temperature"] = request.temperature
        match request.form:
            case Form.SCHEMA:
                return {"options": options, "format": dict(request.schema)}
            case Form.FUNCTION:
                return {"options": options, "tools": form_of(request)["tools"]}
            case Form.OBJECT:
                return {"options": options, "format": "json"}
            case Form.WORDS:
                return {"options": options}

    async def connected(self) -> ChatOllama:
        """Return the client, made when it is first needed."""
        async with self._connecting:
            if self._chat is None:
                self._chat = await asyncio.to_thread(self._connect)
            return self._chat

    def _connect(self) -> ChatOllama:
        from langchain_ollama import ChatOllama

        headers = {"Authorization": f"Bearer {self._key.get_secret_value()}"} if self._key else {}
        return ChatOllama(
            model=bare(self._model),
            base_url=self._url,
            reasoning=False,
            async_client_kwargs={"headers": headers, "timeout": None, **discreet(self._key)},
        )

    def _answer(self, message: AIMessage, request: ModelRequest) -> ModelAnswer:
        told = message.response_metadata
        if not told.get("done"):
            raise Busy("the answer broke off in the middle")
        read = cast("int | None", told.get("prompt_eval_count"))
        if read is not None and read >= self._context - 1:
            raise Unfit(f"the server cut the prompt to its context of {self._context}")
        text: str | None = message.text
        calls = [call for call in message.tool_calls if call["name"] == request.name]
        if calls:
            text = json.dumps(calls[0]["args"], ensure_ascii=False)
        return ModelAnswer(
            model=str(told.get("model_name") or bare(request.model)),
            text=text or None,
            finish=finish_of(told.get("done_reason")),
            tokens_in=read,
            tokens_out=cast("int | None", told.get("eval_count")),
        )
