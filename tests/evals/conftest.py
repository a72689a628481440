import pytest

from evals.bench import Bench, bench


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """One bench for all runs: an empty database to copy, and the plants of the box."""
    return bench(tmp_path_factory.mktemp("evals"))
