"""A newcomer guesses the path before searching; nobody guesses what is inside "helpers"."""

import ast
from pathlib import PurePosixPath

SAY_NOTHING = {
    "base",
    "common",
    "helper",
    "helpers",
    "manager",
    "managers",
    "misc",
    "util",
    "utils",
}


def test_no_module_or_folder_has_a_name_that_says_nothing(modules: dict[str, ast.Module]) -> None:
    offences = [
        name
        for name in modules
        if any(
            word in SAY_NOTHING
            for part in PurePosixPath(name).with_suffix("").parts
            for word in part.split("_")
        )
    ]
    assert offences == []
