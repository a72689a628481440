"""Golden files, rows of runs and answers of batches: whatever stands in them is read or refused."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agent.reasoning.batch import Unreadable
from agent.reasoning.batch import read as read_batch
from evals.batches import taken_in
from evals.reading import GoldenRefused, read
from evals.row import RowsUnreadable, read_header, read_rows
from tests.damage import JSON, damaged, misshapen

BATCH = {
    "custom_id": "q-1",
    "response": {
        "status_code": 200,
        "body": {
            "model": "tiny",
            "choices": [{"message": {"content": "{}"}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1},
        },
    },
    "error": None,
}
KIND = "materials/stock_deficit"
GOLDEN = (Path(__file__).parents[2] / f"evals/golden/{KIND}.yaml").read_bytes()[:3_000]
YAML = [b": ", b"\n", b"  - ", b"{", b"[", b"&a ", b"*a", b"!!set ", b"\t", b"\x00", b"? "]


@given(st.one_of(misshapen(BATCH), JSON).map(json.dumps))
@example('{"custom_id": "q", "response": {"status_code": 200, "body": {"choices": [[]]}}}')
@example('{"custom_id": "q", "response": {"status_code": 200, "body": {"choices": {"0": 1}}}}')
@example("[" * 3_000)
def test_any_line_of_a_batch(line: str) -> None:
    with suppress(Unreadable):
        assert isinstance(read_batch([line]), dict)


@given(st.one_of(damaged(GOLDEN, YAML), st.binary(max_size=60)))
@example(b"cases: " + b"[" * 3_000)
@example(b"cases:\n- &a [*a]\n")
def test_any_golden_file(content: bytes) -> None:
    with suppress(GoldenRefused):
        assert read(content.decode("utf-8", "replace"), KIND, "golden.yaml").playbook == KIND


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"[]", b"[" * 5_000, b"7\n", b'{"a": 1}\n'])
def test_files_that_are_something_else(content: bytes, tmp_path: Path) -> None:
    for name in ("result.jsonl", "run.json"):
        (tmp_path / name).write_bytes(content)
    with pytest.raises(RowsUnreadable):
        read_rows(tmp_path / "result.jsonl")
    with pytest.raises(RowsUnreadable):
        read_header(tmp_path)
    with pytest.raises(Unreadable):
        taken_in("openai:tiny", tmp_path / "result.jsonl")
