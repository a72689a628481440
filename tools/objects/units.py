"""Units of measure: SAP's codes, what they mean, and exact conversion between them.

A unit has up to four names: SAP's internal code (``ST``), what people type per language (``PC`` in
English, ``ST`` in German) and the ISO code (``PCE``). Inside Concord only the internal code exists;
the edges translate.

Two kinds of conversion are kept apart. Physics holds for everything (1 KG is 1000 G). A material's
own factors hold for that material only (this carton has 24 pieces). Where neither leads from one
unit to the other there is no conversion, and none is guessed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Literal

from tools.objects.quantity import Quantity, QuantityError

Language = Literal["en", "de"]
Dialect = Literal["internal", "en", "de", "iso"]

_INEXACT_PLACES = Decimal("1E-12")
_DIGITS = 60
_WRITTEN_PLACES, _KEPT_PLACES = Decimal("1E-6"), Decimal("1E-3")


class UnknownUnit(QuantityError):
    """No table knows this unit code."""

    def __init__(self, code: str, dialect: str) -> None:
        super().__init__(f"{code!r} is no unit of measure ({dialect} codes)")
        self.code, self.dialect = code, dialect


class NoConversion(QuantityError):
    """Both units are known, but nothing on record leads from one to the other."""

    def __init__(self, source: str, target: str, material: str | None) -> None:
        whose = f" for material {material}" if material else ""
        super().__init__(f"no factor on record from {source} to {target}{whose}")
        self.source, self.target, self.material = source, target, material


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of measure. ``factor`` is how many SI units of its dimension one of it is."""

    code: str
    en: str
    de: str
    iso: str
    dimension: str
    factor: Fraction
    offset: Fraction
    decimals: int
    name_en: str
    name_de: str

    @property
    def physical(self) -> bool:
        """Return whether physics knows this unit; a carton's content only a material knows."""
        return self.dimension != "packaging"

    def name(self, dialect: Dialect) -> str:
        """Return the unit's code in a dialect."""
        match dialect:
            case "internal":
                return self.code
            case "en":
                return self.en
            case "de":
                return self.de
            case "iso":
                return self.iso


@dataclass(frozen=True, slots=True)
class AlternativeUnit:
    """A material's own factor: ``denominator`` of ``unit`` are ``numerator`` base units."""

    unit: str
    numerator: Decimal
    denominator: Decimal

    def __post_init__(self) -> None:
        """Refuse a factor that is zero or negative."""
        if self.numerator <= 0 or self.denominator <= 0:
            raise QuantityError(f"a factor for {self.unit} must be positive")


@cache
def table() -> Mapping[str, Unit]:
    """Return all units by internal code."""
    rows = tomllib.loads(files("tools.objects").joinpath("t006.toml").read_text("utf-8"))
    return {
        code: Unit(
            code=code,
            en=row["en"],
            de=row["de"],
            iso=row["iso"],
            dimension=row["dimension"],
            factor=Fraction(row.get("numerator", 1), row.get("denominator", 1)),
            offset=Fraction(row.get("offset", "0")),
            decimals=row["decimals"],
            name_en=row["name_en"],
            name_de=row["name_de"],
        )
        for code, row in rows.items()
    }


def unit(code: str, dialect: Dialect = "internal") -> Unit:
    """Return the unit a code names in a dialect.

    Raises:
        UnknownUnit: The dialect has no such code.
    """
    found = _by_name(dialect).get(code.strip().upper())
    if found is None:
        raise UnknownUnit(code, dialect)
    return found


def quantity(
    amount: Decimal, code: str, dialect: Dialect = "internal", *, aliases: Mapping[str, str] = {}
) -> Quantity:
    """Return a quantity whose unit a system named in its own dialect.

    ``aliases`` are the names a plant has agreed on with its MES (``pcs`` for ``ST``).
    """
    if code in aliases:
        return Quantity(amount, unit(aliases[code]).code)
    return Quantity(amount, unit(code, dialect).code)


