"""Where threads are kept: made once, however many processes begin at the same time."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from langchain_core.runnables import RunnableConfig
from pydantic import SecretStr

from agent.savers import saver_for
from agent.settings import Settings

AT_ONCE = 4


async def test_many_may_begin_on_an_empty_database_at_once(
    tmp_path: Path, empty_postgresql: str
) -> None:
    settings = Settings(home=tmp_path, database_url=SecretStr(empty_postgresql))
    async with AsyncExitStack() as stack:
        beginning = [stack.enter_async_context(saver_for(settings)) for _ in range(AT_ONCE)]
        savers = await asyncio.gather(*beginning)
        nobody = RunnableConfig(configurable={"thread_id": "nobody"})
        assert [await one.aget_tuple(nobody) for one in savers] == [None] * AT_ONCE
