"""The folder of prompts: ``<name>/<version>.prompty``, examples beside them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from registry.errors import NoSuchPrompt, Problem, PromptRefused
from registry.front_matter import FrontMatter, taken_apart
from registry.prompt import Example, Prompt, canonical
from registry.schema import Head
from registry.templates import problems_of
from registry.versions import VERSION, order_of

ENDING = ".prompty"

_ROLE = re.compile(r"^(system|user|assistant):$")
_ALMOST_A_ROLE = re.compile(r"^\s*#?\s*(system|user|assistant|developer)\b[^a-z]*:\s*$", re.I)
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class Shelf:
    """The prompts that lie in a folder, locked or not."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> list[str]:
        """Return what there are prompts for."""
        return sorted(path.name for path in self.folder.iterdir() if self.versions(path.name))

    def versions(self, name: str) -> list[str]:
        """Return the versions there are, the earliest first."""
        found = [path.name.removesuffix(ENDING) for path in (self.folder / name).glob(f"*{ENDING}")]
        return sorted((one for one in found if VERSION.match(one)), key=order_of)

    def strays(self) -> list[str]:
        """Return files that look like prompts and lie where none is looked for."""
        known = {f"{name}/{one}{ENDING}" for name in self.names() for one in self.versions(name)}
        found = {
            path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*.prompty")
        }
        return sorted(found - known)

    def read(self, name: str, version: str) -> Prompt:
        """Read a prompt, strictly.

        Raises:
            NoSuchPrompt: There is no such file.
            PromptRefused: It is not what a prompt may be; all its problems are named.
        """
        file = f"{name}/{version}{ENDING}"
        if not VERSION.match(version) or version not in self.versions(name):
            raise NoSuchPrompt(f"there is no prompt {name} {version}")
        text = _text(file, self.folder / file)
        front = taken_apart(file, text)
        head = _head(file, front)
        problems = [*_misplaced(file, front, head, name, version), *_wrong(file, text, front, head)]
        examples_file = head.metadata.examples
        examples_text, examples = "", tuple[Example, ...]()
        if examples_file is not None:
            beside = self.folder / name / examples_file
            examples_text = _text(f"{name}/{examples_file}", beside)
            examples = _examples(f"{name}/{examples_file}", examples_text, head)
        if problems:
            raise PromptRefused(problems)
        return Prompt(file, head, front.body, front.body_line, examples, text, examples_text)


def _text(file: str, path: Path) -> str:
    """Return a file's canonical text, in which nothing is hidden and nothing refers elsewhere."""
    try:
        text = canonical(path.read_bytes())
    except FileNotFoundError as error:
        raise PromptRefused([Problem(file, 0, "there is no such file")]) from error
    except UnicodeDecodeError as error:
        raise PromptRefused([Problem(file, 0, "is no UTF-8")]) from error
    problems: list[Problem] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if "${" in line:
            problems.append(Problem(file, number, "'${' would be read from elsewhere"))
        if any(unicodedata.category(sign) in _HIDDEN for sign in line):
            problems.append(Problem(file, number, "holds a character that nobody sees"))
    if problems:
        raise PromptRefused(problems)
    return text


def _head(file: str, front: FrontMatter) -> Head:
    try:
        return Head.model_validate(front.data)
    except ValidationError as error:
        raise PromptRefused(
            [
                Problem(file, front.line(detail["loc"]), _said(detail["loc"], detail["msg"]))
                for detail in error.errors(include_url=False, include_input=False)
            ]
        ) from error


def _said(place: tuple[int | str, ...], message: str) -> str:
    said = message.removeprefix("Value error, ")
    dotted = ".".join(str(step) for step in place)
    return f"{dotted}: {said[:1].lower()}{said[1:]}" if dotted else said


def _misplaced(
    file: str, front: FrontMatter, head: Head, name: str, version: str
) -> Iterator[Problem]:
    if head.name != name:
        yield Problem(file, front.line(("name",)), f"the folder says '{name}'")
    if head.metadata.version != version:
        place = front.line(("metadata", "version"))
        yield Problem(file, place, f"the file's name says {version}")


def _wrong(file: str, text: str, front: FrontMatter, head: Head) -> Iterator[Problem]:
    """Return what is wrong with the body: its roles, and the names it uses."""
    rows = front.body.split("\n")
    first = next((row for row in rows if row.strip()), "")
    if first != "system:":
        yield Problem(file, front.body_line, "the body starts with the line 'system:'")
    for number, row in enumerate(rows, start=front.body_line):
        if _ALMOST_A_ROLE.match(row) and not _ROLE.match(row):
            yield Problem(file, number, "a role is 'system:', 'user:' or 'assistant:', alone")
    names = [one.name for one in head.inputs]
    for one in sorted({name for name in names if names.count(name) > 1}):
        yield Problem(file, front.line(("inputs",)), f"the input '{one}' is declared twice")
    yield from problems_of(file, front.body, front.body_line, head.inputs)


def _examples(file: str, text: str, head: Head) -> tuple[Example, ...]:
    found: list[Example] = []
    problems: list[Problem] = []
    wanted = {one.name for one in head.outputs}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line:
            continue
        try:
            example = Example.model_validate_json(line)
        except ValidationError as error:
            detail = error.errors(include_url=False, include_input=False)[0]
            problems.append(Problem(file, number, _said(detail["loc"], detail["msg"])))
            continue
        if set(example.answer) != wanted:
            problems.append(Problem(file, number, f"an answer has the fields {sorted(wanted)}"))
        found.append(example)
    if problems:
        raise PromptRefused(problems)
    return tuple(found)
