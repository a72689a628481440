"""Function imports: parameters stand in the address, even of a POST."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tools.sandbox.journal import Write
from tools.sandbox.odata.answers import Answer
from tools.sandbox.odata.edm import ComplexType
from tools.sandbox.odata.errors import MALFORMED, MISSING_PARAMETER, SapError, wrong
from tools.sandbox.odata.finding import Finder
from tools.sandbox.odata.literals import value_for
from tools.sandbox.odata.options import options
from tools.sandbox.odata.reading import Reading
from tools.sandbox.odata.rendering import Renderer, etag_of, plain_key
from tools.sandbox.odata.service import EntitySet, Function, FunctionCall, Reply, Row
from tools.sandbox.odata.visit import Ask, Visit
from tools.sandbox.odata.writing import check_etag, not_offered, precondition_required


@dataclass(frozen=True)
class Calling:
    """One call of a function."""

    visit: Visit
    ask: Ask
    function: Function

    def answer(self) -> Answer:
        """Call the function; unless it only reads, it is journaled whether it succeeds or not."""
        function = self.function
        if self.ask.method != function.method:
            raise not_offered(self.ask.method, function.name)
        call = FunctionCall({})
        try:
            call = self._call(call)
            reply = self.visit.run(lambda: function.handler(self.visit.world, call))
        except SapError:
            self._record(call, None, committed=False)
            raise
        self._record(call, reply.result, committed=True)
        return self._said(reply)

    def _call(self, call: FunctionCall) -> FunctionCall:
        call.parameters.update(self._parameters())
        of = self._works_on()
        etag = self.ask.headers.get("if-match")
        if self.function.needs_etag and etag is None:
            raise precondition_required()
        if etag is not None and self.function.etag_shape is not None:
            self.visit.run(lambda: self._check_shape(etag))
        row = None if of is None else self._row(of, call.parameters)
        if self.function.needs_etag and of is not None and row is not None:
            check_etag(of, row, etag)
        return FunctionCall(call.parameters, etag, row)

    def _check_shape(self, etag: str) -> None:
        if self.function.etag_shape is not None:
            self.function.etag_shape(etag)

    def _works_on(self) -> EntitySet | None:
        return None if self.function.on is None else self.visit.service.by_name[self.function.on]

    def _row(self, of: EntitySet, parameters: dict[str, Any]) -> Row | None:
        key = {name: parameters[name] for name in of.type.key if name in parameters}
        if len(key) < len(of.type.key):
            return None
        return Finder(self.visit.service, self.visit.world).by_key(of, key)

    def _parameters(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, text in self.ask.parameters:
            if name.startswith(("$", "sap-")):
                continue
            if name not in self.function.takes:
                said = f"Function '{self.function.name}' has no parameter '{name[:80]}'"
                raise wrong(MALFORMED, said)
            if name in found:
                raise wrong(MALFORMED, f"Parameter '{name}' occurs twice")
            found[name] = value_for(self.function.takes[name], text)
        for name, prop in self.function.takes.items():
            if not prop.nullable and name not in found:
                raise wrong(MISSING_PARAMETER, f"Parameter '{name}' is missing")
        return found

    def _record(self, call: FunctionCall, result: Any, *, committed: bool) -> None:
        function = self.function
        if function.method == "GET" or function.reads:
            return
        required = [name for name, prop in function.takes.items() if not prop.nullable]
        named = [str(call.parameters[name]) for name in required if name in call.parameters]
        mark = call.parameters.get(function.reference) if function.reference else None
        document = None
        if committed and isinstance(function.returns, str) and not function.many and result:
            document = plain_key(self.visit.service.by_name[function.returns].type, result)
        self.visit.record(
            Write(
                operation=f"call {function.name}",
                object="/".join(named),
                reference=str(mark) if mark else None,
                document=document,
                committed=committed,
            )
        )

    def _said(self, reply: Reply) -> Answer:
        renderer, returns = self.visit.renderer(), self.function.returns
        messages = tuple(reply.messages)
        if returns is None or reply.result is None:
            return Answer(204, messages=messages)
        if isinstance(returns, ComplexType):
            return Answer(200, {"d": self._complex(renderer, returns, reply)}, messages=messages)
        of, chosen = self.visit.service.by_name[returns], options(self.ask.parameters)
        if self.function.many:
            here = f"{self.visit.root}/{self.function.name}"
            reading = Reading(renderer, [], here, self.ask.parameters)
            answer = reading.collection(of, reply.result, chosen)
            return Answer(200, answer.body, messages=messages)
        shape = chosen.shape(self.visit.service, of.type)
        said = {"d": renderer.entity(of, reply.result, shape)}
        return Answer(200, said, etag=etag_of(of.type, reply.result), messages=messages)

    def _complex(self, renderer: Renderer, kind: ComplexType, reply: Reply) -> dict[str, Any]:
        if self.function.many:
            return {"results": [renderer.complex(kind, row) for row in reply.result]}
        return {self.function.name: renderer.complex(kind, reply.result)}
