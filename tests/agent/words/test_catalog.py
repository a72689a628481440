"""What people read in German has the values of the English, and is said in one way."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.case.text import Text, text
from agent.plain import dump, load
from agent.words.catalog import Language, catalogue, translator
from agent.words.retelling import found_again
from agent.words.speech import Speech


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


def test_a_sentence_with_values_within_a_sentence_is_said_in_the_same_language() -> None:
    inner = text("The ERP said {codes}", codes="M7/021")
    outer = text("Certainly not posted: {why}", why=inner)
    assert outer.said(translator(Language.DE)) == "Sicher nicht gebucht: Das ERP sagte M7/021"
    assert load(Text, dump(outer)) == outer


def test_the_name_of_a_state_is_said_as_its_words_are() -> None:
    sentence = text("The message is {state}", state="in_progress")
    assert sentence.said(translator(Language.DE)) == "Die Nachricht ist in Arbeit"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Report it again with 5 {x} instead of 6", "Erneut melden mit 5 {x} statt 6"),
        ("Certainly not posted: The ERP said M7/021", "Sicher nicht gebucht: Das ERP sagte M7/021"),
        ("Nothing is left to be posted", "Es ist nichts mehr zu buchen"),
        ("{nobody} ever said {this", "{nobody} ever said {this"),
        ("", ""),
    ],
)
def test_what_was_written_down_in_english_is_said_in_german_after_all(
    written: str, said: str
) -> None:
    assert Speech(Language.DE).again(written) == said
    assert Speech(Language.EN).again(written) == written


@given(st.sampled_from(sorted(catalogue(Language.DE))), st.text(max_size=30))
def test_whatever_is_written_down_reads_as_it_was(template: str, value: str) -> None:
    names = set(re.findall(r"{(\w+)}", template))
    written = template.format(**dict.fromkeys(names, value))
    assert str(found_again(written)) == written
