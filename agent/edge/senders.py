"""Who may send to the edge: whoever signs as a plant's file says, or holds one of its keys.

The core cannot be asked. So the edge has keys of its own, made with ``concord keys add`` where it
runs; plant files and signatures are those of the core.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from agent.authority.deeds import Deed
from agent.ingress.sender import Sender
from agent.ingress.signatures import SIGNATURE, BadSignature, Signer, signed_by
from agent.records import keys
from agent.records.database import Database
from agent.service.problem import Problem

INGRESS = "key:ingress"


@dataclass(frozen=True)
class Senders:
    """Those who may send.

    Attributes:
        signers: Who signs.
        token: The bearer token of the settings, if there is one.
        database: The records of the edge: its keys.
        clock: Tells the time.
    """

    signers: tuple[Signer, ...]
    token: str | None
    database: Database
    clock: Callable[[], datetime]

    async def of(self, request: Request) -> Sender:
        """Return who sends.

        Raises:
            Problem: Nobody who may (401, 403).
        """
        carried = request.headers.get("authorization")
        if carried is None and SIGNATURE in request.headers:
            try:
                body = await request.body()
                return signed_by(self.signers, request.headers, body, self.clock())
            except BadSignature as error:
                raise Problem(401, str(error)) from error
        return await self._bearer(carried or "", Deed.SEND_SIGNALS)

    async def reader(self, request: Request) -> Sender:
        """Return who may read figures.

        Raises:
            Problem: Nobody who may (401, 403).
        """
        carried = request.headers.get("authorization", "")
        return await self._bearer(carried, Deed.READ_METRICS)

    async def _bearer(self, carried: str, deed: Deed) -> Sender:
        scheme, _, given = carried.partition(" ")
        given = given.strip()
        if scheme.lower() != "bearer" or not given:
            raise Problem(401, "Sign, or send a key.")
        if self._is_token(given) and deed is Deed.SEND_SIGNALS:
            return Sender(INGRESS)
        key = await asyncio.to_thread(self._key, given)
        if key is None:
            raise Problem(401, "This key is not, or no longer, good here.")
        if deed.value not in key.scopes:
            raise Problem(403, f"This key is not for this ({deed.value}).")
        return Sender(key.principal, key.plants)

    def _is_token(self, given: str) -> bool:
        token = (self.token or "").encode()
        return bool(token) and hmac.compare_digest(given.encode("utf-8", "replace"), token)

    def _key(self, text: str) -> keys.Key | None:
        with self.database.read() as session:
            return keys.find(session, text, self.clock())
