"""The documentation shows the machine as it is wired."""

import json
from importlib import import_module
from pathlib import Path

from agent.graph import picture

ROOT = Path(__file__).parents[2]


def test_the_documented_picture_is_drawn_from_the_code() -> None:
    page = (ROOT / "docs" / "machine.md").read_text("utf-8")
    shown = page.split("```mermaid\n")[1].split("\n```")[0]
    assert shown == picture().strip().replace("\t", "    "), (
        "draw it again: print(agent.graph.picture())"
    )


def test_langgraphs_own_tooling_can_open_the_machine() -> None:
    named = json.loads((ROOT / "langgraph.json").read_text("utf-8"))["graphs"]["concord"]
    path, _, factory = named.partition(":")
    module = import_module(path.removeprefix("./").removesuffix(".py").replace("/", "."))
    machine = getattr(module, factory)()
    assert {"identify", "decide", "execute", "learn"} <= set(machine.get_graph().nodes)
