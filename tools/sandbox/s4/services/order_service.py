"""Orders as a service: what may be read of them, and the steps that may be taken.

``API_PRODUCTION_ORDER_2_SRV`` and ``API_PROCESS_ORDER_2_SRV`` are this service in two vocabularies.
The stem of its names and the order category are all that tells them apart, and which versions of
the component set they offer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from tools.sandbox.odata.edm import (
    FUNCTION_MESSAGE,
    EntityType,
    Navigation,
    entity_type,
    to_many,
)
from tools.sandbox.odata.errors import SapError
from tools.sandbox.odata.service import EntitySet, Function, FunctionCall, Payload, Service
from tools.sandbox.odata.service import Row as Entity
from tools.sandbox.s4.refusal import Cause, Refused
from tools.sandbox.s4.rows import Row, Table
from tools.sandbox.s4.rules.locks import order_lock, require_free
from tools.sandbox.s4.rules.order_status import (
    STATUS_NAMES,
    STEPS,
    Step,
    order_row,
    release_operation,
    take_step,
    touch,
)
from tools.sandbox.s4.services import order_types
from tools.sandbox.s4.services.refusing import as_said
from tools.sandbox.s4.services.showing import Source, shown, view
from tools.sandbox.s4.state import S4
from tools.sandbox.world import World

_STAMP = re.compile(r"""(?:W/)?"?'?(\d{14})'?"?""")
_CHANGEABLE = frozenset({"OrderLongText", "ManufacturingOrderImportance", "StorageLocation"})
_ORDER = "String(12): ManufacturingOrder!"
_COMPONENT_KEY = "Reservation ReservationItem"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How one of the two services calls things.

    ``components`` maps each version of the component set to the navigation that leads to it, and
    ``operation_parameters`` are what ReleaseOperation takes beside the order.
    """

    service: str
    stem: str
    category: str
    components: tuple[tuple[str, str], ...]
    operation_parameters: str

    def set_name(self, part: str, version: str = "2") -> str:
        """Return an entity set's name, such as ``A_ProductionOrderItem_2``."""
        return f"A_{self.stem}{part}_{version}"


def order_service(words: Vocabulary) -> Service:
    """Return the service in one of its vocabularies."""
    header = _header_type(words)

    def change(world: World, entity: Entity, changes: Payload) -> Row:
        return _change(world, header, entity, changes)

    orders = view(words.set_name(""), header, _of_category(words, lambda s: s.orders))
    sets: tuple[EntitySet, ...] = (
        replace(orders, update=change),
        _item_set(words),
        _operation_set(words),
        *(_component_set(words, version) for version, _ in words.components),
        _status_set(words),
    )
    return Service(
        name=words.service,
        sets=sets,
        functions=(*(_step(words, step) for step in STEPS.values()), _release_operation(words)),
        catches=(Refused,),
        translate=as_said,
    )


def _of_category(words: Vocabulary, table: Callable[[S4], Table]) -> Source:
    def source(state: S4) -> Iterable[Row]:
        return (
            row
            for row in table(state).values()
            if row["ManufacturingOrderCategory"] == words.category
        )

    return source


def _header_type(words: Vocabulary) -> EntityType:
    ways: list[Navigation] = [
        to_many(f"to_{words.stem}{part}", words.set_name(part), "ManufacturingOrder")
        for part in ("Item", "Operation", "Status")
    ]
    ways += [
        to_many(way, words.set_name("Component", version), "ManufacturingOrder")
        for version, way in words.components
    ]
    return entity_type(
        f"{words.set_name('')}Type",
        "ManufacturingOrder",
        order_types.HEADER,
        *ways,
        etag="LastChangeDateTime",
    )


def _item_set(words: Vocabulary) -> EntitySet:
    name = words.set_name("Item")
    key = "ManufacturingOrder ManufacturingOrderItem"
    type_ = entity_type(f"{name}Type", key, order_types.ITEM)
    return view(name, type_, _of_category(words, lambda state: state.order_items))


