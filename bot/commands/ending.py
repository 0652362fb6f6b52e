"""When a command ends that nobody has told to: while it still starts, and when its parent is gone."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from types import FrameType

PARENT = "LIQUIDATION_DEMO_PID"  # set by the demo for its two processes
PARENT_CHECK_SECONDS = 0.5
LAST_SECONDS = 10.0


def watch_over_start() -> None:
    """Until the event loop listens itself, SIGTERM and Ctrl-C end the process in silence."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)
    if (parent := os.environ.get(PARENT, "")).isdigit():
        threading.Thread(target=_end_with, args=(int(parent),), daemon=True).start()


def _end(number: int, frame: FrameType | None) -> None:
    sys.exit(0)


def _end_with(parent: int) -> None:
    """A demo that was killed leaves no process behind that keeps a port."""
    while os.getppid() == parent:
        time.sleep(PARENT_CHECK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(LAST_SECONDS)
    os._exit(1)
