"""Does nothing and asks nobody: what the systems come to by themselves."""

from __future__ import annotations

RULING = None
