"""A copier in a process of its own that dies by SIGKILL once a target has an entry.

Arguments: the database, a file that is the target, the entry after which it dies. The target writes
down what it is sent before it answers, so what it holds outlives its sender.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from agent.audit_copies import Copier
from agent.audit_targets import Target
from agent.records.audit_copies import Wanted
from agent.records.database import Database
from tools.fakes.audit import FakeAuditCopies
from tools.fakes.desk import Desk
from tools.objects.audit import AuditEntry
from tools.objects.posted import Posted
from tools.objects.reading import System
from tools.sandbox.clock import OPENING

WANTED = Wanted("1010/application_log", "1010", from_start=True)


class FileTarget(FakeAuditCopies):
    """Writes the identity of each entry into a file; dies after one of them, if told to."""

    def __init__(self, file: Path, dies_after: int | None = None) -> None:
        super().__init__(Desk(System.ERP, lambda: OPENING))
        self._file, self._dies_after = file, dies_after

    async def copy_entry(self, entry: AuditEntry) -> Posted:
        with self._file.open("a", encoding="utf-8") as out:
            out.write(entry.identity + "\n")
            out.flush()
            os.fsync(out.fileno())
        if entry.sequence == self._dies_after:
            os.kill(os.getpid(), signal.SIGKILL)
        return await super().copy_entry(entry)


def main() -> None:
    url, file, after = sys.argv[1:]
    target = Target(WANTED, FileTarget(Path(file), int(after)))
    copier = Copier(Database(url), [target], lambda: OPENING)
    asyncio.run(copier.copy())


if __name__ == "__main__":
    main()
