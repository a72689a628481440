from __future__ import annotations

import pytest

from tools.errors import Message, Severity
from tools.sap.messages import Kind, Reaction, cause, meaning, message_table

DEFICIT = Message.of("M7/021", "Deficit of SL Unrestricted-use")
WRAPPER = Message.of("MM_IM_ODATA_API_MDOC/014", "Material Document processing failed")
STRANGER = Message.of("ZPP/777", "Gesperrt")


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("M7/021", ("M7", "021")),
        ("/IWFND/CM_MGW/098", ("/IWFND/CM_MGW", "098")),
        ("/IWBEP/CX_MGW_BUSI_EXCEPTION", ("/IWBEP/CX_MGW_BUSI_EXCEPTION", "")),
        ("005056A509B11EE1B9A8FEC11C21578E", ("005056A509B11EE1B9A8FEC11C21578E", "")),
        ("", ("", "")),
    ],
)
def test_a_code_is_taken_apart_and_put_together(code: str, parts: tuple[str, str]) -> None:
    message = Message.of(code, "")
    assert (message.message_class, message.message_number) == parts
    assert message.code == code


def test_the_wrapper_never_counts_as_the_cause() -> None:
    assert cause([WRAPPER, DEFICIT]) == (DEFICIT, meaning(DEFICIT))
    assert meaning(DEFICIT).reaction is Reaction.CORRECT
    assert cause([WRAPPER]) == (WRAPPER, meaning(WRAPPER))
    assert cause([]) is None
    remark = Message.of("ZPP/001", "by the way", Severity.WARNING)
    assert cause([remark, DEFICIT]) == (DEFICIT, meaning(DEFICIT))


def test_an_unknown_message_goes_to_a_person_even_beside_known_ones() -> None:
    found = cause([DEFICIT, STRANGER])
    assert found is not None
    assert found[0] is STRANGER
    assert (found[1].kind, found[1].reaction) == (Kind.UNKNOWN, Reaction.PERSON)


def test_every_listed_message_speaks_both_languages_and_names_who_acts() -> None:
    for line in message_table().values():
        assert line.en.endswith(".")
        assert line.de.endswith(".")
        assert (line.role is not None) == (line.reaction is Reaction.PERSON)
