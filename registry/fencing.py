"""Text that others wrote, made harmless in form: one line where a line is expected, else fenced.

Every line of a fenced text starts with ``| ``, so no text can pass for a role, a heading or the
end of its fence. What it says stays what somebody wrote: evidence, never instruction.
"""

from __future__ import annotations

import unicodedata

FENCE = "| "
MOST = 1200
UNSEEN = "\N{REPLACEMENT CHARACTER}"

# Controls, formats (directions, zero widths, tags), surrogates, private and unassigned characters:
# a model reads what a person does not see.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def fenced(text: str, most: int = MOST) -> str:
    """Return a text with every line fenced, what nobody sees shown, and its end cut if too long.

    A text that is fenced already stays as it is.
    """
    cut = text[:most]
    lines = [_visible(line) for line in cut.splitlines()] or [""]
    if len(text) > most:
        lines.append(f"(and {len(text) - most} more characters)")
    return "\n".join(line if line.startswith(FENCE) else f"{FENCE}{line}" for line in lines)


def one_line(text: str, most: int = MOST) -> str:
    """Return a text as one line, without what nobody sees."""
    joined = " ".join(_visible(part).strip() for part in text.splitlines())
    return joined if len(joined) <= most else f"{joined[:most]}…"


def _visible(text: str) -> str:
    """Replace characters that nobody sees; a tab becomes a blank."""
    return "".join(
        " " if sign == "\t" else UNSEEN if unicodedata.category(sign) in _HIDDEN else sign
        for sign in text
    )
