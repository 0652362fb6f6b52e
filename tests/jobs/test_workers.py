"""Workers: a task that never ends costs its own answer and nothing else; numba stays with them."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial

import pytest
from structlog.testing import capture_logs

from bot.jobs import workers as workers_module
from bot.jobs.workers import Workers


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Workers]:
    opened = Workers(1)
    yield opened
    opened.close()


def _nap(seconds: float) -> str:
    time.sleep(seconds)
    return "rested"


async def test_a_task_that_takes_too_long_does_not_keep_its_worker(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    await workers.run(_nap, 0.0)
    monkeypatch.setattr(workers_module, "TASK_SECONDS", 0.2)
    with pytest.raises(TimeoutError):
        await workers.run(_nap, 600.0)
    monkeypatch.setattr(workers_module, "TASK_SECONDS", 30)
    assert await workers.run(_nap, 0.0) == "rested"


async def test_who_waited_behind_it_is_answered_by_the_new_worker(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    await workers.run(_nap, 0.0)
    monkeypatch.setattr(workers_module, "TASK_SECONDS", 0.3)
    endless = asyncio.create_task(workers.run(_nap, 600.0))
    await asyncio.sleep(0.1)
    monkeypatch.setattr(workers_module, "TASK_SECONDS", 30)
    behind = asyncio.create_task(workers.run(_nap, 0.0))
    with pytest.raises(TimeoutError):
        await endless
    assert await behind == "rested"


async def test_warming_up_may_take_longer_than_a_task(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    await workers.run(_nap, 0.0)
    monkeypatch.setattr(workers_module, "TASK_SECONDS", 0.1)
    monkeypatch.setattr(workers_module, "SLOW_WARM_UP_SECONDS", 0.1)
    with capture_logs() as lines:
        await workers.warm_up(partial(_nap, 0.6), "compiling the kernel")
    assert [line["event"] for line in lines] == ["still compiling the kernel"]


async def test_warming_up_without_end_says_in_words_what_was_done(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    await workers.run(_nap, 0.0)
    monkeypatch.setattr(workers_module, "WARM_UP_SECONDS", 0.2)
    with pytest.raises(TimeoutError, match="still compiling the kernel after"):
        await workers.warm_up(partial(_nap, 600.0), "compiling the kernel")


PARENT = """
import asyncio, sys
import bot.app
sys.path.insert(0, "tests/jobs")
from test_refresh import past
from stage import BTC, NOW, contract
from bot.jobs import tasks
from bot.jobs.kept_model import KeptModel
from bot.jobs.workers import Workers

async def main():
    workers = Workers(1)
    news = tasks.News({"okx": contract("okx")}, {"okx": [past(1)]}, {}, NOW, True)
    refreshed = await workers.run(tasks.refresh_pair, KeptModel(BTC), news)
    assert refreshed.reference is not None and refreshed.model.zones and refreshed.checkpoint
    blob = refreshed.checkpoint
    restored, _ = await workers.run(tasks.restore_pair, {"okx": contract("okx")}, blob)
    assert restored.inventories == refreshed.model.inventories
    await workers.run(tasks.window_map, restored, ["okx"], "12h", 12 * 3_600_000, {})
    workers.close()
    sys.exit("numba" in sys.modules)

if __name__ == "__main__":
    asyncio.run(main())
"""


def test_numba_is_never_loaded_where_the_event_loop_runs() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PARENT], capture_output=True, check=False, timeout=120, cwd="."
    )
    assert done.returncode == 0, done.stderr.decode()
