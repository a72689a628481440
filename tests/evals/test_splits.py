"""A family is in one split and stays there."""

import pytest

from evals.row import SplitName
from evals.splits import Unsplit, by_hash, families, read, record, split_of, text_of


def test_every_family_is_in_exactly_one_split() -> None:
    found = {family: split_of(family) for family in families()}
    assert set(found.values()) <= {"dev", "calibration", "sealed"}
    assert all(found[one] == split for one, split in record().items() if one in found)


def test_a_new_family_is_where_its_name_puts_it_and_recording_changes_nothing() -> None:
    names = [f"some-family-{number}" for number in range(300)]
    before: dict[str, SplitName] = {name: split_of(name, {}) for name in names}
    assert {name: split_of(name, before) for name in names} == before
    shares = [list(before.values()).count(one) / 300 for one in ("dev", "calibration", "sealed")]
    assert shares == pytest.approx([0.5, 0.2, 0.3], abs=0.08)


def test_the_record_is_read_as_it_was_written() -> None:
    recorded: dict[str, SplitName] = {name: by_hash(name) for name in ("a-b", "c", "d")}
    assert read(text_of(recorded)) == recorded


@pytest.mark.parametrize("text", ['dev = ["a"]\nsealed = ["a"]', 'secret = ["a"]'])
def test_a_family_in_two_splits_or_an_unknown_split_is_refused(text: str) -> None:
    with pytest.raises(Unsplit):
        read(text)
