"""The bot as `python -m bot run` starts it, beside a task that tells every second how its event loop does.

Each line on standard output that begins with PROBE is JSON: how many tasks there are, and the longest time in
ms that the loop could not be reached since the last line. `--paced` has it keep the live venues' pace beside
a sandbox too.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

from bot.app import run
from bot.log import set_up_logging
from bot.market.ccxt_venue import CcxtVenue
from bot.settings import load_settings

PROBE = "probe "
LOOK_SECONDS = 0.02


async def _probe() -> None:
    told, gap = time.monotonic(), 0.0
    while True:
        begun = time.monotonic()
        await asyncio.sleep(LOOK_SECONDS)
        now = time.monotonic()
        gap = max(gap, now - begun - LOOK_SECONDS)
        if now - told >= 1:
            say(PROBE + json.dumps({"tasks": len(asyncio.all_tasks()) - 1, "gap_ms": round(gap * 1000, 1)}))
            told, gap = now, 0.0


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def _live() -> None:
    settings = load_settings()
    set_up_logging(settings.log_level)
    probe = asyncio.create_task(_probe())  # begun before the house, so the house does not end it
    try:
        await run(settings, say)
    finally:
        probe.cancel()


if __name__ == "__main__":
    CcxtVenue.paced_beside_a_sandbox = "--paced" in sys.argv
    asyncio.run(_live())
