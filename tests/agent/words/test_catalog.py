"""What people read in German has the values of the English, and is said in one way."""

import re

from agent.case.text import text
from agent.words.catalog import Language, catalogue, translator


def test_german_keeps_the_values_of_the_english() -> None:
    def values(template: str) -> list[str]:
        return sorted(re.findall(r"{(\w+)}", template))

    german = catalogue(Language.DE)
    assert german
    assert [one for one, said in german.items() if values(one) != values(said)] == []


def test_a_sentence_is_said_in_the_language_asked_for_with_its_values() -> None:
    sentence = text("{system}, read {time}", system="ERP", time="8:00")
    assert sentence.said(translator(Language.DE)) == "ERP, gelesen 8:00"
    assert sentence.said(translator(Language.EN)) == "ERP, read 8:00"


def test_a_sentence_nobody_translated_is_said_in_english() -> None:
    assert translator(Language.DE)("nobody has ever said this") == "nobody has ever said this"


def test_a_sentence_within_a_sentence_is_said_in_the_same_language() -> None:
    outer = text("Refused: {why}", why=text("No material is moved"))
    assert outer.said(translator(Language.DE)) == "Abgelehnt: Es wird kein Material bewegt"
    assert str(outer) == "Refused: No material is moved"
