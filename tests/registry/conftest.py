"""A folder of prompts of its own for each test: one prompt, two versions, the first one locked."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from registry.changing import Signed
from registry.promotions import Gate, GateRecord
from registry.registry import Registry, in_folder

START = datetime(2026, 3, 17, 8, tzinfo=UTC)
MODEL = "openai:judge-2026-01-01"
DATASET = "d" * 64

WORDS = """---
name: weigh
displayName: Weigh
description: Says what is heavier.
metadata:
  version: VERSION
  authors: [Ada]
  examples: examples.jsonl
  sheets: [facts]
  pages: [page]
  foreign: [note, rows.said]
  binds:
    owner: Ada
    models: ["openai:judge-*"]
    sap_api:
      - {service: API_PRODUCT_SRV, entity_set: A_Product}
    business_object: [material]
    conflicts: [materials/*]
    input_schema: concord.load.v1
    output_schema: concord.weight.v1
model:
  options: {temperature: 0, maxOutputTokens: 50}
inputs:
  - {name: plant, kind: string}
  - {name: page, kind: string}
  - {name: note, kind: string}
  - {name: most, kind: integer, nullable: true}
  - {name: facts, kind: object, properties: []}
  - name: rows
    kind: array
    items:
      kind: object
      properties:
        - {name: number, kind: string}
        - {name: said, kind: string}
outputs:
  - {name: heavier, kind: string, enumValues: [left, right]}
template:
  format: {kind: jinja2, strict: true}
  parser: {kind: prompty}
---
system:
Say what is heavier. {{ page }}
{% for example in examples %}
{{ example.when }} {{ example.answer }}
{% endfor %}

user:
Plant {{ plant }}{% if most %}, at most {{ most }}{% endif %}.
{{ note }}
{% for row in rows %}
{{ row.number }}:
{{ row.said }}
{% endfor %}
{{ facts }}
"""
EXAMPLE = '{"when": "A stone, a feather.", "answer": {"heavier": "left"}}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "weigh").mkdir()
    for version in ("1.0.0", "1.1.0"):
        text = WORDS.replace("VERSION", version)
        if version == "1.1.0":
            text = text.replace("what is heavier. ", "what weighs more. ")
        (tmp_path / "weigh" / f"{version}.prompty").write_text(text, encoding="utf-8")
    (tmp_path / "weigh" / "examples.jsonl").write_text(EXAMPLE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def registry(folder: Path) -> Registry:
    registry = in_folder(folder)
    registry.lock("weigh", "1.0.0", "Ada")
    registry.lock("weigh", "1.1.0", "Ada", parent="1.0.0")
    return registry


@pytest.fixture
def judged(registry: Registry) -> Callable[..., GateRecord]:
    """Return what writes the gate's word on a version down."""

    def judge(
        version: str,
        verdict: Gate = Gate.PASS,
        *,
        model: str = MODEL,
        dataset: str = DATASET,
        minutes: int = 0,
        metadata: str = "a" * 64,
    ) -> GateRecord:
        count = len(registry.store.gates())
        gate = GateRecord(
            run=f"run-{count}",
            name="weigh",
            version=version,
            sha256=registry.load("weigh", version).sha256,
            model=model,
            dataset_sha256=dataset,
            verdict=verdict,
            judged_at=START + timedelta(minutes=minutes),
            sap_metadata={"API_PRODUCT_SRV": metadata},
        )
        registry.store.record_gate(gate)
        return gate

    return judge


@pytest.fixture
def signed() -> Callable[..., Signed]:
    def sign(reason: str = "better", minutes: int = 10, by: str = "anna") -> Signed:
        return Signed(by, reason, START + timedelta(minutes=minutes))

    return sign
