"""What the environment says to Concord."""

from pathlib import Path

import pytest

from agent.settings import SettingsRefused, environment, read_settings


def test_all_local_state_lies_in_the_home_folder(concord_home: Path) -> None:
    settings = read_settings()
    assert settings.home == concord_home
    assert settings.database == f"sqlite:///{concord_home / 'concord.db'}"
    assert settings.plants_folder == concord_home / "plants"
    assert (settings.model, settings.embedder) == (None, "hashing")


def test_the_home_folder_is_in_the_working_directory_unless_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CONCORD_HOME")
    assert read_settings().home == Path(".concord")


def test_what_the_environment_says_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_DATABASE_URL", "postgresql+psycopg://me:pw@db/concord")
    monkeypatch.setenv("CONCORD_MODEL", "ollama:qwen3:8b")
    monkeypatch.setenv("CONCORD_PLANTS", "plants")
    settings = read_settings()
    assert settings.database == "postgresql+psycopg://me:pw@db/concord"
    assert (settings.model, settings.plants_folder) == ("ollama:qwen3:8b", Path("plants"))
    assert "pw" not in repr(settings)


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_MODEL", "")
    assert read_settings().model is None


def test_every_wrong_variable_is_named_without_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_MODEL", "gpt-5")
    monkeypatch.setenv("CONCORD_DATABASE_URL", "mysql://me:hunter2@db/concord")
    monkeypatch.setenv("CONCORD_LOG_LEVEL", "chatty")
    with pytest.raises(SettingsRefused) as refused:
        read_settings()
    named = [problem.partition(":")[0] for problem in refused.value.problems]
    assert set(named) == {"CONCORD_MODEL", "CONCORD_DATABASE_URL", "CONCORD_LOG_LEVEL"}
    assert "hunter2" not in str(refused.value)


def test_variables_that_are_no_settings_are_left_to_plant_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CONCORD_SANDBOX_S4_URL", "http://127.0.0.1:8000")
    read_settings()
    assert environment()["CONCORD_SANDBOX_S4_URL"] == "http://127.0.0.1:8000"
