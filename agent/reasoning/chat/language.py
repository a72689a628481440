"""Which language a question is written in: by the small words only one of them has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from agent.reasoning.chat.turn import Language

_WORD = re.compile(r"[^\W\d_]+")

SMALL_WORDS: Mapping[Language, frozenset[str]] = {
    Language.EN: frozenset(
        """a about an and any are at before case cases did do does for from has have help how is it
        me my of on open order orders please show that the there this to us waiting was we were
        what when where which who why with you""".split()
    ),
    Language.DE: frozenset(
        """alle an auf auftrag aus bei bestand bitte das dem den der des die dieser dieses ein eine
        fall fertigungsauftrag für gab gibt hat hilfe hilf ich im ist kannst man material mein mich
        mir mit noch nach offen rückmeldungen sind stückliste und uns vom von vor war warenbewegungen
        warten wartet warum was welche wer wie wieso weshalb wir wo wurde wurden zeig zeige zu zum
        zur über""".split()
    ),
}


def language_of(texts: Iterable[str], otherwise: Language = Language.EN) -> Language:
    """Return the language of the first text that shows one."""
    for text in texts:
        words = [word.lower() for word in _WORD.findall(text)]
        marks = {
            language: sum(word in known for word in words)
            for language, known in SMALL_WORDS.items()
        }
        marks[Language.DE] += sum(any(sign in "äöüß" for sign in word) for word in words)
        if marks[Language.EN] != marks[Language.DE]:
            return max(marks, key=lambda language: marks[language])
    return otherwise
