"""What a page of the documentation names is there: other pages, and the tests of threats."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
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


def test_every_threat_names_the_test_that_shows_how_it_is_stopped() -> None:
    text = (ROOT / "docs/threats.md").read_text("utf-8")
    rows = [row for row in text.splitlines() if row.startswith("| ") and "---" not in row][1:]
    assert len(rows) >= 15
    assert [row for row in rows if not TEST.search(row.rpartition("|")[0].rpartition("|")[2])] == []


def test_a_name_that_is_not_there_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("[a](nowhere.md) [b](https://x.example) `tests/agent/nothing.py`", "utf-8")
    assert leads_nowhere(page) == ["nowhere.md", "tests/agent/nothing.py"]
