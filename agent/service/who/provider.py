"""The identity provider: its metadata and keys, and whether a token is one of its own.

Only asymmetric algorithms count, whatever a token says of itself: a token that claims to be signed
with nothing, or with the public key as a secret, is none.

TokenRefused    the sender is told that the token is no good, and nothing else
ProviderAway    nobody can say; they try again later
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import httpx
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from agent.service.who.discovered import Elsewhere, Endpoints, endpoints_of

ALGORITHMS = ("RS256", "PS256", "ES256")
LEEWAY = 30
KEYS_LAST = timedelta(hours=1)
ASK_AGAIN = timedelta(seconds=30)
"""So often at most keys are fetched anew because a token names one we do not know."""


class TokenRefused(Exception):
    """A token is not one of the provider's, or not for us, or over."""


class ProviderAway(Exception):
    """The provider cannot be asked."""


@dataclass(frozen=True)
class _Kept:
    keys: KeySet
    at: datetime


class Provider:
    """One identity provider.

    Args:
        issuer: Its address, exactly as its tokens say it.
        client: Reaches it.
        clock: The time.
        hosts: Hosts besides its own that it may name.
    """

    def __init__(
        self,
        issuer: str,
        client: httpx.AsyncClient,
        clock: Callable[[], datetime],
        hosts: Collection[str] = (),
    ) -> None:
        self.issuer, self.client, self._clock = issuer, client, clock
        self._hosts = hosts
        self._endpoints: Endpoints | None = None
        self._kept: _Kept | None = None

    async def endpoints(self) -> Endpoints:
        """Return where it does what, asked for once.

        Raises:
            ProviderAway: It cannot be asked, says that it is somebody else, or leads elsewhere.
        """
        if self._endpoints is None:
            place = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
            said = await self._json(place)
            if said.get("issuer") != self.issuer:
                raise ProviderAway("the provider says that it is another one")
            try:
                self._endpoints = endpoints_of(said, self.issuer, self._hosts)
            except Elsewhere as error:
                raise ProviderAway(f"{place} is not followed: {error}") from None
        return self._endpoints

    async def claims(self, token: str, audience: str) -> Mapping[str, Any]:
        """Return what a token says, once it is certain who said it, of whom, to whom and when.

        Raises:
            TokenRefused: It is no good.
            ProviderAway: The provider's keys cannot be had.
        """
        try:
            found = await self._decoded(token)
            registry = jwt.JWTClaimsRegistry(
                now=int(self._clock().timestamp()),
                leeway=LEEWAY,
                iss={"essential": True, "value": self.issuer},
                aud={"essential": True, "value": audience},
                exp={"essential": True},
                sub={"essential": True},
            )
            registry.validate(found)
        except (JoseError, ValueError) as error:
            raise TokenRefused(str(error)) from None
        return found

    async def _decoded(self, token: str) -> dict[str, Any]:
        try:
            return self._read(token, await self._keys(KEYS_LAST))
        except InvalidKeyIdError:
            return self._read(token, await self._keys(ASK_AGAIN))

    def _read(self, token: str, keys: KeySet) -> dict[str, Any]:
        return jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims

    async def _keys(self, lasts: timedelta) -> KeySet:
        now = self._clock()
        if self._kept is None or now - self._kept.at > lasts:
            said = await self._json((await self.endpoints()).keys)
            try:
                found = [one for one in said["keys"] if one["kty"] in {"RSA", "EC"}]
                self._kept = _Kept(KeySet.import_key_set(cast(Any, {"keys": found})), now)
            except (JoseError, ValueError, LookupError, TypeError) as error:
                raise ProviderAway(f"the provider's keys cannot be read: {error}") from None
        return self._kept.keys

    async def _json(self, place: str) -> dict[str, Any]:
        try:
            answer = await self.client.get(place)
            answer.raise_for_status()
            said: object = answer.json()
        except (httpx.HTTPError, ValueError, RecursionError) as error:
            raise ProviderAway(f"{place} cannot be asked: {error}") from None
        if not isinstance(said, dict):
            raise ProviderAway(f"{place} does not answer with an object")
        return cast(dict[str, Any], said)
