"""Every English sentence the pages say: those of the templates, and those of what is shown."""

import ast
import re
from pathlib import Path

import agent.service.pages
import agent.service.shown

TEMPLATES = Path(agent.service.pages.__file__).parents[1] / "templates"
SAID = re.compile(r"""\b_\(\s*(?:"([^"]+)"|'([^']+)')""")


def of_templates() -> set[str]:
    found = set[str]()
    for file in TEMPLATES.glob("*.html"):
        for one, other in SAID.findall(file.read_text("utf-8")):
            found.add(one or other)
    return found


def of_code() -> set[str]:
    """What is handed to ``speech(…)``, and the words of the tables in ``terms``."""
    found = set[str]()
    for package in (agent.service.pages, agent.service.shown):
        for file in Path(package.__file__ or "").parent.glob("*.py"):
            tree = ast.parse(file.read_text("utf-8"))
            found |= {word for node in ast.walk(tree) for word in _words(node, file.stem)}
    return found


def _words(node: ast.AST, module: str) -> set[str]:
    match node:
        case ast.Call(func=ast.Name(id="speech"), args=[first, *_]):
            return _constants(first)
        case ast.AnnAssign(value=ast.Dict(values=values)) if module == "terms":
            return {word for value in values for word in _constants(value)}
        case ast.Assign(targets=[ast.Name(id="VIEWS" | "NAVIGATION" | "AGES" | "SURE")]):
            return _last_words(node.value)
        case ast.Call(func=ast.Name(id="NotPermitted" | "Incomplete" | "NoSubstitute"), args=[one]):
            return _constants(one)
        case _:
            return set()


def _constants(node: ast.AST) -> set[str]:
    if isinstance(node, ast.IfExp):
        return _constants(node.body) | _constants(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def _last_words(node: ast.AST) -> set[str]:
    match node:
        case ast.Dict(values=values):
            return {word for value in values for word in _constants(value)}
        case ast.Tuple(elts=parts):
            return {
                word
                for part in parts
                for word in _constants(part.elts[-1] if isinstance(part, ast.Tuple) else part)
            }
        case _:
            return set()
