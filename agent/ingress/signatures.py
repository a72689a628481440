"""Signatures of webhooks (Standard Webhooks): for sources that can sign, but hold no key.

A source may have several secrets while one is being changed. The time that was signed must be close
to ours: what is sent again later is refused, and what is sent again sooner is a duplicate by its
source and id.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from agent.ingress.sender import Sender
from agent.settings import SettingsRefused
from tools.plant.model import Plant

WINDOW = timedelta(minutes=5)
MOST_SIGNATURES = 10
SHORTEST = 32
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"


class BadSignature(ValueError):
    """The signature is missing, wrong or too old; the sender reacts."""


@dataclass(frozen=True)
class Signer:
    """A source, with the secrets it may sign with."""

    sender: Sender
    secrets: tuple[Webhook, ...]


def signers(plants: Iterable[Plant], env: Mapping[str, str]) -> tuple[Signer, ...]:
    """Return who may sign, as the plants' files say.

    Raises:
        SettingsRefused: A variable holds something that is no secret.
    """
    return tuple(
        Signer(
            Sender(f"signed:{hook.source}", frozenset({plant.code}), hook.source),
            tuple(
                secret_of(word, hook.secret_env) for word in env.get(hook.secret_env, "").split()
            ),
        )
        for plant in plants
        for hook in plant.webhooks
        if hook.secret_env is not None
    )


def signed_by(
    known: Iterable[Signer], headers: Mapping[str, str], body: bytes, now: datetime
) -> Sender:
    """Return whose signature a request carries.

    Args:
        known: Who may sign.
        headers: The headers, by their names in lower case.
        body: The body, byte for byte.
        now: The time.

    Raises:
        BadSignature: It is nobody's, or was made too long ago.
    """
    name, stamp, given = (headers.get(one, "") for one in (ID, TIMESTAMP, SIGNATURE))
    if not (name and stamp and given):
        raise BadSignature(f"A signed event has {ID}, {TIMESTAMP} and {SIGNATURE}.")
    if not name.isprintable():
        raise BadSignature(f"{ID} is no text.")
    at = _moment(stamp)
    if abs(now - at) > WINDOW:
        raise BadSignature(f"{TIMESTAMP} is more than {WINDOW.seconds // 60} minutes from now.")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise BadSignature("A signed body is UTF-8.") from None
    marks = _marks(given)
    for signer in known:
        for secret in signer.secrets:
            wanted = base64.b64decode(secret.sign(name, at, text).partition(",")[2])
            if any([hmac.compare_digest(wanted, mark) for mark in marks]):
                return signer.sender
    raise BadSignature(f"No known source signed this ({SIGNATURE}).")


def secret_of(word: str, variable: str) -> Webhook:
    """Return a secret that a variable holds.

    Raises:
        SettingsRefused: It is none, or too short.
    """
    try:
        found = Webhook(word)
    except (binascii.Error, ValueError, EmptyWebhookSecretError):
        found = None
    if found is None or len(word) < SHORTEST:
        raise SettingsRefused((f"{variable}: holds no secret such as whsec_… (24 bytes or more)",))
    return found


def _moment(stamp: str) -> datetime:
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 11):
        raise BadSignature(f"{TIMESTAMP} is no number of seconds.")
    return datetime.fromtimestamp(int(stamp), UTC)


def _marks(given: str) -> list[bytes]:
    """Return the signatures of the version we know; others are passed over."""
    found = list[bytes]()
    for one in given.split(" ")[:MOST_SIGNATURES]:
        version, _, mark = one.partition(",")
        if version != "v1":
            continue
        try:
            found.append(base64.b64decode(mark.encode("ascii", "replace"), validate=True))
        except binascii.Error:
            continue
    return found
