"""What a running Concord logs, and how: to standard error, one line an event.

Concord's own words are logged from the configured level on. Libraries are heard from warnings on,
whatever the level: below that they tell addresses, headers and bodies, and so secrets.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from typing import TextIO

from agent.correlation import current
from agent.settings import Settings

OWN = "concord"
TEXT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def start(settings: Settings, stream: TextIO | None = None) -> Callable[[], None]:
    """Log from now on; return what ends it."""
    root, own = logging.getLogger(), logging.getLogger(OWN)
    before = own.level
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Lines() if settings.log_format == "json" else logging.Formatter(TEXT))
    handler.addFilter(_heard)
    own.setLevel(settings.log_level)
    root.addHandler(handler)

    def stop() -> None:
        root.removeHandler(handler)
        own.setLevel(before)

    return stop


def _heard(record: logging.LogRecord) -> bool:
    own = record.name == OWN or record.name.startswith(f"{OWN}.")
    return own or record.levelno >= logging.WARNING


class _Lines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a line; what went wrong is told in full."""
        said = {
            "at": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "correlation_id": current(),
            "error": self.formatException(record.exc_info) if record.exc_info else None,
        }
        return json.dumps(said, ensure_ascii=False)
