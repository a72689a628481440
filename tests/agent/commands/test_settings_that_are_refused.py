"""Settings that cannot be used are told in one line by every command that reads them."""

from importlib import import_module

import pytest
from typer.testing import CliRunner

ISSUE = "order=1 material=RM-SEAT-S quantity=5 unit=EA location=0002"


@pytest.mark.usefixtures("concord_home")
@pytest.mark.parametrize(
    ("command", "words", "code"),
    [
        ("orders", "reconcile 1010", 2),
        ("precheck", f"goods-issue plant=1010 {ISSUE}", 2),
        ("authority", "explain c-1", 1),
        ("precedents", "reindex", 1),
        ("models", "check", 1),
        ("plants", "check", 1),
        ("audit", "verify", 1),
    ],
)
def test_one_line_says_which_setting_is_wrong(
    monkeypatch: pytest.MonkeyPatch, command: str, words: str, code: int
) -> None:
    monkeypatch.setenv("CONCORD_LARGEST_BODY", "much")
    app = import_module(f"agent.commands.{command}").app
    result = CliRunner().invoke(app, words.split())
    assert (result.exit_code, result.stdout) == (code, "")
    [line] = result.stderr.splitlines()
    assert line.startswith("CONCORD_LARGEST_BODY: ")
