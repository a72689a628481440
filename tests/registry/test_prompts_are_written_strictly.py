"""A prompt that is not written as it should be is refused, with file and line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from registry.errors import PromptRefused
from registry.shelf import Shelf

FILE = "weigh/1.0.0.prompty"


@pytest.fixture
def refused(folder: Path) -> Callable[[str, str], list[str]]:
    """Return what changes the prompt's words and says how it is refused."""

    def change(before: str, after: str) -> list[str]:
        path = folder / FILE
        text = path.read_text("utf-8")
        assert before in text
        path.write_text(text.replace(before, after, 1), encoding="utf-8")
        with pytest.raises(PromptRefused) as refusal:
            Shelf(folder).read("weigh", "1.0.0")
        return [str(problem) for problem in refusal.value.problems]

    return change


@pytest.mark.parametrize(
    ("before", "after", "line", "said"),
    [
        ("    owner: Ada", "    ownr: Ada", 13, "metadata.binds.ownr: extra inputs"),
        ("displayName: Weigh", "displayname: Weigh", 3, "displayname: extra inputs"),
        ("maxOutputTokens: 50", "max_tokens: 50", 22, "max_tokens: extra inputs"),
        (
            "    owner: Ada",
            "    owner: Ada\n    owner: Eve",
            14,
            "'owner' stands in line 13 already",
        ),
        (
            "description: Says",
            "name: other\ndescription: Says",
            4,
            "'name' stands in line 2 already",
        ),
        ("authors: [Ada]", "authors: &a [Ada]", 7, "anchors, aliases and tags"),
        ("authors: [Ada]", "authors: !!set [Ada]", 7, "anchors, aliases and tags"),
        ("authors: [Ada]", "authors: [Ada", 8, "no YAML"),
        ("version: 1.0.0", "version: 1.0.1", 6, "the file's name says 1.0.0"),
        ("name: weigh", "name: wiegh", 2, "the folder says 'weigh'"),
        ("kind: integer", "kind: int", 27, "kind: input should be"),
        ("strict: true", "strict: false", 39, "strict: input should be True"),
        ("owner: Ada", 'owner: "${env:HOME}"', 13, "'${' would be read from elsewhere"),
        ("{{ page }}", "{{ page }} ${file:x}", 43, "'${' would be read from elsewhere"),
        ("{{ page }}", "{{ page }} {{ pagge }}", 43, "'pagge' is no input"),
        ("{{ row.said }}", "{{ row.sayd }}", 53, "'sayd' is no field"),
        ("{{ page }}", "{{ page.__class__ }}", 43, "'__class__' is no field"),
        ("{{ page }}", "{{ page }} {{ range(9) }}", 43, "call has no place"),
        ("{{ page }}", "{{ page }}\n{% include 'x' %}", 44, "include has no place"),
        ("{{ page }}", "{{ page }}\n{% set x = 1 %}", 44, "assign has no place"),
        ("{{ page }}", "{{ page | safe }}", 43, "the filter 'safe' is none of"),
        ("{% endfor %}\n{{ facts }}", "{{ facts }}", 0, "no template"),
        ("{{ facts }}\n", "\n", 0, "the input 'facts' is never used"),
        ("system:\nSay", "Say", 42, "the body starts with the line 'system:'"),
        ("user:\nPlant", "User :\nPlant", 48, "a role is"),
        ("foreign: [note", "foreign: [notes", 2, "'notes', which is no text that goes in"),
        ("sheets: [facts]", "sheets: [rows]", 2, "the sheet 'rows' is no object"),
        ("{{ page }}", "{{ page }}\u200b", 43, "a character that nobody sees"),
    ],
)
def test_a_slip_is_refused_with_its_line(
    refused: Callable[[str, str], list[str]], before: str, after: str, line: int, said: str
) -> None:
    problems = refused(before, after)
    assert any(said in problem for problem in problems), problems
    if line:
        where = [problem for problem in problems if said in problem]
        assert where[0].startswith(f"{FILE}:{line}: "), where


def test_a_name_that_stands_for_nothing_is_found_in_a_branch_that_is_never_taken(
    refused: Callable[[str, str], list[str]],
) -> None:
    said = refused("{{ page }}", "{% if page %}{{ page }}{% else %}{{ leaf }}{% endif %}")
    assert said == [f"{FILE}:43: 'leaf' is no input"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"when": "x", "answer": {"lighter": "left"}}', "an answer has the fields"),
        ('{"when": "x"}', "answer: field required"),
        ('{"when": "x", "answer": {"heavier": "${env:X}"}}', "'${' would be read"),
        ("no json", "Invalid JSON"),
    ],
)
def test_an_example_is_checked_too(folder: Path, line: str, said: str) -> None:
    with (folder / "weigh" / "examples.jsonl").open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(PromptRefused) as refusal:
        Shelf(folder).read("weigh", "1.0.0")
    assert str(refusal.value).startswith("weigh/examples.jsonl:2: ")
    assert said in str(refusal.value)


def test_examples_that_are_named_have_to_be_there(folder: Path) -> None:
    (folder / "weigh" / "examples.jsonl").unlink()
    with pytest.raises(PromptRefused, match="no such file"):
        Shelf(folder).read("weigh", "1.0.0")
