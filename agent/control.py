"""The running plant in a box, asked from outside by its control interface.

Where it is comes from the environment that ``concord sandbox serve`` prints.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from agent.box import PREFIX

URL, TOKEN = f"{PREFIX}CONTROL_URL", f"{PREFIX}CONTROL_TOKEN"
PATIENCE_SECONDS = 10.0


class NotControlled(Exception):
    """The box cannot be asked, or says no; whoever runs the command reacts."""


@dataclass(frozen=True)
class Control:
    """The control interface of a running box."""

    url: str
    token: str

    @classmethod
    def of(cls, env: Mapping[str, str]) -> Control | None:
        """Return the interface the environment names, None if it names none."""
        url, token = env.get(URL), env.get(TOKEN)
        return cls(url.rstrip("/"), token) if url and token else None

    @classmethod
    def needed(cls, env: Mapping[str, str]) -> Control:
        """Return the interface the environment names.

        Raises:
            NotControlled: It names none.
        """
        found = cls.of(env)
        if found is None:
            raise NotControlled(
                f"no sandbox is running that this shell knows of: {URL} and {TOKEN} are not set. "
                "Start one with 'concord sandbox serve' and take over the exports it prints."
            )
        return found

    def ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Ask the box something and return its answer.

        Raises:
            NotControlled: It does not answer, or says no.
        """
        try:
            answer = httpx.request(
                method,
                f"{self.url}/{path}",
                json=body,
                headers={"Authorization": f"Bearer {self.token}"},
                timeout=PATIENCE_SECONDS,
                trust_env=False,
            )
            said: dict[str, Any] = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise NotControlled(f"the sandbox at {self.url} does not answer: {error}") from error
        if answer.is_error:
            raise NotControlled(str(said.get("error", f"HTTP {answer.status_code}")))
        return said
