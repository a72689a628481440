"""What can be wrong with prompts, named by who reacts.

RegistryError
├── AuthorMends             the prompt's author mends a file; file and line are named
│   └── PromptRefused
├── PersonJudges            the case goes to a person: it cannot be put to a model safely
│   ├── NotAsLocked         the words are not those that were locked
│   ├── Incompatible        prompt, model and SAP interface do not belong together
│   ├── InputsRefused       a variable is missing, unknown or of another type
│   └── RenderingRefused    what came out is not what the prompt lays out
├── ApproverLooks           who promotes or rolls back is told, and looks again; nothing changed
│   ├── NoPass              the gate has not passed exactly this prompt, model and dataset
│   ├── NeverInProduction   there is nothing of that kind to roll back to
│   ├── ReasonMissing       a rollback says why
│   └── MovedMeanwhile      somebody else changed what is in production
├── NoSuchPrompt            who named it looks again
└── StoreBroken             the integrator restores what the registry keeps
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a file: where, and what. Line 0 stands for the file as a whole."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        """Say it as editors understand it."""
        return f"{self.file}:{self.line}: {self.what}" if self.line else f"{self.file}: {self.what}"


class RegistryError(Exception):
    """Something is wrong with prompts."""


class AuthorMends(RegistryError):
    """A file has to be written differently."""


class PromptRefused(AuthorMends):
    """A prompt's file is not what a prompt may be; all its problems are named."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class PersonJudges(RegistryError):
    """The case cannot be put to a model safely; a person judges it."""


class NotAsLocked(PersonJudges):
    """A prompt is not locked, or its words are not those that were locked."""


class Incompatible(PersonJudges):
    """Prompt, model and SAP interface do not belong together."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = tuple(reasons)


class InputsRefused(PersonJudges):
    """Variables are missing, unknown or of another type; all of them are named."""

    def __init__(self, prompt: str, problems: Sequence[str]) -> None:
        super().__init__(f"{prompt}: {'; '.join(problems)}")
        self.problems = tuple(problems)


class RenderingRefused(PersonJudges):
    """What came out is not what the prompt lays out: a text tried to pass for a role."""


class ApproverLooks(RegistryError):
    """A promotion or rollback that did not happen; nothing has changed."""


class NoPass(ApproverLooks):
    """The gate has not passed exactly this prompt, model and dataset."""


class NeverInProduction(ApproverLooks):
    """The version was never in production before the present one."""


class ReasonMissing(ApproverLooks):
    """A change says by whom it is made, and a rollback why."""


class MovedMeanwhile(ApproverLooks):
    """Somebody else changed what is in production."""


class NoSuchPrompt(RegistryError):
    """There is no prompt, version or alias of this name."""


class StoreBroken(RegistryError):
    """What the registry keeps cannot be read, or contradicts itself."""
