"""The OpenAPI description holds: no 5xx, no answer it does not tell of, whatever is sent."""

from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import given, settings
from schemathesis import checks as every
from schemathesis.specs.openapi import checks

from agent.authority.deeds import FOR_MACHINES
from agent.bootstrap import Machinery
from agent.case.ruling import Role
from agent.records.gates import Collected
from agent.service.application import application
from tests.agent.service.conftest import key, session_of

EXAMPLES = 6
EVERY: Any = every
HELD: Any = checks
CHECKS: Any = [
    EVERY.not_a_server_error,
    HELD.status_code_conformance,
    HELD.content_type_conformance,
    HELD.response_schema_conformance,
]


@pytest.fixture
def app(machinery: Machinery) -> FastAPI:
    return application(machinery, Collected())


async def test_every_operation_is_described(app: FastAPI) -> None:
    for path, operations in app.openapi()["paths"].items():
        for method, operation in operations.items():
            assert operation.get("summary") or operation.get("description"), (method, path)
            assert len(operation["responses"]) > 1, (method, path)


@pytest.mark.timeout(300)
def test_nothing_that_is_sent_gets_an_answer_nobody_described(
    app: FastAPI, machinery: Machinery
) -> None:
    opened = session_of(machinery, "anna", Role.CONTROLLER)
    person = {
        "Host": "localhost",
        "X-CSRF-Token": opened.csrf,
        "Cookie": f"concord_session={opened.token}",
    }
    machine = {"Host": "localhost", **key(machinery, *FOR_MACHINES)}
    schema: Any = schemathesis.openapi.from_dict(app.openapi())
    schema.app = app
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(max_examples=EXAMPLES, deadline=None)
        @given(case=operation.as_strategy())
        def sent(case: Any) -> None:
            for headers in (person, machine):
                case.call_and_validate(base_url="http://localhost", headers=headers, checks=CHECKS)

        sent()
