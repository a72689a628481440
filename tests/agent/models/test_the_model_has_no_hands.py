"""The model has no tool and no way to write: the request has no place for one, the code no door."""

import ast
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from subprocess import run

from agent.reasoning.asker import Asker
from agent.reasoning.model import ModelReasoner
from agent.reasoning.opinion import NAME
from agent.reasoning.request import ModelRequest
from tests.agent.models.dossiers import SECOND, dossier, opinion
from tests.agent.models.provider import Failed, Provider, Said

OURS = (
    "asker asking batch briefing budget calling calls checking configured explaining fitting "
    "identifiers identifying ladder masking model ollama_chat openai_chat opinion people "
    "recognising recording registered request shadow tiered wire words"
)
DOORS = (
    "agent.actions",
    "agent.dispatch",
    "agent.effects",
    "agent.records.decisions",
    "agent.records.postings",
    "agent.sides",
    "tools.connection",
    "tools.maintenance",
    "tools.mes",
    "tools.ports",
    "tools.sap",
)


def test_no_module_around_the_model_imports_a_way_out(pytestconfig: object) -> None:
    folder = Path(sys.modules["agent.reasoning"].__path__[0])
    for name in OURS.split():
        tree = ast.parse((folder / f"{name}.py").read_text("utf-8"))
        for node in ast.walk(tree):
            found = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                found = [node.module or ""]
            assert not [one for one in found if one.startswith(DOORS)], name


def test_a_request_has_no_place_for_tools() -> None:
    names = {one.name for one in fields(ModelRequest)}
    assert names == {
        "model",
        "messages",
        "form",
        "name",
        "schema",
        "most_tokens",
        "temperature",
    }


async def test_the_only_function_ever_sent_is_the_answer(
    provider: Provider, asker: Asker, reasoner_of: Callable[..., ModelReasoner]
) -> None:
    provider.says(Failed(400, "no"), Said("prose", deaf=True), Said("{}"), Said(opinion(SECOND)))
    await reasoner_of(asker).diagnose(dossier())
    sent = [tool["function"] for one in provider.asked for tool in one.get("tools") or ()]
    assert {one["name"] for one in sent} == {NAME}
    assert [set(one["parameters"]["properties"]) for one in sent] == [
        {"cause", "confidence", "reasons"}
    ]


def test_importing_reasoners_loads_no_provider() -> None:
    program = (
        "import sys, agent.reasoning.configured, agent.reasoning.batch, agent.reasoning.checking\n"
        "print([m for m in ('openai', 'ollama', 'langchain_openai', 'langchain_ollama', 'prompty',"
        " 'langchain_core') if m in sys.modules])"
    )
    done = run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
