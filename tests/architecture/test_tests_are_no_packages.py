"""No `__init__.py` under tests: it would stand in for the package of that name."""

from pathlib import Path


def test_no_folder_of_tests_is_a_package(root: Path) -> None:
    assert [str(path) for path in root.glob("tests/**/__init__.py")] == []
