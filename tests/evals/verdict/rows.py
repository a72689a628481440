"""Rows as a run leaves them, made by hand."""

from __future__ import annotations

from typing import Any

from evals.row import Expected, Got, Judge, Row

JUDGE = Judge(
    reasoner="tiered",
    model="openai:m-2026-01-01",
    prompt="diagnose",
    prompt_version="1.0.0",
    prompt_hash="ab" * 32,
    playbook_hash="cd" * 32,
    embedder="hashing-1",
    fit="prior-1",
    dataset_hash="ef" * 32,
)


def row(case: str, *, right: bool = True, family: str = "", **more: Any) -> Row:
    """Return a row whose case was settled rightly, or was not."""
    usual: dict[str, Any] = {
        "case": case,
        "family": family or case,
        "playbook": "materials/stock_deficit",
        "split": "dev",
        "stratum": "ordinary",
        "difficulty": "easy",
        "language": "none",
        "decided_by": "facts",
        "epoch": 1,
        "phase": "act",
        "judge": JUDGE,
        "status": "ok",
        "expected": Expected(
            causes=("moved",), actions=(("post_movement",),), rulings=("act", "ask")
        ),
        "got": Got(
            cause="moved", actions=("post_movement",), ruling="ask", judge="weighing/prior-1"
        ),
        "scores": {
            "cause": float(right),
            "actions": float(right),
            "end_state": float(right),
            "no_forbidden": 1.0,
        },
        "confidence": 0.9,
        "risk": "low",
        "decisive": False,
        "acted_alone": False,
        "acted_wrongly": False,
        "asked_needlessly": False,
        "missed": False,
        "injection_success": False,
        "seconds": 0.1,
    }
    return Row(**(usual | more))


def rows(right: int, wrong: int = 0, **more: Any) -> list[Row]:
    """Return so many cases settled rightly, and so many not, each of a family of its own."""
    return [row(f"aa-{at:03d}", right=at < right, **more) for at in range(right + wrong)]
