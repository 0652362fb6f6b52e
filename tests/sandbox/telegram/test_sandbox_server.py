"""The server as a whole: one port for everything, and an end without delay."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest
from telegram import Bot

pytest_plugins = ("telegram_fixtures",)
SCRIPT = """
import asyncio
from bot.sandbox.server import SandboxOptions, serve
asyncio.run(serve(SandboxOptions(history_days=1.0, announce=True)))
"""


async def _start() -> tuple[asyncio.subprocess.Process, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SCRIPT, stdout=asyncio.subprocess.PIPE, cwd=os.getcwd()
    )
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
    return process, line


@pytest.fixture
async def running() -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    process, line = await _start()
    yield process, line
    if process.returncode is None:
        process.kill()
        await process.wait()


@pytest.mark.process
async def test_one_port_serves_telegram_the_page_and_the_exchanges(
    running: tuple[asyncio.subprocess.Process, str],
) -> None:
    line = running[1]
    assert line.startswith("Chat page: http://127.0.0.1:")
    root = line.removeprefix("Chat page: ").strip().rstrip("/")
    async with aiohttp.ClientSession() as http:
        page = await (await http.get(f"{root}/")).text()
        candles = await (await http.get(f"{root}/fapi/v1/klines?symbol=BTCUSDT&interval=1m&limit=3")).json()
        await http.post(f"{root}/api/faults", json={"target": "binance", "kind": "errors", "seconds": 30})
        broken = await http.get(f"{root}/fapi/v1/time")
    assert "<title>Sandbox chats</title>" in page
    assert len(candles) == 3
    assert broken.status == 500


@pytest.mark.process
async def test_sigterm_ends_it_at_once_even_while_somebody_polls(
    running: tuple[asyncio.subprocess.Process, str],
) -> None:
    process, line = running
    root = line.removeprefix("Chat page: ").strip().rstrip("/")
    async with Bot("1:sandbox", base_url=f"{root}/bot", base_file_url=f"{root}/file/bot") as bot:
        poll = asyncio.create_task(bot.get_updates(timeout=30))
        await asyncio.sleep(0.3)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 10) == 0
        assert time.monotonic() - begun < 5
        assert await poll == ()
