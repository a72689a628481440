"""A service: entity sets and functions, and the handlers that answer for them.

Handlers are plain functions over the world. They are synchronous, and they either do everything or
raise `SapError` before changing anything. Rows are mappings; what a row leaves out is initial
(see `edm`). What a handler gets is parsed and checked: Python values, known names, lengths kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from tools.sandbox.odata.edm import ComplexType, EntityType, Property, properties
from tools.sandbox.odata.errors import Detail, SapError
from tools.sandbox.odata.predicates import Condition
from tools.sandbox.world import World

Row = Mapping[str, Any]
#: What a client sent. A deep insert has its navigation property's name with a list of payloads
#: (or one payload, where it leads to one).
Payload = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """A result with messages for the ``sap-message`` header; handlers may return it for a row."""

    result: Any
    messages: Sequence[Detail] = ()


@dataclass(frozen=True)
class EntitySet:
    """One set of a service. Only ``rows`` has to be there; a missing handler means: not offered.

    Args:
        name: The set's name in the path.
        type: What its entities have.
        rows: All entities. The engine filters, sorts and pages.
        get: The entity of a key (values by name), None if there is none; saves a scan.
        find: The entities in which these properties have these values; saves a scan. It may
            return too many, never too few.
        passing: The entities that pass a filter; saves showing those that do not.
        create: Takes the payload, returns the new entity (or a `Reply` of it).
        update: Takes the present entity and the changes, returns the changed entity.
        delete: Takes the present entity.
        reference: The property by which a sender finds its entity again; goes to the journal.
        page_size: How many entities a page holds before ``__next``.
        creatable_below: Navigation names accepted in a deep insert; None accepts all.
    """

    name: str
    type: EntityType
    rows: Callable[[World], Iterable[Row]]
    get: Callable[[World, Row], Row | None] | None = None
    find: Callable[[World, Row], Iterable[Row]] | None = None
    passing: Callable[[World, Condition], Iterable[Row]] | None = None
    create: Callable[[World, Payload], Row | Reply] | None = None
    update: Callable[[World, Row, Payload], Row | Reply] | None = None
    delete: Callable[[World, Row], None] | None = None
    reference: str | None = None
    page_size: int = 1000
    creatable_below: frozenset[str] | None = None


@dataclass(frozen=True)
class FunctionCall:
    """What a function was called with.

    Args:
        parameters: Parsed values by name; optional ones that were not sent are missing.
        etag: The If-Match header as it was sent, None without one.
        row: The entity the function works on, where it names a set in ``on``.
    """

    parameters: dict[str, Any]
    etag: str | None = None
    row: Row | None = None


@dataclass(frozen=True)
class Function:
    """A function import.

    Args:
        name: Its name.
        handler: Takes the world and the call; returns a row, rows (``many``), or a `Reply`.
        parameters: As ``edm.properties`` text or a tuple; ``!`` marks those that must be sent.
        returns: The set whose entities it returns, or a complex type.
        many: Whether it returns several.
        method: GET for reading functions.
        reads: Whether it changes nothing although it is called by POST, as SAP's proposals are.
        on: The set on whose entity it works, found by the parameters that are its key. An unknown
            key passes ``row=None``.
        needs_etag: Whether it requires If-Match (428 without), compared with ``on``'s (412).
        etag_shape: Raises `SapError` for an If-Match of the wrong shape, before it is compared.
        reference: The parameter by which a sender finds its posting again; goes to the journal.
    """

    name: str
    handler: Callable[[World, FunctionCall], Any]
    parameters: str | tuple[Property, ...] = ()
    returns: str | ComplexType | None = None
    many: bool = False
    method: Literal["GET", "POST"] = "POST"
    reads: bool = False
    on: str | None = None
    needs_etag: bool = False
    etag_shape: Callable[[str], None] | None = None
    reference: str | None = None

    @cached_property
    def takes(self) -> dict[str, Property]:
        """The parameters by name."""
        given = self.parameters
        listed = properties(given) if isinstance(given, str) else given
        return {prop.name: prop for prop in listed}


def not_translated(error: Exception) -> SapError:
    """Return what a service says of its own exceptions if it does not say more."""
    return SapError(400, "ZSBX/900", str(error))


@dataclass(frozen=True)
class Service:
    """One service of the gateway.

    Args:
        name: Its name in the path, such as ``API_PRODUCT_SRV``.
        sets: Its entity sets.
        functions: Its function imports.
        namespace: Of its types; the name where nothing else is said.
        state: The world's attributes a failed changeset has to put back.
        catches: The exceptions its handlers raise beside `SapError`.
        translate: Turns one of these into a `SapError`.
    """

    name: str
    sets: tuple[EntitySet, ...]
    functions: tuple[Function, ...] = ()
    namespace: str = ""
    state: tuple[str, ...] = ("s4",)
    catches: tuple[type[Exception], ...] = ()
    translate: Callable[[Exception], SapError] = field(default=not_translated)

    def __post_init__(self) -> None:
        """Refuse a description that contradicts itself."""
        for entity_set in self.sets:
            self._check_ways(entity_set)
        for function in self.functions:
            named = [function.on, function.returns]
            if lost := [n for n in named if isinstance(n, str) and n not in self.by_name]:
                raise ValueError(f"{self.name}: {function.name} names no set of it: {lost}")

    def _check_ways(self, entity_set: EntitySet) -> None:
        for way in entity_set.type.navigation:
            if way.target not in self.by_name:
                raise ValueError(f"{self.name}: {way.name} leads to no set of it: {way.target}")
            target = self.by_name[way.target].type
            for own, theirs in way.join:
                if own not in entity_set.type.by_name or theirs not in target.by_name:
                    raise ValueError(f"{self.name}: {way.name} joins {own} with {theirs}")

    @property
    def schema(self) -> str:
        """The namespace of its types."""
        return self.namespace or self.name

    @cached_property
    def by_name(self) -> dict[str, EntitySet]:
        """The sets by name."""
        return {entity_set.name: entity_set for entity_set in self.sets}

    @cached_property
    def functions_by_name(self) -> dict[str, Function]:
        """The functions by name."""
        return {function.name: function for function in self.functions}
