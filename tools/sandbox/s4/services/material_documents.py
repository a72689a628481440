"""``API_MATERIAL_DOCUMENT_SRV``: goods movements, posted whole or not at all, and cancelled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from tools.sandbox.odata.edm import entity_type, to_many, to_one
from tools.sandbox.odata.service import Function, FunctionCall, Payload, Service
from tools.sandbox.s4.refusal import Cause, Refused
from tools.sandbox.s4.rows import Key, Row
from tools.sandbox.s4.rules.movements import Heading, post
from tools.sandbox.s4.rules.reversal import cancel, lines_of
from tools.sandbox.s4.services import asking
from tools.sandbox.s4.services.refusing import within_document
from tools.sandbox.s4.services.showing import shown, view
from tools.sandbox.s4.state import S4
from tools.sandbox.world import World

_CODES = frozenset({"01", "02", "03", "04", "05", "06"})
_KEY = "MaterialDocumentYear MaterialDocument"
HEADER = entity_type(
    "A_MaterialDocumentHeaderType",
    _KEY,
    """
    String(4): MaterialDocumentYear
    String(10): MaterialDocument
    String(2): InventoryTransactionType GoodsMovementCode
    DateTime: DocumentDate PostingDate CreationDate
    Time: CreationTime
    String(12): CreatedByUser
    String(25): MaterialDocumentHeaderText
    String(16): ReferenceDocument
    String(1): VersionForPrintingSlip ManualPrintIsTriggered CtrlPostgForExtWhseMgmtSyst
    """,
    to_many("to_MaterialDocumentItem", "A_MaterialDocumentItem", _KEY),
)
ITEM = entity_type(
    "A_MaterialDocumentItemType",
    f"{_KEY} MaterialDocumentItem",
    """
    String(4): MaterialDocumentYear MaterialDocumentItem Plant StorageLocation
    String(4): ManufacturingOrderItem GoodsMovementReasonCode IssuingOrReceivingPlant
    String(4): IssuingOrReceivingStorageLoc ReservationItem ReversedMaterialDocumentYear
    String(4): ReversedMaterialDocumentItem
    String(10): MaterialDocument Batch Supplier Customer PurchaseOrder CostCenter IssgOrRcvgBatch
    String(10): Reservation ReversedMaterialDocument
    String(40): Material IssgOrRcvgMaterial
    String(3): GoodsMovementType MaterialBaseUnit EntryUnit
    String(2): InventoryStockType
    String(1): InventorySpecialStockType GoodsMovementRefDocType IsAutomaticallyCreated
    String(1): DebitCreditCode
    String(5): PurchaseOrderItem CompanyCodeCurrency
    String(12): ManufacturingOrder
    Decimal(13,3): QuantityInBaseUnit QuantityInEntryUnit
    Decimal(14,3): GdsMvtExtAmtInCoCodeCrcy
    Boolean: IsCompletelyDelivered ReservationIsFinallyIssued GoodsMovementIsCancelled
    String(50): MaterialDocumentItemText
    String(6): MaterialDocumentLine
    """,
    to_one("to_MaterialDocumentHeader", "A_MaterialDocumentHeader", _KEY),
)


def _create(world: World, payload: Payload) -> Row:
    code = asking.required(payload, "GoodsMovementCode")
    if code not in _CODES:
        raise Refused(Cause.MOVEMENT_NOT_POSSIBLE, "any", code)
    posting_date = asking.required(payload, "PostingDate").date()
    heading = Heading(
        posting_date=posting_date,
        now=world.clock.now(),
        code=code,
        reference=asking.text(payload, "ReferenceDocument"),
        text=asking.text(payload, "MaterialDocumentHeaderText"),
        document_date=asking.day(payload, "DocumentDate", posting_date),
    )
    items: list[Payload] = payload.get("to_MaterialDocumentItem") or []
    for item in items:
        asking.required(item, "QuantityInEntryUnit")
    return _header(world, post(world.s4, heading, [asking.line(item) for item in items]))


def _header(world: World, key: Key) -> Row:
    return shown(HEADER, world.s4.documents[key])


def _cancel(world: World, call: FunctionCall) -> Row:
    return _header(world, _taken_back(world, call.parameters))


def _cancel_item(world: World, call: FunctionCall) -> Row:
    key = _taken_back(world, call.parameters)
    return shown(ITEM, lines_of(world.s4, key)[0])


def _taken_back(world: World, parameters: Mapping[str, Any]) -> Key:
    now = world.clock.now()
    return cancel(
        world.s4,
        (parameters["MaterialDocumentYear"], parameters["MaterialDocument"]),
        Heading(asking.day(parameters, "PostingDate", now.date()), now),
        only=parameters.get("MaterialDocumentItem"),
    )


def _items(state: S4, values: Mapping[str, Any]) -> Iterable[Row]:
    if document := _key_in(values):
        return state.items_of(document)
    if reversed_one := _key_in(values, "Reversed"):
        return [state.document_items[item] for item in state.reversing.get(reversed_one, ())]
    return state.document_items.values()


def _headers(state: S4, values: Mapping[str, Any]) -> Iterable[Row]:
    document = _key_in(values)
    if document is None:
        return state.documents.values()
    return [state.documents[document]] if document in state.documents else []


def _key_in(values: Mapping[str, Any], which: str = "") -> Key | None:
    year, number = f"{which}MaterialDocumentYear", f"{which}MaterialDocument"
    return (values[year], values[number]) if year in values and number in values else None


_CANCEL_PARAMETERS = """
    String(4): MaterialDocumentYear!
    String(10): MaterialDocument!
    DateTime: PostingDate
    """

SERVICE = Service(
    name="API_MATERIAL_DOCUMENT_SRV",
    sets=(
        replace(
            view("A_MaterialDocumentHeader", HEADER, lambda s: s.documents.values(), _headers),
            create=_create,
            reference="ReferenceDocument",
            creatable_below=frozenset({"to_MaterialDocumentItem"}),
        ),
        view("A_MaterialDocumentItem", ITEM, lambda state: state.document_items.values(), _items),
    ),
    functions=(
        Function("Cancel", _cancel, _CANCEL_PARAMETERS, returns="A_MaterialDocumentHeader"),
        Function(
            "CancelItem",
            _cancel_item,
            f"{_CANCEL_PARAMETERS}\nString(4): MaterialDocumentItem!",
            returns="A_MaterialDocumentItem",
        ),
    ),
    catches=(Refused,),
    translate=within_document,
)