def _operation_set(words: Vocabulary) -> EntitySet:
    name = words.set_name("Operation")
    key = "OrderInternalBillOfOperations OrderIntBillOfOperationsItem"
    type_ = entity_type(f"{name}Type", key, order_types.OPERATION, etag="LastChangeDateTime")
    return view(name, type_, _of_category(words, lambda state: state.operations))


def _component_set(words: Vocabulary, version: str) -> EntitySet:
    name, text, key = words.set_name("Component", version), order_types.COMPONENT, _COMPONENT_KEY
    with_record = words.category == "40" or version != "2"
    if with_record:
        text, key = text + order_types.COMPONENT_RECORD, f"{key} ReservationRecordType"
    if version == "4":
        text += order_types.COMPONENT_ENTRY
    etag = "LastChangeDateTime" if with_record else None
    type_ = entity_type(f"{name}Type", key, text, etag=etag)
    return view(name, type_, _of_category(words, lambda state: state.components))


def _status_set(words: Vocabulary) -> EntitySet:
    name = words.set_name("Status")
    type_ = entity_type(f"{name}Type", "ManufacturingOrder StatusCode", order_types.STATUS)
    orders = _of_category(words, lambda state: state.orders)

    def source(state: S4) -> Iterable[Row]:
        return (
            {
                "ManufacturingOrder": row["ManufacturingOrder"],
                "StatusCode": code,
                "StatusShortName": short,
                "StatusName": long,
            }
            for row in orders(state)
            for flag, code, short, long in STATUS_NAMES
            if row.get(flag)
        )

    return view(name, type_, source)


def _change(world: World, header: EntityType, entity: Entity, changes: Payload) -> Row:
    """Change the few properties that planners maintain through the API."""
    now, number = world.clock.now(), entity["ManufacturingOrder"]
    require_free(world.s4, [order_lock(number)], now)
    for name in changes:
        if name not in _CHANGEABLE and changes[name] != entity.get(name):
            raise Refused(Cause.NOT_CHANGEABLE, name, f"order {number}")
    row = order_row(world.s4, number)
    row |= {name: value for name, value in changes.items() if name in _CHANGEABLE}
    touch(world.s4, number, now)
    return shown(header, row)


def _step(words: Vocabulary, step: Step) -> Function:
    def handle(world: World, call: FunctionCall) -> Row:
        number, now = call.parameters["ManufacturingOrder"], world.clock.now()
        row = order_row(world.s4, number)
        require_free(world.s4, [order_lock(row["ManufacturingOrder"])], now)
        take_step(world.s4, row, step, now)
        return _message(row, step.name)

    return _function(words, step.name, handle, _ORDER)


def _release_operation(words: Vocabulary) -> Function:
    def handle(world: World, call: FunctionCall) -> Row:
        number, now = call.parameters["ManufacturingOrder"], world.clock.now()
        row = order_row(world.s4, number)
        require_free(world.s4, [order_lock(row["ManufacturingOrder"])], now)
        release_operation(world.s4, row, call.parameters["ManufacturingOrderOperation"], now)
        return _message(row, "ReleaseOperation")

    return _function(words, "ReleaseOperation", handle, f"{_ORDER}\n{words.operation_parameters}")


def _function(
    words: Vocabulary,
    name: str,
    handle: Callable[[World, FunctionCall], Row],
    parameters: str,
) -> Function:
    return Function(
        name=name,
        handler=handle,
        parameters=parameters,
        returns=FUNCTION_MESSAGE,
        on=words.set_name(""),
        needs_etag=True,
        etag_shape=require_stamp,
    )


def require_stamp(etag: str) -> None:
    """Refuse an If-Match that is no stamp of fourteen digits, as the order functions do.

    Raises:
        SapError: PP_ODATA_API_PRODORD/014.
    """
    if etag != "*" and _STAMP.fullmatch(etag) is None:
        raise SapError(400, Cause.BAD_ETAG.value.code, Cause.BAD_ETAG.value.text)


def _message(row: Row, step: str) -> Row:
    number = row["ManufacturingOrder"]
    return {
        "SystemMessageType": "S",
        "SystemMessageIdentification": "ZSBX",
        "SystemMessageNumber": "100",
        "SystemMessageLongText": f"Order {number}: {step} carried out",
        "SystemMessageVariable1": number,
    }
