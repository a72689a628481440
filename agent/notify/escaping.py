"""Texts from a plant are data: no markdown, no link, no mention, however they are written.

Teams renders markdown in cards, and makes links of what looks like one. So marks are escaped, and
what would become a link or a date function is broken by a space as thin as a
hair; a sign without any width would not do, for those who look for links look past it.
"""

from __future__ import annotations

import re
import unicodedata

GAP = "\u200a"
LONGEST = 400

_MARKS = re.compile(r"([\\`*_\[\]()<>#|~!])")
_LISTS = re.compile(r"^([-+=]|\d+(?=[.)](?:\s|$)))")
_LINKS = re.compile(r"(?<=:)(?=/)|(?<=@)(?=\S)|(?<=\w\.)(?=[^\W\d_]{2})|(?<=[{$])(?=\{)")


def shortened(text: str, most: int = LONGEST) -> str:
    """Return a text as one line of at most so many signs, none of which steers what is shown."""
    shown = "".join(" " if sign.isspace() else sign for sign in text if not _steers(sign))
    line = " ".join(shown.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def plain(text: str, most: int = LONGEST) -> str:
    """Return a text that a card shows letter by letter."""
    broken = _LINKS.sub(GAP, shortened(text, most))
    return _LISTS.sub(_unlisted, _MARKS.sub(r"\\\1", broken))


def _unlisted(found: re.Match[str]) -> str:
    """Keep a line from becoming a list or a rule."""
    return f"{found[1]}{GAP}" if found[1][0].isdigit() else f"\\{found[1]}"


def _steers(sign: str) -> bool:
    """Return whether a sign is not shown but changes what is: control, format, surrogate."""
    return not sign.isspace() and unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Cn"}
