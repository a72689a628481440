"""What is written for chat clients, shown where its marks would only be read as signs."""

from __future__ import annotations

import re

LINK = re.compile(r"\[([^\]\n]+)\]\([^)\s]*\)")


def without_marks(said: str) -> str:
    """Return a text without Markdown's links and emphasis; what they are about stays."""
    return LINK.sub(r"\1", said).replace("**", "")
