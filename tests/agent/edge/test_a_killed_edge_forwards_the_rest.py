"""kill -9 while signals come in and while they go out: whoever starts next forwards the rest."""

import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
NAMES = [f"{order}-{number}" for number in range(4) for order in ("a", "b")]


def run(folder: Path, dies_at: int, gone_at: int, *names: str) -> int:
    command = [sys.executable, str(Path(__file__).with_name("dying.py"))]
    arguments = [str(folder), str(dies_at), str(gone_at), *names]
    return subprocess.run(
        [*command, *arguments], env={"PYTHONPATH": str(ROOT)}, check=False, timeout=60
    ).returncode


def test_what_was_acknowledged_reaches_the_core_in_order(tmp_path: Path) -> None:
    killed = -signal.SIGKILL
    assert run(tmp_path, 0, 5, *NAMES) == killed
    assert run(tmp_path, 2, 0, *NAMES[5:]) == killed
    assert run(tmp_path, 0, 0) == 0
    acknowledged = (tmp_path / "acknowledged").read_text("utf-8").split()
    core = (tmp_path / "core").read_text("utf-8").split()
    assert acknowledged == NAMES
    assert len(core) > len(NAMES)  # what the edge did not hear of went out once more
    once = list(dict.fromkeys(core))
    assert sorted(once) == sorted(NAMES)
    for order in ("a", "b"):
        assert [one for one in once if one[0] == order] == [f"{order}-{n}" for n in range(4)]
