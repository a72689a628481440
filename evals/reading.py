"""Reads golden files. What is wrong with one is said with file, line and field, all at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from agent.actions.catalog import actions
from agent.playbooks.catalog import catalog
from evals.case import Case, Golden
from evals.lines import Document, NotYaml, parse
from tools.sandbox.changes import story


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a golden file."""

    file: str
    line: int
    field: str
    why: str

    def __str__(self) -> str:
        """Say it as editors and compilers do."""
        return f"{self.file}:{self.line}: {self.field}: {self.why}"


class GoldenRefused(Exception):
    """A golden file cannot be used; who wrote it reacts. All problems are named."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


@cache
def golden() -> dict[str, Golden]:
    """Return every shipped golden file by the kind of its playbook.

    Raises:
        GoldenRefused: A file has problems.
    """
    return {
        kind: read(file.read_text("utf-8"), kind, f"evals/golden/{kind}.yaml")
        for kind, file in sorted(_files())
    }


def in_folder_of(folder: Path) -> tuple[Golden, ...]:
    """Return the golden files of a folder, each where its playbook lies.

    Raises:
        GoldenRefused: A file has problems.
    """
    return tuple(
        read(file.read_text("utf-8"), f"{file.parent.name}/{file.stem}", str(file))
        for file in sorted(folder.glob("*/*.yaml"))
    )


def _files() -> Iterator[tuple[str, Path]]:
    folder = Path(str(files("evals").joinpath("golden")))
    for file in folder.glob("*/*.yaml"):
        yield f"{file.parent.name}/{file.stem}", file


def read(text: str, kind: str, name: str) -> Golden:
    """Return the golden file a text is.

    Args:
        text: What stands in it.
        kind: The playbook it must be about.
        name: What the file is called in what is said about it.

    Raises:
        GoldenRefused: It has problems.
    """
    try:
        document = parse(text)
    except NotYaml as error:
        raise GoldenRefused([Problem(name, error.line, "file", error.why)]) from error
    try:
        read_in = Golden.model_validate(document.data)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        raise GoldenRefused([_problem(name, document, one) for one in details]) from error
    problems = [
        Problem(name, document.line(path), ".".join(map(str, path)), why)
        for path, why in _senseless(read_in, kind)
    ]
    if problems:
        raise GoldenRefused(problems)
    return read_in


def _problem(name: str, document: Document, fault: ErrorDetails) -> Problem:
    field = ".".join(str(part) for part in fault["loc"]) or "file"
    return Problem(name, document.line(fault["loc"]), field, fault["msg"])


Senseless = Iterator[tuple[tuple[str | int, ...], str]]


def _senseless(read_in: Golden, kind: str) -> Senseless:
    """Find what the schema allows and the machine does not know."""
    if read_in.playbook != kind:
        yield ("playbook",), f"is {read_in.playbook}, but the file lies at {kind}"
    playbook = catalog().playbooks.get(read_in.playbook)
    if playbook is None:
        yield ("playbook",), f"there is no playbook {read_in.playbook}"
    seen = set[str]()
    for at, case in enumerate(read_in.cases):
        if case.id in seen:
            yield ("cases", at, "id"), f"another case is called {case.id}"
        seen.add(case.id)
        yield from _senseless_case(case, ("cases", at))


def _senseless_case(case: Case, path: tuple[str | int, ...]) -> Senseless:
    causes = {one.name for book in catalog().playbooks.values() for one in book.causes}
    for at, cause in enumerate(case.causes):
        if cause not in causes:
            yield (*path, "causes", at), f"no playbook has a cause {cause}"
    kinds = actions()
    for at, wanted in enumerate(case.actions):
        for one in wanted:
            if one not in kinds or not kinds[one].hard:
                yield (*path, "actions", at), f"{one} is no hard action"
    for at, one in enumerate(case.forbidden):
        if one not in kinds:
            yield (*path, "forbidden", at), f"{one} is no action"
    for at, row in enumerate(case.world):
        try:
            story.read([row])
        except story.Unreadable as error:
            yield (*path, "world", at), str(error).removeprefix("change 1 ")
