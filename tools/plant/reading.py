"""Reads plant files. Whatever is wrong with one comes back as problems, all of them at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tools.plant import places
from tools.plant.explaining import Finding, dotted, explain
from tools.plant.model import Plant
from tools.plant.places import Place, Places
from tools.plant.problem import PlantRefused, Problem
from tools.plant.section import ENV_NAME, URL

_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_UNQUOTED = re.compile(r"=\s*([0-9][\w:.-]{0,18})\s*(?:#.*)?$")
_LONG_NUMBER = re.compile(r"[0-9_]{4000,}")


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of reading one file: a plant, or what to mend first."""

    file: Path
    plant: Plant | None
    problems: tuple[Problem, ...]
    code_at: Place = Place(1, 1)


def read_plant(file: Path, env: Mapping[str, str]) -> Plant:
    """Return the plant a file describes.

    Args:
        file: The TOML file.
        env: The environment that holds what the file refers to.

    Raises:
        PlantRefused: The file has problems; all of them are named.
    """
    checked = check_plant(file, env)
    if checked.plant is None:
        raise PlantRefused(checked.problems)
    return checked.plant


def load_plants(folder: Path, env: Mapping[str, str]) -> dict[str, Plant]:
    """Return every plant of a folder by its code.

    Raises:
        PlantRefused: A file has problems, two files are of one plant, or there is no such folder.
    """
    checks = check_plants(folder, env)
    problems = [problem for checked in checks for problem in checked.problems]
    if problems:
        raise PlantRefused(problems)
    return {checked.plant.code: checked.plant for checked in checks if checked.plant is not None}


def check_plants(folder: Path, env: Mapping[str, str] | None) -> tuple[Checked, ...]:
    """Check the plant files of a folder, and that no two are of one plant."""
    if not folder.is_dir():
        remedy = "Create it with `concord plants new`, or point CONCORD_PLANTS at another"
        problem = Problem(folder, 1, None, "", "is no folder", f"{remedy}.")
        return (Checked(folder, None, (problem,)),)
    first: dict[str, Path] = {}
    checks = list[Checked]()
    for file in sorted(folder.glob("*.toml")):
        checked = check_plant(file, env)
        if checked.plant is not None:
            other = first.setdefault(checked.plant.code, file)
            checked = checked if other == file else _twice(checked, checked.plant.code, other)
        checks.append(checked)
    return tuple(checks)


def check_plant(file: Path, env: Mapping[str, str] | None) -> Checked:
    """Check one file. Without an environment, what it refers to there is not looked up."""
    try:
        content = file.read_bytes()
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        remedy = "Check the path and the rights."
        return Checked(file, None, (Problem(file, 1, None, "", f"cannot be read: {why}", remedy),))
    return check_content(content, file, env)


def check_content(content: bytes, file: Path, env: Mapping[str, str] | None) -> Checked:
    """Check the content of a file that need not exist; ``file`` is what problems call it."""
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        remedy = "Save the file as UTF-8."
        return Checked(file, None, (Problem(file, line, None, "", "is not UTF-8", remedy),))
    try:
        data = tomllib.loads(text, parse_float=_decimal)
        found = Places(text)
    except RecursionError:
        remedy = "A plant file needs two or three levels."
        return Checked(file, None, (Problem(file, 1, None, "", "is nested too deeply", remedy),))
    except ValueError as error:
        return Checked(file, None, (_syntax(str(error), text, file),))
    plant, findings = _judged(data, found, file, env)
    problems = tuple(_problem(finding, found.nearest(finding.path), file) for finding in findings)
    in_order = tuple(sorted(problems, key=lambda problem: (problem.line, problem.column or 0)))
    code_at = found.nearest(("plant", "code"))
    return Checked(file, None if problems else plant, in_order, code_at)


def _judged(
    data: Mapping[str, Any], found: Places, file: Path, env: Mapping[str, str] | None
) -> tuple[Plant | None, list[Finding]]:
    findings = list[Finding]()
    plant: Plant | None = None
    try:
        plant = Plant.model_validate(data)
    except ValidationError as error:
        findings += explain(error, data, found.exact)
    if env is not None:
        findings += _absent(data, env)
    findings += _no_policies(data, file)
    findings += _nobody_copies(data)
    return _with_policies(plant, file) if plant else None, findings


def _no_policies(data: Mapping[str, Any], file: Path) -> Iterator[Finding]:
    named = places.below(data.get("policies"), "file")
    if isinstance(named, str) and named.isprintable():
        policies = file.parent.joinpath(named).absolute()
        if not _is_file(policies):
            remedy = f"Put the Cedar file at {policies}, or take the key out"
            yield Finding(("policies", "file"), "there is no such file", remedy)


