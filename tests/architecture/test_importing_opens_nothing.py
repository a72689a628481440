"""Importing a module defines things and does nothing else: one bootstrap wires, in plain order.

Every module is imported in a fresh process, under an audit hook that notes connections, databases,
child processes, files opened for writing, and the project's own data files being read. What a
library does when it is imported is its own habit and not ours to judge; what a module of ours has
it do then is.
"""

import ast
import subprocess
import sys
from pathlib import Path

# Alembic runs these inside a migration; `__main__` runs when imported, which is its purpose.
RUN_NOT_IMPORTED = ("/migrations/", "__main__.py")

IMPORT_ALL = """
import importlib, os, sys
root, offences = sys.argv[1], {}
REFUSED = {"socket.connect", "socket.bind", "sqlite3.connect", "subprocess.Popen", "os.mkdir"}

def is_ours(path):
    return path.startswith(root) and "/.venv/" not in path

def importing():
    # The file of the module that is being imported at this moment; a thread is taken for ours.
    frame = sys._getframe(2)
    while frame and frame.f_code.co_name != "<module>":
        frame = frame.f_back
    return frame.f_code.co_filename if frame else root

def watch(event, arguments):
    if event == "open":
        path, _, flags = arguments
        text = os.fspath(path) if isinstance(path, (str, os.PathLike)) else ""
        if not is_ours(text) or "__pycache__" in text:
            return
        if text.endswith(".py") and not flags & (os.O_WRONLY | os.O_RDWR):
            return
        offences.setdefault(importing(), set()).add(f"open {text[len(root) + 1:]}")
    elif event in REFUSED and "__pycache__" not in str(arguments) and is_ours(importing()):
        offences.setdefault(importing(), set()).add(f"{event} {arguments}")

sys.path.insert(0, root)
sys.addaudithook(watch)
for name in sys.argv[2:]:
    importlib.import_module(name)
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
        [sys.executable, "-c", IMPORT_ALL, str(root), *names],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert (run.returncode, run.stdout, run.stderr[-2000:]) == (0, "", "")
