"""People, suppliers and cost centres never reach a model, and come back in what it says."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from agent.reasoning.asker import Asker
from agent.reasoning.masking import FIELDS, Mask
from agent.reasoning.model import ModelReasoner
from tests.agent.models.dossiers import SECOND, Kept, dossier, opinion
from tests.agent.models.provider import Provider, Said

names = st.one_of(
    st.sampled_from(["Anna Schmidt", "OP-017", "MÜLLERT", "CC-4410", "Bolzen & Co. KG", "100123"]),
    st.text(min_size=1, max_size=12),
)
texts = st.one_of(st.text(max_size=60), st.text(alphabet="#PERSON_12WD ab", max_size=40))
fields = st.sampled_from(sorted(FIELDS))


@given(st.dictionaries(fields, names, max_size=4), st.lists(st.one_of(names, texts), max_size=6))
def test_what_is_restored_is_what_was_masked(found: dict[str, str], pieces: list[str]) -> None:
    mask = Mask(found)
    text = "".join(pieces)
    assert mask.restore(mask.hide(text)) == text


@given(st.dictionaries(fields, names, min_size=1, max_size=4), st.lists(texts, max_size=4))
def test_a_field_that_holds_a_name_is_masked_whatever_it_holds(
    found: dict[str, str], notes: list[str]
) -> None:
    mask = Mask(found)
    masked = mask.plain({**found, "notes": notes})
    for field, name in found.items():
        assert masked[field] != name or not name
        assert mask.restore(masked[field]) == name


@given(
    fields,
    st.text(alphabet=st.characters(categories=["Lu", "Ll"], max_codepoint=0x24F), min_size=4),
    texts,
    texts,
)
def test_no_masked_name_leaves_in_any_text(field: str, name: str, before: str, after: str) -> None:
    assume(name.casefold() not in "person supplier costcenter word")
    mask = Mask({field: name})
    for said in (name, name.upper(), name.lower()):
        if len(said) == len(name):
            hidden = mask.hide(f"{before}{said}{after}")
            assert name.lower() not in hidden.lower()


@given(st.dictionaries(fields, names, max_size=4), texts)
def test_masking_twice_gives_the_same_tokens(found: dict[str, str], text: str) -> None:
    assert Mask(found).hide(text) == Mask(found).hide(text)


def test_one_person_is_one_token_with_a_spelling() -> None:
    mask = Mask({"operator": "Anna Schmidt", "supplier": "Bolzen Meyer GmbH"})
    hidden = mask.hide("Anna Schmidt, SCHMIDT's shift, Bolzen Meyer GmbH")
    assert hidden == "#PERSON_1#, #PERSON_1_2#'s shift, #SUPPLIER_1#"


def test_names_in_no_field_are_known_by_address_or_mail() -> None:
    mask = Mask({})
    hidden = mask.hide("Frau Zander (k.zander@werk.example) rief Herrn Otto an, die Frau kam")
    assert hidden == "Frau #PERSON_2# (#PERSON_1#) rief Herrn #PERSON_3# an, die Frau kam"


@pytest.mark.parametrize(
    ("written", "hidden"),
    [
        ("Hr. Zander war da", "Hr. #PERSON_1# war da"),
        ("Mr. J. Smith called", "Mr. #PERSON_1# called"),
        ("Frau Dr. Zander-Koch prüft", "Frau Dr. #PERSON_1# prüft"),
        ("zwei Säcke gerissen, gez. Zander", "zwei Säcke gerissen, gez. #PERSON_1#"),
        ("bags torn. Signed: Anna Smith", "bags torn. Signed: #PERSON_1#"),
        ("bags torn -- Anna Smith", "bags torn -- #PERSON_1#"),
        ("MfG\nK. Zander", "MfG\n#PERSON_1#"),
        ("Kollege Zander weiß mehr", "Kollege #PERSON_1# weiß mehr"),
        ("operator Smith left", "operator #PERSON_1# left"),
        ("if in doubt ask Smith", "if in doubt ask #PERSON_1#"),
        ("Rücksprache mit Zander", "Rücksprache mit #PERSON_1#"),
        ("A. Zander hat gebucht", "#PERSON_1# hat gebucht"),
        ("Kollege Zander kam, Zander ging", "Kollege #PERSON_1# kam, #PERSON_1# ging"),
    ],
)
def test_a_name_in_no_field_is_known_by_the_form_it_stands_in(written: str, hidden: str) -> None:
    mask = Mask({"note": written})
    assert mask.hide(written) == hidden
    assert mask.restore(hidden) == written


@pytest.mark.parametrize(
    "written",
    [
        "Kollege Lager fragen: Charge B-0815 fehlt",
        "please ask Maintenance about pump P-200",
        "z. B. Schraube statt Mutter, i. O. Teile aussortiert",
        "Rüstteile nach Werkzeugwechsel -- 3 ST",
        "the operator changed the tool; signed off",
        "Order 1000012: setup waste, 12.5 KG",
    ],
)
def test_words_that_name_nobody_stay(written: str) -> None:
    assert Mask({"note": written}).hide(written) == written


def test_who_is_listed_is_known_without_any_form() -> None:
    mask = Mask({}, people=("Wilhelmine Zauberstab", "KORNBLUMB", "Otto Lang"))
    hidden = mask.hide("wilhelmine zauberstab half, Zauberstabs Schicht, kornblumb; Lang ging")
    assert hidden == "#PERSON_1# half, #PERSON_1_2#s Schicht, #PERSON_2#; #PERSON_3# ging"
    assert mask.hide("ein lang gezogener Riss") == "ein lang gezogener Riss"


@given(st.lists(names, max_size=4), texts)
def test_listed_people_come_back_too(listed: list[str], text: str) -> None:
    mask = Mask({}, people=listed)
    said = " ".join([text, *listed])
    assert mask.restore(mask.hide(said)) == said


def test_a_short_number_is_masked_in_its_field_alone() -> None:
    mask = Mask({"operator": "12"})
    assert mask.plain({"operator": "12", "note": "12 pieces"}) == {
        "operator": "#PERSON_1#",
        "note": "12 pieces",
    }


def test_a_token_a_model_writes_without_its_marks_is_understood() -> None:
    mask = Mask({"operator": "Anna Schmidt"})
    mask.hide("Anna Schmidt")
    assert mask.restore("PERSON_1 tore two bags; PERSON_7 did not") == (
        "Anna Schmidt tore two bags; PERSON_7 did not"
    )


SECRETS = ("anna", "schmidt", "zander", "bolzen", "cc-4410", "petra.lang")


async def test_nothing_that_leaves_names_anybody_and_reasons_name_them_again(
    provider: Provider, asker: Asker, reasoner_of: Callable[..., ModelReasoner], calls: Kept
) -> None:
    def quote(asked: dict[str, Any]) -> Said:
        told = json.loads(asked["messages"][1]["content"])
        who = told["facts"]["reported"]["value"]["operator"]
        return Said(opinion(SECOND, says=f"{who} tore two bags."))

    provider.says(quote)
    found = await reasoner_of(asker).diagnose(dossier())
    assert str(found.reasons[0].because) == "Anna Schmidt tore two bags."
    sent = json.dumps(provider.asked, ensure_ascii=False).lower()
    kept = repr(calls.calls).lower()
    for secret in SECRETS:
        assert secret not in sent
        assert secret not in kept
