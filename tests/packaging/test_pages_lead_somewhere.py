"""What a page of the documentation names is there, and README leads to every page."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    page
    for where in (ROOT.glob("*"), *((ROOT / one).rglob("*") for one in ("docs", "deploy")))
    for page in where
    if page.suffix == ".md"
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
TEST = re.compile(r"`(tests/[\w/.-]+)`")


def leads_nowhere(page: Path) -> list[str]:
    text = page.read_text("utf-8")
    links = [link.partition("#")[0] for link in LINK.findall(text) if "://" not in link]
    missing = [link for link in links if link and not (page.parent / link).exists()]
    return missing + [name for name in TEST.findall(text) if not (ROOT / name).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_page_and_test_that_is_named_exists(page: Path) -> None:
    assert leads_nowhere(page) == []


def led_to(start: Path) -> set[Path]:
    """Return the pages that a page leads to, by one link or several."""
    found, waiting = set[Path](), [start]
    while waiting:
        page = waiting.pop()
        found.add(page)
        links = (link.partition("#")[0] for link in LINK.findall(page.read_text("utf-8")))
        there = {(page.parent / link).resolve() for link in links if link.endswith(".md")}
        waiting += [one for one in there if one.is_file() and one not in found]
    return found


def test_readme_leads_to_every_page() -> None:
    assert len(PAGES) > 15
    assert sorted(set(PAGES) - led_to(ROOT / "README.md")) == []


def test_every_threat_names_the_test_that_shows_how_it_is_stopped() -> None:
    text = (ROOT / "docs/threats.md").read_text("utf-8")
    rows = [row for row in text.splitlines() if row.startswith("| ") and "---" not in row][1:]
    assert len(rows) >= 15
    assert [row for row in rows if not TEST.search(row.rpartition("|")[0].rpartition("|")[2])] == []


def test_a_name_that_is_not_there_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("[a](nowhere.md) [b](https://x.example) `tests/agent/nothing.py`", "utf-8")
    assert leads_nowhere(page) == ["nowhere.md", "tests/agent/nothing.py"]


def test_a_page_nobody_links_is_seen(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("[one](one.md)", "utf-8")
    (tmp_path / "one.md").write_text("[back](README.md) [two](two.md#here)", "utf-8")
    for name in ("two.md", "lost.md"):
        (tmp_path / name).write_text("", "utf-8")
    found = {page.name for page in led_to(tmp_path / "README.md")}
    assert found == {"README.md", "one.md", "two.md"}
