"""Writes golden files: every value as text, so that reading gives back exactly what was written."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import yaml

from evals.case import Golden


def text_of(golden: Golden) -> str:
    """Return a golden file's text."""
    plain = golden.model_dump(mode="json", by_alias=True, exclude_none=True)
    return yaml.safe_dump(texts(plain), allow_unicode=True, sort_keys=False, width=100)


def write(folder: Path, files: Iterable[Golden]) -> tuple[Path, ...]:
    """Write golden files where their playbooks lie, and return where that is."""
    found = list[Path]()
    for one in files:
        path = folder / f"{one.playbook}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text_of(one), "utf-8")
        found.append(path)
    return tuple(found)


def texts(value: Any) -> Any:
    """Return data whose numbers are text, as golden files read them."""
    match value:
        case bool() | None:
            return value
        case dict():
            return {key: texts(one) for key, one in cast(dict[str, Any], value).items()}
        case list() | tuple():
            return [texts(one) for one in cast(list[Any], value)]
        case _:
            return str(value)
