"""A model's server on loopback that speaks the OpenAI and the Ollama protocol, well or badly.

What it says is a script: one reply per request, the last one for ever.
"""

import asyncio
import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.loopback import serving

Tongue = Literal["openai", "ollama"]
MODEL = "tiny-1"


@dataclass(frozen=True)
class Said:
    """What the model says, whichever the protocol; ``tokens_in`` None counts honestly."""

    text: str = ""
    finish: str = "stop"
    refusal: str | None = None
    tokens_in: int | None = None
    model: str = MODEL
    delay: float = 0.0
    cut: bool = False
    deaf: bool = False


@dataclass(frozen=True)
class Failed:
    """An HTTP error."""

    status: int
    why: str = "no"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Raw:
    """Bytes as they are."""

    body: bytes
    status: int = 200


Reply = Said | Failed | Raw
Replier = Callable[[dict[str, Any]], Reply]


@dataclass
class Provider:
    """The server: its script, and what it was asked."""

    url: str = ""
    script: list[Reply | Replier] = field(default_factory=list[Reply | Replier])
    asked: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    headers: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    paths: list[str] = field(default_factory=list[str])

    def says(self, *script: Reply | Replier) -> None:
        """Forget everything and follow another script."""
        self.script, self.asked, self.headers, self.paths = list(script), [], [], []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        asked = json.loads(body)
        self.asked.append(asked)
        self.paths.append(scope["path"])
        self.headers.append({name.decode(): one.decode() for name, one in scope["headers"]})
        reply = self.script[min(len(self.asked), len(self.script)) - 1]
        if callable(reply):
            reply = reply(asked)
        tongue: Tongue = "ollama" if scope["path"] == "/api/chat" else "openai"
        await _answer(reply, asked, tongue, send)


async def _answer(reply: Reply, asked: dict[str, Any], tongue: Tongue, send: Any) -> None:
    match reply:
        case Failed(status, why, headers):
            error = {"error": why} if tongue == "ollama" else {"error": {"message": why}}
            await _send(send, json.dumps(error).encode(), status, headers)
        case Raw(body, status):
            await _send(send, body, status)
        case Said(delay=delay, cut=cut):
            await asyncio.sleep(delay)
            speak = _ollama if tongue == "ollama" else _openai
            body = speak(reply, asked)
            await _send(send, body, cut=len(body) // 2 if cut else None)


async def _send(
    send: Any,
    body: bytes,
    status: int = 200,
    headers: tuple[tuple[str, str], ...] = (),
    cut: int | None = None,
) -> None:
    sent = [(b"content-type", b"application/json")]
    sent += [(name.encode(), value.encode()) for name, value in headers]
    if cut is not None:
        sent.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": sent})
    await send({"type": "http.response.body", "body": body[:cut], "more_body": False})


def _counted(said: Said, asked: dict[str, Any]) -> int:
    honest = sum(len(one["content"]) for one in asked["messages"]) // 3
    return honest if said.tokens_in is None else said.tokens_in


def _openai(said: Said, asked: dict[str, Any]) -> bytes:
    message: dict[str, Any] = {"role": "assistant", "content": said.text, "refusal": said.refusal}
    if asked.get("tools") and not said.deaf:
        name = asked["tools"][0]["function"]["name"]
        call = {"name": name, "arguments": said.text}
        message["content"] = None
        message["tool_calls"] = [{"id": "call-1", "type": "function", "function": call}]
    counted = _counted(said, asked)
    usage = {"prompt_tokens": counted, "completion_tokens": 40, "total_tokens": counted + 40}
    choice = {"index": 0, "message": message, "finish_reason": said.finish}
    completion = {
        "id": "c-1",
        "object": "chat.completion",
        "created": 1,
        "model": said.model,
        "choices": [choice],
        "usage": usage,
    }
    return json.dumps(completion).encode()


def _ollama(said: Said, asked: dict[str, Any]) -> bytes:
    at = "2026-01-05T06:00:00Z"
    message: dict[str, Any] = {"role": "assistant", "content": said.text}
    if asked.get("tools") and not said.deaf:
        name = asked["tools"][0]["function"]["name"]
        message["content"] = ""
        message["tool_calls"] = [{"function": {"name": name, "arguments": _arguments(said.text)}}]
    half = {"model": said.model, "created_at": at, "message": message, "done": False}
    end = {
        "model": said.model,
        "created_at": at,
        "message": {"role": "assistant", "content": ""},
        "done": True,
        "done_reason": said.finish,
        "prompt_eval_count": _counted(said, asked),
        "eval_count": 40,
    }
    return f"{json.dumps(half)}\n{json.dumps(end)}\n".encode()


def _arguments(text: str) -> dict[str, Any]:
    try:
        return json.loads(text)
    except ValueError:
        return {"said": text}


@contextmanager
def served() -> Generator[Provider]:
    """Serve a provider on a free port until the end."""
    provider = Provider()
    with serving(provider) as provider.url:
        yield provider
