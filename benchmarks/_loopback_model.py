"""A model on loopback that speaks the OpenAI protocol and says the first thing it is offered.

It counts a token for every three characters it reads.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CHARACTERS_A_TOKEN = 3
CITED = re.compile(r"Looked at: .*\(([^(),\s]+)[^()]*\)$", re.MULTILINE)


class _Model(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer one request."""
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        body = json.dumps(_completion(asked)).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def served() -> Generator[str]:
    """Serve the model on a free port, and yield its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Model)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()


def _completion(asked: dict[str, Any]) -> dict[str, Any]:
    told = "\n".join(one["content"] for one in asked["messages"])
    text = json.dumps(_first(asked["response_format"]["json_schema"]["schema"], told))
    read, written = len(told) // CHARACTERS_A_TOKEN, len(text) // CHARACTERS_A_TOKEN
    message = {"role": "assistant", "content": text, "refusal": None}
    return {
        "id": "c-1",
        "object": "chat.completion",
        "created": 1,
        "model": asked["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {
            "prompt_tokens": read,
            "completion_tokens": written,
            "total_tokens": read + written,
        },
    }


def _first(schema: dict[str, Any], told: str) -> dict[str, Any]:
    """Return the answer with the first cause that is offered, and the first fact that is cited."""
    named = next(name for name, one in schema["properties"].items() if "enum" in one)
    cited = CITED.search(told)
    reason = {"says": "The facts say so.", "cites": [cited[1] if cited else "order"]}
    answer: dict[str, Any] = {"confidence": 0.8, "reasons": [reason]}
    return {**answer, named: schema["properties"][named]["enum"][0]}
