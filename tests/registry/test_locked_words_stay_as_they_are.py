"""What is locked is never edited: one byte is found, wherever it is."""

from pathlib import Path

import pytest

from registry.errors import NoSuchPrompt, NotAsLocked, StoreBroken
from registry.registry import Registry, in_folder, shipped


def _edit(path: Path, before: str, after: str) -> None:
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_the_prompts_that_ship_are_as_they_were_locked() -> None:
    registry = in_folder(shipped())
    assert [str(problem) for problem in registry.verify()] == []
    assert {one.name for one in registry.store.locked()} == {
        "chat",
        "diagnose",
        "explain",
        "identify",
    }


@pytest.mark.parametrize("file", ["1.0.0.prompty", "examples.jsonl"])
def test_one_byte_is_found(registry: Registry, folder: Path, file: str) -> None:
    assert registry.verify() == []
    _edit(folder / "weigh" / file, "A", "B")
    assert "weigh/1.0.0.prompty: is not what was locked" in str(registry.verify()[0])
    with pytest.raises(NotAsLocked):
        in_folder(folder).render(registry.resolve("weigh"), {})


def test_a_lock_that_was_edited_along_does_not_help_what_was_promoted_or_aliased(
    registry: Registry, folder: Path
) -> None:
    lock = folder / "registry.lock"
    text = lock.read_text("utf-8")
    lock.write_text(text[: text.rindex("[[prompt]]")], encoding="utf-8")
    _edit(folder / "aliases.toml", "1.0.0", "1.1.0")
    assert "is 1.1.0, which is not locked" in str(registry.verify()[0])
    with pytest.raises(NotAsLocked):
        registry.resolve("weigh")


def test_line_ends_of_another_system_are_the_same_words(registry: Registry, folder: Path) -> None:
    for path in (folder / "weigh").iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert registry.verify() == []


def test_a_missing_file_is_found(registry: Registry, folder: Path) -> None:
    (folder / "weigh" / "1.1.0.prompty").unlink()
    assert "is locked, and missing" in str(registry.verify()[0])


def test_a_draft_may_lie_there_but_is_not_used(registry: Registry, folder: Path) -> None:
    text = (folder / "weigh" / "1.0.0.prompty").read_text("utf-8")
    draft = text.replace("version: 1.0.0", "version: 2.0.0")
    (folder / "weigh" / "2.0.0.prompty").write_text(draft, encoding="utf-8")
    assert registry.verify() == []
    with pytest.raises(NotAsLocked):
        registry.load("weigh", "2.0.0")


def test_a_prompt_beside_its_place_is_found(registry: Registry, folder: Path) -> None:
    (folder / "weigh" / "latest.prompty").write_text("---\n", encoding="utf-8")
    assert "lies where no prompt is looked for" in str(registry.verify()[0])


def test_locking_twice_is_once_and_locking_other_words_is_refused(
    registry: Registry, folder: Path
) -> None:
    before = (folder / "registry.lock").read_text("utf-8")
    registry.lock("weigh", "1.0.0", "Eve")
    assert (folder / "registry.lock").read_text("utf-8") == before
    _edit(folder / "weigh" / "1.0.0.prompty", "heavier. ", "lighter. ")
    with pytest.raises(NotAsLocked):
        in_folder(folder).lock("weigh", "1.0.0", "Eve")


def test_a_parent_has_to_be_locked(folder: Path) -> None:
    with pytest.raises(NoSuchPrompt):
        in_folder(folder).lock("weigh", "1.1.0", "Ada", parent="1.0.0")


@pytest.mark.parametrize("file", ["registry.lock", "aliases.toml"])
def test_a_file_that_cannot_be_read_stops_everything(
    registry: Registry, folder: Path, file: str
) -> None:
    with (folder / file).open("a", encoding="utf-8") as open_file:
        open_file.write("\nsurprise = ")
    with pytest.raises(StoreBroken):
        registry.verify()
