"""A process of Concord reads checkpoints strictly and tells nobody what it thinks."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ASK = """
import os
for name in ("LANGGRAPH_STRICT_MSGPACK", "LANGSMITH_TRACING"):
    os.environ.pop(name, None)
os.environ["LANGCHAIN_TRACING_V2"] = "true"
from agent.cli import main
main(["--version"])
from langgraph.checkpoint.serde import _msgpack
from langsmith.utils import tracing_is_enabled
print(_msgpack.STRICT_MSGPACK_ENABLED, bool(tracing_is_enabled()))
"""


def test_the_command_sets_what_libraries_read_when_they_are_imported() -> None:
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ASK],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert run.stdout.splitlines()[-1] == "True False"
