"""Documents are found by key and by what they take back, as if each had been looked at."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tools.sandbox.s4.clerk import DOCUMENTS, Clerk
from tools.sandbox.odata.predicates import condition
from tools.sandbox.odata.service import Row
from tools.sandbox.s4.services.material_documents import SERVICE

YEAR = "MaterialDocumentYear eq '2026'"
UNDONE_YEAR = "ReversedMaterialDocumentYear eq '2026'"
HEADERS, ITEMS = "A_MaterialDocumentHeader", "A_MaterialDocumentItem"
FILTERS = [
    (HEADERS, f"{YEAR} and MaterialDocument eq '{{0}}'", 1),
    (HEADERS, f"({YEAR} and MaterialDocument eq '{{0}}') or (MaterialDocument eq '{{2}}')", 2),
    (HEADERS, f"{YEAR} and (MaterialDocument eq '{{1}}' or MaterialDocument eq '{{0}}')", 2),
    (HEADERS, f"{YEAR} and MaterialDocument eq '{{0}}' or ReferenceDocument eq 'C'", 2),
    (HEADERS, "ReferenceDocument eq 'B'", 1),
    (HEADERS, f"{YEAR} and MaterialDocument eq '{{0}}' and MaterialDocument eq '{{1}}'", 0),
    (HEADERS, f"not ({YEAR} and MaterialDocument eq '{{0}}')", 3),
    (HEADERS, f"{YEAR} and MaterialDocument eq '1'", 0),
    (ITEMS, f"{YEAR} and MaterialDocument eq '{{0}}'", 1),
    (ITEMS, f"{YEAR} and MaterialDocument eq '{{0}}' and EntryUnit eq 'PC'", 1),
    (ITEMS, "EntryUnit eq 'ST' or EntryUnit eq 'PC'", 4),
    (ITEMS, f"{UNDONE_YEAR} and ReversedMaterialDocument eq '{{0}}'", 1),
    (ITEMS, f"{UNDONE_YEAR} and ReversedMaterialDocument eq '{{1}}'", 0),
    (ITEMS, "ReversedMaterialDocument eq '{0}'", 1),
    (ITEMS, f"{YEAR} and MaterialDocument eq '{{0}}' and {UNDONE_YEAR}", 0),
    (ITEMS, "Material eq 'RM-SCREW' and QuantityInEntryUnit gt 3M", 4),
]


@pytest.fixture
def documents(clerk: Clerk) -> list[str]:
    """Three issues, the first one taken back."""
    numbers = [_issued(clerk, reference) for reference in "ABC"]
    clerk.call(
        DOCUMENTS, "Cancel", MaterialDocumentYear="'2026'", MaterialDocument=f"'{numbers[0]}'"
    )
    return numbers


@pytest.mark.parametrize(("name", "text", "number"), FILTERS)
def test_a_filter_passes_what_it_would_pass_one_by_one(
    clerk: Clerk, documents: list[str], name: str, text: str, number: int
) -> None:
    [of] = [one for one in SERVICE.sets if one.name == name]
    asked = condition(of.type, text.format(*documents))
    assert of.passing is not None

    def key(row: Row) -> tuple[Any, ...]:
        return tuple(row[part] for part in of.type.key)

    found = sorted(of.passing(clerk.world, asked), key=key)
    assert found == sorted((row for row in of.rows(clerk.world) if asked.test(row)), key=key)
    assert len(found) == number


def _issued(clerk: Clerk, reference: str) -> str:
    item = {
        "Material": "RM-SCREW",
        "GoodsMovementType": "261",
        "StorageLocation": "0001",
        "ManufacturingOrder": "1000001",
        "QuantityInEntryUnit": "8",
        "EntryUnit": "PC",
    }
    body = clerk.document("03", item, ReferenceDocument=reference)
    return clerk.create(DOCUMENTS, "A_MaterialDocumentHeader", body)["MaterialDocument"]
