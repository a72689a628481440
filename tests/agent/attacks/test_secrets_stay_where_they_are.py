"""Secrets are never in logs, traces, errors, answers, records or audit, whatever went wrong.

Every secret an installation can have is a canary. It lives through a case, people, models and
channels that work, refuse, break and repeat what they were sent; then each canary is looked for
wherever anything was written down.
"""

import base64
import sqlite3
from pathlib import Path
from urllib.parse import quote_plus

import pytest

from tests.agent.attacks.canaries import Places, canary
from tests.agent.attacks.house import OAUTH_TOKEN, ROUTE_MARK, SECRETS
from tests.agent.attacks.ordeal import lived_through
from tests.agent.attacks.parrot import Parrot

Left = tuple[Places, dict[str, str], Parrot]


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Left:
    return lived_through(tmp_path_factory.mktemp("ordeal"))


def test_no_secret_is_left_anywhere(left: Left) -> None:
    places, words, _ = left
    found = {name: places.with_word(word) for name, word in words.items()}
    assert {name: where for name, where in found.items() if where} == {}


def test_there_was_something_to_find(left: Left) -> None:
    places, words, parrot = left
    assert len(words) >= 25
    assert {"copies", "log", "spans", "answers", "output", "ends of turns", "diagnoses"} <= set(
        places.texts
    )
    repeated = {place for place, texts in places.texts.items() if b"SY/530" in b" ".join(texts)}
    tables = ("audit", "audit_copies_refused", "outbox", "postings")
    kept = {f"table concord.db {name}" for name in tables}
    kept |= {"file edge.db", "table edge.db held"}
    assert {"log", "answers", "output", "ends of turns", "file concord.db", *kept} <= repeated
    heard = Places()
    heard.note("parrot", "\n".join(parrot.heard))
    ours = {"CONCORD_INGRESS_TOKEN", "CONCORD_LINK_KEYS", "HOOK_SECRET", "SOURCE_SECRET"}
    sent = {name for name, word in SECRETS.items() if heard.with_word(word)}
    assert sent == SECRETS.keys() - ours
    assert heard.with_word(OAUTH_TOKEN)
    assert heard.with_word(ROUTE_MARK)


@pytest.mark.parametrize("before", ["", "x", "user:", "concord:"])
def test_a_canary_is_found_in_every_disguise(before: str) -> None:
    word = canary("planted")
    said = before + word
    for number, shown in enumerate((said, quote_plus(said), base64.b64encode(said.encode()))):
        places = Places()
        places.note("there", b"and then " + (shown if isinstance(shown, bytes) else shown.encode()))
        assert places.with_word(word) == ["there"], number
    assert Places({"there": [b"canary/another+feathers&wings=7"]}).with_word(word) == []


def test_a_canary_is_found_in_a_row_and_in_a_file(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "some.db") as connection:
        connection.execute("CREATE TABLE audit (details TEXT)")
        connection.execute("INSERT INTO audit VALUES (?)", (f'{{"why": "{canary("kept")}"}}',))
    connection.close()
    (tmp_path / "note.txt").write_text(canary("noted"), "utf-8")
    places = Places()
    places.note_folder(tmp_path)
    assert "table some.db audit" in places.with_word(canary("kept"))
    assert places.with_word(canary("noted")) == ["file note.txt"]
