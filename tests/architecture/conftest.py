"""The project as the rules of this folder see it: its files, its Python, its packages."""

import ast
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

# Left behind by tools, or local; never part of the project.
LEFT_OUT = {"__pycache__", "build", "dist", "logs", "node_modules"}


def _walk(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        folders[:] = [
            name for name in folders if name not in LEFT_OUT and (name == ".ci" or name[0] != ".")
        ]
        # In a second work tree .git is a file, and no more part of the project than the folder.
        yield from (Path(folder, name) for name in names if name != ".git")


@pytest.fixture(scope="session")
def root(pytestconfig: pytest.Config) -> Path:
    """The project's folder."""
    return pytestconfig.rootpath


@pytest.fixture(scope="session")
def files(root: Path) -> dict[str, Path]:
    """Every file of the project by its path from the root."""
    return {path.relative_to(root).as_posix(): path for path in sorted(_walk(root))}


@pytest.fixture(scope="session")
def modules(files: dict[str, Path]) -> dict[str, ast.Module]:
    """Every Python file of the project, parsed, tests and benchmarks included."""
    return {
        name: ast.parse(path.read_text(encoding="utf-8"), filename=name)
        for name, path in files.items()
        if name.endswith(".py")
    }


@pytest.fixture(scope="session")
def packages(root: Path) -> set[str]:
    """The top-level packages that ship."""
    return {path.parent.name for path in root.glob("*/__init__.py")} - {"benchmarks"}


@pytest.fixture(scope="session")
def product(modules: dict[str, ast.Module], packages: set[str]) -> dict[str, ast.Module]:
    """The modules that ship: no tests, no benchmarks."""
    return {name: tree for name, tree in modules.items() if name.partition("/")[0] in packages}
