"""``make demo`` as somebody meets it: a link, a case, a decision, a document, and a kill between.

The demo runs as a process of its own, exactly as it is started by hand.
"""

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, Error, Page, async_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ROOT = Path(__file__).parents[3]
LINK = re.compile(r"^ +anna +planner +(?P<address>http://127\.0\.0\.1:\d+)(?P<path>/\S+)$")
PROCESS = re.compile(r"kill -9 (?P<pid>\d+)$")
PATIENCE_MS = 120_000
GLANCE_SECONDS = 0.2
TALLY = {
    "signals", "cases", "acted", "asked", "held", "observed", "lost", "posted_twice", "audit_ok",
    "seconds",
}  # fmt: skip

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
    pytest.mark.timeout(480),
]


@dataclass(frozen=True)
class Demo:
    """The demo while it runs, and the file it prints to.

    A file: a pipe that nobody reads is full one day, and then the plant in the box stands still.
    """

    process: subprocess.Popen[str]
    printed: Path

    def told(self, sought: re.Pattern[str]) -> re.Match[str]:
        """Wait until something is told."""
        while True:
            over = self.process.poll() is not None
            for line in self.lines():
                if found := sought.search(line):
                    return found
            assert not over, "\n".join(self.lines())
            time.sleep(GLANCE_SECONDS)

    def lines(self) -> list[str]:
        """Return what it has printed."""
        return self.printed.read_text("utf-8").splitlines()

    def stopped(self) -> list[str]:
        """Stop it as Ctrl-C does, and return everything it has printed."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=60)
        return self.lines()


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    with running(tmp_path / "demo", tmp_path / "printed.txt") as demo:
        yield demo


@contextmanager
def running(home: Path, printed: Path) -> Generator[Demo]:
    command = [sys.executable, "-m", "agent.cli", "demo", "--home", str(home), "--pause", "2"]
    with (
        printed.open("w", encoding="utf-8") as file,
        subprocess.Popen(command, stdout=file, env={**os.environ}, cwd=ROOT, text=True) as process,
    ):
        try:
            yield Demo(process, printed)
        finally:
            process.terminate()
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser: Browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        page = await browser.new_page(viewport={"width": 1024, "height": 768})
        page.set_default_timeout(PATIENCE_MS)
        yield page
        await browser.close()


async def test_a_planner_approves_a_case_and_a_killed_service_posts_it_once(
    demo: Demo, page: Page, tmp_path: Path
) -> None:
    link = await asyncio.to_thread(demo.told, LINK)
    pid = int((await asyncio.to_thread(demo.told, PROCESS))["pid"])
    await page.goto(link["address"] + link["path"])
    await page.click("button.go")
    await page.wait_for_selector(".case a")
    await page.click(".case a")
    await page.wait_for_url("**/cases/*")
    await page.screenshot(path=tmp_path / "waits.png")
    await page.click("form[data-key=a] button")
    await page.wait_for_selector("form[data-key=a]", state="detached")
    os.kill(pid, signal.SIGKILL)
    document = await shown_document(page)
    await page.screenshot(path=tmp_path / "posted.png", full_page=True)
    assert re.fullmatch(r"[A-Z]{0,2}\d{8,10}(/\d+)*", document)
    *_, last = await asyncio.to_thread(demo.stopped)
    tally = json.loads(last)
    assert set(tally) == TALLY
    assert (tally["lost"], tally["posted_twice"], tally["audit_ok"]) == (0, 0, True)
    log = (tmp_path / "demo" / "service.log").read_text("utf-8")
    assert log.count("Concord runs") == 2


async def shown_document(page: Page) -> str:
    """Look at the case again and again until it shows the number of a document."""
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while True:
            try:
                await page.reload()
                posted = page.locator(".documents .posting-confirmed b")
                if await posted.count():
                    return await posted.first.inner_text()
            except Error:
                pass  # the service is just being started again
            await asyncio.sleep(1)
