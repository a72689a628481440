"""Whatever stands in a prompt's file: a prompt, or a refusal with a line within the file."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.errors import PromptRefused
from registry.prompt import Prompt
from registry.shelf import Shelf
from tests.damage import damaged
from tests.registry.conftest import WORDS

SIGNS = [
    *(b"---\n", b": ", b"\n", b"  ", b"- ", b"[", b"{", b"&a ", b"*a", b"!!set ", b"\t"),
    *(b"${env:HOME}", b"{{", b"}}", b"{%", b"system:\n", b"\xff", b"\x00"),
]
WHOLE = WORDS.replace("VERSION", "1.0.0").encode()


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prompts")
    (folder / "weigh").mkdir()
    (folder / "weigh" / "examples.jsonl").write_text("", "utf-8")
    return folder


def read(folder: Path) -> PromptRefused | None:
    try:
        assert isinstance(Shelf(folder).read("weigh", "1.0.0"), Prompt)
    except PromptRefused as refusal:
        return refusal
    return None


def test_any_text(shelf: Path) -> None:
    @given(st.one_of(damaged(WHOLE, SIGNS), st.binary(max_size=60)))
    @example(b"")
    @example(b"---\n" + b"[" * 3_000)
    @example(b"---\n" + b"{a: " * 3_000)
    @example(WHOLE.replace(b"{{ ", b"{{ " + b"(" * 2_000, 1))
    @example(b"---\n? [a]\n: b\n---\nsystem:\n")
    @example(b"---\nname: 2026-99-99\n---\n")
    def any_text(content: bytes) -> None:
        (shelf / "weigh" / "1.0.0.prompty").write_bytes(content)
        lines = content.count(b"\n") + content.count(b"\r") + 2
        found = read(shelf)
        assert found is None or all(0 <= one.line <= lines for one in found.problems)

    any_text()
