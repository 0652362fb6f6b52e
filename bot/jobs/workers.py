"""Processes for what would hold up the event loop: cold builds, windows and pictures."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import ParamSpec, TypeVar

import structlog

from bot.heap import give_large_blocks_back

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

TASK_SECONDS = 120
WARM_UP_SECONDS = 900  # compiling takes 20 s of a free core, and minutes of a busy one
SLOW_WARM_UP_SECONDS = 5.0  # imports alone take less
PARENT_CHECK_SECONDS = 1.0

log = structlog.get_logger(__name__)


class Workers:
    """A small pool; every call has a time limit, and a worker ends when its parent is gone."""

    def __init__(self, count: int = 2) -> None:
        self._count = count
        self._pool = self._opened()

    async def run(self, task: Callable[Asked, Answer], *args: Asked.args, **named: Asked.kwargs) -> Answer:
        """The task's answer; raises TimeoutError, or what the task raised."""
        return await self._within(TASK_SECONDS, partial(task, *args, **named))

    async def _within(self, seconds: float, task: Callable[[], Answer]) -> Answer:
        pool = self._pool
        try:
            return await self._run(pool, seconds, task)
        except BrokenProcessPool:
            self._replace(pool, "a worker died")
            return await self._run(self._pool, seconds, task)

    async def _run(self, pool: ProcessPoolExecutor, seconds: float, task: Callable[[], Answer]) -> Answer:
        answer = pool.submit(task)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(answer), seconds)
        except TimeoutError:
            if not answer.cancelled() and not answer.done():  # it had begun and would keep its worker busy
                self._replace(pool, "a task took too long")
            raise

    def _replace(self, pool: ProcessPoolExecutor, reason: str) -> None:
        """New workers for everybody, once; who waited for the old ones asks the new ones."""
        if self._pool is pool:
            log.warning("starting new workers", reason=reason)
            self._pool = self._opened()
            _end(pool)

    async def warm_up(self, task: Callable[[], object], doing: str) -> None:
        """Let every worker do what is slow once before somebody waits for an answer.

        `doing` is said in the log where it takes long; raises TimeoutError with it in its text.
        """
        slow = asyncio.get_running_loop().call_later(SLOW_WARM_UP_SECONDS, log.info, f"still {doing}")
        try:
            await asyncio.gather(*(self._within(WARM_UP_SECONDS, task) for _ in range(self._count)))
        except TimeoutError:
            waited = f"{WARM_UP_SECONDS / 60:g} minutes"
            raise TimeoutError(f"The bot was still {doing} after {waited} and gave up") from None
        finally:
            slow.cancel()

    def close(self) -> None:
        """Does not wait for what is under way."""
        _end(self._pool, cancel_futures=True)

    def _opened(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(
            self._count, mp_context=context, initializer=_enter, initargs=(os.getpid(),)
        )


def _end(pool: ProcessPoolExecutor, cancel_futures: bool = False) -> None:
    processes = list((pool._processes or {}).values())
    pool.shutdown(wait=False, cancel_futures=cancel_futures)
    for process in processes:
        process.terminate()


def _enter(parent: int) -> None:
    """Ctrl-C is the parent's business; its death is ours."""
    give_large_blocks_back()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, args=(parent,), daemon=True).start()


def _end_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PARENT_CHECK_SECONDS)
    os._exit(0)
