"""Every prompt in use is rendered here as a model would get it, word for word.

After a wanted change: ``concord prompts render NAME INPUTS --json`` shows the new one.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from registry.registry import in_folder, shipped
from registry.rendering import Rendered

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(path.stem for path in GOLDEN.glob("*.json"))
MOST_FOR_A_DIAGNOSIS = 3000


def _inputs(case: str) -> dict[str, Any]:
    return json.loads((GOLDEN / f"{case}.json").read_text("utf-8"))


def _rendered(case: str) -> Rendered:
    registry = in_folder(shipped())
    return registry.render(registry.resolve(case.partition("-")[0]), _inputs(case))


@pytest.mark.parametrize("case", CASES)
def test_a_prompt_reads_as_it_was_last_read_by_a_person(case: str) -> None:
    rendered = _rendered(case)
    said = "".join(f"[{one.role}]\n{one.content}\n\n" for one in rendered.messages)
    golden = (GOLDEN / f"{case}.txt").read_text("utf-8")
    assert said + f"about {rendered.tokens} tokens, rendered sha256 {rendered.sha256}\n" == golden


def test_every_prompt_has_a_golden_rendering_in_every_language() -> None:
    assert {case.partition("-")[0] for case in CASES} == set(in_folder(shipped()).shelf.names())
    assert {"chat-de", "chat-en", "explain-de", "explain-en"} <= set(CASES)


@pytest.mark.parametrize("case", CASES)
def test_no_variable_may_be_missing(case: str) -> None:
    from registry.errors import InputsRefused

    registry, inputs = in_folder(shipped()), _inputs(case)
    resolved = registry.resolve(case.partition("-")[0])
    for name in inputs:
        less = {other: one for other, one in inputs.items() if other != name}
        with pytest.raises(InputsRefused, match=f"'{name}' is missing"):
            registry.render(resolved, less)


def test_a_typical_dossier_is_short(capsys: pytest.CaptureFixture[str]) -> None:
    tokens = _rendered("diagnose").tokens
    with capsys.disabled():
        print(f"\na typical consumption variance: about {tokens} tokens")  # noqa: T201
    assert tokens <= MOST_FOR_A_DIAGNOSIS
