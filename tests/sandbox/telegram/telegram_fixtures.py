"""A sandbox on a free port, and the real client library beside it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
import telegram
from telegram_hands import Clock, Sandbox

from bot.sandbox.server import FAULTS, TELEGRAM, build_app, start


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Paced by a clock that the test winds."""
    clock = Clock()
    app = build_app(clock=clock)
    runner, port = await start(app)
    async with aiohttp.ClientSession() as http:
        yield Sandbox(f"http://127.0.0.1:{port}", http, app[TELEGRAM], clock)
    app[FAULTS].clear()
    await runner.cleanup()


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[telegram.Bot]:
    """The real client library, in every chat."""
    for chat in sandbox.telegram.world.chats.values():
        chat.started = True
    async with telegram.Bot(
        "1:sandbox", base_url=f"{sandbox.root}/bot", base_file_url=f"{sandbox.root}/file/bot"
    ) as bot:
        yield bot


@pytest.fixture
async def ada(sandbox: Sandbox) -> int:
    return int(sandbox.telegram.world.first_person["id"])


@pytest.fixture
async def group(sandbox: Sandbox) -> int:
    return int((await sandbox.chat("supergroup"))["id"])


@pytest.fixture
async def channel(sandbox: Sandbox) -> int:
    return int((await sandbox.chat("channel"))["id"])