def factor(
    source: str,
    target: str,
    *,
    base_unit: str | None = None,
    alternatives: Iterable[AlternativeUnit] = (),
    material: str | None = None,
) -> Fraction:
    """Return the exact number of ``target`` units in one ``source`` unit.

    Raises:
        UnknownUnit: One of the codes is in no table.
        NoConversion: Neither physics nor the material's factors lead from one to the other.
    """
    if source == target:
        return Fraction(1)
    direct = _physical(unit(source), unit(target))
    if direct is not None:
        return direct
    if base_unit is not None:
        known = _own_factors(base_unit, alternatives)
        up, down = _to_base(source, known), _to_base(target, known)
        if up is not None and down is not None:
            return up / down
    raise NoConversion(source, target, material)


def convert(
    amount: Quantity,
    target: str,
    *,
    base_unit: str | None = None,
    alternatives: Iterable[AlternativeUnit] = (),
    material: str | None = None,
) -> Quantity:
    """Express a quantity in another unit, exactly where decimals can, else to twelve places."""
    if _has_offset(amount.unit) or _has_offset(target):
        return _on_scale(amount, target)
    ratio = factor(
        amount.unit, target, base_unit=base_unit, alternatives=alternatives, material=material
    )
    return Quantity(_decimal(Fraction(amount.amount) * ratio), target)


def rounded(amount: Quantity) -> Quantity:
    """Round to the decimals the unit is kept with, half up as SAP does."""
    places = Decimal(1).scaleb(-unit(amount.unit).decimals)
    return Quantity(amount.amount.quantize(places, ROUND_HALF_UP), amount.unit)


def kept(amount: Fraction, code: str) -> Quantity:
    """Return an amount as systems can keep it: exact to six places, else rounded to three."""
    for places in (_WRITTEN_PLACES, _KEPT_PLACES):
        with localcontext(prec=_DIGITS):
            value = Decimal(amount.numerator) / Decimal(amount.denominator)
            value = value.quantize(places, ROUND_HALF_UP).normalize()
        if Fraction(value) == amount:
            break
    return Quantity(value + Decimal(0), code)


@cache
def _by_name(dialect: Dialect) -> Mapping[str, Unit]:
    return {entry.name(dialect).upper(): entry for entry in table().values()}


def _physical(source: Unit, target: Unit) -> Fraction | None:
    if source.physical and target.physical and source.dimension == target.dimension:
        return source.factor / target.factor
    return None


def _own_factors(
    base_unit: str, alternatives: Iterable[AlternativeUnit]
) -> tuple[tuple[Unit, Fraction], ...]:
    own = [(unit(base_unit), Fraction(1))]
    own += [
        (unit(row.unit), Fraction(row.numerator) / Fraction(row.denominator))
        for row in alternatives
    ]
    return tuple(own)


def _to_base(code: str, known: tuple[tuple[Unit, Fraction], ...]) -> Fraction | None:
    """Return base units per ``code``: by the material's factor, else by physics."""
    wanted = unit(code)
    for own, per_base in known:
        if own.code == code:
            return per_base
    for own, per_base in known:
        bridge = _physical(wanted, own)
        if bridge is not None:
            return bridge * per_base
    return None


def _has_offset(code: str) -> bool:
    return unit(code).offset != 0


def _on_scale(amount: Quantity, target: str) -> Quantity:
    """Convert a reading on a scale whose zero is not nothing, such as degrees Celsius."""
    source, wanted = unit(amount.unit), unit(target)
    if source.dimension != wanted.dimension:
        raise NoConversion(source.code, wanted.code, None)
    si = Fraction(amount.amount) * source.factor + source.offset
    return Quantity(_decimal((si - wanted.offset) / wanted.factor), target)


def _decimal(ratio: Fraction) -> Decimal:
    rest = ratio.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    with localcontext(prec=_DIGITS):
        value = Decimal(ratio.numerator) / Decimal(ratio.denominator)
        return value if rest == 1 else value.quantize(_INEXACT_PLACES)
