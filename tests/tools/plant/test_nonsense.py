"""Whatever stands in a plant file: problems with a line within the file, never a traceback."""

import tomllib
from pathlib import Path
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from tests.damage import damaged
from tools.plant.places import Places, table
from tools.plant.reading import check_content
from tools.plant.template import NewPlant, plant_text

FILE = Path("plant.toml")
TEMPLATE = plant_text(NewPlant("2000", "Plant", "Europe/Berlin", "sap_dm", "cmms_rest"))

WORDS = st.sampled_from(
    [
        *("plant", "systems", "erp", "mes", "auth", "kind", "s4", "code", "calendar", "shifts"),
        *("[", "]", "[[", "]]", "{", "}", "=", ".", ",", "#", "\n", "\n", " ", "'", '"', '"""'),
        *(
            "1010",
            "0010",
            "1.5",
            "nan",
            "-inf",
            "true",
            "06:00:00",
            "2026-12-24",
            "\\",
            "ü",
            "\x00",
        ),
    ]
)
SCRAPS = [
    b"[[",
    b"]]",
    b"= {",
    b'"""',
    b"\r",
    b"\xff",
    b"\x00",
    b"\\uD800",
    b"\\U00110000",
    b"9" * 5000,
]
KEYS = st.one_of(
    st.sampled_from(["plant", "systems", "erp", "mes", "auth", "kind", "code", "roles", "[key]"]),
    st.text(max_size=5),
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.booleans(),
        st.integers(),
        st.floats(),
        st.sampled_from(["s4", "ignition", "basic", "erp", "X_ENV"]),
        st.text(max_size=8),
        st.dates(),
        st.times(),
        st.datetimes(),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)


def inline(value: Any) -> str:
    """Write a value as TOML, tables inline."""
    if isinstance(value, dict):
        pairs = table(value).items()
        return "{" + ", ".join(f"{quoted(key)} = {inline(held)}" for key, held in pairs) + "}"
    if isinstance(value, list):
        elements = cast("list[Any]", value)
        return "[\n" + ",\n".join(inline(element) for element in elements) + "\n]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return quoted(value)
    return str(value) if isinstance(value, int | float) else value.isoformat()


def quoted(text: str) -> str:
    return '"' + "".join(f"\\U{ord(letter):08X}" for letter in text) + '"'


def has_sound_problems(content: bytes) -> bool:
    checked = check_content(content, FILE, {})
    lines = content.count(b"\n") + 1
    assert all(1 <= problem.line <= lines for problem in checked.problems)
    assert all(problem.problem and problem.remedy for problem in checked.problems)
    assert all("\n" not in str(problem) for problem in checked.problems)
    return bool(checked.problems)


@given(st.binary(max_size=60))
def test_bytes(content: bytes) -> None:
    assert has_sound_problems(content)


@given(st.lists(WORDS, max_size=25))
def test_scraps_of_toml(words: list[str]) -> None:
    assert has_sound_problems("".join(words).encode())


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_sound_toml_that_is_no_plant(tables: dict[str, Any]) -> None:
    text = "\n".join(f"{quoted(key)} = {inline(value)}" for key, value in tables.items())
    assert has_sound_problems(text.encode())


@given(damaged(TEMPLATE.encode(), SCRAPS))
def test_a_plant_file_damaged_on_its_way(content: bytes) -> None:
    has_sound_problems(content)


@given(
    st.integers(0, len(TEMPLATE)),
    st.integers(0, 30),
    st.one_of(st.text(max_size=6), st.lists(WORDS, max_size=4).map("".join)),
)
def test_a_plant_file_somebody_slipped_in(at: int, gone: int, typed: str) -> None:
    has_sound_problems((TEMPLATE[:at] + typed + TEMPLATE[at + gone :]).encode())


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_every_key_of_a_text_has_its_place(tables: dict[str, Any]) -> None:
    text = "\n".join(f"{quoted(key)} = {inline(value)}" for key, value in tables.items())
    places = Places(text)
    pending: list[tuple[tuple[str | int, ...], Any]] = [((), tomllib.loads(text))]
    while pending:
        path, value = pending.pop()
        assert not path or places.exact(path) is not None
        pending += [((*path, key), held) for key, held in table(value).items()]
        if isinstance(value, list):
            elements = cast("list[Any]", value)
            pending += [((*path, index), held) for index, held in enumerate(elements)]