def _nobody_copies(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Find copies of the audit that are asked of a MES which is another, or cannot take them."""
    mes = places.table(places.below(data.get("systems"), "mes"))
    wanted, kind = places.table(data.get("audit_copy")), mes.get("kind")
    for name, needed in (("extension_table", "sap_dm"), ("audit_profile", "ignition")):
        if name in wanted and isinstance(kind, str) and kind != needed:
            problem = f"needs a MES of kind {needed}, and this plant's is {kind}"
            yield Finding(("audit_copy", name), problem, "Take the table out")
    published = "copy_audit" in places.table(mes.get("processes"))
    if "extension_table" in wanted and kind == "sap_dm" and not published:
        remedy = 'Name the key of the process the site has published: copy_audit = "REG_…"'
        problem = "systems.mes.processes has no copy_audit"
        yield Finding(("audit_copy", "extension_table"), problem, remedy)


def _is_file(path: Path) -> bool:
    """Return whether there is such a file; a name no file can have is none."""
    try:
        return path.is_file()
    except OSError:
        return False


def _with_policies(plant: Plant, file: Path) -> Plant:
    """Return the plant with the place of its policies, wherever Concord is started from."""
    if plant.policies.file is None:
        return plant
    policies = str(file.parent.joinpath(plant.policies.file).absolute())
    own = plant.policies.model_copy(update={"file": policies})
    return plant.model_copy(update={"policies": own})


def _absent(data: Mapping[str, Any], env: Mapping[str, str]) -> Iterator[Finding]:
    """Find the variables the file names that the environment does not have, or not as addresses."""
    for path, name in _references(data):
        value = env.get(name, "")
        if not value.strip():
            problem, shown = f"the environment has no {name}", name
            if name != name.upper():  # perhaps no name, but the secret itself
                problem, shown = "the environment has no variable of that name", "NAME"
            yield Finding(path, problem, f"Set it where Concord starts: export {shown}=…")
        elif _is_address(path) and not re.fullmatch(URL, value):
            remedy = 'It must look like "https://host:443/path", without user, "?" or "#"'
            yield Finding(path, f"{name} holds no address", remedy)


def _references(data: Mapping[str, Any]) -> Iterator[tuple[places.Path, str]]:
    waiting: list[tuple[places.Path, Any]] = [(("systems",), data.get("systems"))]
    while waiting:
        path, value = waiting.pop()
        waiting += [((*path, key), below) for key, below in places.table(value).items()]
        named = isinstance(value, str) and str(path[-1]).endswith("_env")
        if named and re.fullmatch(ENV_NAME, value):
            yield path, value


def _is_address(path: places.Path) -> bool:
    """Return whether a variable holds an address by HTTP; the SQL view's is a database URL."""
    return path[-1] in ("url_env", "token_url_env") and path[-2] != "sql"


def _problem(finding: Finding, place: Place, file: Path) -> Problem:
    end = "" if finding.remedy.endswith("?") else "."
    return Problem(
        file=file,
        line=place.line,
        column=place.column,
        key=dotted(finding.path),
        problem=finding.problem,
        remedy=finding.remedy + end,
    )


def _twice(checked: Checked, code: str, other: Path) -> Checked:
    finding = Finding(
        ("plant", "code"),
        f"plant {code} is described in {other} already",
        f"Keep one of {other} and {checked.file}, or give this plant its own code",
    )
    problem = _problem(finding, checked.code_at, checked.file)
    return replace(checked, plant=None, problems=(problem,))


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError("a number is out of all bounds") from error


def _syntax(message: str, text: str, file: Path) -> Problem:
    lines = text.split("\n")
    at = _AT.search(message)
    if at is None:
        long = _LONG_NUMBER.search(text)
        line = text.count("\n", 0, long.start()) + 1 if long else 1
        return Problem(file, line, None, "", "a number is out of all bounds", "Shorten it.")
    line = int(at[1]) if at[1] else len(lines)
    column = int(at[2]) if at[2] else None
    what = message[: at.start()]
    return Problem(
        file=file,
        line=line,
        column=column,
        key="",
        problem=what[:1].lower() + what[1:],
        remedy=_mended(what, lines[line - 1]),
    )


def _mended(what: str, line: str) -> str:
    """Say how to mend a line that is no TOML, as far as the usual slips go."""
    unquoted = _UNQUOTED.search(line)
    if what.startswith("Expected newline") and unquoted is not None:
        return f'Codes and times are text: write "{unquoted[1]}".'
    if what.startswith(("Cannot overwrite", "Cannot declare", "Cannot mutate", "Duplicate")):
        return "The key or table stands in the file twice: keep one."
    return "Mend the TOML syntax here."
