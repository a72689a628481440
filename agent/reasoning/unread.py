"""Words somebody wrote with a report, and nobody has weighed.

A playbook reads the clues it knows. A note that holds none of them may say anything: that the parts
were scrapped, that another drum went in. While it is unread, the facts do not exclude what it may
say, so nothing is settled on the facts alone.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

from agent.case.dossier import Dossier
from tools.objects.confirmation import Confirmation
from tools.objects.movement import MaterialDocument

# What people write who have nothing to say.
NOTHING_TO_SAY = re.compile(
    r"(?:(?:alles|all|everything|soweit|läuft|lief|is|war|ist|sonst)[\s,]*)*"
    r"(?:i\.?\s?o\.?|ok(?:ay)?|in ordnung|gut|fine|good|normal|wie geplant|as planned|n/?a|"
    r"none|nichts|kein[e]? (?:besonderheit(?:en)?|vorkommnisse|bemerkung(?:en)?)|no remarks?|"
    r"nothing (?:special|unusual)|without problems?|ohne (?:probleme|befund))"
    r"(?:[\s,.;!]*(?:kein[e]? (?:besonderheit(?:en)?|vorkommnisse)|no remarks?))?[\s,.;!-]*",
    re.IGNORECASE,
)


def unread(dossier: Dossier) -> tuple[str, ...]:
    """Return the paths of notes that came with what was reported and that no clue was found in."""
    read = {
        cited.partition(".")[0]
        for leaning in dossier.leanings
        if leaning.from_free_text
        for cited in leaning.cites
    }
    return tuple(
        path
        for path, words in _written(dossier.facts)
        if path.partition(".")[0] not in read and says_something(words)
    )


def says_something(words: str) -> bool:
    """Return whether words say more than that there is nothing to say."""
    said = words.strip()
    return any(sign.isalnum() for sign in said) and not NOTHING_TO_SAY.fullmatch(said)


def _written(facts: Any) -> Iterator[tuple[str, str]]:
    """Walk the notes of the reports among the facts; a list of earlier ones is history."""
    for field in dataclasses.fields(facts):
        match getattr(facts, field.name):
            case Confirmation(note=note):
                yield f"{field.name}.note", note
            case MaterialDocument() as document:
                yield f"{field.name}.header_text", document.header_text
                for index, line in enumerate(document.lines):
                    yield f"{field.name}.lines.{index}.text", line.text
            case _:
                pass
