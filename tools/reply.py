"""What a system answered over HTTP, whole and unjudged."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

import httpx

from tools.errors import Exchange, Misread, OutcomeUnknown
from tools.jsontext import Json, read_json
from tools.secrecy import Secrets

Access = Literal["read", "write"]

_SECRET = re.compile(r"(?i)([?&](?!\$)[^=&]*(?:token|secret|passw|api_?key)[^=&]*=)[^&]*")
_REQUEST_SHOWN = 300
_ANSWER_SHOWN = 200
_ANSWER_READ = 4_000


def shown_request(method: str, url: httpx.URL) -> str:
    """Write a request as people read it: no host, and no value of a secret-looking parameter."""
    target = _SECRET.sub(r"\1…", url.raw_path.decode("ascii"))
    return f"{method} {target if len(target) <= _REQUEST_SHOWN else target[:_REQUEST_SHOWN] + '…'}"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: status, headers and the complete body, with what it answers.

    ``secrets`` is what the request proved itself by: whatever of an answer is shown, is without it.
    """

    system: str
    method: str
    url: httpx.URL
    access: Access
    status: int
    headers: httpx.Headers
    body: bytes
    secrets: Secrets = field(default=Secrets(), repr=False)

    @property
    def ok(self) -> bool:
        """Whether the status says success."""
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        """The body as text, with a mark where it is none."""
        return self.body.decode("utf-8", errors="replace")

    @property
    def media_type(self) -> str:
        """The kind of content, without parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def cut_off(self) -> bool:
        """Whether it is JSON that began and does not end."""
        if self.media_type != "application/json" and not self.media_type.endswith("+json"):
            return False
        body = self.body.strip()
        return body[:1] in {b"{", b"["} and body[-1:] not in {b"}", b"]"}

    @property
    def exchange(self) -> Exchange:
        """Request and answer, for an error to show."""
        said = self.secrets.out_of(self.text[:_ANSWER_READ])
        start = " ".join(said[: _ANSWER_SHOWN * 4].split())[:_ANSWER_SHOWN]
        kind = f" {self.media_type}" if self.media_type else ""
        answer = f"{self.status}{kind}, {len(self.body)} bytes"
        return Exchange(
            shown_request(self.method, self.url), f"{answer}: {start}" if start else answer
        )

    def misread(self, why: str) -> Misread | OutcomeUnknown:
        """Return the error that says this answer cannot be understood.

        After a write that leaves its fate unknown, whatever the answer looks like.
        """
        why = self.secrets.out_of(why)
        if self.access == "write":
            return OutcomeUnknown(
                self.system, f"the answer to a write cannot be read: {why}", self.exchange
            )
        return Misread(self.system, why, self.exchange)

    def json(self) -> Json:
        """Parse the body as JSON, numbers as ``int`` or ``Decimal``.

        Raises:
            Misread: The answer to a read is not JSON.
            OutcomeUnknown: The answer to a write is not JSON.
        """
        try:
            return read_json(self.body)
        except ValueError as error:
            raise self.misread(self._why_not_json(error)) from error

    def _why_not_json(self, error: ValueError) -> str:
        start = self.body.lstrip()[:1]
        if not start:
            return "an empty answer where JSON is expected"
        if start == b"<":
            kind = "HTML" if b"<html" in self.body[:2000].lower() else "markup"
            return f"{kind} where JSON is expected"
        return f"broken JSON ({error})"


def told(status: int, body: bytes, secrets: Secrets) -> bytes:
    """Return an answer's body: one that says yes is data, one that says no is read by people."""
    return body if 200 <= status < 300 else secrets.out_of_bytes(body)
