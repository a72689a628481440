"""Units convert exactly where something is on record, and not at all where nothing is."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.objects.quantity import Quantity, QuantityError
from tools.objects.units import (
    AlternativeUnit,
    NoConversion,
    UnknownUnit,
    convert,
    factor,
    quantity,
    rounded,
    table,
    unit,
)

CARTON = AlternativeUnit("KAR", Decimal(24), Decimal(1))
ONE_THIRD_KILO = AlternativeUnit("ST", Decimal(1), Decimal(3))

scalable = sorted(code for code, entry in table().items() if entry.physical and entry.offset == 0)
same_dimension = st.sampled_from(scalable).flatmap(
    lambda code: st.tuples(
        st.just(code),
        st.sampled_from([c for c in scalable if unit(c).dimension == unit(code).dimension]),
    )
)
amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=3, allow_nan=False)


def test_a_piece_has_four_names() -> None:
    piece = unit("ST")
    assert (piece.en, piece.de, piece.iso) == ("PC", "ST", "PCE")
    assert unit("PC", "en") == unit("PCE", "iso") == unit("st") == piece


def test_the_english_hour_is_the_internal_std() -> None:
    assert quantity(Decimal("1.5"), "H", "en") == Quantity(Decimal("1.5"), "STD")


def test_no_two_units_share_a_name_in_any_dialect() -> None:
    for dialect in ("internal", "en", "de", "iso"):
        names = [entry.name(dialect) for entry in table().values()]
        assert len(names) == len(set(names)), dialect


def test_an_agreed_alias_stands_for_its_unit() -> None:
    assert quantity(Decimal(3), "pcs", aliases={"pcs": "ST"}).unit == "ST"


def test_an_unknown_unit_is_an_error_and_never_a_conversion() -> None:
    with pytest.raises(UnknownUnit, match="XYZ"):
        quantity(Decimal(1), "XYZ")
    with pytest.raises(UnknownUnit):
        convert(Quantity(Decimal(1), "XYZ"), "KG")


def test_a_carton_has_no_content_until_a_material_says_so() -> None:
    with pytest.raises(NoConversion, match="from KAR to ST"):
        convert(Quantity(Decimal(1), "KAR"), "ST")
    cartons = Quantity(Decimal(2), "KAR")
    assert convert(cartons, "ST", base_unit="ST", alternatives=[CARTON]).amount == 48


def test_cartons_and_pallets_of_one_material_are_not_mixed_up_with_each_other() -> None:
    with pytest.raises(NoConversion, match="for material M1"):
        convert(
            Quantity(Decimal(1), "PAL"), "ST", base_unit="ST", alternatives=[CARTON], material="M1"
        )


def test_physics_and_a_material_factor_combine() -> None:
    grams = convert(
        Quantity(Decimal(600), "ST"), "G", base_unit="KG", alternatives=[ONE_THIRD_KILO]
    )
    assert grams == Quantity(Decimal(200000), "G")


def test_mass_never_becomes_volume_without_a_density() -> None:
    with pytest.raises(NoConversion):
        convert(Quantity(Decimal(1), "KG"), "L")
    density = AlternativeUnit("KG", Decimal(1000), Decimal(870))
    litres = convert(Quantity(Decimal("0.87"), "KG"), "ML", base_unit="L", alternatives=[density])
    assert litres == Quantity(Decimal(1000), "ML")


def test_celsius_has_its_own_zero() -> None:
    assert convert(Quantity(Decimal(20), "GC"), "GC") == Quantity(Decimal(20), "GC")
    with pytest.raises(NoConversion):
        convert(Quantity(Decimal(20), "GC"), "KG")


def test_a_third_is_kept_to_twelve_places() -> None:
    kilos = convert(Quantity(Decimal(1), "ST"), "KG", base_unit="KG", alternatives=[ONE_THIRD_KILO])
    assert kilos.amount == Decimal("0.333333333333")


@pytest.mark.parametrize(
    ("amount", "code", "expected"),
    [("2.5", "ST", "3"), ("-2.5", "ST", "-3"), ("1.2345", "KG", "1.235"), ("0.4", "ST", "0")],
)
def test_rounding_follows_the_unit_half_up(amount: str, code: str, expected: str) -> None:
    assert rounded(Quantity(Decimal(amount), code)).amount == Decimal(expected)


@pytest.mark.parametrize("numerator", ["0", "-1"])
def test_a_factor_is_positive(numerator: str) -> None:
    with pytest.raises(QuantityError):
        AlternativeUnit("KAR", Decimal(numerator), Decimal(1))


@given(same_dimension, amounts)
def test_there_and_back_is_where_we_started(pair: tuple[str, str], amount: Decimal) -> None:
    source, target = pair
    there = Fraction(amount) * factor(source, target)
    assert there * factor(target, source) == Fraction(amount)


@given(same_dimension, amounts)
def test_conversion_is_off_by_less_than_the_twelfth_place(
    pair: tuple[str, str], amount: Decimal
) -> None:
    source, target = pair
    got = convert(Quantity(amount, source), target).amount
    assert abs(Fraction(got) - Fraction(amount) * factor(source, target)) <= Fraction(1, 10**12)


@given(amounts, amounts)
def test_converting_a_sum_is_summing_conversions(left: Decimal, right: Decimal) -> None:
    a, b = Quantity(left, "KG"), Quantity(right, "KG")
    assert convert(a + b, "G") == convert(a, "G") + convert(b, "G")


@given(amounts, st.sampled_from(sorted(table())))
def test_rounding_twice_equals_rounding_once(amount: Decimal, code: str) -> None:
    once = rounded(Quantity(amount, code))
    assert rounded(once) == once
