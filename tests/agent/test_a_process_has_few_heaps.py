"""A process of many threads does not keep a heap for each of them."""

import os
import platform
import subprocess
import sys

import pytest

THREADS = 16
COUNT = f"""
import ctypes, sys
from threading import Barrier, Thread
from agent.heaps import keep_few
from agent.settings import environment

if "few" in sys.argv:
    keep_few(environment())
all_there, kept = Barrier({THREADS}), []

def work():
    all_there.wait()
    kept.append([bytes(5_000) for _ in range(100)])
    all_there.wait()

threads = [Thread(target=work) for _ in range({THREADS})]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc = ctypes.CDLL(None)
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
"""


def heaps(*arguments: str, **environment: str) -> int:
    """Return how many heaps a process ends with that had so many threads."""
    kept = {name: value for name, value in os.environ.items() if name != "MALLOC_ARENA_MAX"}
    run = subprocess.run(
        [sys.executable, "-c", COUNT, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env=kept | environment,
        timeout=60,
    )
    return run.stdout.count("<heap nr=")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc counts heaps")
def test_threads_share_two_heaps_unless_somebody_says_otherwise() -> None:
    assert heaps() > 2
    assert heaps("few") == 2
    assert heaps("few", MALLOC_ARENA_MAX="3") == 3
    assert heaps("few", GLIBC_TUNABLES="glibc.malloc.arena_max=3") == 3
