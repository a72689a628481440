"""Every canonical record is frozen and survives the way through JSON unchanged."""

import importlib
import pkgutil
from dataclasses import is_dataclass
from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter

import tools.objects
from tools.objects.identifiers import normal, operation_number, padded
from tools.objects.order import ProductionOrder
from tools.objects.reading import Reading, System
from tools.objects.reference import Reference
from tools.sandbox.seed.plants import books

NOW = datetime(2026, 3, 17, 8, tzinfo=UTC)


def test_all_records_are_frozen() -> None:
    names = [module.name for module in pkgutil.iter_modules(tools.objects.__path__)]
    seen = 0
    for name in names:
        module = importlib.import_module(f"tools.objects.{name}")
        for kind in vars(module).values():
            if isinstance(kind, type) and is_dataclass(kind):
                params = getattr(kind, "__dataclass_params__")  # noqa: B009
                assert params.frozen, kind
                seen += 1
    assert seen > 40


def test_a_reading_survives_json() -> None:
    order = books(1, NOW)[0].erp.orders[3]
    reading = Reading(order, System.ERP, NOW, 'W/"20260317080000"')
    adapter = TypeAdapter(Reading[ProductionOrder])
    assert adapter.validate_python(adapter.dump_python(reading, mode="json")) == reading


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("000001000000", "1000000"), (" 1000000 ", "1000000"), ("0000", "0"), ("00ab", "00AB")],
)
def test_identifiers_compare_without_padding(raw: str, expected: str) -> None:
    assert normal(raw) == expected


def test_sap_gets_its_padding_back() -> None:
    assert padded("1000000", 12) == "000001000000"
    assert padded("FG-BV-25", 18) == "FG-BV-25"
    assert operation_number("10") == operation_number("0010") == "0010"


def test_a_reference_fits_both_of_saps_fields_and_never_changes() -> None:
    reference = Reference.of("case-1", "post")
    assert reference == Reference.of("case-1", "post") != Reference.of("case-1", "post", "2")
    assert len(reference.guid) == 36
    assert len(reference.short) == 16
    assert Reference.of("a", "bc") != Reference.of("ab", "c")
    with pytest.raises(ValueError, match="32 hexadecimal"):
        Reference("not-hex")
