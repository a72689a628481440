"""A file is read in one sitting: 400 lines at most. No linter counts them, so this does."""

from pathlib import Path

LONGEST = 400


def test_no_python_file_is_longer_than_one_sitting(files: dict[str, Path]) -> None:
    lengths = {
        name: len(path.read_text(encoding="utf-8").splitlines())
        for name, path in files.items()
        if name.endswith(".py")
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}
