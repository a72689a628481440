"""What can go wrong with a system, named by who reacts.

ToolError                 the root: names the system, what was asked and what came back
├── Unavailable           the caller waits: the system cannot be reached; reads may be repeated
│   └── Failed            the integrator looks: the system broke down over a read, repeating is idle
├── NotPosted             effects may send again: the write has certainly changed nothing
│   ├── NotSent           nothing left this machine: no connection, open breaker, no token to be had
│   ├── Throttled         429: the system wants to be left alone for a while
│   ├── Locked            423: somebody else holds the record
│   └── TokenRejected     the CSRF token was refused, and so was a fresh one
├── OutcomeUnknown        effects reads back before anything else: the write may have posted
├── Stale                 the case is planned again: the record changed since it was read (412, 428)
├── Refused               the refusal becomes a fact: a definite no, with the system's reasons
├── Denied                the integrator gives a right (403)
│   └── SignInRefused      the caller waits: the credentials are not accepted, or not any more (401)
├── NotFound              the record or path does not exist
├── Misread               the integrator looks: the answer is not what the protocol says
│   └── CutOff             the caller asks again: the answer to a read ends in its middle
└── NotOffered            the integrator looks: the system lacks what was asked for

A write that raises anything but ``OutcomeUnknown`` is certain not to have posted.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from tools.objects.sync import Refusal


class Severity(StrEnum):
    """How serious a system says its message is."""

    SUCCESS = "success"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a system. ``text`` varies with language; only class and number decide."""

    message_class: str
    message_number: str
    text: str
    severity: Severity = Severity.ERROR

    @classmethod
    def of(cls, code: str, text: str, severity: Severity = Severity.ERROR) -> Message:
        """Return the message behind a combined code such as ``M7/021`` or ``/IWFND/MED/170``."""
        head, slash, tail = code.rpartition("/")
        if slash and head and tail.isdigit():
            return cls(head, tail, text, severity)
        return cls(code, "", text, severity)

    @property
    def code(self) -> str:
        """The message as people quote it, such as ``M7/021``."""
        if not self.message_number:
            return self.message_class
        return f"{self.message_class}/{self.message_number}"

    @property
    def refusal(self) -> Refusal:
        """The message as the canonical record keeps it."""
        return Refusal(self.message_class, self.message_number, self.text)

    def __str__(self) -> str:
        """Show code and text."""
        return f"{self.code} {self.text}".strip()


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was asked and what came back, short enough to print and free of secrets."""

    request: str
    answer: str


class ToolError(Exception):
    """Something asked of a system went wrong.

    ``messages`` are the system's own reasons, causes first and generic wrappers last;
    ``retry_after`` is how many seconds it asked, or is known to need, to be left alone.
    """

    def __init__(
        self,
        system: str,
        reason: str,
        exchange: Exchange | None = None,
        *,
        messages: tuple[Message, ...] = (),
        retry_after: float | None = None,
    ) -> None:
        super().__init__(system, reason, exchange)
        self.system = system
        self.reason = reason
        self.exchange = exchange
        self.messages = messages
        self.retry_after = retry_after

    def __str__(self) -> str:
        """Name system, reason, request and answer."""
        said = f": {'; '.join(map(str, self.messages))}" if self.messages else ""
        asked = f" [{self.exchange.request} → {self.exchange.answer}]" if self.exchange else ""
        return f"{self.system}: {self.reason}{said}{asked}"


class Unavailable(ToolError):
    """The system cannot be reached or will not serve now; a read may be repeated."""


class Failed(Unavailable):
    """The system broke down over a read (500); repeating it at once would not help."""


class NotPosted(ToolError):
    """The write certainly changed nothing and may be sent again."""


class NotSent(NotPosted):
    """The write never left this machine."""


class Throttled(NotPosted):
    """The system turned the write away for its rate (429)."""


class Locked(NotPosted):
    """The record is being worked on by somebody else (423)."""


class TokenRejected(NotPosted):
    """The CSRF token was not accepted."""


class OutcomeUnknown(ToolError):
    """The write may or may not have posted; read back before anything else."""


class Stale(ToolError):
    """The record is not what it was when it was read, or the change marker is missing."""


class Refused(ToolError):
    """A definite no, for the reasons in ``messages``."""


class Denied(ToolError):
    """Rights do not suffice."""


class SignInRefused(Denied):
    """The credentials were not accepted: a password that ran out, a token that was withdrawn."""


class NotFound(ToolError):
    """There is no such record or path."""


class Misread(ToolError):
    """The answer is not what the protocol says, so nothing can be concluded from it."""


class CutOff(Misread):
    """The answer to a read ends in its middle: something on the way broke it off."""


class NotOffered(ToolError):
    """The system, or its release, does not offer what was asked for."""

    def __init__(self, system: str, what: str, exchange: Exchange | None = None) -> None:
        super().__init__(system, what, exchange)
        self.what = what

    def __str__(self) -> str:
        """Name what is missing."""
        return f"{self.system} does not offer {self.what}"


@contextmanager
def after_sending(system: str, exchange: Exchange | None = None) -> Generator[None]:
    """Turn a ``Misread`` met while decoding a write's answer into ``OutcomeUnknown``.

    The write went out and was answered; that the answer cannot be read says nothing about whether
    it posted.
    """
    try:
        yield
    except Misread as error:
        why = f"the answer to a write cannot be read: {error.reason}"
        raise OutcomeUnknown(system, why, error.exchange or exchange) from error
