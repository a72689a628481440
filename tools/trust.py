"""Whom TLS connections trust: read once a process, for it takes longer than a case has to wait."""

from __future__ import annotations

import ssl
from functools import cache

import httpx


@cache
def trusted() -> ssl.SSLContext:
    """Return what trusts the authorities that come with this installation, and nobody else."""
    return httpx.create_ssl_context(trust_env=False)
