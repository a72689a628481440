"""`concord --help` answers at once: a command imports what it needs when it runs."""

import subprocess
import sys
from pathlib import Path

HEAVY = {
    "alembic",
    "cedarpy",
    "chromadb",
    "dbos",
    "fastapi",
    "httpx",
    "langchain_core",
    "langchain_ollama",
    "langchain_openai",
    "langgraph",
    "mcp",
    "numpy",
    "ollama",
    "opentelemetry",
    "prompty",
    "sqlalchemy",
    "sqlmodel",
    "uvicorn",
}

SHOW_HELP = """
import sys
from agent.cli import main
sys.argv = ["concord", "--help"]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print("\\nLOADED", *sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_asking_for_help_loads_no_heavy_library(root: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", SHOW_HELP],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (run.returncode, run.stderr) == (0, "")
    text, _, loaded = run.stdout.partition("\nLOADED ")
    assert "Usage: concord" in text
    assert HEAVY & set(loaded.split()) == set()
