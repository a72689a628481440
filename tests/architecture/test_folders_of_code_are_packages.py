"""A folder of code without `__init__.py` imports well, and escapes the import contracts unseen."""

import ast
from pathlib import Path


def test_every_folder_of_code_has_an_init(root: Path, product: dict[str, ast.Module]) -> None:
    folders = {parent for name in product for parent in Path(name).parents} - {Path()}
    assert [str(folder) for folder in folders if not (root / folder / "__init__.py").exists()] == []
