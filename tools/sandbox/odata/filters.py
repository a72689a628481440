"""``$filter`` of OData V2: its grammar, read into a tree.

or  →  and  →  not  →  comparison  →  (…) | function(…) | property | literal
"""

from __future__ import annotations

from dataclasses import dataclass

from tools.sandbox.odata.errors import MALFORMED, wrong
from tools.sandbox.odata.literals import Literal, literal
from tools.sandbox.odata.tokens import Token, Word, tokens, unexpected

COMPARISONS = frozenset({"eq", "ne", "gt", "ge", "lt", "le"})
DEEPEST = 60


@dataclass(frozen=True, slots=True)
class Member:
    """A property named in a filter."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function applied to arguments."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two values compared by ``eq``, ``ne``, ``gt``, ``ge``, ``lt`` or ``le``."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logic:
    """Two conditions joined by ``and`` or ``or``."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Not:
    """A condition denied."""

    inner: Node


Node = Member | Literal | Call | Comparison | Logic | Not


class _Reader:
    """Reads one filter from left to right."""

    def __init__(self, text: str) -> None:
        self._tokens = tokens(text)
        self._next = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._either()
        if self._peek().word is not Word.END:
            raise self._unexpected()
        return node

    def _peek(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._tokens[self._next]
        self._next += token.word is not Word.END
        return token

    def _said(self, *names: str) -> str | None:
        token = self._peek()
        if token.word is Word.NAME and token.text in names:
            return self._take().text
        return None

    def _either(self) -> Node:
        node = self._both()
        while self._said("or"):
            node = Logic("or", node, self._both())
        return node

    def _both(self) -> Node:
        node = self._denied()
        while self._said("and"):
            node = Logic("and", node, self._denied())
        return node

    def _denied(self) -> Node:
        if not self._said("not"):
            return self._compared()
        self._deeper()
        node = Not(self._denied())
        self._depth -= 1
        return node

    def _compared(self) -> Node:
        left = self._value()
        operator = self._said(*COMPARISONS)
        return left if operator is None else Comparison(operator, left, self._value())

    def _value(self) -> Node:
        token = self._take()
        match token.word:
            case Word.OPEN:
                return self._inside()
            case Word.LITERAL:
                return literal(token.text)
            case Word.NAME if self._peek().word is Word.OPEN:
                return self._call(token.text)
            case Word.NAME:
                return Member(token.text)
            case _:
                raise unexpected(token.text, token.at)

    def _inside(self) -> Node:
        self._deeper()
        node = self._either()
        self._expect(Word.CLOSE)
        self._depth -= 1
        return node

    def _call(self, name: str) -> Node:
        self._expect(Word.OPEN)
        self._deeper()
        arguments: list[Node] = []
        if self._peek().word is not Word.CLOSE:
            arguments.append(self._either())
            while self._peek().word is Word.COMMA:
                self._take()
                arguments.append(self._either())
        self._expect(Word.CLOSE)
        self._depth -= 1
        return Call(name, tuple(arguments))

    def _expect(self, word: Word) -> None:
        if self._peek().word is not word:
            raise self._unexpected()
        self._take()

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise wrong(MALFORMED, f"A filter is nested at most {DEEPEST} deep")

    def _unexpected(self) -> Exception:
        return unexpected(self._peek().text, self._peek().at)


def read_filter(text: str) -> Node:
    """Read a filter; a malformed one is refused."""
    if not text.strip():
        raise wrong(MALFORMED, "Invalid filter: it is empty")
    return _Reader(text).whole()
