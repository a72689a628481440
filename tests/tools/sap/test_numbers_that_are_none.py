"""Numbers in a gateway's rows that are none, or that nobody could write out."""

from collections.abc import Callable

import pytest

from tools.errors import Misread
from tools.jsontext import Json, Row
from tools.sap.confirmation_rows import numbered
from tools.sap.decoding import decimal, integer


@pytest.mark.parametrize("value", ["", " ", "x", "-1", "1.0", "٣", "9" * 5000, None, 7, [], {}])
def test_a_confirmation_is_numbered_by_digits(value: Json) -> None:
    row: Row = {"ConfirmationGroup": "0000000012", "ConfirmationCount": "00000003"}
    assert numbered(row) == "12/3"
    for name in row:
        with pytest.raises(Misread, match=name):
            numbered(row | {name: value})


@pytest.mark.parametrize("read", [decimal, integer])
@pytest.mark.parametrize(
    "value", ["1e999999999", "-1e61", "1e-999999999", "0e999999999", "NaN", ""]
)
def test_a_number_can_be_written_out(read: Callable[[Row, str], object], value: str) -> None:
    """A whole number of a billion digits would take all memory there is."""
    assert read({"A": "12"}, "A") == 12
    with pytest.raises(Misread):
        read({"A": value}, "A")
