"""What a plant file says of a system, as the connection it stands for.

The environment is handed in; a plant that was read with it has everything it refers to.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

import httpx

from tools.connection import Connection, Limits
from tools.credentials import ApiToken, Basic, Client, ClientCredentials
from tools.patience import Rhythm
from tools.plant.systems import Auth, BasicAuth, OAuth2Auth, Reachable, TokenAuth


def connect(
    name: str,
    system: Reachable,
    env: Mapping[str, str],
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    rhythm: Rhythm | None = None,
) -> Connection:
    """Return the connection to a system; nothing is opened before the first request.

    Args:
        name: What errors call the system.
        system: What the plant file says of it.
        env: The environment that holds address and secrets.
        transport: Replaces the network, for the token endpoint too.
        rhythm: Replaces clock, sleep and jitter.
    """
    return Connection(
        name,
        address(system, env),
        credentials=credentials(name, system.auth, env, transport=transport, rhythm=rhythm),
        limits=limits(system),
        transport=transport,
        rhythm=rhythm,
    )


def address(system: Reachable, env: Mapping[str, str]) -> str:
    """Return where a system is."""
    return _either(system.url, system.url_env, env).rstrip("/")


def limits(system: Reachable) -> Limits:
    """Return how hard a system may be pressed."""
    rate = system.rate_per_minute
    return Limits(
        timeout=system.timeout_seconds,
        connect_timeout=system.connect_timeout_seconds,
        concurrency=system.concurrency,
        per_second=None if rate is None else rate / 60,
        deadline=2 * system.timeout_seconds,
    )


def credentials(
    name: str,
    auth: Auth,
    env: Mapping[str, str],
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    rhythm: Rhythm | None = None,
) -> httpx.Auth:
    """Return how requests to a system are authenticated."""
    match auth:
        case BasicAuth():
            return Basic(env[auth.user_env], env[auth.password_env])
        case TokenAuth():
            return ApiToken(env[auth.token_env], auth.header, auth.prefix)
        case OAuth2Auth():
            client = Client(
                token_url=_either(auth.token_url, auth.token_url_env, env),
                client_id=env[auth.client_id_env],
                client_secret=env[auth.client_secret_env],
                scope=auth.scope,
            )
            clock = rhythm.clock if rhythm else None
            return ClientCredentials(name, client, transport=transport, clock=clock)
        case _:
            assert_never(auth)


def _either(value: str | None, variable: str | None, env: Mapping[str, str]) -> str:
    return value if value is not None else env[variable or ""]
