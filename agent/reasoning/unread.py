"""Words somebody wrote on a record the case turns on, and nobody has weighed.

A playbook reads the clues it knows. A note that holds none of them may say anything: that the parts
were scrapped, that another drum went in, that an entry is no double at all. While it is unread, the
facts do not exclude what it may say, so nothing is settled on the facts alone.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any, cast

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
# Systems cut a note that they pass on to each other; what is shorter was written so.
CUT_AT_LEAST = 20


def unread(dossier: Dossier) -> tuple[str, ...]:
    """Return the paths of notes that the case turns on and that no clue was found in.

    It turns on the reports, and of lists on the entries that a leaning cites; the rest is history.
    """
    cited = {_record(path) for leaning in dossier.leanings for path in leaning.cites}
    read = {
        _record(path)
        for leaning in dossier.leanings
        if leaning.from_free_text
        for path in leaning.cites
    }
    notes = list(_written(dossier.facts, cited))
    known = [words for path, words in notes if _record(path) in read]
    return tuple(
        path
        for path, words in notes
        if _record(path) not in read
        and says_something(words)
        and not any(_passed_on(words, one) for one in known)
    )


def says_something(words: str) -> bool:
    """Return whether words say more than that there is nothing to say."""
    said = words.strip()
    return any(sign.isalnum() for sign in said) and not NOTHING_TO_SAY.fullmatch(said)


def _record(path: str) -> str:
    """Return the record a path leads into: ``reported``, or ``postings.1`` of a list."""
    name, _, rest = path.partition(".")
    index = rest.partition(".")[0]
    return f"{name}.{index}" if index.isdecimal() else name


def _passed_on(words: str, written: str) -> bool:
    """Return whether words are what somebody wrote elsewhere, perhaps cut."""
    return words == written or (len(words) >= CUT_AT_LEAST and written.startswith(words))


def _written(facts: Any, cited: Collection[str]) -> Iterator[tuple[str, str]]:
    """Walk the notes of the reports among the facts, and of the listed entries that are cited."""
    for field in dataclasses.fields(facts) if dataclasses.is_dataclass(facts) else ():
        value = getattr(facts, field.name)
        if not isinstance(value, tuple):
            yield from _notes(field.name, value)
            continue
        for index, one in enumerate(cast("Sequence[Any]", value)):
            path = f"{field.name}.{index}"
            if path in cited:
                yield from _notes(path, one)


def _notes(path: str, record: Any) -> Iterator[tuple[str, str]]:
    match record:
        case Confirmation(note=note):
            yield f"{path}.note", note
        case MaterialDocument() as document:
            yield f"{path}.header_text", document.header_text
            for index, line in enumerate(document.lines):
                yield f"{path}.lines.{index}.text", line.text
        case _:
            pass
