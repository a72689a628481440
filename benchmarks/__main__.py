"""Run every benchmark, or the ones named: `python -m benchmarks [NAME ...]`.

A benchmark is a module beside this one with `main() -> str`: its table, ratios included. What is a
package of its own, as `benchmarks.chaos`, is run by itself.
"""

import importlib
import pkgutil
import sys
from collections.abc import Iterator

import benchmarks


def _names() -> Iterator[str]:
    return (
        found.name
        for found in pkgutil.iter_modules(benchmarks.__path__)
        if found.name[0] != "_" and not found.ispkg
    )


def run(wanted: list[str]) -> int:
    """Print the tables of the wanted benchmarks, all if none is named."""
    names = sorted(_names())
    if unknown := set(wanted) - set(names):
        print(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(names)}")
        return 2
    for name in wanted or names:
        module = importlib.import_module(f"benchmarks.{name}")
        print(f"== {name}\n{module.main()}\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
