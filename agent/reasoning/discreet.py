"""What a model's server says when it says no, without our key.

Servers and the proxies before them repeat the key they were shown, and clients repeat what they
say in their errors. It is taken out before any client reads it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from tools.secrecy import Secrets

if TYPE_CHECKING:
    import httpx
    from pydantic import SecretStr


def secrets_of(key: SecretStr | None) -> Secrets:
    """Return what proves us to a server of models."""
    return Secrets((key.get_secret_value(),)) if key else Secrets()


def discreet(key: SecretStr | None) -> Mapping[str, Any]:
    """Return the options of an HTTP client that hears no key and follows nobody elsewhere.

    A redirect would take along what the model is told, and a key in a header of its own.
    """
    secrets = secrets_of(key)

    async def without(response: httpx.Response) -> None:
        if not response.is_success:
            body = await response.aread()
            response._content = secrets.out_of_bytes(body)  # pyright: ignore[reportPrivateUsage]

    hooks: Mapping[str, list[Callable[[httpx.Response], Awaitable[None]]]] = {"response": [without]}
    return {"follow_redirects": False, "event_hooks": hooks}
