"""A link opens its case for whoever has signed in, until it ends, and nothing else."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from agent.notify.links import LASTS, Links, links_of
from agent.settings import Settings, SettingsRefused, read_settings
from tests.agent.notify.desk import NOON, PUBLIC

KEY, OTHER = "k" * 32, "o" * 32


def parts(link: str | None) -> tuple[str, str, str]:
    """Return case, end and mark of a link."""
    assert link is not None
    split = urlsplit(link)
    query = parse_qs(split.query)
    return split.path.rpartition("/")[2], query["until"][0], query["mark"][0]


def test_a_link_opens_its_case_until_it_ends() -> None:
    links = Links((KEY,), PUBLIC)
    link = links.to("c-1", NOON)
    assert link is not None
    assert link.startswith(f"{PUBLIC}/open/c-1?")
    assert links.opens(*parts(link), NOON + LASTS - timedelta(seconds=1))
    assert not links.opens(*parts(link), NOON + LASTS)


def test_whatever_is_changed_in_a_link_it_opens_nothing() -> None:
    links = Links((KEY,), PUBLIC)
    case, until, mark = parts(links.to("c-1", NOON))
    for forged in (
        ("c-2", until, mark),
        (case, str(int(until) + 1), mark),
        (case, until, mark[:-1] + ("0" if mark[-1] != "0" else "1")),
        (case, until, ""),
        (case, "", mark),
        (case, "ever", mark),
        (f"{case}\n{until}", "", mark),
        (case, until, "\ud800"),
    ):
        assert not links.opens(*forged, NOON)


def test_while_the_key_is_changed_older_links_still_open() -> None:
    older = Links((OTHER,), PUBLIC).to("c-1", NOON)
    assert Links((KEY, OTHER), PUBLIC).opens(*parts(older), NOON)
    assert not Links((KEY,), PUBLIC).opens(*parts(older), NOON)
    newer = Links((KEY, OTHER), PUBLIC).to("c-1", NOON)
    assert Links((KEY,), PUBLIC).opens(*parts(newer), NOON)


def test_an_installation_makes_its_own_key_once(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    first, second = links_of(settings), links_of(settings)
    assert first == second
    assert len(first.keys[0]) >= 32
    assert (tmp_path / "links.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("keys", [f"{KEY} short", "short", " "])
def test_a_key_that_keeps_nobody_out_is_refused(keys: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_LINK_KEYS", keys)
    with pytest.raises(SettingsRefused, match="CONCORD_LINK_KEYS: has a key of less than 32"):
        read_settings()


def test_keys_of_the_environment_are_used_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_LINK_KEYS", f"{KEY} {OTHER}")
    assert links_of(read_settings()).keys == (KEY, OTHER)


def test_without_an_address_there_is_no_link() -> None:
    assert Links((KEY,), None).to("c-1", NOON) is None
