"""Units: what a posting names is brought to what the material is kept in, exactly or not at all."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from tools.objects.quantity import Quantity
from tools.objects.units import NoConversion, UnknownUnit, convert, unit
from tools.sandbox.s4.refusal import Cause, Refused
from tools.sandbox.s4.rows import three_places
from tools.sandbox.s4.state import S4


def expressed(state: S4, material: str, amount: Decimal, source: str, target: str) -> Decimal:
    """Return an amount of a material in another unit, rounded as S/4 keeps quantities.

    Raises:
        Refused: A unit is unknown, or nothing leads from one to the other.
    """
    if source == target:
        return three_places(amount)
    kept = state.conversions.get(material)
    try:
        result = convert(
            Quantity(amount, source),
            target,
            base_unit=kept.base_unit if kept else None,
            alternatives=kept.alternatives if kept else (),
            material=material,
        )
    except UnknownUnit as error:
        raise Refused(Cause.UNIT_UNKNOWN, error.code) from error
    except NoConversion as error:
        raise Refused(Cause.NO_CONVERSION, material, source, target) from error
    return three_places(result.amount)


def in_base_unit(state: S4, material: str, amount: Decimal, source: str) -> Decimal:
    """Return an amount in the material's base unit."""
    return expressed(state, material, amount, source, state.conversions[material].base_unit)


def heard(named: str, *, internal: str = "", iso: str = "") -> str:
    """Return the internal code of the unit a request names; nothing if it names none.

    A request names it as people logged on in English do, by SAP's internal code, or by ISO.

    Raises:
        Refused: The code is in no table.
    """
    try:
        if internal:
            return unit(internal).code
        if iso:
            return unit(iso, "iso").code
        return unit(named, "en").code if named else ""
    except UnknownUnit as error:
        raise Refused(Cause.UNIT_UNKNOWN, error.code) from error


@cache
def spoken(internal: str) -> str:
    """Return what a unit is called by people logged on in English."""
    return unit(internal).en


@cache
def iso(internal: str) -> str:
    """Return a unit's ISO code."""
    return unit(internal).iso
