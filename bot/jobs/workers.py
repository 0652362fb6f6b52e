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
from typing import ParamSpec, TypeVar

import structlog

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

TASK_SECONDS = 120
PARENT_CHECK_SECONDS = 1.0

log = structlog.get_logger(__name__)


class Workers:
    """A small pool; every call has a time limit, and a worker ends when its parent is gone."""

    def __init__(self, count: int = 2) -> None:
        self._count = count
        self._pool = self._opened()

    async def run(self, task: Callable[Asked, Answer], *args: Asked.args, **named: Asked.kwargs) -> Answer:
        """The task's answer; raises TimeoutError, or what the task raised."""
        try:
            return await self._run(task, *args, **named)
        except BrokenProcessPool:
            log.warning("a worker died, starting new ones")
            self._pool.shutdown(wait=False)
            self._pool = self._opened()
            return await self._run(task, *args, **named)

    async def _run(self, task: Callable[Asked, Answer], *args: Asked.args, **named: Asked.kwargs) -> Answer:
        waiting = asyncio.wrap_future(self._pool.submit(task, *args, **named))
        return await asyncio.wait_for(waiting, TASK_SECONDS)

    async def warm_up(self, task: Callable[[], object]) -> None:
        """Let every worker do its slow imports before somebody waits for an answer."""
        await asyncio.gather(*(self.run(task) for _ in range(self._count)))

    def close(self) -> None:
        """Does not wait for what is under way."""
        processes = list((self._pool._processes or {}).values())
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()

    def _opened(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(
            self._count, mp_context=context, initializer=_enter, initargs=(os.getpid(),)
        )


def _enter(parent: int) -> None:
    """Ctrl-C is the parent's business; its death is ours."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, args=(parent,), daemon=True).start()


def _end_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PARENT_CHECK_SECONDS)
    os._exit(0)
