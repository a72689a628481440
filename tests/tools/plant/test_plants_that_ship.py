"""What ships is in order: the sandbox's plants, the template of a new one, the schema."""

import json
import re
import tomllib
from collections.abc import Iterator
from inspect import get_annotations
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest

from tools.objects.units import unit
from tools.plant.model import Plant
from tools.plant.reading import check_content, check_plants
from tools.plant.schema import plant_schema, schema_text
from tools.plant.section import Section
from tools.plant.template import CmmsKind, MesKind, NewPlant, plant_text
from tools.sandbox.seed.master import read_master

SANDBOX = Path("tools/sandbox/plants")
KINDS: list[tuple[MesKind, CmmsKind]] = [
    ("sap_dm", "s4_pm"),
    ("sap_dm", "cmms_rest"),
    ("ignition", "s4_pm"),
    ("ignition", "cmms_rest"),
]


@pytest.fixture
def plants(pytestconfig: pytest.Config) -> dict[str, Plant]:
    checks = check_plants(pytestconfig.rootpath / SANDBOX, None)
    assert [problem for checked in checks for problem in checked.problems] == []
    return {checked.plant.code: checked.plant for checked in checks if checked.plant}


def test_the_sandbox_has_its_two_plants_and_they_differ_in_every_system(
    plants: dict[str, Plant],
) -> None:
    kinds = {code: (p.systems.mes.kind, p.systems.cmms.kind) for code, p in plants.items()}
    assert kinds == {"1010": ("sap_dm", "s4_pm"), "1710": ("ignition", "cmms_rest")}


@pytest.mark.parametrize("code", ["1010", "1710"])
def test_a_sandbox_plant_speaks_of_what_the_sandbox_has(
    code: str, plants: dict[str, Plant]
) -> None:
    plant, master = plants[code], read_master(code)
    assert (plant.name, plant.company_code, plant.currency) == (
        master.name,
        master.company_code,
        master.currency,
    )
    assert set(plant.mappings.work_centers.values()) == set(master.work_centers)
    groups = {material.group for material in master.materials.values()}
    assert set(plant.tolerances.consumption_by_material_group) <= groups
    centers = {center.cost_center for center in master.work_centers.values()}
    booked = {account.cost_center for account in plant.mappings.scrap_codes.values()}
    assert booked <= centers
    assert all(unit(name) for name in plant.mappings.units.values())


@pytest.mark.parametrize(("mes", "cmms"), KINDS)
def test_a_new_plant_file_is_in_order(mes: MesKind, cmms: CmmsKind) -> None:
    text = plant_text(NewPlant("2000", 'The "new" \\ one', "America/Chicago", mes, cmms))
    checked = check_content(text.encode(), Path("2000.toml"), None)
    assert checked.problems == ()
    assert checked.plant is not None
    assert checked.plant.name == 'The "new" \\ one'


@pytest.mark.parametrize(("mes", "cmms"), KINDS)
def test_what_a_new_plant_file_shows_in_comments_is_in_order_too(
    mes: MesKind, cmms: CmmsKind
) -> None:
    text = plant_text(NewPlant("2000", "New", "America/Chicago", mes, cmms))
    used = re.sub(r'^# (?=\[|[\w-]+ = |"[\w/]+" = )', "", text, flags=re.MULTILINE)
    assert used.count("\n[") > text.count("\n[")
    assert check_content(used.encode(), Path("2000.toml"), None).problems == ()


def tables() -> Iterator[tuple[type[Section], str]]:
    """Walk every section with the table it stands in; several kinds of one table stand in it."""
    waiting: list[tuple[type[Section], str]] = [(Plant, "")]
    while waiting:
        section, at = waiting.pop()
        yield section, at
        for name, key in section.model_fields.items():
            below = ".".join(filter(None, (at, key.alias or name)))
            waiting += [(inner, below) for inner in sections(key.annotation)]


def sections(annotation: Any) -> Iterator[type[Section]]:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield annotation
    for part in get_args(annotation):
        yield from sections(part)


def shown(text: str, table: str, key: str) -> bool:
    """Return whether a key is shown: as a table, or below it, inline where the table is."""
    blocks = re.split(r"^(?:# )?\[+([\w.]+)\]+", text, flags=re.MULTILINE)
    path = [*filter(None, table.split(".")), key]
    for header, block in zip(blocks[1::2], blocks[2::2], strict=True):
        if header == ".".join(path) or header.startswith(f"{'.'.join(path)}."):
            return True
        inside = path[len(header.split(".")) :]
        if ".".join(path).startswith(f"{header}.") and all(
            re.search(rf"\b{part} = ", block) for part in inside
        ):
            return True
    return False


def test_a_new_plant_file_shows_every_key_there_is() -> None:
    """A key of several systems (address, patience, ways to sign in) is shown at one of them."""
    texts = [plant_text(NewPlant("2000", "New", "Europe/Berlin", mes, cmms)) for mes, cmms in KINDS]
    places = dict[tuple[str, str], list[str]]()
    for section, at in tables():
        for name, key in section.model_fields.items():
            owner = next(one for one in section.__mro__[::-1] if name in get_annotations(one))
            places.setdefault((owner.__name__, key.alias or name), []).append(at)
    assert len(places) > 100
    hidden = [
        key
        for key, at in places.items()
        if not any(shown(text, table, key[1]) for text in texts for table in at)
    ]
    assert hidden == []


def test_the_schema_beside_the_models_is_what_the_models_say(
    pytestconfig: pytest.Config,
) -> None:
    shipped = pytestconfig.rootpath / "tools/plant/plant.schema.json"
    assert shipped.read_text(encoding="utf-8") == schema_text()


def test_every_key_of_a_plant_file_is_explained_in_the_schema() -> None:
    schema = plant_schema()
    tables = {"": schema, **schema["$defs"]}
    silent = [
        f"{name}.{key}"
        for name, table in tables.items()
        for key, shape in table.get("properties", {}).items()
        if not (shape.get("description") or "$ref" in shape)
    ]
    assert silent == []


def test_an_editor_accepts_the_sandbox_plants_by_the_schema(pytestconfig: pytest.Config) -> None:
    validator = jsonschema.Draft202012Validator(json.loads(schema_text()))
    for file in (pytestconfig.rootpath / SANDBOX).glob("*.toml"):
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        assert [error.message for error in validator.iter_errors(data)] == []


def test_an_editor_marks_what_the_models_refuse() -> None:
    validator = jsonschema.Draft202012Validator(plant_schema())
    text = plant_text(NewPlant("2000", "New", "Europe/Berlin", "sap_dm", "s4_pm"))
    data = tomllib.loads(text)
    data["plant"] |= {"code": 2000, "colour": "red"}
    messages = {error.message for error in validator.iter_errors(data)}
    assert len(messages) == 2


def test_every_reference_to_the_environment_ends_in_env() -> None:
    pattern = plant_schema()["$defs"]["BasicAuth"]["properties"]["user_env"]["pattern"]
    text = json.dumps(plant_schema()["$defs"])
    named = re.findall(r'"(\w+)": \{[^{}]*?"pattern": ' + re.escape(json.dumps(pattern)), text)
    assert named
    assert [key for key in named if not key.endswith("_env")] == []
