"""A version comes into production on a PASS for exactly it, and goes out of it at once."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from registry.aliases import Alias, Canary
from registry.changing import Signed
from registry.errors import (
    MovedMeanwhile,
    NeverInProduction,
    NoPass,
    ReasonMissing,
    StoreBroken,
)
from registry.promotions import Gate, GateRecord
from registry.registry import Registry, in_folder

MODEL = "openai:judge-2026-01-01"
DATASET = "d" * 64

Judged = Callable[..., GateRecord]
Sign = Callable[..., Signed]


def test_without_the_gate_nothing_is_promoted(registry: Registry, signed: Sign) -> None:
    with pytest.raises(NoPass, match=r"never judged weigh 1\.1\.0 under openai:judge"):
        registry.promote("weigh", "1.1.0", MODEL, DATASET, signed())
    assert registry.resolve("weigh").version == "1.0.0"
    assert registry.store.changes() == ()


def test_a_pass_of_something_else_is_none(registry: Registry, judged: Judged, signed: Sign) -> None:
    judged("1.0.0")
    judged("1.1.0", model="openai:judge-2026-02-02")
    judged("1.1.0", dataset="e" * 64)
    with pytest.raises(NoPass):
        registry.promote("weigh", "1.1.0", MODEL, DATASET, signed())


@pytest.mark.parametrize("verdict", [Gate.FAIL, Gate.INCONCLUSIVE])
def test_the_latest_word_counts(
    registry: Registry, judged: Judged, signed: Sign, verdict: Gate
) -> None:
    judged("1.1.0", verdict, minutes=2)
    judged("1.1.0", Gate.PASS, minutes=1)
    with pytest.raises(NoPass, match=verdict):
        registry.promote("weigh", "1.1.0", MODEL, DATASET, signed())


def test_a_pass_brings_it_into_production_and_is_written_down(
    registry: Registry, judged: Judged, signed: Sign, folder: Path
) -> None:
    registry.put_canary("weigh", Canary(version="1.1.0", percent=50, salt="s"))
    judged("1.1.0")
    promotion = registry.promote("weigh", "1.1.0", MODEL, DATASET, signed())
    resolved = registry.resolve("weigh", case="c-1")
    assert (resolved.version, resolved.alias) == ("1.1.0", Alias.PRODUCTION)
    written = json.loads((folder / "promotions" / "1.json").read_text("utf-8"))
    assert (written["run"], written["by"], written["to_version"]) == ("run-0", "anna", "1.1.0")
    assert promotion.from_version == "1.0.0"
    assert registry.verify() == []


def test_a_prompt_is_provisional_except_under_the_model_it_was_promoted_for(
    registry: Registry, judged: Judged, signed: Sign
) -> None:
    assert registry.provisional(registry.resolve("weigh"), MODEL)
    judged("1.1.0")
    registry.promote("weigh", "1.1.0", MODEL, DATASET, signed())
    resolved = registry.resolve("weigh")
    assert not registry.provisional(resolved, MODEL)
    assert registry.provisional(resolved, "openai:judge-2026-02-02")


def test_what_promotions_say_of_production_counts_not_the_file(
    registry: Registry, judged: Judged, signed: Sign, folder: Path
) -> None:
    judged("1.1.0")
    registry.promote("weigh", "1.1.0", MODEL, DATASET, signed())
    aliases = folder / "aliases.toml"
    aliases.write_text(aliases.read_text("utf-8").replace("1.1.0", "1.0.0"), encoding="utf-8")
    assert registry.resolve("weigh").version == "1.1.0"
    assert "promotions say 1.1.0" in str(registry.verify()[0])


def test_a_rollback_is_immediate_ungated_and_leaves_the_other_provisional(
    registry: Registry, judged: Judged, signed: Sign
) -> None:
    judged("1.1.0")
    registry.promote("weigh", "1.1.0", MODEL, DATASET, signed())
    left = registry.resolve("weigh")
    rollback = registry.rollback("weigh", None, signed("it guesses", 20))
    assert (rollback.number, rollback.to_version) == (2, "1.0.0")
    assert registry.resolve("weigh").version == "1.0.0"
    assert registry.provisional(left, MODEL)
    assert registry.verify() == []


def test_what_was_rolled_back_needs_the_gate_again(
    registry: Registry, judged: Judged, signed: Sign
) -> None:
    judged("1.1.0")
    registry.promote("weigh", "1.1.0", MODEL, DATASET, signed())
    registry.rollback("weigh", "1.0.0", signed("it guesses", 20))
    with pytest.raises(NoPass, match="rolled back after the gate had passed it: it guesses"):
        registry.promote("weigh", "1.1.0", MODEL, DATASET, signed(minutes=25))
    with pytest.raises(NeverInProduction):
        registry.rollback("weigh", None, signed("back again", 25))
    judged("1.1.0", minutes=30)
    registry.promote("weigh", "1.1.0", MODEL, DATASET, signed(minutes=35))
    assert not registry.provisional(registry.resolve("weigh"), MODEL)


def test_a_rollback_names_its_reason_and_a_version_that_was_there(
    registry: Registry, judged: Judged, signed: Sign
) -> None:
    with pytest.raises(NeverInProduction):
        registry.rollback("weigh", None, signed("why not"))
    judged("1.1.0")
    registry.promote("weigh", "1.1.0", MODEL, DATASET, signed())
    with pytest.raises(ReasonMissing):
        registry.rollback("weigh", None, signed(" "))
    with pytest.raises(NeverInProduction):
        registry.rollback("weigh", "3.0.0", signed("why not"))
    with pytest.raises(ReasonMissing):
        registry.promote("weigh", "1.1.0", MODEL, DATASET, signed(by=" "))


def test_promotions_are_only_added_to(
    registry: Registry, judged: Judged, signed: Sign, folder: Path
) -> None:
    judged("1.1.0")
    promotion = registry.promote("weigh", "1.1.0", MODEL, DATASET, signed())
    with pytest.raises(MovedMeanwhile):
        registry.store.append(promotion, registry.aliases("weigh"))
    registry.rollback("weigh", None, signed("it guesses", 20))
    first = folder / "promotions" / "1.json"
    text = first.read_text("utf-8")
    first.write_text(text.replace("anna", "eve"), encoding="utf-8")
    assert "promotions/2.json: does not continue" in str(registry.verify()[0])
    first.unlink()
    with pytest.raises(StoreBroken, match="none may be missing"):
        in_folder(folder).verify()
