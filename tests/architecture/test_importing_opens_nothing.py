"""Importing a module defines things and does nothing else: one bootstrap wires, in plain order.

Every module is imported twice in one fresh process: first for the libraries, whose own habits are
not ours to judge, then again under an audit hook that notes connections, databases, child
processes, files opened for writing, and the project's own data files being read.
"""

import ast
import subprocess
import sys
from pathlib import Path

# Alembic runs these inside a migration; `__main__` runs when imported, which is its purpose.
RUN_NOT_IMPORTED = ("/migrations/", "__main__.py")

IMPORT_ALL = """
import importlib, os, sys
root, offences, current = sys.argv[1], {}, [""]
REFUSED = {"socket.connect", "socket.bind", "sqlite3.connect", "subprocess.Popen", "os.mkdir"}

def watch(event, arguments):
    if event == "open":
        path, _, flags = arguments
        text = os.fspath(path) if isinstance(path, (str, os.PathLike)) else ""
        mine = text.startswith(root) and "/.venv/" not in text and "__pycache__" not in text
        if mine and (not text.endswith(".py") or flags & (os.O_WRONLY | os.O_RDWR)):
            offences.setdefault(current[0], set()).add(f"open {text[len(root) + 1:]}")
    elif event in REFUSED and "__pycache__" not in str(arguments):
        offences.setdefault(current[0], set()).add(f"{event} {arguments}")

sys.path.insert(0, root)
for name in sys.argv[2:]:
    importlib.import_module(name)
ours = {name.partition(".")[0] for name in sys.argv[2:]}
for name in [name for name in sys.modules if name.partition(".")[0] in ours]:
    del sys.modules[name]
sys.addaudithook(watch)
for current[0] in sys.argv[2:]:
    importlib.import_module(current[0])
for module, found in offences.items():
    print(module, sorted(found))
"""


def _dotted(name: str) -> str:
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def test_importing_every_module_opens_reads_and_connects_to_nothing(
    root: Path, product: dict[str, ast.Module]
) -> None:
    names = [
        _dotted(name) for name in product if not any(part in name for part in RUN_NOT_IMPORTED)
    ]
    run = subprocess.run(
        # Tables imported twice warn of their doubles.
        [sys.executable, "-W", "ignore", "-c", IMPORT_ALL, str(root), *names],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert (run.returncode, run.stdout, run.stderr[-2000:]) == (0, "", "")
