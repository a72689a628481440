"""Control of a served plant: its journal, faults, clock and scenarios, behind a token of its own.

GET    /journal            every write, duplicates, effects
GET    /faults             the rules and what they have done
POST   /faults             a rule as JSON: {"kind": "commit_then_timeout", "server": "s4", ...}
DELETE /faults             all rules;  DELETE /faults/3 one of them
GET    /clock              the plant's time;  POST /clock {"advance": seconds}
POST   /reset              a new world, as at the start
GET    /scenarios          their names;  POST /scenarios/NAME runs one
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from tools.sandbox.exchange import Request, Response, json_response
from tools.sandbox.faults import Fault, FaultKind, Rule
from tools.sandbox.floors.floor import Impossible
from tools.sandbox.servers import Server
from tools.sandbox.world import World

#: Changes a world, and returns what there is to say of it as JSON values.
Scenario = Callable[[World], object]


class _Refused(Exception):
    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class _FaultBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: FaultKind
    server: Server | None = None
    path: str = ""
    method: str | None = None
    probability: float = 1.0
    count: int | None = None
    skip: int = 0
    seconds: Annotated[float, Field(le=86_400, allow_inf_nan=False)] = 2.0

    def fault(self) -> Fault:
        return Fault(**self.model_dump())


class _Advance(BaseModel):
    model_config = ConfigDict(extra="forbid")

    advance: Annotated[float, Field(ge=0, le=31_536_000, allow_inf_nan=False)]


_FAULT = TypeAdapter(_FaultBody)
_ADVANCE = TypeAdapter(_Advance)


@dataclass
class Stage:
    """The world that is being served; a reset puts another in its place.

    Args:
        world: The present world.
        token: What a caller of the control interface has to show.
        renew: Makes a new world, as at the start.
        scenarios: What may be run, by name.
        catch_up: Lets happen what has fallen due, after the clock was moved.
    """

    world: World
    token: str
    renew: Callable[[], World]
    scenarios: Mapping[str, Scenario]
    catch_up: Callable[[World], None]

    def control(self, request: Request) -> Response:
        """Answer a request to the control interface."""
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return json_response({"error": "the control token is missing or wrong"}, 401)
        try:
            return json_response(self._answer(request))
        except _Refused as refused:
            return json_response({"error": str(refused)}, refused.status)

    def _answer(self, request: Request) -> object:
        first, *rest = [part for part in request.path.split("/") if part] or [""]
        match request.method, first, rest:
            case "GET", "journal", []:
                return self.world.journal.as_json()
            case "GET" | "POST" | "DELETE", "faults", _:
                return self._faults(request, rest)
            case "GET" | "POST", "clock", []:
                return self._clock(request)
            case "POST", "reset", []:
                self.world = self.renew()
                return {"reset": True}
            case "GET", "scenarios", []:
                return {"scenarios": sorted(self.scenarios)}
            case "POST", "scenarios", [name]:
                return self._run(name)
            case _:
                raise _Refused(404, f"there is no {request.method} {request.path}")

    def _faults(self, request: Request, rest: list[str]) -> object:
        faults = self.world.faults
        match request.method, rest:
            case "GET", []:
                return {"faults": [_rule(rule) for rule in faults.rules]}
            case "POST", []:
                return {"number": faults.add(_fault(request.body))}
            case "DELETE", []:
                faults.clear()
            case "DELETE", [number] if number.isascii() and number.isdecimal():
                faults.remove(int(number[:9]))
            case _:
                raise _Refused(404, f"there is no {request.method} {request.path}")
        return {"faults": len(faults.rules)}

    def _clock(self, request: Request) -> object:
        if request.method == "POST":
            try:
                self.world.clock.advance(_ADVANCE.validate_json(request.body).advance)
            except (ValidationError, OverflowError) as error:
                raise _Refused(422, str(error)) from error
            self.catch_up(self.world)
        return {"now": self.world.clock.now().isoformat(), "running": self.world.clock.running}

    def _run(self, name: str) -> object:
        if name not in self.scenarios:
            raise _Refused(404, f"there is no scenario {name}")
        try:
            return {"scenario": name, "said": self.scenarios[name](self.world)}
        except Impossible as error:
            raise _Refused(409, str(error)) from error


def _fault(body: bytes) -> Fault:
    try:
        return _FAULT.validate_json(body).fault()
    except ValueError as error:  # a ValidationError is one too
        raise _Refused(422, str(error)) from error


def _rule(rule: Rule) -> dict[str, Any]:
    done = {"number": rule.number, "met": rule.met, "struck": rule.struck}
    return done | asdict(rule.fault)
