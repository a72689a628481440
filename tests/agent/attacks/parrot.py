"""A server that repeats what it was asked, headers and all, as broken ones do."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.loopback import serving

DULL = {
    "accept",
    "accept-encoding",
    "accept-language",
    "connection",
    "content-length",
    "content-type",
    "host",
    "user-agent",
}
"""What is told last: answers are shown cut off, and the first words must be what matters."""

METADATA = "/.well-known/openid-configuration"


@dataclass
class Parrot:
    """Answers everything with a status, and with what it was asked.

    It tells who it is where an identity provider would, and sends on whoever it is told to.
    """

    status: int = 500
    location: str | None = None
    names_each: bool = False
    """Whether it has a word on each event of a batch, as a core has; all else has none."""
    url: str = ""
    endpoints: dict[str, str] = field(default_factory=dict[str, str])
    heard: list[str] = field(default_factory=list[str])

    @property
    def issuer(self) -> str:
        return f"{self.url}/realm"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        said = await _asked(scope, receive)
        self.heard.append(said)
        if scope["path"].endswith(METADATA):
            await _send(send, 200, self.metadata())
            return
        error = {"code": "SY/530", "message": said}
        answer: dict[str, Any] = {"error": error, "detail": said}
        if self.names_each:
            words = [{"status": self.status, "detail": f"SY/530 {said}"}]
            answer["results"] = words * said.count('"specversion"')
        await _send(send, self.status, answer, self.location)

    def metadata(self) -> dict[str, str]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            **self.endpoints,
        }


@contextmanager
def served(parrot: Parrot) -> Generator[Parrot]:
    """Serve a parrot on a free port until the end."""
    with serving(parrot) as parrot.url:
        yield parrot


async def _asked(scope: Any, receive: Any) -> str:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    headers = [(name.decode(), one.decode()) for name, one in scope["headers"]]
    headers.sort(key=lambda header: header[0] in DULL)
    told = " ".join(f"{name}: {one}" for name, one in headers)
    query = scope["query_string"].decode()
    return f"{told} {scope['method']} {scope['path']}?{query} {body.decode('utf-8', 'replace')}"


async def _send(send: Any, status: int, said: dict[str, Any], location: str | None = None) -> None:
    # Chroma's client leaves behind a connection that was refused; so it is not kept open.
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    if location is not None:
        headers.append((b"location", location.encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(said).encode()})
