"""Every sentence of the pages is there in German, and a reader chooses."""

import re

import pytest

from agent.case.ruling import Role
from agent.words.catalog import Language, catalogue
from tests.agent.pages.conftest import Floor
from tests.agent.pages.words_of_pages import of_code, of_templates


def test_every_sentence_of_the_pages_is_there_in_german() -> None:
    german = catalogue(Language.DE)
    said = of_templates() | of_code()
    assert len(said) > 200
    assert sorted(said - set(german)) == []


@pytest.mark.parametrize(
    ("language", "said"), [("de", "Was abweicht"), ("en", "What differs")], ids=["de", "en"]
)
async def test_the_browser_s_language_is_spoken_first(
    floor: Floor, language: str, said: str
) -> None:
    anna = await floor.signed_in("anna", Role.CONTROLLER, language=language)
    page = (await anna.get(f"/cases/{floor.case}")).text
    assert said in page
    assert f'<html lang="{language}">' in page


async def test_a_reader_chooses_and_stays_where_they_were(floor: Floor) -> None:
    anna = await floor.signed_in("anna", Role.CONTROLLER)
    back = f"/cases/{floor.case}"
    answer = await anna.post("/language", data={"language": "de", "back": back})
    assert answer.url.path == back
    assert "Was abweicht" in answer.text
    away = await anna.post("/language", data={"language": "en", "back": "//evil.example"})
    assert away.url.host == "localhost"


async def test_numbers_are_written_as_the_reader_writes_them(floor: Floor) -> None:
    anna = await floor.signed_in("anna", Role.CONTROLLER, language="en")
    ben = await floor.signed_in("ben", Role.CONTROLLER, language="de")
    english = (await anna.get(f"/cases/{floor.case}")).text
    german = (await ben.get(f"/cases/{floor.case}")).text
    assert re.search(r"\d\N{NO-BREAK SPACE}PC\b", english)
    assert re.search(r"\d\N{NO-BREAK SPACE}ST\b", german)
