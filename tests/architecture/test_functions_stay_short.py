"""A function fits on a screen: 40 lines from `def` to its end. A longer one hides a second one."""

import ast

LONGEST = 40


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_no_function_is_longer_than_a_screen(modules: dict[str, ast.Module]) -> None:
    too_long = {
        f"{name}:{node.lineno} {node.name}": _length(node)
        for name, tree in modules.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _length(node) > LONGEST
    }
    assert too_long == {}
