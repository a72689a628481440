"""A server on loopback that answers with vectors, in the OpenAI and the Ollama protocol."""

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Vectors:
    """What the server says: a vector, an HTTP error, or bytes as they are."""

    url: str = ""
    vector: tuple[float, ...] = (3.0, 4.0)
    status: int = 200
    raw: bytes | None = None
    asked: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    paths: list[str] = field(default_factory=list[str])
    keys: list[str | None] = field(default_factory=list[str | None])

    def answer(self, path: str) -> bytes:
        if self.raw is not None:
            return self.raw
        vector = list(self.vector)
        if path.endswith("/api/embed"):
            return json.dumps({"model": "tiny", "embeddings": [vector]}).encode()
        return json.dumps({"data": [{"index": 0, "embedding": vector}], "model": "tiny"}).encode()


@contextmanager
def served() -> Generator[Vectors]:
    """Serve vectors on a free port until the end."""
    vectors = Vectors()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            vectors.asked.append(json.loads(self.rfile.read(length)))
            vectors.paths.append(self.path)
            vectors.keys.append(self.headers.get("authorization"))
            body = vectors.answer(self.path)
            self.send_response(vectors.status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing on the console."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    vectors.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield vectors
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
