"""How values are shown: numbers with units, times in the plant's zone, foreign text only quoted.

Answers are Markdown. Whatever a system or a person wrote is shown bare only where it is a plain
code or words; anything else stands as a code span, in which no chat client follows links, loads
pictures or lays anything out.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, tzinfo

from agent.words.catalog import Language
from tools.objects.quantity import Quantity, plain
from tools.objects.units import UnknownUnit, unit

LONGEST_QUOTE = 200

_HARMLESS = re.compile(r"[^\W_][\w .,:/+\-%()]{0,80}")
_ADDRESS = re.compile(r"://|@|\.[a-z]{2,}", re.IGNORECASE)
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def amount(quantity: Quantity, language: Language) -> str:
    """Show a quantity as reported, its unit by the name SAP shows in this language."""
    try:
        name = unit(quantity.unit).name("de" if language is Language.DE else "en")
    except UnknownUnit:
        name = shown(quantity.unit)
    number = plain(quantity.amount)
    return f"{number.replace('.', ',') if language is Language.DE else number} {name}"


def moment(at: datetime, zone: tzinfo, *, exact: bool = False) -> str:
    """Show a time on the plant's clock."""
    local = at.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M:%S %Z}" if exact else f"{local:%Y-%m-%d %H:%M %Z}"


def shown(value: object) -> str:
    """Show a value bare where it is harmless, else as a quotation."""
    text = str(value)
    if _HARMLESS.fullmatch(text) and not _ADDRESS.search(text):
        return text
    return quoted(text)


def quoted(text: str) -> str:
    """Quote what somebody wrote: one line, nothing hidden, as a code span."""
    seen = "".join(
        " " if sign.isspace() or unicodedata.category(sign) in _UNSEEN else sign for sign in text
    )
    line = " ".join(seen.replace("`", "´").split())
    cut = line if len(line) <= LONGEST_QUOTE else f"{line[:LONGEST_QUOTE]}…"
    return f"`{cut}`" if cut else "` `"
