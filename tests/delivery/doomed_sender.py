"""A process that sends until it is killed. For each line on its input it forks a fresh sender.

Forking spares the imports, so that many kills fit into little time; a sender starts with nothing but its
code and the database, as after any restart.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time

import structlog
from telegram.ext import ExtBot

from bot.delivery.courier import Courier
from bot.delivery.pacing import Pacing
from bot.delivery.sender import Sender
from bot.store.database import Database


def hurried(hurry: float) -> Pacing:
    """Pacing on a clock that runs faster, for runs with many rows."""

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds / hurry)

    return Pacing(lambda: time.monotonic() * hurry, sleep)


async def send_forever(url: str, root: str, hurry: float) -> None:
    database, pacing = Database.open(url), hurried(hurry)
    async with ExtBot("1:kill", base_url=f"{root}/bot", rate_limiter=pacing) as bot:
        courier = Courier(database, Sender(bot), pacing, late_note=lambda late_ms, _: f"{late_ms} late")
        await courier.run()


def main() -> None:
    url, root, hurry = sys.argv[1], sys.argv[2], float(sys.argv[3])
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            asyncio.run(send_forever(url, root, hurry))
            os._exit(1)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        os.waitpid(child, 0)
        sys.stdout.write("gone\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
