"""The shipped words ask for exactly the answer that is read, about exactly what a case tells."""

from typing import Any

from agent.playbooks.catalog import catalog
from agent.reasoning.opinion import UNCLEAR, schema_of
from registry.compatibility import Surroundings
from registry.registry import in_folder, shipped


def _bare(schema: Any) -> Any:
    """Return a schema without the words that explain it."""
    if isinstance(schema, dict):
        items: dict[str, Any] = schema  # pyright: ignore[reportUnknownVariableType]
        return {name: _bare(one) for name, one in items.items() if name != "description"}
    return sorted(map(str, schema)) if isinstance(schema, list) else schema  # pyright: ignore[reportUnknownArgumentType]


def test_a_diagnosis_is_asked_for_in_the_form_it_is_read_in() -> None:
    causes = ("setup_waste", "entry_error")
    prompt = in_folder(shipped()).load("diagnose", "1.1.0")
    asked = prompt.answer_schema({"cause": (*causes, UNCLEAR)})
    assert _bare(asked) == _bare(schema_of(causes))


def test_every_playbook_is_one_the_diagnosing_prompt_is_bound_to() -> None:
    registry = in_folder(shipped())
    resolved = registry.resolve("diagnose")
    for kind, playbook in catalog().playbooks.items():
        here = Surroundings("any:model", {playbook.endpoint: "0" * 64}, kind, playbook.endpoint)
        assert registry.mismatches(resolved, here) == (), kind
