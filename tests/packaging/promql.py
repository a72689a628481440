"""PromQL as far as deploy/dashboards use it, read strictly: what is not understood is refused."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

TOKEN = re.compile(
    r"\s*(?:(?P<word>[A-Za-z_:][A-Za-z0-9_:]*)|(?P<number>\d+(?:\.\d+)?)"
    r'|(?P<text>"[^"]*")|(?P<range>\[(?:\d+[smhd]|\$__rate_interval|\$__range)\])'
    r"|(?P<sign>=~|!~|!=|==|>=|<=|[-+*/<>=(){},]))"
)
AGGREGATIONS = {"sum", "max", "min", "avg", "count"}
OF_RANGES = {"rate", "increase", "deriv"}
SETS = {"and", "or", "unless"}
COMPARED = {"==", "!=", ">", "<", ">=", "<=", "+", "-", "*", "/", *SETS}


class NotRead(ValueError):
    """The expression is none, or uses what nobody has taught this reader."""


@dataclass
class Selected:
    """One selector: the metric, the labels it is matched and grouped by, what takes its range."""

    metric: str
    matched: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    grouped: set[str] = field(default_factory=set[str])
    function: str = ""


@dataclass
class Read:
    """An expression: its selectors, and the labels of its result; None: those of the metric."""

    selected: list[Selected]
    labels: set[str] | None


def read(expression: str) -> Read:
    """Read an expression.

    Raises:
        NotRead: It is none.
    """
    reader = _Reader(list(_tokens(expression)))
    found = reader.expression()
    if reader.left:
        raise NotRead(f"{expression}: what is {reader.left[0]}?")
    return found


def _tokens(expression: str) -> Iterator[str]:
    place = 0
    while expression[place:].strip():
        found = TOKEN.match(expression, place)
        if found is None:
            raise NotRead(f"{expression}: what is {expression[place:]}?")
        yield found.group().strip()
        place = found.end()


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self.left = tokens

    def expression(self) -> Read:
        found = self._one()
        while self.left and self.left[0] in COMPARED:
            self._take()
            other = self._one()
            labels = found.labels if found.selected else other.labels
            found = Read([*found.selected, *other.selected], labels)
        return found

    def _one(self) -> Read:
        token = self._take()
        if token == "(":
            found = self.expression()
            self._take(")")
            return found
        if re.fullmatch(r"\d+(\.\d+)?", token):
            return Read([], set())
        if not re.fullmatch(r"[A-Za-z_:][A-Za-z0-9_:]*", token):
            raise NotRead(f"what is {token}?")
        if token in AGGREGATIONS or token == "topk":
            return self._aggregated(token)
        if self.left[:1] == ["("]:
            return self._called(token)
        return self._selector(token)

    def _aggregated(self, name: str) -> Read:
        by = set[str]()
        if self.left[:1] == ["by"]:
            self._take()
            by = self._names()
        self._take("(")
        if name == "topk":
            self._take()
            self._take(",")
        found = self.expression()
        self._take(")")
        if found.labels is not None and not by <= found.labels:
            raise NotRead(f"{sorted(by - found.labels)} is gone already")
        for one in found.selected:
            one.grouped |= by
        return Read(found.selected, found.labels if name == "topk" else by)

    def _called(self, name: str) -> Read:
        self._take("(")
        if name == "histogram_quantile":
            self._take()
            self._take(",")
        elif name not in {*OF_RANGES, "absent"}:
            raise NotRead(f"{name} is no function known here")
        found = self._selector(self._take(), name) if name in OF_RANGES else self.expression()
        self._take(")")
        if name == "histogram_quantile":
            if found.labels is None or "le" not in found.labels:
                raise NotRead("a quantile needs the buckets' le")
            return Read(found.selected, found.labels - {"le"})
        return found

    def _selector(self, metric: str, function: str = "") -> Read:
        one = Selected(metric, function=function)
        if self.left[:1] == ["{"]:
            self._take()
            while True:
                name, sign, value = self._take(), self._take(), self._take()
                if sign not in {"=", "!=", "=~", "!~"} or not value.startswith('"'):
                    raise NotRead(f"{name}{sign}{value} is no matcher")
                one.matched[name] = (sign, value.strip('"'))
                if self._take(",", "}") == "}":
                    break
        ranged = bool(self.left) and self.left[0].startswith("[")
        if ranged is not bool(function):
            raise NotRead(f"{metric}: a range belongs to a function that wants one")
        if ranged:
            self._take()
        return Read([one], None)

    def _names(self) -> set[str]:
        self._take("(")
        found = set[str]()
        while True:
            found.add(self._take())
            if self._take(",", ")") == ")":
                return found

    def _take(self, *wanted: str) -> str:
        if not self.left:
            raise NotRead("it ends in its middle")
        token = self.left.pop(0)
        if wanted and token not in wanted:
            raise NotRead(f"{token} instead of {' or '.join(wanted)}")
        return token
